"""Queries for a store of others, and its answers: what goes there is standard SPARQL alone, and what comes back is written anew.

Both are read by the engine's own reader, which is to be done by a worker: neither a client nor a store is to be trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from organograph.messages import Message
from organograph.statements import Term
from organograph_server.content.formats import Format
from organograph_server.content.writing import answer_too_large, write_graph, write_results
from organograph_server.errors import QueryUnsupported, StoreFailed
from organograph_server.query.head import Head, read_head, without_bases, without_sources
from organograph_server.query.misread import malformed
from organograph_server.query.store import Dataset
from organograph_server.query.tokens import expanded, tokens

TABLES: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
"""What rows and truths are asked for as, the best first."""
GRAPHS: Mapping[str, RdfFormat] = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
"""What graphs are asked for as, the best first."""
# The only column of a table by which Virtuoso tells a truth.
_VIRTUOSOS_TRUTH = "__ASK_RETVAL"
# Its blank nodes in JSON, where no text can look so, since its quotes would be escaped.
_VIRTUOSOS_BLANK = re.compile(rb'("type": ?"bnode", ?"value": ?")nodeID://')
# Schemes whose IRIs stores take for code of their own: Virtuoso calls bif: and sql:, Jena loads classes of java:.
_CODE = ("bif:", "sql:", "java:")


@dataclass(frozen=True)
class Sendable:
    """A query that may be sent to a store.

    Args:
        text: the query, without the graphs that it asks for itself.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        dataset: these graphs; None where it asks for none.
        names_graphs: whether it may look into named graphs.
    """

    text: str
    form: str
    dataset: Dataset | None
    names_graphs: bool


def sendable(text: str, base: str) -> Sendable:
    """Read a query that the guard has let pass.

    Args:
        text: the query.
        base: IRI that its relative IRIs are resolved against.

    Raises:
        QueryMalformed: it is not SPARQL, or asks a store to run code of its own.
    """
    try:
        # Of an empty store, which reads the whole query and finds nothing.
        Store().query(text, base_iri=base)
        head = read_head(text)
        dataset = _dataset(head, base)
    except SyntaxError as error:
        raise malformed(text, str(error)) from error
    except (RuntimeError, ValueError) as error:
        raise QueryUnsupported(Message("The query cannot be answered: %(error)s.", error=error), "Change the query.") from error
    _refuse_code(text)
    bare = text if dataset is None else without_sources(text)
    # Virtuoso reads one base alone.
    if (baseless := without_bases(head, bare)) is not None:
        bare, base = baseless, _base(head, base)
    return Sendable(f"BASE <{base}> {bare}", head.form, dataset, "graph" in text.lower())


def _base(head: Head, base: str) -> str:
    """What the relative IRIs of a query start from after its prologue."""
    (solution,) = Store().query(f"{head.prologue} SELECT (<> AS ?base) {{}}", base_iri=base)  # type: ignore[misc]
    return str(solution["base"].value)


def _dataset(head: Head, base: str) -> Dataset | None:
    """The graphs that a query asks for itself, by their whole IRIs."""
    written = (*head.default, *head.named)
    if not written:
        return None
    row = " ".join(f"({iri} AS ?g{number})" for number, iri in enumerate(written))
    (solution,) = Store().query(f"{head.prologue} SELECT {row} {{}}", base_iri=base)  # type: ignore[misc]
    iris = [solution[f"g{number}"].value for number in range(len(written))]
    return Dataset(tuple(iris[: len(head.default)]), tuple(iris[len(head.default) :]))


def _refuse_code(text: str) -> None:
    """Refuse IRIs that stores take for code of their own, whole or put together from a prefix and a name."""
    read = [token for token in tokens(text) if token.kind != "space"]
    prefixes = {
        name.text: iri.text[1:-1] for word, name, iri in zip(read, read[1:], read[2:], strict=False) if word.text.upper() == "PREFIX"
    }
    iris = [token.text[1:-1] for token in read if token.kind == "iri"]
    # As a store may put them together that does not resolve what is relative.
    for token in read:
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and f"{prefix}:" in prefixes:
            iris.append(prefixes[f"{prefix}:"] + local)
    if any(expanded(iri).lower().startswith(_CODE) for iri in iris):
        raise QueryUnsupported("The query names code of a store, and not a thing.", "Ask without IRIs that begin with bif:, sql: or java:.")


def rewritten(content: bytes, media_type: str, query_form: str, form: Format, most: int) -> bytes:
    """Write what a store has answered as this server writes it.

    Args:
        content: the whole answer.
        media_type: what the store says it is; one of TABLES or GRAPHS.
        query_form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        form: what is wanted.
        most: bytes that it may have.

    Raises:
        StoreFailed: it is not what the store says, or not an answer to such a query.
        NotAcceptable: the format cannot carry it.
        AnswerTooLarge: it has more bytes.
    """
    try:
        if media_type in GRAPHS:
            triples = [Triple(quad.subject, quad.predicate, quad.object) for quad in parse(content, format=GRAPHS[media_type])]
            written = write_graph(triples, form)
            if len(written) > most:
                raise answer_too_large(most)
            return written
        found = parse_query_results(_VIRTUOSOS_BLANK.sub(rb"\1", content), format=TABLES[media_type])
        if query_form == "ASK" and isinstance(found, QuerySolutions):
            found = _truth(found)
        if not isinstance(found, QueryBoolean if query_form == "ASK" else QuerySolutions):
            raise SyntaxError("the answer is of another kind than the query")
        return write_results(found, form, most)
    except (SyntaxError, ValueError, RuntimeError) as error:
        raise StoreFailed(
            "The store gave an answer that cannot be read.", "Try again later; whoever runs this server can tell more.", retry_after=5
        ) from error


def rows(content: bytes, media_type: str) -> list[Sequence[Term | None]]:
    """The rows of a table that a store has answered.

    Args:
        content: the whole answer.
        media_type: what the store says it is; one of TABLES.

    Raises:
        SyntaxError: it is none.
    """
    found = parse_query_results(_VIRTUOSOS_BLANK.sub(rb"\1", content), format=TABLES[media_type])
    if not isinstance(found, QuerySolutions):
        raise SyntaxError("the answer is no table")
    return [tuple(solution) for solution in found]


def _truth(found: QuerySolutions) -> QueryBoolean | QuerySolutions:
    """What Virtuoso means by a table with a column of its own; any other table as it is."""
    if [variable.value for variable in found.variables] != [_VIRTUOSOS_TRUTH]:
        return found
    values = [row[0] for row in found]
    is_true = any(isinstance(value, Literal) and value.value in ("1", "true") for value in values)
    truth = parse_query_results(json.dumps({"head": {}, "boolean": is_true}), format=QueryResultsFormat.JSON)
    return cast(QueryBoolean, truth)
