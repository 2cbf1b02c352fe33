"""The statements in which two editions differ, as an RDF patch that makes the one out of the other (Apache Jena, "RDF Patch")."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Quad, RdfFormat, parse

from organograph.errors import OrganographError
from organograph.statements import Triple

MEDIA_TYPE = "application/rdf-patch"
ENDING = "rdfp"
_ROW = re.compile(r"(A|D) (.+)\.$")
_SKIPPED = re.compile(r"(?:H |TX\b|TC\b|PA |PD |#|$)")


def write_patch(before: Iterable[Triple], after: Iterable[Triple], iri: str) -> bytes:
    """Write what is to be deleted from a graph and what is to be added, so that another comes of it.

    Deletions come first, and rows are sorted, so that equal graphs give equal bytes.

    Args:
        before: the graph that the patch is for.
        after: what comes of it; both as triples of one type.
        iri: of the change; the patch takes its identifier from that and from its rows.

    Raises:
        OrganographError: a graph has blank nodes, which have no names by which a patch could tell them.
    """
    old, new = set(before), set(after)
    rows = [*sorted(_rows("D", old - new)), *sorted(_rows("A", new - old))]
    identifier = uuid.uuid5(uuid.NAMESPACE_URL, "\n".join([iri, *rows]))
    return "\n".join([f"H id <urn:uuid:{identifier}> .", "TX .", *rows, "TC .", ""]).encode()


def apply_patch(patch: bytes, graph: Iterable[Triple]) -> set[Triple]:
    """The graph that a patch makes out of another.

    Args:
        patch: with triples, in one transaction.
        graph: what it is for.

    Raises:
        OrganographError: a row is none of a patch.
    """
    found: set[Triple] = set(map(tuple, graph))  # type: ignore[arg-type]  # triples of three terms
    for number, line in enumerate(patch.decode().split("\n"), 1):
        row = _ROW.fullmatch(line.rstrip("\r"))
        if row is None:
            if not _SKIPPED.match(line):
                raise OrganographError(f"Line {number} is no row of an RDF patch: {line[:60]!r}.", "Get the patch again.")
            continue
        triples = {tuple(quad.triple) for quad in parse(f"{row[2]}.\n", format=RdfFormat.N_TRIPLES)}
        found = found | triples if row[1] == "A" else found - triples
    return found


def _rows(operation: str, triples: Iterable[Triple]) -> Iterator[str]:
    for triple in triples:
        if any(isinstance(term, BlankNode) for term in triple):
            raise OrganographError("A patch cannot tell blank nodes apart.", "Give each part of the graph an IRI.")
        yield f"{operation} {Quad(*triple)} ."  # type: ignore[arg-type]
