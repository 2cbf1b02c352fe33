"""RDF files served as they are by `organograph serve FILE`: every format, several files, options, and files that are none."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from httpclient import HTML, Client
from organograph.cli import main
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import listening, served, small_dataset

TRIG = """
PREFIX : <http://data.example/>
:a :p :b, 1, "007"^^<http://www.w3.org/2001/XMLSchema#integer>, "x"@en .
:g { :a :p :b . <here> :q "7"^^<http://www.w3.org/2001/XMLSchema#positiveInteger> }
:h { :a :p :c . _:blank :p _:blank }
_:unnamed { :a :p :d }
"""
FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nq": RdfFormat.N_QUADS,
}
RDF = b"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
COUNT = "SELECT (COUNT(*) AS ?n) %s { %s }"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a default graph, two named graphs and one without a name."""
    path = tmp_path / "data.trig"
    path.write_text(TRIG, "utf-8")
    return path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of such a file."""
    path = tmp_path_factory.mktemp("file") / "data.trig"
    path.write_text(TRIG, "utf-8")
    with listening(create_app(Settings(files=(path,), base="http://data.example/"))) as address:
        yield Client(address)


def number(client: Client, pattern: str, source: str = "") -> int:
    """How many rows a pattern has."""
    return int(client.sparql(COUNT % (source, pattern), "text/csv").text.split()[1])


def test_the_command_serves_a_file(file: Path) -> None:
    """Started with a file and nothing else, it answers at the address that it prints, from which relative IRIs start."""
    with served(file) as address:
        client = Client(address)
        assert number(client, "?s ?p ?o") == 4
        told = client.sparql("SELECT ?s { GRAPH ?g { ?s <http://data.example/q> ?o } }", "text/csv").text
        assert told == f"s\r\n{address}/here\r\n"
        assert json.loads(client.get("/healthz").body)["triples"] == 9


def test_host_and_port_come_from_the_environment(file: Path) -> None:
    """HOST and PORT are read from the environment, for files too."""
    done = CliRunner().invoke(main, ["serve", str(file)], env={"HOST": "no.such.host.invalid", "PORT": "70000"})
    assert (done.exit_code, "must be a number from 0 to 65535" in done.stderr) == (2, True)
    done = CliRunner().invoke(main, ["serve", str(file)], env={"HOST": "no.such.host.invalid", "PORT": "0"})
    assert (done.exit_code, "cannot listen at 'no.such.host.invalid'" in done.stderr) == (2, True)


def test_the_graphs_are_those_of_the_file(client: Client) -> None:
    """What stands in no named graph is the default graph; each named graph keeps its name, and literals their form."""
    # The engine takes 007 for 7; of 1 and 7 it tells two numbers.
    assert number(client, "?s ?p ?o") == 4
    assert number(client, "GRAPH ?g { ?s ?p ?o }") == 5
    assert number(client, "?s ?p ?o", "FROM <http://data.example/g> FROM <http://data.example/h>") == 4
    constructed = client.sparql("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples").text
    assert '"007"^^' in constructed
    assert constructed == client.get("/rdf-graph-store?default", "application/n-triples").text
    graph = client.get(f"/rdf-graph-store?graph={quote('http://data.example/g')}", "application/n-triples").text
    assert "positiveInteger" in graph
    assert len(graph.splitlines()) == 2


def test_the_union_of_all_graphs_can_be_the_default(file: Path) -> None:
    """With --union-default-graph a query without dataset sees every triple once, and FROM still wins."""
    app = create_app(Settings(files=(file,), base="http://data.example/", union_default_graph=True))
    with listening(app) as address:
        client = Client(address)
        assert number(client, "?s ?p ?o") == 8
        assert number(client, "?s ?p ?o", "FROM <http://data.example/g>") == 2
        assert len(client.get("/rdf-graph-store?default", "application/n-triples").text.splitlines()) == 8
        assert "UnionDefaultGraph" in client.get("/sparql", "text/turtle").text


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_served(tmp_path: Path, ending: str) -> None:
    """A file in each format of RDF, told by the ending of its name, is served with its triples."""
    triples = [quad.triple for quad in parse(TRIG, format=RdfFormat.TRIG, base_iri="http://data.example/")]
    path = tmp_path / f"data.{ending}"
    path.write_bytes(serialize(set(triples), format=FORMATS[ending]) or b"")
    with listening(create_app(Settings(files=(path,)))) as address:
        assert number(Client(address), "?s ?p ?o") == len(set(triples)) == 8


def test_several_files_are_taken_together(tmp_path: Path) -> None:
    """Files join graph by graph; blank nodes of the same name in two files stay two."""
    quads = [Quad(NamedNode("http://x/s"), NamedNode("http://x/p"), NamedNode(f"http://x/{n}"), NamedNode("http://x/g")) for n in range(3)]
    (tmp_path / "one.nq").write_bytes(serialize(quads[:2], format=RdfFormat.N_QUADS) or b"")
    (tmp_path / "two.nq").write_bytes(serialize(quads[1:], format=RdfFormat.N_QUADS) or b"")
    for name in ("three", "four"):
        (tmp_path / f"{name}.ttl").write_text("_:same <http://x/p> 1 .", "utf-8")
    files = tuple(tmp_path / name for name in ("one.nq", "two.nq", "three.ttl", "four.ttl"))
    with listening(create_app(Settings(files=files))) as address:
        client = Client(address)
        assert number(client, "GRAPH <http://x/g> { ?s ?p ?o }") == 3
        assert number(client, "?s ?p 1") == 2


def test_the_home_page_asks_and_lists(client: Client) -> None:
    """The first page has the form for queries and each graph with its triples and a link; RDF is led to the description."""
    shown = client.get("/", HTML)
    assert (shown.status, shown.text.count("<textarea")) == (200, 1)
    links = re.findall(r'href="\./(rdf-graph-store[^"]*)"', shown.text)
    assert len(links) == 3
    for link in links:
        assert client.get(f"/{link}").status == 200
    led = client.get("/", "text/turtle")
    assert (led.status, led.fields["Location"]) == (303, "/.well-known/void")
    answered = client.get(f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}", HTML).text
    assert "<td>http://data.example/a</td>" in answered


def test_names_without_a_slash_are_described(tmp_path: Path) -> None:
    """Properties and classes that are URNs or the like have namespaces too, and the description of the store is there."""
    path = tmp_path / "a.ttl"
    path.write_text("<urn:a> <urn:c:d> 1 ; a <tag:x.example,2020:T>, <http://e.example> .")
    with listening(create_app(Settings(files=(path,), base="http://data.example/"))) as address:
        described = Client(address).get("/.well-known/void", "text/turtle")
    assert described.status == 200
    told = parse(described.body, format=RdfFormat.TURTLE)
    spaces = {quad.object.value for quad in told if quad.predicate.value.endswith("#vocabulary")}
    assert {"urn:c:", "tag:x.example,2020:"} <= spaces


def test_nothing_of_editions_is_left_where_there_are_none(client: Client) -> None:
    """Addresses of a published dataset are 404 on files, and every link of the pages leads somewhere."""
    for path in ("/catalogue", "/edition/2022-06", "/edition/2022-06/sparql", "/id/unit/x", "/ns", "/data/dataset.nq"):
        assert client.get(path, "application/json").status == 404
    for path in ("/", "/sparql", "/nothing"):
        for link in re.findall(r'(?:href|action)="\./([^"]*)"', client.get(path, HTML).text):
            assert client.get(f"/{link}", HTML).status == 200, link


def test_a_file_describes_itself(client: Client) -> None:
    """Service description and VoID of a file name its graphs with their numbers."""
    description = client.get("/sparql", "application/n-triples").text
    assert '<http://data.example/sparql#graph-1> <http://rdfs.org/ns/void#triples> "2"' in description
    void = client.get("/.well-known/void", "application/n-triples").text
    assert '<http://data.example/g> <http://rdfs.org/ns/void#triples> "2"' in void
    assert '<http://data.example/.well-known/void#dataset> <http://rdfs.org/ns/void#triples> "8"' in void


def test_an_empty_file_is_served(tmp_path: Path) -> None:
    """A file without triples answers queries, and describes itself."""
    (tmp_path / "empty.nq").write_bytes(b"")
    with listening(create_app(Settings(files=(tmp_path / "empty.nq",)))) as address:
        client = Client(address)
        assert number(client, "?s ?p ?o") == 0
        for path in ("/", "/sparql", "/.well-known/void", "/rdf-graph-store?default", "/healthz"):
            for accept in ("text/turtle", HTML):
                assert client.get(path, accept).status in (200, 303), path


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bad.ttl", b"<a:a> <a:b> <a:c> .\n<a:a> <a:b> <a:c\n", "bad.ttl:2:"),
        ("bad.trig", b"<a:g> { <a:a> <a:b> }\n", "bad.trig:1:"),
        ("bad.nq", b"<a:a> <a:b> <a:c> .\n\n<a:a> <a:b> .\n", "bad.nq:3:"),
        ("bad.nt", b"<a:a> <a:b> <a> .\n", "bad.nt:1:"),
        ("bad.jsonld", b'{"@id": "a:a",\n }', "bad.jsonld:2:"),
        ("remote.jsonld", b'{"@context": "http://far.example/c", "@id": "a:a"}', "nothing is fetched"),
        ("bad.rdf", b"<?xml version='1.0'?>\n<a><b></b></a>", "bad.rdf:2:3: XML namespaces are required"),
        ("iri.rdf", RDF + b"\n <r:Description r:about='\xc3\xa9 b'/></r:RDF>", "iri.rdf:2:31: error while parsing IRI"),
        ("open.rdf", RDF + b"\n <r:Description>\n</r:RDF>", "open.rdf:3:3: mismatched tag."),
        ("torn.rdf", RDF + b"\n <r:Description>\n", "torn.rdf:3:1: no element found."),
        ("remote2.jsonld", b'{"@id": "a:a", "@context":\n "http://far.example/c"}', "nothing is fetched"),
        ("bytes.ttl", b"<a:a> <a:b> '\xff' .\n", "bytes.ttl:1:14: the file is not UTF-8."),
        ("table.csv", b"a,b\n", "does not tell its format"),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """A file that cannot be read is told with line and column, what to do, and exit status 2."""
    (tmp_path / name).write_bytes(content)
    # The port is taken, so that a file that is served after all fails the test and does not hold it up.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(main, ["serve", str(tmp_path / name), "--base", "http://data.example/", "--port", port])
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert words in done.stderr
    assert done.stderr.startswith("organograph serve: ")
    assert done.stderr.rstrip().endswith(".")


def test_what_is_named_must_be_one_thing(tmp_path: Path, file: Path) -> None:
    """A missing path, two directories, a directory beside a file, or a base that is none: each is told, with exit status 2."""
    dataset = small_dataset(tmp_path)
    for arguments, words in (
        ([tmp_path / "none"], "There is no file or directory"),
        ([dataset, file], "is a directory, and more is named beside it"),
        ([dataset, dataset], "is a directory, and more is named beside it"),
        ([file, "--dataset", dataset], "is a directory, and more is named beside it"),
        ([file, "--base", "nowhere"], "base IRI 'nowhere' cannot be used"),
        ([tmp_path], "There is no dataset in"),
    ):
        done = CliRunner().invoke(main, ["serve", *map(str, arguments), "--port", "0"])
        assert (done.exit_code, words in done.stderr) == (2, True), done.output


def test_a_dataset_directory_may_be_named_alone(tmp_path: Path) -> None:
    """`serve DIR` is `serve --dataset DIR`, with editions and pages."""
    with served(small_dataset(tmp_path)) as address:
        assert json.loads(Client(address).get("/healthz").body)["editions"] == ["2021-09", "2022-06"]
        assert Client(address).get("/edition/2021-09", "text/turtle").status == 200
