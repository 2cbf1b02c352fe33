"""RDFLib, the independent reader of tests: its names for ours, and graphs over and back."""

from __future__ import annotations

from collections.abc import Iterable

from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

from organograph import names, statements
from organograph.bridge import graph_of, term_of

__all__ = ["KIND", "KINDS", "OG", "ONTOLOGY_IRI", "ORG", "Iris", "graph_of", "iri", "plain", "term_of"]

OG, ORG, KIND = (Namespace(str(space)) for space in (names.OG, names.ORG, names.KIND))
KINDS, ONTOLOGY_IRI = URIRef(names.KINDS.value), URIRef(names.ONTOLOGY.value)


class Iris:
    """The IRIs of a dataset as RDFLib has them."""

    def __init__(self, base: str = names.DEFAULT_BASE) -> None:
        self.base = base
        self._names = names.Names(base)

    def thing(self, kind: str, slug: str) -> URIRef:
        """The IRI of a thing."""
        return iri(self._names.thing(kind, slug))

    def edition(self, identifier: str) -> URIRef:
        """The IRI of an edition."""
        return iri(self._names.edition(identifier))


def iri(node: statements.Term) -> URIRef:
    return URIRef(node.value)


def plain(graph: Graph | Iterable[tuple[Node, Node, Node]]) -> statements.Graph:
    """A graph of RDFLib as one that is checked."""
    known: dict[Node, statements.Term] = {}

    def term(node: Node) -> statements.Term:
        if node not in known:
            known[node] = term_of(node)
        return known[node]

    return statements.Graph((term(s), term(p), term(o)) for s, p, o in graph)
