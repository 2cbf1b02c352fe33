"""The published structure of IOM over HTTP: every IRI of the data dereferences, in every format, and real clients read it."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import SKOS
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from organograph import publish
from organograph.names import Names
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import ONTOLOGY, SHAPES, bundled
from serving import Running, listening

FORMATS = {"text/turtle": "turtle", "application/ld+json": "json-ld", "application/rdf+xml": "xml", "application/n-triples": "nt"}


def things(running: Running, published: str) -> dict[str, set[str]]:
    """Each document with the IRIs that lead to it: its own and those of its parts."""
    quads = ox.parse(path=published, format=ox.RdfFormat.N_QUADS)
    nodes = {node.value for quad in quads for node in (quad.subject, quad.object, quad.graph_name) if isinstance(node, ox.NamedNode)}
    found: dict[str, set[str]] = {}
    for node in sorted(node for node in nodes if node.startswith(running.base)):
        found.setdefault(node.partition("#")[0], set()).add(node)
    return found


def test_every_iri_of_the_data_dereferences(iom: Running, published: object) -> None:
    """Every thing and every part of one answers with triples about itself, every graph with its triples, in one kept connection."""
    iris = things(iom, f"{published}/dataset.nq")
    with closing(http.client.HTTPConnection(urlsplit(iom.address).netloc, timeout=30)) as connection:
        silent = {iri: silent for iri, parts in iris.items() if (silent := _unanswered(connection, iom, iri, parts))}
    assert silent == {}
    assert len(iris) > 250
    assert sum(map(len, iris.values())) > 1_500


def _unanswered(connection: http.client.HTTPConnection, iom: Running, iri: str, parts: set[str]) -> set[str]:
    """Of the IRIs that lead to a document those that none of its pages tells of; a graph is only named by the catalogue."""
    path, body = f"/{iri.removeprefix(iom.base)}", b""
    while path:
        connection.request("GET", path, headers={"Accept": "application/n-triples"})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 303):
            return parts
        body += content if answer.status == 200 else b""
        following = re.search(r'<([^>]*)>; rel="next"', answer.headers["Link"])
        path = answer.headers["Location"] or (following[1] if following else "")
    if iri.startswith(f"{iom.base}edition/") and body.count(b"\n") <= 100:
        return parts
    told = {line.partition("> ")[0].removeprefix("<") for line in body.decode().splitlines()}
    return {part for part in parts - told if not iri.startswith(f"{iom.base}edition/") or "#" in part}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # RDFLib 7.6 warns of a class it uses itself
@pytest.mark.parametrize("media_type", FORMATS)
def test_formats_of_a_description_agree(iom: Running, media_type: str) -> None:
    """A unit's description holds the same triples in every format."""
    graphs = [_described(iom, each) for each in (media_type, "application/n-triples")]
    assert set(graphs[0]) == set(graphs[1])
    unit = URIRef(f"{iom.base}id/unit/legal-affairs")
    assert str(graphs[0].value(unit, SKOS.prefLabel)) == "Office of Legal Affairs"


def _described(iom: Running, media_type: str) -> Graph:
    request = urllib.request.Request(f"{iom.address}id/unit/legal-affairs", headers={"Accept": media_type})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers.get_content_type() == media_type
        return Graph().parse(data=answer.read(), format=FORMATS[media_type])


def test_whole_edition_is_the_published_file(iom: Running, published: object) -> None:
    """An edition's IRI gives just the triples of its published file."""
    request = urllib.request.Request(f"{iom.address}edition/2022-06", headers={"Accept": "application/n-triples"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        told = Graph().parse(data=answer.read(), format="nt")
    assert set(told) == set(Graph().parse(f"{published}/editions/2022-06.nt"))


def test_sparqlwrapper_counts_the_units(iom: Running) -> None:
    """SPARQLWrapper gets the number of units of an edition by POST."""
    client = SPARQLWrapper(f"{iom.address}sparql", returnFormat=JSON)
    client.setMethod(POST)
    pattern = f"GRAPH <{iom.base}edition/2022-06> {{ ?unit a <http://www.w3.org/ns/org#OrganizationalUnit> }}"
    client.setQuery(f"SELECT (COUNT(?unit) AS ?units) {{ {pattern} }}")
    told = client.query().convert()
    assert isinstance(told, dict)
    assert told["results"]["bindings"][0]["units"]["value"] == "152"


def test_nothing_is_counted_twice(iom: Running) -> None:
    """In the default graph no triple stands twice, though two of its graphs hold it."""
    query = "SELECT (COUNT(*) AS ?all) (COUNT(DISTINCT *) AS ?distinct) { ?s ?p ?o }"
    told = json.loads(
        _curl(iom, "-H", "Accept: application/sparql-results+json", "--data-urlencode", f"query={query}", f"{iom.address}sparql")
    )
    (row,) = told["results"]["bindings"]
    assert row["all"]["value"] == row["distinct"]["value"]


def test_broken_query_is_told_with_its_position(iom: Running) -> None:
    """A query that cannot be read is a 400 that says where."""
    told = _curl(iom, "--get", "--data-urlencode", "query=SELECT *\nWHERE { ?s ?p", f"{iom.address}sparql", "-w", "%{http_code}")
    problem, status = json.loads(told[:-3]), told[-3:]
    assert (status, problem["line"]) == ("400", 2)
    assert "line 2" in problem["detail"]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # as above
def test_unknown_resource_is_told_in_the_negotiated_format(iom: Running) -> None:
    """What is not there is a 404 that a browser gets as a page, a program as JSON, and a client of RDF as RDF."""
    wanted = {
        "text/html": "text/html",
        "*/*": "application/problem+json",
        "text/turtle, */*;q=0.1": "text/turtle",
        "text/csv": "application/problem+json",
    }
    for accept, kind in (wanted | {each: each for each in FORMATS}).items():
        request = urllib.request.Request(f"{iom.address}id/unit/no-such-unit", headers={"Accept": accept})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        with caught.value as answer:
            assert (answer.code, answer.headers.get_content_type()) == (404, kind)
            if kind in FORMATS:
                told = Graph().parse(data=answer.read(), format=FORMATS[kind])
                assert [int(str(code)) for code in told.objects(None, URIRef("http://www.w3.org/2011/http#statusCodeValue"))] == [404]


def test_rebuild_does_not_disturb_the_running_server(tmp_path: Path) -> None:
    """A server goes on giving the dataset it has read while another is built in its place."""
    dataset = bundled().dataset
    assert dataset is not None
    publish.build(dataset, Names("http://one.example/"), ONTOLOGY, SHAPES, tmp_path / "out")
    with listening(create_app(Settings(dataset=tmp_path / "out"))) as address:
        publish.build(dataset, Names("http://two.example/"), ONTOLOGY, SHAPES, tmp_path / "out")
        with urllib.request.urlopen(f"{address}/catalogue.nt", timeout=10) as answer:
            assert b"<http://one.example/catalogue>" in answer.read()


def _curl(iom: Running, *arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    done = subprocess.run(["curl", "-sS", "--max-time", "20", *arguments], capture_output=True, text=True, check=True)
    return done.stdout
