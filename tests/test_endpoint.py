"""The SPARQL endpoint over a real socket: which graphs, which formats, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from httpclient import HTML, Client
from organograph_server.answers.representations import Recent
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import BASE, listening, small_app, small_dataset

UNIT = f"{BASE}id/unit/legal-affairs"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def test_the_default_graph_is_latest_edition_catalogue_and_ontology(client: Client) -> None:
    """A query without dataset sees these three as one graph, with no triple twice."""
    count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
    union = f"FROM <{BASE}edition/2022-06> FROM <{BASE}catalogue> FROM <https://w3id.org/organograph/ns>"
    distinct = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { VALUES ?g { %s } GRAPH ?g { ?s ?p ?o } } }"
    graphs = f"<{BASE}edition/2022-06> <{BASE}catalogue> <https://w3id.org/organograph/ns>"
    numbers = {client.sparql(query, "text/csv").text for query in (count % "", count % union, distinct % graphs)}
    assert len(numbers) == 1


def test_graphs_that_share_triples_count_them_once(client: Client) -> None:
    """FROM, and default-graph-uri, make a union of graphs, in which no triple is twice; the request's dataset wins."""
    query = "PREFIX org: <http://www.w3.org/ns/org#> SELECT (COUNT(*) AS ?n) %s { ?s a org:Post }"
    both = f"FROM <{BASE}edition/2021-09> FROM <edition/2022-06>"
    assert client.sparql(query % both, "text/csv").text == "n\r\n2\r\n"
    named = "".join(f"&default-graph-uri={quote(BASE)}edition/{edition}" for edition in ("2021-09", "2022-06"))
    answer = client.get(f"/sparql?query={quote(query % 'FROM <http://nowhere.example/>')}{named}", "text/csv")
    assert answer.text == "n\r\n2\r\n"


@pytest.mark.parametrize(
    ("query", "accept", "media_type", "start"),
    [
        ("ASK {}", None, "application/sparql-results+json", b'{"head"'),
        ("SELECT (1 AS ?x) {}", "application/sparql-results+xml", "application/sparql-results+xml", b"<?xml"),
        ("SELECT (1 AS ?x) {}", "text/csv", "text/csv", b"x\r\n1\r\n"),
        ("SELECT (1 AS ?x) {}", "text/tab-separated-values", "text/tab-separated-values", b"?x\n1\n"),
        ("SELECT (1 AS ?x) {}", HTML, "text/html", b"<!doctype html>"),
        ("CONSTRUCT { <s> <p> <o> } {}", None, "text/turtle", b"<http://127.0.0.1:8000/s>"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/n-triples", "application/n-triples", b"<http://127.0.0.1:8000/s>"),
        ("CONSTRUCT { <s> <p> 1 } {}", "application/ld+json", "application/ld+json", b"{"),
        (f"DESCRIBE <{UNIT}>", "application/rdf+xml", "application/rdf+xml", b"<?xml"),
        (f"DESCRIBE <{UNIT}>", HTML, "text/html", b"<!doctype html>"),
    ],
)
def test_answers_come_in_their_formats(client: Client, query: str, accept: str | None, media_type: str, start: bytes) -> None:
    """Tables and graphs are given in each of their formats, with tag and Vary."""
    answer = client.sparql(query, accept)
    vary = "Accept, Accept-Encoding, Accept-Language" if accept == HTML else "Accept, Accept-Encoding"
    assert (answer.status, answer.media_type, answer.fields["Vary"]) == (200, media_type, vary)
    assert answer.body.startswith(start)
    again = client.get(
        f"/sparql?query={quote(query)}", **({"Accept": accept} if accept else {}), **{"If-None-Match": answer.fields["ETag"]}
    )
    assert again.status == 304


def test_parameters_name_formats_too(client: Client) -> None:
    """A format named by parameter beats the Accept field where it fits the query; others are ignored, as are unknown parameters."""
    path = f"/sparql?query={quote('ASK {}')}"
    assert client.get(f"{path}&format=xml", "text/csv").media_type == "application/sparql-results+xml"
    assert client.get(f"{path}&output=json&results=json&timeout=9", "text/csv").media_type == "application/sparql-results+json"
    assert client.get(f"{path}&format=turtle", "text/csv").media_type == "text/csv"


def test_broken_queries_are_told_with_their_place(client: Client) -> None:
    """A query that cannot be read is 400 with line, column and a sentence."""
    answer = client.sparql("SELECT ?x\nWHERE { ?x ?y }")
    problem = json.loads(answer.body)
    assert (answer.status, problem["line"], problem["column"]) == (400, 2, 15)
    assert "line 2, column 15" in problem["detail"]
    unknown = json.loads(client.sparql("ASK {\n ?s ex:p 1 }").body)
    assert (unknown["line"], unknown["column"]) == (2, 5)
    assert "prefix ex:" in unknown["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?default-graph-uri=http://x/", 400),
        ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", 400),
        ("/sparql?query=", 400),
        ("/sparql?query=CLEAR%20ALL", 403),
        ("/sparql?update=CLEAR%20ALL", 403),
        ("/sparql?query=" + quote("SELECT * { SERVICE <http://127.0.0.1:1/> {} }"), 400),
        ("/sparql?query=" + quote("SELECT * " + "{" * 3_000), 400),
        ("/sparql?query=" + quote("SELECT (<http://x/f>(1) AS ?x) {}"), 400),
        ("/sparql?query=" + quote("CONSTRUCT { <s> <http://x/1> 2 } {}") + "&format=rdf", 406),
        ("/sparql?query=" + quote('SELECT ("\\u0001" AS ?x) {}') + "&format=xml", 406),
        ("/sparql?query=" + quote("CONSTRUCT { <s> <p> <<( <s> <p> 1 )>> } {}") + "&format=jsonld", 406),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=no%20iri", 400),
    ],
)  # fmt: skip
def test_requests_without_an_answer_say_why(client: Client, path: str, status: int) -> None:
    """What cannot be answered is refused with the right status and a sentence."""
    answer = client.get(path)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert json.loads(answer.body)["detail"].endswith(".")


