"""The query engine over the published quads, read only."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from organograph_server.errors import QueryMalformed, QueryUnsupported, RequestMalformed
from organograph_server.formats import Format
from organograph_server.head import Head, read_head, undeclared_prefix
from organograph_server.writing import answer_too_large, write_graph, write_results

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
_MERGED_KEPT = 4


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of (SPARQL 1.1 section 13.2).

    Args:
        default: IRIs of the graphs that make the default graph.
        named: IRIs of the named graphs.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class QueryStore:
    """Quads that can be queried and that nobody changes.

    Args:
        quads: the dataset.
        base: IRI that relative IRIs of queries are resolved against.
        default: graphs that the default graph of a query that names none has beside the triples that are in no named graph.
        union: whether all graphs are in it.
        restored: gives back triples as they were written.
        most: how many bytes an answer may have.
    """

    def __init__(
        self,
        quads: Iterable[Quad],
        base: str,
        default: Sequence[str] = (),
        *,
        union: bool = False,
        restored: Callable[[Iterable[Triple]], Iterable[Triple]] = iter,
        most: int = sys.maxsize,
    ) -> None:
        self._store = Store()
        self._store.bulk_extend(quads)
        self.base = base
        self._restored = restored
        self._most = most
        # A union made now has no triple twice; the engine would count one of two graphs twice.
        joined = (quad.triple for quad in list(self._store)) if union else self._triples(default)
        self._store.bulk_extend([_quad(triple, DefaultGraph()) for triple in joined])
        self._merged = lru_cache(_MERGED_KEPT)(self._merge)

    def graph(self, name: NamedNode | BlankNode | DefaultGraph) -> Iterator[Triple]:
        """The triples of one graph, as queries see them: literals in the engine's normal form."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def whole(self) -> set[Triple]:
        """The triples of all graphs, as queries see them."""
        return {quad.triple for quad in self._store}

    def query(self, text: str, form: Format, dataset: Dataset | None = None) -> bytes:
        """Answer a query that the guard has let pass.

        Args:
            text: the query.
            form: a format of RDF for CONSTRUCT and DESCRIBE, else one of results.
            dataset: the graphs that the request names; None where it names none, so that the query's own FROM holds.

        Returns:
            The whole answer.

        Raises:
            QueryMalformed: it cannot be read, or not be answered.
            NotAcceptable: the format cannot carry the answer.
            AnswerTooLarge: it has more bytes than the limit.
        """
        try:
            dataset = dataset or self._asked_for(read_head(text))
            return self._answer(text, form, dataset)
        except SyntaxError as error:
            raise _malformed(text, str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise QueryUnsupported(f"The query cannot be answered: {error}.", "Change the query.") from error

    def _answer(self, text: str, form: Format, dataset: Dataset | None) -> bytes:
        if dataset is None:
            results = self._store.query(text, base_iri=self.base)
        elif len(set(dataset.default)) > 1:
            merged = self._merged(tuple(sorted(set(dataset.default))), tuple(sorted(set(dataset.named))))
            results = _ask(merged, text, self.base, [DefaultGraph()], dataset.named)
        else:
            results = _ask(self._store, text, self.base, [_node(iri) for iri in set(dataset.default)], dataset.named)
        if isinstance(results, QueryTriples):
            return self._bounded(write_graph(self._restored(results), form))
        return write_results(results, form, self._most)

    def _bounded(self, answer: bytes) -> bytes:
        if len(answer) > self._most:
            raise answer_too_large(self._most)
        return answer

    def _merge(self, default: tuple[str, ...], named: tuple[str, ...]) -> Store:
        """A store whose default graph is a true union of graphs, which the engine itself does not make."""
        store = Store()
        store.bulk_extend(_quad(triple, DefaultGraph()) for triple in self._triples(default))
        for graph in named:
            store.bulk_extend(_quad(triple, _node(graph)) for triple in self._triples([graph]))
        return store

    def _triples(self, graphs: Iterable[str]) -> Iterator[Triple]:
        for graph in graphs:
            yield from self.graph(_node(graph))

    def _asked_for(self, head: Head) -> Dataset | None:
        """The dataset of a query's own clause, where it joins graphs; else None: the engine then reads the clause."""
        if len(head.default) < 2:
            return None
        written = (*head.default, *head.named)
        row = " ".join(f"({iri} AS ?g{number})" for number, iri in enumerate(written))
        (solution,) = self._store.query(f"{head.prologue} SELECT {row} {{}}", base_iri=self.base)  # type: ignore[misc]
        iris = [solution[f"g{number}"].value for number in range(len(written))]
        return Dataset(tuple(iris[: len(head.default)]), tuple(iris[len(head.default) :]))


def _ask(
    store: Store, text: str, base: str, default: list[NamedNode | BlankNode | DefaultGraph], named: Iterable[str]
) -> QuerySolutions | QueryBoolean | QueryTriples:
    graphs: list[NamedNode | BlankNode] = [_node(iri) for iri in set(named)]
    return store.query(text, base_iri=base, default_graph=default, named_graphs=graphs)


def _quad(triple: Triple, graph: NamedNode | DefaultGraph) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise RequestMalformed(f"{iri!r} cannot be the IRI of a graph: {error}.", "Give a whole IRI.") from error


def _malformed(text: str, message: str) -> QueryMalformed:
    """Tell what the engine says in a sentence of ours, with its position."""
    if (missing := undeclared_prefix(text)) is not None:
        prefix, line, column = missing
        return QueryMalformed(
            f"The prefix {prefix} at line {line}, column {column} is not declared.",
            f"Begin the query with PREFIX {prefix} and its IRI.",
            line=line,
            column=column,
        )
    found = _POSITION.match(message)
    line, column, expected = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, "")
    # Of what the engine would have expected there, only its sentences help a person.
    reasons = [reason for reason in expected.split(", ") if reason.count(" ") > 2 and "'" not in reason]
    reason = f": {reasons[0]}" if reasons else ""
    message = f"The query cannot be read at line {line}, column {column}{reason}."
    return QueryMalformed(message, "Correct the query there, or shortly before.", line=line, column=column)
