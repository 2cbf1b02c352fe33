"""The server over a real socket: documents, negotiation, caching, problems, and what strange requests get."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from pyoxigraph import Quad, RdfFormat, Triple, parse
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from SPARQLWrapper import CSV, JSON, POST, RDFXML, SPARQLWrapper

from organograph_server.publication import Publication
from serving import BASE, listening, small_app

HTML = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
UNIT = f"{BASE}id/unit/legal-affairs"


@dataclass(frozen=True)
class Answer:
    """An answer: its status, its fields and its body."""

    status: int
    fields: http.client.HTTPMessage
    body: bytes

    @property
    def media_type(self) -> str:
        """Its type without parameters."""
        return (self.fields["Content-Type"] or "").partition(";")[0]

    @property
    def text(self) -> str:
        """Its body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class Client:
    """A client of one server that follows nothing and adds nothing."""

    address: str

    def get(self, path: str, accept: str | None = None, **fields: str) -> Answer:
        """Get a path."""
        return self.ask("GET", path, fields | ({"Accept": accept} if accept is not None else {}))

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, body: bytes | None = None) -> Answer:
        """Send one request over a connection of its own."""
        where = urlsplit(self.address)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        try:
            connection.request(method, path, body, fields or {})
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def raw(self, request: bytes) -> bytes:
        """Send bytes as they are; give what comes back."""
        where = urlsplit(self.address)
        with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: connection.recv(65_536), b""))

    def sparql(self, query: str, accept: str | None = None) -> Answer:
        """Ask a query by GET."""
        return self.get(f"/sparql?query={quote(query)}", accept)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def triples(content: bytes, form: RdfFormat) -> set[Triple]:
    """The triples of a document."""
    return {quad.triple for quad in parse(content, format=form) if isinstance(quad, Quad)}


def test_every_iri_leads_to_a_document(client: Client) -> None:
    """Each IRI of the data under its base is answered, by 303 or at once, with a document in RDF that mentions it."""
    nquads = client.get("/data/dataset.nq").text
    iris = {iri.partition("#")[0] for iri in re.findall(rf"<({BASE}[^>]*)>", nquads)}
    assert len(iris) >= 20
    for iri in sorted(iris):
        path = iri[len(BASE) - 1 :]
        answer = client.get(path, "application/n-triples")
        if path.startswith("/id/"):
            assert answer.status == 303
            answer = client.get(answer.fields["Location"], "application/n-triples")
        assert (answer.status, answer.media_type) == (200, "application/n-triples")
        assert f"<{iri}" in answer.text or path.startswith("/edition/")


def test_a_thing_leads_to_its_document(client: Client) -> None:
    """A thing answers 303 to its document, with or without an ending."""
    answer = client.get("/id/unit/legal-affairs", "text/turtle")
    assert (answer.status, answer.fields["Location"]) == (303, "/doc/unit/legal-affairs")
    assert client.get("/id/unit/legal-affairs.ttl").fields["Location"] == "/doc/unit/legal-affairs.ttl"


@pytest.mark.parametrize(
    "path", ["/doc/unit/legal-affairs", "/edition/2022-06", "/edition/2022-06/source/structure-2022", "/catalogue", "/ns"]
)
def test_all_formats_say_the_same(client: Client, path: str) -> None:
    """A document is the same graph in each format, by negotiation, by ending and by parameter."""
    forms = {
        "ttl": ("text/turtle", RdfFormat.TURTLE),
        "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
        "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
        "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    }
    graphs = []
    for ending, (media_type, form) in forms.items():
        answer = client.get(path, media_type)
        assert (answer.status, answer.media_type) == (200, media_type)
        assert answer.fields["Content-Location"] == f"{path}.{ending}"
        assert answer.body == client.get(f"{path}.{ending}", HTML).body == client.get(f"{path}?format={ending}").body
        graphs.append(triples(answer.body, form))
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)
    page = client.get(path, HTML)
    assert (page.status, page.media_type, page.fields["Content-Location"]) == (200, "text/html", f"{path}.html")
    assert all(f'rel="alternate"; type="{media_type}"' in page.fields["Link"] for media_type, _ in forms.values())


