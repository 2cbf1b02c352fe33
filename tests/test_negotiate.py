"""Content negotiation: what real clients send, and what they get."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organograph_server.content.formats import (
    DOCUMENT_FORMATS,
    GRAPH_FORMATS,
    LISTED_FORMATS,
    TABLE_FORMATS,
    TIMEMAP_FORMATS,
    choose,
    named,
)
from organograph_server.content.negotiate import negotiate
from organograph_server.errors import NotAcceptable

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,"
    "application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
OLDER_FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8"
CURL = REQUESTS = R_DOWNLOAD = PANDAS_REQUESTS = "*/*"
PYTHON_URLLIB = None
# httr, the older client of R; httr2 and read.csv send */*.
R_HTTR = "application/json, text/xml, application/xml, */*"
EXCEL = "*/*"
JENA_RDF = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,"
    "application/trig,application/n-quads;q=0.9,text/x-nquads;q=0.8,application/x-trig;q=0.7,application/ld+json;q=0.5,*/*;q=0.5"
)
JENA_DATASET = "application/trig,application/n-quads;q=0.9,text/x-nquads;q=0.8,application/x-trig;q=0.7,application/ld+json;q=0.5,*/*;q=0.5"
OWLAPI = "application/rdf+xml, application/xml; q=0.7, text/xml; q=0.6, text/plain; q=0.1, */*; q=0.09"
RDFLIB = (
    "text/turtle, application/rdf+xml;q=0.9, application/xhtml+xml;q=0.5, text/n3;q=0.9, application/n-triples;q=0.9, "
    "application/n-quads;q=0.9, application/trig;q=0.9, application/ld+json;q=0.9, */*;q=0.1"
)
JENA_GRAPH = "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,application/rdf+xml;q=0.7,*/*;q=0.3"
JENA_ROWS = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
    "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1"
)
PROTEGE = "application/rdf+xml, application/xml;q=0.7, text/xml;q=0.6, text/plain;q=0.1, */*;q=0.09"
COMUNICA = (
    "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6,"
    "application/rdf+xml;q=0.5,text/n3;q=0.35,application/xml;q=0.3,text/html;q=0.2,application/xhtml+xml;q=0.18"
)
SPARQLWRAPPER_GRAPH = "application/rdf+xml"
SPARQLWRAPPER_ROWS = "application/sparql-results+json,application/json,text/javascript,application/javascript"
OLD_JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("  ", "text/turtle"),
        ("*/*", "text/turtle"),
        (CHROME, "text/html"),
        (FIREFOX, "text/html"),
        (OLDER_FIREFOX, "text/html"),
        (CURL, "text/turtle"),
        (REQUESTS, "text/turtle"),
        (PYTHON_URLLIB, "text/turtle"),
        (R_DOWNLOAD, "text/turtle"),
        (R_HTTR, "application/json"),
        (EXCEL, "text/turtle"),
        (RDFLIB, "text/turtle"),
        (JENA_RDF, "text/turtle"),
        (JENA_DATASET, "application/trig"),
        (OWLAPI, "application/rdf+xml"),
        ("text/n3", "text/n3"),
        ("application/n-quads", "application/n-quads"),
        ("application/trig, application/n-quads;q=0.9", "application/trig"),
        ("application/trig, text/html;q=0.2", "application/trig"),
        ("application/trig, text/turtle", "text/turtle"),
        (JENA_GRAPH, "text/turtle"),
        (PROTEGE, "application/rdf+xml"),
        (COMUNICA, "application/ld+json"),
        (SPARQLWRAPPER_GRAPH, "application/rdf+xml"),
        (OLD_JAVA, "text/html"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("text/turtle;q=0.3, text/turtle;charset=utf-8, application/n-triples;q=0.5", "application/n-triples"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x"', "application/ld+json"),
        ("application/ld+json, */*", "application/ld+json"),
        ("text/html, */*", "text/html"),
        ("text/*;q=0.5, text/turtle;q=0, */*;q=0.1", "text/html"),
        ("*/*, text/turtle;q=0", "application/ld+json"),
        ("application/*", "application/ld+json"),
        ("image/png, text/turtle;q=0.001", "text/turtle"),
        ("text/turtle;q=1.0001, application/n-triples;q=0.1", "application/n-triples"),
        ("text/turtle;q=many, application/n-triples;q=0.1", "application/n-triples"),
        (",,text/turtle,,", "text/turtle"),
    ],
)
def test_documents_come_in_what_clients_like_best(accept: str | None, given: str) -> None:
    """Each real Accept field gets the format that its client can use best."""
    assert choose(DOCUMENT_FORMATS, accept).media_type == given


def test_tables_and_lists_of_states_are_negotiated_too() -> None:
    """CSV is given to who asks for it, and for what is a list; a TimeMap is link format unless RDF is asked for."""
    assert choose(LISTED_FORMATS, "text/csv, */*;q=0.1").media_type == "text/csv"
    assert choose(LISTED_FORMATS, "*/*").media_type == "text/turtle"
    with pytest.raises(NotAcceptable):
        choose(DOCUMENT_FORMATS, "text/csv")
    assert choose(TIMEMAP_FORMATS, "*/*").media_type == "application/link-format"
    assert choose(TIMEMAP_FORMATS, FIREFOX).media_type == "text/html"
    assert choose(TIMEMAP_FORMATS, RDFLIB).media_type == "text/turtle"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        (JENA_ROWS, "application/sparql-results+json"),
        (SPARQLWRAPPER_ROWS, "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("application/xml", "application/xml"),
        ("text/csv, */*;q=0.1", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        (FIREFOX, "text/html"),
    ],
)
def test_rows_come_in_what_clients_like_best(accept: str | None, given: str) -> None:
    """Results of SELECT and ASK are negotiated by the same rules."""
    assert choose(TABLE_FORMATS, accept).media_type == given


@pytest.mark.parametrize(
    "accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "garbage", "/", "text/", "*/turtle", ";q=1", "\x00", "text/turtle;;q"]
)
def test_what_cannot_be_given_is_refused_with_what_can(accept: str) -> None:
    """A field that asks for nothing we have, or cannot be read, is refused with the list of what would work."""
    with pytest.raises(NotAcceptable) as refusal:
        choose(DOCUMENT_FORMATS, accept)
    assert "text/turtle" in str(refusal.value)
    assert refusal.value.details["available"] == [form.media_type for form in DOCUMENT_FORMATS]


def test_the_most_exact_range_decides() -> None:
    """The example of RFC 9110 section 12.5.1 comes out as printed there."""
    accept = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
    assert negotiate(accept, ["text/html", "image/jpeg"]) == "image/jpeg"
    assert negotiate(accept, ["image/jpeg", "text/plain"]) == "text/plain"


@pytest.mark.parametrize(
    ("name", "found"),
    [("ttl", "ttl"), ("Turtle", "ttl"), ("application/rdf+xml", "rdf"), ("xml", "rdf"), ("json", "jsonld"), ("xyz", None)],
)
def test_formats_have_names(name: str, found: str | None) -> None:
    """A name in `?format=` means a format by its file ending, its usual names and its media types."""
    choice = named(GRAPH_FORMATS, name)
    assert (choice.format.name if choice else None) == found


@given(st.text(alphabet=st.sampled_from('abtexurl/*;q=01.,"\\ \t\x00é'), max_size=200))
def test_any_field_is_read(accept: str) -> None:
    """Whatever is sent, one of the offers is chosen or none."""
    assert negotiate(accept, ["text/turtle", "text/html"]) in ("text/turtle", "text/html", None)


@given(st.permutations(["text/turtle", "text/html", "application/ld+json"]))
def test_equal_likings_are_decided_by_the_server(offers: list[str]) -> None:
    """Of offers that the client likes equally, the one that the server names first is chosen."""
    assert negotiate("application/ld+json, text/html, text/turtle", offers) == offers[0]