def test_addresses_have_limits(client: Client, tmp_path: Path) -> None:
    """A query that is too long for an address is refused: with a sentence by our limit, without one by that of HTTP servers (64 KiB)."""
    with listening(create_app(Settings(dataset=small_dataset(tmp_path), max_query_bytes=10_000))) as address:
        answer = Client(address).sparql("ASK {}" + " " * 10_000)
    assert (answer.status, answer.media_type) == (414, "application/problem+json")
    assert json.loads(answer.body)["detail"].endswith(".")
    assert client.sparql("ASK {}" + " " * 20_000).status == 200
    assert client.sparql("ASK {}" + " " * 30_000).status == 414


def test_bodies_have_limits(client: Client) -> None:
    """A body that is too long, or of another type, is refused."""
    query = {"Content-Type": "application/sparql-query"}
    assert client.ask("POST", "/sparql", query, b"ASK {}" + b" " * 300_000).status == 413
    assert client.ask("POST", "/sparql", query, b"ASK {}" + b" " * 900_000).status == 413
    assert client.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL").status == 403
    assert client.ask("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}").status == 415


def test_queries_cannot_change_what_is_served(client: Client) -> None:
    """After all attempts at change, the dataset is what it was."""
    before = client.get("/healthz").body
    for body in (b"update=CLEAR+ALL", b"query=DROP+ALL", b"query=INSERT+DATA+%7B%3Ca%3E%3Ca%3E%3Ca%3E%7D"):
        assert client.ask("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, body).status == 403
    assert client.get("/healthz").body == before


def test_what_is_asked_again_is_kept(client: Client) -> None:
    """A query asked again is answered from what is kept; another edition, format or dataset is another answer."""
    query = "SELECT (COUNT(*) AS ?n) { ?unit a <http://www.w3.org/ns/org#OrganizationalUnit> }"
    where = f"sparql?query={quote(query)}"
    paths = {
        f"/{where}": "text/csv",
        f"/edition/2021-09/{where}": "text/csv",
        f"/{where}&default-graph-uri={quote(BASE)}edition/2021-09": "text/tab-separated-values",
        f"/{where}&named-graph-uri={quote(BASE)}edition/2021-09": "text/csv",
    }
    first = {path: client.get(path, accept).body for path, accept in paths.items()}
    assert [body.split()[1] for body in first.values()] == [b"3", b"2", b"2", b"0"]
    for _ in range(3):
        assert {path: client.get(path, accept).body for path, accept in paths.items()} == first


@pytest.mark.parametrize("function", ["RAND()", "NOW()", "STRUUID()", "UUID ( )"])
def test_what_changes_from_time_to_time_is_worked_out_each_time(client: Client, function: str) -> None:
    """A query for chance or for the time of day gets a new answer each time."""
    query = f"SELECT ({function} AS ?x) {{}}"
    assert len({client.sparql(query, "text/csv").body for _ in range(4)}) == 4


def test_only_what_is_asked_again_is_remembered() -> None:
    """A key is new the first time, known the second, and forgotten after as many others as are remembered."""
    recent = Recent(2)
    assert [recent.again((key,)) for key in "aabcba"] == [False, True, False, False, True, False]