def test_a_description_is_symmetric(client: Client) -> None:
    """A unit's document has what is said of it, what points at it, its evidence, and labels; of the latest edition alone."""
    graph = Graph().parse(data=client.get("/doc/unit/legal-affairs.ttl").text, format="turtle")
    asked = {
        "said of it": "ASK { <unit/legal-affairs> org:purpose ?x ; og:parent <post/director-general> }",
        "pointing at it": "ASK { <conflict/legal-name> og:about <unit/legal-affairs> }",
        "evidence": "ASK { <unit/legal-affairs> og:mention/oa:hasSelector/oa:start 100 }",
        "labels": 'ASK { <post/director-general> skos:prefLabel "Director General"@en }',
        "kinds": 'ASK { <unit/legal-affairs> org:classification/skos:prefLabel "department"@en }',
        "one edition": 'ASK { FILTER NOT EXISTS { <unit/legal-affairs> skos:prefLabel "Legal Affairs"@en } }',
    }
    prefixes = f"BASE <{BASE}id/> PREFIX og: <https://w3id.org/organograph/ns#> PREFIX oa: <http://www.w3.org/ns/oa#> "
    assert {name for name, query in asked.items() if not graph.query(prefixes + query).askAnswer} == set()


def test_a_thing_of_the_past_is_described_from_its_last_edition(client: Client) -> None:
    """A unit that the latest edition no longer has keeps its document, with the change that ended it."""
    graph = Graph().parse(data=client.get("/doc/unit/emergencies.ttl").text, format="turtle")
    assert (URIRef(f"{BASE}id/change/crisis-response"), None, URIRef(f"{BASE}id/unit/emergencies")) in graph
    assert "No longer described" in client.get("/doc/unit/emergencies.html").text


def test_documents_keep_their_terms_as_written(client: Client) -> None:
    """A document gives numbers with the very type that was published."""
    assert re.search(rb'#start> "100"\^\^<[^>]*#integer>', client.get("/doc/source/structure-2022.nt").body)


def test_a_page_shows_place_editions_and_evidence(client: Client) -> None:
    """The page of a unit shows its chain of command, each edition's name and kind, its evidence and its data."""
    page = client.get("/doc/unit/legal-affairs", HTML).text
    for shown in ("Office of Legal Affairs", "Director General", "LEG", "Advises the organization on law.", "100–123", "10–23"):
        assert shown in page
    assert re.search(r"2021-09</a></td>\s*<td>Legal Affairs</td><td>office</td>", page)
    assert 'href="../../doc/post/director-general"' in page
    assert 'href="../../doc/unit/legal-affairs.ttl"' in page
    assert "The longer name is chosen." in page


def test_pages_escape_what_they_show(client: Client) -> None:
    """A name with signs of markup is shown, not obeyed."""
    page = client.get("/doc/unit/crisis-response", HTML).text
    assert "Crisis &lt;Response&gt; &amp; Recovery" in page
    assert "<Response>" not in page


def test_scope_explains_what_an_edition_leaves_out(client: Client) -> None:
    """Where an edition does not describe a thing, its page says why."""
    assert "The document describes the office of the Director General alone." in client.get("/doc/unit/bangkok.html").text


def test_home_shows_editions_and_the_tree(client: Client) -> None:
    """The home page lists the editions and the tree of the latest, as links that work without scripts."""
    page = client.get("/", HTML).text
    assert "June 2022" in page
    assert "September 2021" in page
    assert page.index("Director General") < page.index("Deputy Director General") < page.index("Regional Office Bangkok")
    assert not re.search(r"<summary[^>]*>(?:(?!</summary>).)*<a ", page, re.DOTALL)
    assert "<script" not in page


def test_rdf_clients_are_led_from_home_to_the_catalogue(client: Client) -> None:
    """A client of the home page that wants RDF is told where it is."""
    answer = client.get("/", "text/turtle")
    assert (answer.status, answer.fields["Location"]) == (303, "/catalogue")


def test_links_of_pages_lead_somewhere(client: Client) -> None:
    """Every link within the site, from every kind of page, is answered without an error."""
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        path = todo.pop()
        answer = client.get(path, HTML)
        assert answer.status == 200, path
        if answer.media_type == "text/html":
            for link in re.findall(r'(?:href|src|action)="([^"]+)"', answer.text):
                target = http_path(path, link)
                if target and target not in seen:
                    seen.add(target)
                    todo.append(target)
    assert len(seen) > 50


def http_path(path: str, link: str) -> str | None:
    """The path that a link on a page leads to; None where it leads out of the site."""
    where = urlsplit(urljoin(f"http://here{path}", link))
    return where.path if where.netloc == "here" else None


def test_pages_ask_nothing_of_other_servers(client: Client) -> None:
    """No page loads anything from elsewhere, and says so to the browser."""
    for path in ("/", "/doc/unit/legal-affairs.html", "/sparql"):
        answer = client.get(path, HTML)
        assert "default-src 'none'" in answer.fields["Content-Security-Policy"]
        assert not re.search(r'(?:src|<link[^>]*href)="(?:https?:)?//', answer.text)


