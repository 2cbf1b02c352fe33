"""The plain graph and the names that everything from the model to the check is made of."""

from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib import SH

from independent import plain
from organograph.bridge import graph_of, node_of, term_of
from organograph.conformance.shacl import WORDS
from organograph.errors import OrganographError
from organograph.names import OG, RDF, XSD, Names, is_address
from organograph.statements import Graph
from organograph.tabular.schema import SOURCES
from organograph.tabular.written import is_well_written

A, B, C = (NamedNode(f"https://example.org/{name}") for name in "abc")
LIST = [BlankNode(name) for name in "xyz"]


def test_a_graph_holds_each_triple_once_and_looks_up_both_ways() -> None:
    """A triple told twice counts once, and keeps its place."""
    graph = Graph([(A, OG.parent, B), (A, OG.parent, C), (A, OG.parent, B), (B, OG.parent, C)])
    assert (len(graph), next(iter(graph))) == (3, (A, OG.parent, B))
    assert (A, OG.parent, C) in graph
    assert (C, OG.parent, A) not in graph
    assert (list(graph.objects(A, OG.parent)), list(graph.subjects(OG.parent, C))) == ([B, C], [A, B])
    assert (graph.value(A, OG.parent), graph.value(C, OG.parent), graph.value(None, OG.parent)) == (B, None, None)
    assert (list(graph.about(B)), list(graph.things())) == ([(OG.parent, C)], [A, B])
    assert list(graph.pairs(OG.parent)) == [(A, B), (A, C), (B, C)]


def test_graphs_are_joined_and_compared() -> None:
    """Together two graphs hold what either does; the order in which they were told makes no difference."""
    one, other = Graph([(A, OG.parent, B)]), Graph([(B, OG.parent, C), (A, OG.parent, B)])
    assert len(one + other) == 2
    assert (one + other).same(other)
    assert not one.same(other)


def test_a_list_is_read_as_far_as_it_is_one() -> None:
    """Members come in order, and a list that leads back to itself ends."""
    firsts = [(node, RDF.first, member) for node, member in zip(LIST, (A, B, C), strict=True)]
    rests = [(node, RDF.rest, after) for node, after in zip(LIST, (*LIST[1:], RDF.nil), strict=True)]
    assert list(Graph([*firsts, *rests]).items(LIST[0])) == [A, B, C]
    assert list(Graph([*firsts, *rests[:2], (LIST[2], RDF.rest, LIST[0])]).items(LIST[0])) == [A, B, C]
    assert list(Graph().items(RDF.nil)) == []


def test_names_are_made_once() -> None:
    """Attributes and items of a namespace are the same terms each time, and so are the IRIs of things."""
    names = Names("https://example.org")
    assert OG.parent is OG["parent"]
    assert OG.parent == NamedNode("https://w3id.org/organograph/ns#parent")
    assert names.thing("unit", "a") is names.reference("unit:a")
    assert not hasattr(OG, "__wrapped__")


@pytest.mark.parametrize("base", ["https://example.org/%zz", "https://example.org/a b", "ftp://example.org"])
def test_a_base_that_is_no_iri_is_refused(base: str) -> None:
    """Every IRI of a dataset begins with its base."""
    with pytest.raises(OrganographError, match="cannot be used"):
        Names(base)


@pytest.mark.parametrize("text", ["https://example.org/%zz", "https://[x", "https://example.org/[1]", "https://a b.example", "https://"])
def test_an_address_that_cannot_stand_in_rdf_is_none(text: str) -> None:
    """What tables and settings call an address is one in RDF, too, so that none breaks a check or a build."""
    assert is_address("https://example.org/é?a=b#c")
    assert not is_address(text)
    (column,) = (column for column in SOURCES.columns if column.name == "address")
    assert not is_well_written(column, text)


@pytest.mark.parametrize(
    "term",
    [
        A,
        BlankNode("b"),
        Literal('a "text"\n'),
        Literal("texte", language="fr"),
        Literal("007", datatype=XSD.integer),
        Literal("no number", datatype=XSD.integer),
    ],
    ids=str,
)
def test_terms_come_back_over_the_bridge_as_they_were(term: NamedNode | BlankNode | Literal) -> None:
    """RDFLib does not rewrite what it is lent."""
    assert term_of(node_of(term)) == term
    graph = Graph([(A, OG.about, term)])
    assert plain(graph_of(graph)).same(graph)


def test_the_words_of_shacl_are_those_that_rdflib_knows() -> None:
    """The list by which misspelt words are told is whole."""
    known = {str(term).removeprefix(str(SH)) for term in dir(SH) if str(term).startswith(str(SH))}
    assert known <= WORDS
    assert all(SH[word] in SH for word in WORDS)
