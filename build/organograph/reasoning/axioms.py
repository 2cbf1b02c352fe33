"""Axioms: the facts and rules of a graph read as OWL 2, one by one, so that each can be left out or told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rdflib import OWL, RDF, RDFS, BNode, Graph
from rdflib.collection import Collection
from rdflib.term import Node

Triple = tuple[Node, Node, Node]

PROPERTIES = frozenset((OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty))
DECLARATIONS = PROPERTIES | {OWL.Class, OWL.NamedIndividual, OWL.Ontology}
NOTES = frozenset((RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo))
RULE_VOCABULARIES = (str(OWL), str(RDFS))


@dataclass(frozen=True)
class Axiom:
    """One fact about an individual, or one rule of an ontology.

    Args:
        triple: the axiom as RDF; lists of disjoint classes are told as pairs.
        parts: the triples of the blank nodes in it, such as a union of classes.
    """

    triple: Triple
    parts: tuple[Triple, ...] = ()

    @property
    def is_fact(self) -> bool:
        """Whether it says something of an individual rather than of a term."""
        _, p, o = self.triple
        told = o if p == RDF.type else p
        return told in (OWL.sameAs, OWL.differentFrom) or not str(told).startswith(RULE_VOCABULARIES)

    @property
    def members(self) -> tuple[Node, ...]:
        """The classes of which the object is the union, or the object alone."""
        return tuple(_list_after(self.parts, OWL.unionOf)) or (self.triple[2],)

    def __str__(self) -> str:
        return " ".join(self._text(node) for node in self.triple)

    def _text(self, node: Node) -> str:
        if not isinstance(node, BNode):
            return node.n3()
        named = {each.n3() for part in self.parts for each in part if not isinstance(each, BNode)}
        return f"[{' '.join(sorted(named))}]"


def read_axioms(graph: Graph) -> list[Axiom]:
    """Read the axioms of a graph in a fixed order; declarations and notes are left out."""
    notes = NOTES | set(graph.subjects(RDF.type, OWL.AnnotationProperty))
    telling = [triple for triple in graph if _has_meaning(triple, notes)]
    axioms = [Axiom(triple, tuple(_inside(graph, triple[2]))) for triple in telling]
    return sorted({*axioms, *_pairs(graph)}, key=str)


def write_axioms(axioms: Iterable[Axiom], declared_in: Graph) -> Graph:
    """Write axioms as a graph, with the declarations of another graph so that each term keeps its kind."""
    graph = Graph()
    for s, p, o in declared_in.triples((None, RDF.type, None)):
        if o in DECLARATIONS and o != OWL.Ontology and not isinstance(s, BNode):
            graph.add((s, p, o))
    for axiom in axioms:
        for triple in (axiom.triple, *axiom.parts):
            graph.add(triple)
    return graph


def _has_meaning(triple: Triple, notes: frozenset[Node]) -> bool:
    s, p, o = triple
    return not isinstance(s, BNode) and p not in notes and (p != RDF.type or o not in DECLARATIONS)


def _inside(graph: Graph, node: Node) -> Iterator[Triple]:
    for triple in graph.triples((node, None, None)) if isinstance(node, BNode) else ():
        yield triple
        yield from _inside(graph, triple[2])


def _pairs(graph: Graph) -> Iterator[Axiom]:
    lists = (
        (OWL.AllDisjointClasses, OWL.members, OWL.disjointWith),
        (OWL.AllDifferent, OWL.distinctMembers, OWL.differentFrom),
    )
    for kind, members, meaning in lists:
        for node in graph.subjects(RDF.type, kind):
            for head in graph.objects(node, members):
                for one, other in combinations(sorted(Collection(graph, head), key=str), 2):
                    yield Axiom((one, meaning, other))


def _list_after(parts: Sequence[Triple], predicate: Node) -> Iterator[Node]:
    following = {(s, p): o for s, p, o in parts}
    node = next((o for _, p, o in parts if p == predicate), None)
    while node is not None and node != RDF.nil:
        yield following[node, RDF.first]
        node = following[node, RDF.rest]