def test_tags_are_strong_and_spare_the_body(client: Client) -> None:
    """Each representation has its own strong tag; with If-None-Match the answer is 304 without body, with the same fields."""
    tags = set()
    for accept in ("text/turtle", "application/ld+json", HTML):
        answer = client.get("/doc/unit/legal-affairs", accept)
        tag = answer.fields["ETag"]
        assert tag.startswith('"')
        assert answer.fields["Vary"] == "Accept"
        again = client.get("/doc/unit/legal-affairs", accept, **{"If-None-Match": f'"other", W/{tag}'})
        assert (again.status, again.body, again.fields["ETag"], again.fields["Vary"]) == (304, b"", tag, "Accept")
        assert again.fields["Content-Location"] == answer.fields["Content-Location"]
        tags.add(tag)
    assert len(tags) == 3


def test_tags_and_bytes_outlive_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two servers of equal datasets give equal tags and equal bytes."""
    seen = []
    for name in ("first", "second"):
        with listening(small_app(tmp_path_factory.mktemp(name))) as address:
            answers = [Client(address).get(f"/doc/unit/legal-affairs.{ending}") for ending in ("ttl", "rdf", "jsonld", "html")]
            seen.append([(answer.fields["ETag"], answer.body) for answer in answers])
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "path",
    ["/", "/id/unit/legal-affairs", "/doc/unit/legal-affairs", "/edition/2022-06", "/healthz", "/sparql?query=ASK%7B%7D", "/nothing"],
)
def test_head_is_get_without_body(client: Client, path: str) -> None:
    """HEAD gives the fields of GET."""
    got, head = client.get(path), client.ask("HEAD", path)
    assert head.body == b""
    assert head.status == got.status
    ignored = {"Date"}
    assert {k: v for k, v in head.fields.items() if k not in ignored} == {k: v for k, v in got.fields.items() if k not in ignored}


def test_scripts_of_other_sites_may_read(client: Client) -> None:
    """Every answer, problems too, allows other origins; a preflight is answered."""
    for path in ("/doc/unit/legal-affairs", "/nothing", "/healthz"):
        assert client.get(path).fields["Access-Control-Allow-Origin"] == "*"
    preflight = client.ask("OPTIONS", "/sparql", {"Origin": "http://other.example", "Access-Control-Request-Method": "POST"})
    assert preflight.status == 200
    assert "POST" in preflight.fields["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/problem+json"),
        ("text/turtle", "application/problem+json"),
        ("application/json", "application/json"),
        (HTML, "text/html"),
        ("text/plain", "text/plain"),
    ],
)
def test_unknown_things_are_a_problem_in_the_negotiated_format(client: Client, accept: str | None, media_type: str) -> None:
    """An unknown resource is 404 with a sentence, in the format that the client reads."""
    for path in ("/doc/unit/nobody", "/id/unit/nobody", "/edition/1999-01", "/nothing"):
        answer = client.get(path, accept)
        assert (answer.status, answer.media_type, answer.fields["Vary"]) == (404, media_type, "Accept")
    assert "nobody" in client.get("/doc/unit/nobody", accept).text


def test_what_cannot_be_given_is_406_with_what_can(client: Client) -> None:
    """A format that is not there is refused with a list of those that are."""
    for answer in (client.get("/doc/unit/legal-affairs", "image/png"), client.get("/doc/unit/legal-affairs?format=word")):
        assert answer.status == 406
        assert "text/turtle" in json.loads(answer.body)["available"]


def test_other_methods_are_refused(client: Client) -> None:
    """A document cannot be changed; the answer says what it can."""
    answer = client.ask("DELETE", "/doc/unit/legal-affairs")
    assert (answer.status, answer.media_type) == (405, "application/problem+json")
    assert "GET" in answer.fields["Allow"]


STRANGE = [
    b"GET /doc/unit/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/a%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /id/unit/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /data/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /data/%2e%2e/manifest.json HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /static/../app.py HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/%3Cscript%3E HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n",
    b"GET /doc/unit/legal-affairs%00.ttl HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //doc//unit//legal-affairs HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=%ff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=ASK%7B%7D&default-graph-uri=a%0d%0ab HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=ASK%7B%7D%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?" + b"a&" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/nobody?format=%0d%0a HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe;;;,q=\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: x\r\nAccept: " + b"text/turtle;q=0.1," * 3_000 + b"\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"\xff\", W/\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nquery=%ff",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 4\r\n\r\nASK\xff",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 3\r\n\r\n--b",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: \xff\r\nContent-Length: 0\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("request_bytes", STRANGE)
def test_strange_requests_never_fail_the_server(client: Client, request_bytes: bytes) -> None:
    """Whatever the bytes, the answer is none of 5xx, carries no field or address of theirs, and the server goes on."""
    head, _, body = client.raw(request_bytes.replace(b"Host:", b"Connection: close\r\nHost:")).partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] [234]", head), head
    assert b"Set-Cookie" not in head
    assert b"evil.example" not in head + body
    assert b"Traceback" not in body
    assert b"<script>" not in body
    assert client.get("/healthz").status == 200


def test_health_names_the_dataset(client: Client) -> None:
    """The state of the server tells which data it serves."""
    state = json.loads(client.get("/healthz").body)
    assert state["status"] == "ok"
    assert state["editions"] == ["2021-09", "2022-06"]
    assert state["triples"] == len(client.get("/data/dataset.nq").text.splitlines())
    assert re.fullmatch("[0-9a-f]{64}", state["dataset_sha256"])


def test_failures_tell_nothing_of_the_inside(tmp_path: Path) -> None:
    """A failure of the server's own is a problem without a trace of the code."""
    app = small_app(tmp_path)
    (tmp_path / "dataset" / "editions" / "2022-06.ttl").unlink()
    answer = app.test_client().get("/edition/2022-06.ttl")
    assert answer.status_code == 500
    assert "logged" in answer.get_json()["detail"]
    assert str(tmp_path) not in answer.text


