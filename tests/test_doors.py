"""One edition through every door for programs: SPARQL, the Graph Store Protocol and the dump give the same graph."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from httpclient import Answer, Client
from serving import Running

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}
WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { %s }"


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="session")
def manifest(published: Path) -> dict[str, Any]:
    """What was built, as its manifest lists it."""
    read: dict[str, Any] = json.loads((published / "manifest.json").read_text("utf-8"))
    return read


def canonical(quads: Iterable[Quad]) -> list[str]:
    """The triples of a graph in the canonical form of RDFC-1.0."""
    dataset = Dataset(Quad(*quad.triple) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def graph_in(answer: Answer) -> list[str]:
    """The graph that an answer gives, whatever its format."""
    assert answer.status == 200, answer.text
    return canonical(parse(answer.body, format=FORMATS[answer.media_type]))


def test_every_graph_is_the_same_through_every_door(client: Client, manifest: dict[str, Any], published: Path) -> None:
    """Each edition, each graph of evidence, the catalogue and the ontology: CONSTRUCT = GSP GET = dump, by each endpoint."""
    prefixes = ["/", *(f"/edition/{edition['id']}/" for edition in manifest["editions"])]
    assert len(manifest["graphs"]) >= 10
    for graph in manifest["graphs"]:
        iri, dump = graph["iri"], canonical(parse(path=published / graph["files"]["nt"]))
        query = quote(WHOLE % f"GRAPH <{iri}> {{ ?s ?p ?o }}")
        assert len(dump) == graph["triples"]
        assert graph_in(client.get(f"/data/{graph['files']['nt']}")) == dump
        for prefix in prefixes:
            assert graph_in(client.get(f"{prefix}sparql?query={query}", "application/n-triples")) == dump, (prefix, iri)
            assert graph_in(client.get(f"{prefix}rdf-graph-store?graph={quote(iri)}", "application/n-triples")) == dump, (prefix, iri)


def test_the_default_graph_of_each_edition_is_the_same_through_both_doors(
    client: Client, manifest: dict[str, Any], published: Path
) -> None:
    """The default graph of an edition is that edition, catalogue and ontology, each triple once, at both its addresses."""
    dumps = {graph["iri"]: published / graph["files"]["nt"] for graph in manifest["graphs"]}
    editions = {f"/edition/{edition['id']}/": edition["iri"] for edition in manifest["editions"]}
    latest = editions[f"/edition/{manifest['latest']}/"]
    for prefix, edition in {"/": latest, **editions}.items():
        union = {quad for iri in (edition, manifest["catalogue"], manifest["ontology"]) for quad in parse(path=dumps[iri])}
        wanted = canonical(union)
        counted = client.get(f"{prefix}sparql?query={quote('SELECT (COUNT(*) AS ?n) { ?s ?p ?o }')}", "text/csv").text
        assert counted == f"n\r\n{len(wanted)}\r\n"
        assert graph_in(client.get(f"{prefix}sparql?query={quote(WHOLE % '?s ?p ?o')}", "application/n-triples")) == wanted
        assert graph_in(client.get(f"{prefix}rdf-graph-store?default", "application/n-triples")) == wanted


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_graph_is_the_same_in_every_format(client: Client, manifest: dict[str, Any], media_type: str) -> None:
    """Both doors give a graph with typed numbers and blank nodes in each format of RDF."""
    for iri in (manifest["editions"][0]["evidence"][0], manifest["ontology"]):
        path, query = f"/rdf-graph-store?graph={quote(iri)}", quote(WHOLE % f"GRAPH <{iri}> {{ ?s ?p ?o }}")
        wanted = graph_in(client.get(path, "application/n-triples"))
        for asked in (path, f"/sparql?query={query}"):
            answer = client.get(asked, media_type)
            assert answer.media_type == media_type
            assert graph_in(answer) == wanted


def test_an_edition_answers_for_itself_unless_the_query_or_the_request_says_otherwise(client: Client, iom: Running) -> None:
    """An edition's endpoint asks that edition; FROM, FROM NAMED and the parameters of the protocol win over it."""
    first, last = f"{iom.base}edition/2021-09", f"{iom.base}edition/2023-10"
    count = "PREFIX org: <http://www.w3.org/ns/org#> SELECT (COUNT(*) AS ?n) %s { %s }"

    def number(prefix: str, query: str, parameters: str = "") -> str:
        return client.get(f"{prefix}sparql?query={quote(query)}{parameters}", "text/csv").text

    units = "?unit a org:OrganizationalUnit"
    own = number("/", count % (f"FROM <{first}>", units))
    assert number("/edition/2021-09/", count % ("", units)) == own
    assert own != number("/", count % ("", units))
    assert number("/edition/2021-09/", count % (f"FROM <{last}>", units)) == number("/", count % (f"FROM <{last}>", units))
    assert number("/edition/2021-09/", count % ("", units), f"&default-graph-uri={quote(last)}") == number("/", count % ("", units))
    named = f"GRAPH ?g {{ {units} }}"
    assert number("/edition/2021-09/", count % (f"FROM NAMED <{last}>", named)) == number("/", count % (f"FROM NAMED <{last}>", named))
    assert number("/edition/2021-09/", count % ("", named), f"&named-graph-uri={quote(first)}") == own
    assert number("/edition/2021-09/", count % ("", named)) == number("/", count % ("", named))
    assert number("/edition/2021-09/", count % ("", units), f"&named-graph-uri={quote(first)}") == "n\r\n0\r\n"


