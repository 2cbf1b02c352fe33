"""Graphs and results in the formats of the web: read back they are the same, and written again the same bytes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from organograph_server.content.formats import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format
from organograph_server.content.writing import write_graph
from organograph_server.errors import NotAcceptable

READERS = {TURTLE: RdfFormat.TURTLE, N_TRIPLES: RdfFormat.N_TRIPLES, RDF_XML: RdfFormat.RDF_XML, JSON_LD: RdfFormat.JSON_LD}
SPACES = ("http://www.w3.org/ns/org#", "https://w3id.org/organograph/ns#", "http://e/", "urn:x:", "og:", "http://purl.org/dc/terms//")
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"

iris = st.builds(lambda space, name: NamedNode(space + name), st.sampled_from(SPACES), st.sampled_from(["a", "b-1", "c.d"]))
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=8)
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, language: Literal(text, language=language), texts, st.sampled_from(["en", "fr-ch"])),
    st.builds(lambda n, name: Literal(str(n), datatype=NamedNode(XSD + name)), st.integers(), st.sampled_from(["integer", "long", "byte"])),
)
properties = iris | st.just(NamedNode(TYPE))
graphs = st.lists(st.builds(Triple, iris, properties, iris | literals), max_size=8)


@given(graphs, st.sampled_from(list(READERS)))
def test_graphs_are_read_back_as_they_were(triples: list[Triple], form: Format) -> None:
    """Whatever the graph, each format carries it whole, and whatever the order of its triples gives the same bytes."""
    written = write_graph(triples, form)
    assert {quad.triple for quad in parse(written, format=READERS[form])} == set(triples)
    assert write_graph(reversed(triples), form) == written


def test_json_ld_is_short_where_it_can_be() -> None:
    """Properties and classes are prefixed names; a prefix that would change an IRI is not used."""
    unit, parent = NamedNode("http://e/unit"), NamedNode("https://w3id.org/organograph/ns#parent")
    document = json.loads(write_graph([Triple(unit, parent, NamedNode("http://e/post"))], JSON_LD))
    assert document["@context"] == {"og": "https://w3id.org/organograph/ns#"}
    assert document["@graph"] == [{"@id": "http://e/unit", "og:parent": [{"@id": "http://e/post"}]}]
    document = json.loads(write_graph([Triple(unit, parent, NamedNode("og:post"))], JSON_LD))
    assert document["@context"] == {}


@pytest.mark.parametrize(
    ("triple", "form"),
    [
        (Triple(NamedNode("http://e/s"), NamedNode("http://e/1"), Literal("x")), RDF_XML),
        (Triple(NamedNode("http://e/s"), NamedNode("http://www.w3.org/ns/org#"), Literal("x")), RDF_XML),
        (Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("\x01")), RDF_XML),
        (Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("\uffff")), RDF_XML),
        (
            Triple(
                NamedNode("http://e/s"),
                NamedNode("http://e/p"),
                Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x")),
            ),
            JSON_LD,
        ),
    ],
)
def test_what_a_format_cannot_carry_is_refused(triple: Triple, form: Format) -> None:
    """A graph is never written as a document that could not be read, nor without a part of it."""
    with pytest.raises(NotAcceptable):
        write_graph([triple], form)