# What clients see of SPARQL.


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
    assert (answer.status, answer.media_type, answer.fields["Vary"]) == (200, media_type, "Accept")
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
    assert (answer.status, problem["line"], problem["column"]) == (400, 2, 16)
    assert "line 2, column 16" in problem["detail"]
    unknown = json.loads(client.sparql("ASK {\n ?s ex:p 1 }").body)
    assert (unknown["line"], unknown["column"]) == (2, 5)
    assert "prefix ex:" in unknown["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql", 400),
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
        ("/sparql?query=ASK%7B%7D" + "%20" * 270_000, 414),
    ],
)  # fmt: skip
def test_requests_without_an_answer_say_why(client: Client, path: str, status: int) -> None:
    """What cannot be answered is refused with the right status and a sentence."""
    answer = client.get(path)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert json.loads(answer.body)["detail"].endswith(".")


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


# Real clients.


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # used by the client itself
def test_rdflib_reads_things(client: Client) -> None:
    """Rdflib reads a thing's IRI by following to its document, in each format that it can ask for."""
    graphs = [Graph().parse(f"{client.address}/id/unit/legal-affairs", format=form) for form in ("turtle", "xml", "nt", "json-ld")]
    graphs.append(Graph().parse(f"{client.address}/id/unit/legal-affairs"))
    assert len(graphs[0]) > 10
    assert all(isomorphic(graph, graphs[0]) for graph in graphs)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # used by the client itself
def test_sparqlwrapper_asks(client: Client) -> None:
    """SPARQLWrapper gets rows, truths and graphs, by GET and by POST."""
    wrapper = SPARQLWrapper(f"{client.address}/sparql")
    wrapper.setQuery("SELECT (1 AS ?x) {}")
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["results"]["bindings"][0]["x"]["value"] == "1"
    wrapper.setMethod(POST)
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert() == b"x\r\n1\r\n"
    wrapper.setQuery(f"CONSTRUCT WHERE {{ <{UNIT}> ?p ?o }}")
    wrapper.setReturnFormat(RDFXML)
    assert len(wrapper.queryAndConvert()) > 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_follows(client: Client) -> None:
    """Curl with its own Accept field follows a thing to Turtle."""
    command = ["curl", "--silent", "--show-error", "--location", "--max-time", "20", "--write-out", "%{content_type}"]
    done = subprocess.run([*command, f"{client.address}/id/unit/legal-affairs"], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("text/turtle; charset=utf-8")


def test_another_base_is_served_at_any_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A dataset with the base of a public address is served here too, and its links stay on this server."""
    app = small_app(tmp_path_factory.mktemp("base"), "https://data.example.org/iom/")
    with listening(app) as address:
        client = Client(address)
        assert client.get("/id/unit/legal-affairs").fields["Location"] == "/doc/unit/legal-affairs"
        assert "<https://data.example.org/iom/id/unit/legal-affairs>" in client.get("/doc/unit/legal-affairs.nt").text
        assert "data.example.org" not in "".join(re.findall(r'href="[^"]*"', client.get("/doc/unit/legal-affairs.html").text))
    assert len(Publication.of(app).published.editions) == 2
