"""Stores on disk and of others answer as the engine in memory does: the same rows of the same graphs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from httpclient import Answer, Client
from organograph_server.app import create_app
from organograph_server.service import Service
from organograph_server.settings import Settings
from serving import BASE, listening, small_dataset
from stores import PLACES, Store

ONTOLOGY = "https://w3id.org/organograph/ns"
EDITION = f"{BASE}edition/2022-06"
ORG = "PREFIX org: <http://www.w3.org/ns/org#> "


@dataclass(frozen=True)
class Both:
    """The same dataset behind a store, and behind the engine here."""

    store: Store
    there: Client
    here: Client

    def ask(
        self, query: str, accept: str = "application/sparql-results+json", door: str = "/sparql", more: str = ""
    ) -> tuple[Answer, Answer]:
        """What both answer."""
        path = f"{door}?query={quote(query)}{more}"
        there, here = (client.get(path, accept) for client in (self.there, self.here))
        return there, here


@pytest.fixture(scope="module", params=PLACES)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    """A server of a store, and one of the engine here."""
    dataset = small_dataset(tmp_path_factory.mktemp("data"))
    with ExitStack() as until_the_end:
        store = until_the_end.enter_context(PLACES[request.param](tmp_path_factory.mktemp(request.param)))
        there = create_app(Settings(dataset=dataset, store=store.place, query_seconds=120))
        store.load(Service.of(there))
        here = create_app(Settings(dataset=dataset, query_seconds=120))
        yield Both(store, *(Client(until_the_end.enter_context(listening(app)), 180) for app in (there, here)))


def rows(answer: Answer) -> list[str]:
    """The rows of a table in JSON, in any order."""
    assert answer.status == 200, answer.text
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(answer.body)["results"]["bindings"])


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT ?s ?p {{ GRAPH <{EDITION}> {{ ?s ?p ?o }} }}",
        "SELECT ?s ?p FROM <edition/2021-09> { ?s ?p ?o }",
        "SELECT ?s FROM <http://nowhere.example/> { ?s ?p ?o }",
        "SELECT ?s ?g FROM NAMED <edition/2021-09> { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        f"SELECT (COUNT(*) AS ?n) FROM <edition/2022-06> FROM <catalogue> FROM <{ONTOLOGY}> {{ ?s ?p ?o }}",
        ORG + "SELECT ?unit ?name { ?unit a org:OrganizationalUnit ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }",
        "PREFIX : <> SELECT ?p ?o { <id/unit/legal-affairs> ?p ?o FILTER isIRI(?o) }",
        "SELECT ?g { GRAPH ?g { ?s a <http://www.w3.org/ns/org#Post> } ?g a <https://w3id.org/organograph/ns#EvidenceGraph> }",
        "SELECT ?from { VALUES ?from { 'FROM <edition/2021-09>' 'SERVE \u00e9 \U0001f600' } }",
    ],
)
def test_rows_are_the_same(both: Both, query: str) -> None:
    """A store gives the rows that the engine here gives, of the same graphs, relative IRIs and all."""
    there, here = both.ask(query)
    assert rows(there) == rows(here)


def test_graphs_are_listed_by_an_empty_pattern(both: Both) -> None:
    """GRAPH ?g {} lists the graphs, and of a request that names none, none."""
    if both.store.name == "virtuoso":
        pytest.xfail("Virtuoso gives no row of a graph for an empty pattern")
    for more in ("", f"&default-graph-uri={quote(EDITION)}", f"&named-graph-uri={quote(EDITION)}"):
        there, here = both.ask("SELECT ?g { gRaPh ?g {} }", more=more)
        assert rows(there) == rows(here)


@pytest.mark.parametrize("door", ["/sparql", "/edition/2021-09/sparql", "/edition/2022-06/sparql"])
def test_doors_are_the_same(both: Both, door: str) -> None:
    """Each door has its default graph, in which no triple is twice, and all graphs by their names."""
    for query in ("SELECT ?s ?p { ?s ?p ?o }", "SELECT DISTINCT ?g { GRAPH ?g {?s ?p ?o} }"):
        there, here = both.ask(query, door=door)
        assert rows(there) == rows(here)


@pytest.mark.parametrize(("query", "truth"), [("ASK { ?s ?p ?o }", True), ("ASK { ?s <urn:nothing> ?o }", False), ("ASK {}", True)])
def test_truths_are_the_same(both: Both, query: str, truth: bool) -> None:
    """True is true, whatever a store calls it."""
    there, here = both.ask(query)
    assert json.loads(there.body) == json.loads(here.body) == {"head": {}, "boolean": truth}
    assert both.ask(query, "text/boolean")[0].text == str(truth).lower()


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"])
def test_graphs_are_the_same_bytes(both: Both, accept: str) -> None:
    """A graph is written here, so its bytes are the same whatever gave it."""
    there, here = both.ask(ORG + "CONSTRUCT { ?s a ?class } { ?s a ?class . ?s org:postIn ?unit }", accept)
    assert there.body == here.body
    assert there.body
    assert there.fields["ETag"] == here.fields["ETag"]


@pytest.mark.parametrize("accept", ["text/csv", "text/tab-separated-values", "application/sparql-results+xml"])
def test_tables_are_the_same_bytes(both: Both, accept: str) -> None:
    """So is a table, where the query orders it."""
    there, here = both.ask("SELECT ?s { ?s a <http://www.w3.org/ns/org#Post> } ORDER BY ?s", accept)
    assert (there.status, there.body) == (200, here.body)


@pytest.mark.parametrize("query", ["SELEC", "SELECT * { ?s ?p }", "SELECT * { SERVICE <http://a/> {} }", "INSERT DATA { <a> <b> <c> }"])
def test_what_is_refused_is_refused_alike(both: Both, query: str) -> None:
    """What is no query, calls others, or is an update never gets to the store, and is told as ever."""
    there, here = both.ask(query)
    assert (there.status, json.loads(there.body)) == (here.status, json.loads(here.body))


@pytest.mark.parametrize(
    "query",
    [
        "DEFINE get:soft 'replace' SELECT * FROM <http://127.0.0.1:1/> { ?s ?p ?o }",
        "SELECT (<bif:version>() AS ?x) {}",
        "SELECT * { ?s <bif:contains> 'a' }",
        "PREFIX b: <b> SELECT * { ?s b:if:contains 'a' }",
        "PREFIX : <> SELECT * { ?s :bif:contains 'a' }",
        "SELECT * { ?s ?p ?o OPTION (TRANSITIVE) }",
        "SELECT * { ?s <java:com.example.Harm> ?o }",
    ],
)
def test_no_dialect_gets_to_a_store(both: Both, query: str) -> None:
    """What only a store understands, such as code of its own to run, is not SPARQL and is refused."""
    there, here = both.ask(query)
    assert there.status == (here.status if both.store.name == "disk" else 400), there.text


def test_no_graph_is_found_but_those_that_are_published(both: Both) -> None:
    """What stands in a store beside the published graphs is in no answer, even for who knows its name."""
    for hidden in ("urn:organograph:store:marker", "urn:organograph:store:twin"):
        for query in (f"SELECT * FROM <{hidden}> {{ ?s ?p ?o }}", f"SELECT * {{ GRAPH <{hidden}> {{ ?s ?p ?o }} }}"):
            assert rows(both.ask(query)[0]) == []
        assert rows(both.ask("SELECT * { ?s ?p ?o }", more=f"&default-graph-uri={quote(hidden)}")[0]) == []
        assert rows(both.ask("SELECT * { GRAPH ?g { ?s ?p ?o } }", more=f"&named-graph-uri={quote(hidden)}")[0]) == []


def test_an_endpoint_tells_the_limits_that_it_has(both: Both) -> None:
    """Of a store of others neither functions nor memory are told, which are its own; all else is as ever."""
    there, here = (client.get("/sparql", "text/turtle").text for client in (both.there, both.here))
    assert ("extensionFunction" in there) == ("limit-memory" in there) == (both.store.name == "disk")
    assert "extensionFunction" in here
    assert "limit-time" in there
    assert there.count("void:triples") == here.count("void:triples")