def test_an_edition_that_is_not_there_cannot_be_asked(client: Client) -> None:
    """An endpoint or store of an unknown edition is 404 with a sentence."""
    for path in ("/edition/1999-01/sparql?query=ASK%7B%7D", "/edition/1999-01/sparql", "/edition/1999-01/rdf-graph-store?default"):
        answer = client.get(path, "application/json")
        assert (answer.status, "1999-01" in json.loads(answer.body)["detail"]) == (404, True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?default&graph=http://x/", 400),
        ("?graph=http://x/&graph=http://y/", 400),
        ("?graph=relative", 400),
        ("?graph=http://x/%3E", 400),
        ("?graph=http://x/a%0d%0ab", 400),
        ("?graph=http://x/", 404),
        ("?graph=", 400),
    ],
)
def test_a_graph_must_be_named_once_and_known(client: Client, query: str, status: int) -> None:
    """No graph, two graphs, what is no IRI, or an unknown graph is refused with a sentence."""
    answer = client.get(f"/rdf-graph-store{query}", "application/json")
    assert (answer.status, json.loads(answer.body)["detail"][-1]) == (status, ".")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graphs_cannot_be_changed(client: Client, method: str) -> None:
    """The store is to read: what would change it is 405 with the methods that there are."""
    for path in ("/rdf-graph-store?default", "/edition/2022-06/rdf-graph-store?default"):
        answer = client.ask(method, path, {"Content-Type": "text/turtle"}, b"<a:a> <a:b> <a:c> .")
        assert answer.status == 405
        assert {method.strip() for method in answer.fields["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


def test_doors_share_the_manners_of_documents(client: Client) -> None:
    """HEAD gives the fields of GET, tags spare the body, other sites may ask, and what cannot be given is 406 with what can."""
    for path in ("/rdf-graph-store?default", "/edition/2021-09/sparql?query=ASK%7B%7D", "/sparql", "/.well-known/void"):
        got, head = client.get(path), client.ask("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        fields = [{name: value for name, value in answer.fields.items() if name != "Date"} for answer in (got, head)]
        assert fields[0] == fields[1]
        assert got.fields["Vary"] == "Accept, Accept-Encoding"
        assert client.get(path, **{"If-None-Match": got.fields["ETag"]}).status == 304
        preflight = client.ask("OPTIONS", path, {"Origin": "http://other.example", "Access-Control-Request-Method": "GET"})
        assert (preflight.status, preflight.fields["Access-Control-Allow-Origin"]) == (200, "*")
    refused = client.get("/rdf-graph-store?default", "image/png")
    assert (refused.status, "text/turtle" in json.loads(refused.body)["available"]) == (406, True)


@pytest.mark.parametrize(
    "target",
    [
        b"/rdf-graph-store?graph=%ff%fe",
        b"/rdf-graph-store?graph=%zz",
        b"/rdf-graph-store?graph=http://x/%00",
        b"/rdf-graph-store?graph=http://x/a%0d%0aSet-Cookie:%20x",
        b"/rdf-graph-store?graph=http://x/%3Cscript%3E",
        b"/rdf-graph-store?graph=" + b"x" * 6_000,
        b"/rdf-graph-store?default&format=%0d%0a",
        b"/rdf-graph-store?" + b"graph=a:a&" * 600,
        b"/edition/%ff/sparql?query=ASK%7B%7D",
        b"/edition/a%0d%0aSet-Cookie:x/sparql",
        b"/edition/../../etc/passwd/sparql",
        b"/edition//sparql?query=ASK%7B%7D",
        b"/sparql?format=%ff",
        b"/sparql?query=ASK%7B%7D&named-graph-uri=%ff",
        b"/sparql?query=DESCRIBE%20%3Ca%0d%0ab%3E",
        b"/.well-known/void?format=%00",
        b"/.well-known/../sparql",
    ],
)
def test_strange_requests_never_fail_the_doors(client: Client, target: bytes) -> None:
    """Whatever an address holds, the answer is none of 5xx and carries no field of its making, and the server goes on."""
    for accept in (b"text/turtle", b"text/html", b"\xff;q=,,"):
        request = b"GET " + target + b" HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nAccept: " + accept + b"\r\n\r\n"
        head, _, body = client.raw(request).partition(b"\r\n\r\n")
        assert head.split(b" ")[1][:1] in (b"2", b"3", b"4"), head
        assert b"Set-Cookie" not in head
        assert b"evil.example" not in head + body
        assert b"text/html" not in head or b"<script>" not in body
    assert client.get("/healthz").status == 200
