"""The bridge to RDFLib, which pySHACL, the reasoner and JSON-LD need: terms and graphs over, and terms back."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from organograph.names import XSD
from organograph.statements import Term, Triple

logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-written literals are findings, not log lines


def graph_of(triples: Iterable[Triple]) -> Graph:
    """Triples as a graph of RDFLib, each IRI made once."""
    known: dict[Term, Node] = {}

    def node(term: Term) -> Node:
        found = known.get(term)
        if found is None:
            found = known[term] = node_of(term)
        return found

    graph = Graph(bind_namespaces="none")
    for s, p, o in triples:
        graph.add((node(s), node(p), node(o)))
    return graph


def node_of(term: Term) -> Node:
    """A term as one of RDFLib, its form as it is written."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    if term.datatype == XSD.string:
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)


def term_of(node: Node) -> Term:
    """A term of RDFLib as one of pyoxigraph.

    Raises:
        ValueError: it is no IRI, or its language is none.
    """
    if isinstance(node, URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype))) if node.datatype else ox.Literal(str(node))
    return ox.BlankNode(str(node))
