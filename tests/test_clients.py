"""Real clients against a server that really listens."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic
from SPARQLWrapper import CSV, JSON, POST, RDFXML, SPARQLWrapper

from httpclient import Client
from serving import BASE, listening, small_app

UNIT = f"{BASE}id/unit/legal-affairs"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


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


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/id/unit/legal-affairs", "Office of Legal Affairs"),
        ("/edition/2021-09/doc/unit/legal-affairs", "Legal Affairs"),
        ("/edition/2021-09", "Legal Affairs"),
        ("/timegate/doc/unit/legal-affairs", "Office of Legal Affairs"),
    ],
)
def test_comunica_queries_documents(client: Client, comunica: str, path: str, name: str) -> None:
    """Comunica, which likes quads best, finds what documents, states and editions say in its default graph."""
    query = f"SELECT ?name WHERE {{ <{UNIT}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?name }}"
    done = subprocess.run([comunica, client.address + path, query], capture_output=True, text=True, timeout=60, check=True)
    assert f'"\\"{name}\\"@en"' in done.stdout


@pytest.mark.skipif(shutil.which("rapper") is None, reason="Raptor is not installed (Debian: raptor2-utils)")
@pytest.mark.parametrize("path", ["/id/unit/legal-affairs", "/edition/2021-09/doc/unit/legal-affairs", "/edition/2022-06", "/catalogue"])
def test_raptor_reads_every_format(client: Client, path: str) -> None:
    """Raptor, by its own Accept field and by each ending, reads as many triples as rdflib, and quads where it asks for them."""
    counts = set()
    for ending, parser in {"": "guess", ".ttl": "turtle", ".rdf": "rdfxml", ".nt": "ntriples", ".nq": "nquads", ".trig": "trig"}.items():
        command = ["rapper", "--count", "--input", parser, client.address + path + ending]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
        if ending not in (".nq", ".trig"):
            counts.add(done.stderr.rpartition("returned ")[2])
    assert counts == {f"{len(Graph().parse(client.address + path, format='turtle'))} triples\n"}
