"""Real clients of SPARQL and RDF against the endpoints and stores of a server that really listens."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from urllib.parse import quote

import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TSV, TURTLE, XML, SPARQLWrapper

from serving import Running

QUERY = """
PREFIX og: <https://w3id.org/organograph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?office WHERE { ?unit a og:IndependentOffice ; skos:prefLabel ?office } ORDER BY ?office
"""
TODAY = [
    "Office of Ethics and Prevention of Sexual Exploitation and Abuse and Sexual Harassment",
    "Office of Internal Oversight Services",
    "Office of Legal Affairs",
    "Office of the Ombudsperson",
]
WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skips a test, saying why, where a program is not installed."""
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed (Debian: {package})")


def run(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # used by the client itself
@pytest.mark.filterwarnings("ignore:unknown response content type:RuntimeWarning")  # the client does not know that of TSV
@pytest.mark.parametrize("method", ["GET", POST])
def test_sparqlwrapper_asks_every_way(iom: Running, method: str) -> None:
    """SPARQLWrapper asks an edition by GET, by form and by direct POST, and reads each format."""
    wrapper = SPARQLWrapper(f"{iom.address}edition/2023-10/sparql")
    wrapper.setQuery(QUERY)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(JSON)
    assert [row["office"]["value"] for row in wrapper.queryAndConvert()["results"]["bindings"]] == TODAY
    if method == POST:
        wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setReturnFormat(CSV)
    assert wrapper.queryAndConvert().decode().splitlines()[1:] == TODAY
    wrapper.setReturnFormat(TSV)
    assert len(wrapper.queryAndConvert().splitlines()) == 5
    wrapper.setReturnFormat(XML)
    assert len(wrapper.queryAndConvert().getElementsByTagName("result")) == 4
    wrapper.addDefaultGraph(f"{iom.base}edition/2021-09")
    wrapper.setReturnFormat(JSON)
    assert wrapper.queryAndConvert()["results"]["bindings"] == []
    wrapper.setQuery(WHOLE)
    wrapper.setReturnFormat(TURTLE)
    assert len(Graph().parse(data=wrapper.queryAndConvert(), format="turtle")) > 400


def test_rdflib_asks_as_if_the_graph_were_its_own(iom: Running) -> None:
    """RDFLib's SPARQLStore looks up triples, counts them and asks queries, of the default graph and of a named one."""
    latest = Graph(SPARQLStore(f"{iom.address}sparql"))
    assert [str(row[0]) for row in latest.query(QUERY)] == TODAY  # type: ignore[index]
    unit = URIRef(f"{iom.base}id/unit/legal-affairs")
    parent = URIRef("https://w3id.org/organograph/ns#parent")
    assert list(latest.objects(unit, parent)) == [URIRef(f"{iom.base}id/post/director-general")]
    edition = Graph(SPARQLStore(f"{iom.address}sparql", context_aware=True), identifier=URIRef(f"{iom.base}edition/2022-06"))
    whole = Graph().parse(f"{iom.address}rdf-graph-store?graph={quote(f'{iom.base}edition/2022-06')}", format="nt")
    assert set(edition.triples((unit, None, None))) == set(whole.triples((unit, None, None)))
    assert len(edition) == len(whole)


@pytest.mark.parametrize("source", ["sparql@{}sparql", "{}sparql", "{}edition/2023-10/sparql", "{}rdf-graph-store?default"])
def test_comunica_finds_its_way(iom: Running, comunica: str, source: str) -> None:
    """Comunica asks an endpoint that it is told to be one or finds to be one by its description, and a graph of the store."""
    printed = json.loads(run(comunica, source.format(iom.address), QUERY))
    assert [row["office"] for row in printed] == [f'"{office}"@en' for office in TODAY]


@needs("roqet", "rasqal-utils")
def test_rasqal_asks(iom: Running) -> None:
    """Roqet asks the endpoint by the protocol, and itself asks the document of an edition."""
    for where in (["-p", f"{iom.address}sparql"], ["-D", f"{iom.address}edition/2023-10"]):
        printed = run("roqet", "-q", "-i", "sparql", *where, "-e", QUERY, "-r", "csv")
        assert [row[0] for row in csv.reader(io.StringIO(printed))][1:] == TODAY


@needs("rapper", "raptor2-utils")
def test_raptor_reads(iom: Running) -> None:
    """Rapper reads a graph of the store in the format that it asks for, and what a query constructs in each."""
    graph = f"{iom.base}edition/2022-06"
    store = f"{iom.address}rdf-graph-store?graph={quote(graph, safe='')}"
    edition = f"{iom.address}edition/2022-06"
    whole = set(run("rapper", "-q", "-i", "ntriples", store, "-o", "ntriples").splitlines())
    assert len(whole) > 2_000
    for parser in ("guess", "turtle", "rdfxml"):
        for address in (store, edition):
            assert set(run("rapper", "-q", "-i", parser, address, "-o", "ntriples").splitlines()) == whole, (parser, address)
    query = quote(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
    for parser in ("turtle", "rdfxml", "trig", "nquads"):
        address = f"{iom.address}sparql?query={query}"
        assert set(run("rapper", "-q", "-i", parser, address, "-o", "ntriples").splitlines()) == whole, parser


@needs("curl", "curl")
def test_curl_asks(iom: Running) -> None:
    """Curl asks by GET, form and direct POST, and takes a graph from the store."""
    curl = ["curl", "--silent", "--show-error", "--fail", "--max-time", "20"]
    endpoint = f"{iom.address}edition/2023-10/sparql"
    for options in (
        ["--get", "--data-urlencode", f"query={QUERY}", "--data", "format=csv"],
        ["--data-urlencode", f"query={QUERY}", "--header", "Accept: text/csv"],
        ["--data-binary", QUERY, "--header", "Content-Type: application/sparql-query", "--header", "Accept: text/csv"],
    ):
        assert run(*curl, *options, endpoint).splitlines()[1:] == TODAY
    assert run(*curl, "--get", "--data-urlencode", "query=ASK {}", "--header", "Accept: text/boolean", endpoint) == "true"
    printed = run(*curl, "--write-out", "%{content_type}", f"{iom.address}rdf-graph-store?default")
    assert printed.endswith("text/turtle; charset=utf-8")
