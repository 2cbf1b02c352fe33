"""What the server says of itself: every number is counted again by SPARQL, every link is followed."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Store

from httpclient import HTML, Client
from organograph_server.api.servicedescription import FORMAT_NAMES
from organograph_server.content.formats import GRAPH_FORMATS, TABLE_FORMATS
from serving import Running

PREFIXES = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX schema: <http://schema.org/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
"""
EDITIONS = ("", "edition/2021-09/", "edition/2022-06/", "edition/2023-10/")
WHOLE = "{ SELECT DISTINCT ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } } }"
COUNTS = {
    "triples": "SELECT (COUNT(*) AS ?n) { %s }",
    "distinctSubjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { %s }",
    "distinctObjects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { %s }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { %s }",
    "classes": "SELECT (COUNT(DISTINCT ?o) AS ?n) { %s FILTER(isIRI(?o) && ?p = <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>) }",
}


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def told(client: Client, path: str) -> Store:
    """What a description says."""
    answer = client.get(path, "text/turtle")
    assert (answer.status, answer.media_type) == (200, "text/turtle"), answer.text
    store = Store()
    store.load(answer.body, format=RdfFormat.TURTLE)
    return store


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    """The rows of a query, as texts."""
    found = store.query(PREFIXES + query)
    assert isinstance(found, QuerySolutions)
    return [tuple(term.value if term is not None else "" for term in row) for row in found]  # type: ignore[union-attr]


def asked(client: Client, endpoint: str, query: str) -> list[list[str]]:
    """The rows that an endpoint answers, without header."""
    answer = client.ask("POST", endpoint, {"Content-Type": "application/sparql-query", "Accept": "text/csv"}, query.encode())
    assert answer.status == 200, answer.text
    return [line.split(",") for line in answer.text.splitlines()[1:]]


def recount(client: Client, endpoint: str, pattern: str, numbers: dict[str, int]) -> None:
    """Count again what is told of a set of triples."""
    for name, number in numbers.items():
        assert asked(client, endpoint, COUNTS[name] % pattern) == [[str(number)]], (endpoint, pattern, name)


def numbers_of(store: Store, dataset: str) -> dict[str, int]:
    """The numbers that VoID tells of a dataset."""
    return {name: int(n) for name in COUNTS for (n,) in rows(store, f"SELECT ?n {{ <{dataset}> void:{name} ?n }}")}


@pytest.mark.parametrize("prefix", EDITIONS)
def test_each_endpoint_describes_itself(client: Client, iom: Running, prefix: str) -> None:
    """The bare endpoint gives RDF its service description, by SPARQL 1.1 Service Description, and browsers a form."""
    store, here = told(client, f"/{prefix}sparql"), f"{iom.base}{prefix}sparql"
    service = rows(store, "SELECT ?s ?endpoint ?language ?entailment { ?s a sd:Service ; sd:endpoint ?endpoint ; "
                          "sd:supportedLanguage ?language ; sd:defaultEntailmentRegime ?entailment }")  # fmt: skip
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert service == [(here, here, f"{sd}SPARQL11Query", "http://www.w3.org/ns/entailment/Simple")]
    assert client.get(f"/{prefix}sparql", HTML).text.count("<textarea") == 1
    assert client.get(f"/{prefix}sparql").media_type == "text/turtle"
    assert client.get(f"/{prefix}sparql?format=nt").media_type == "application/n-triples"


@pytest.mark.parametrize("prefix", EDITIONS)
def test_graphs_of_an_endpoint_are_counted_again(client: Client, iom: Running, prefix: str) -> None:
    """The default graph and each named graph of the description have just the triples, things and terms that it says."""
    store = told(client, f"/{prefix}sparql")
    ((default,),) = rows(store, "SELECT ?g { ?s sd:defaultDataset/sd:defaultGraph ?g }")
    assert len(numbers_of(store, default)) >= 4
    recount(client, f"/{prefix}sparql", "?s ?p ?o", numbers_of(store, default))
    named = rows(store, "SELECT ?name ?g { ?s sd:defaultDataset/sd:namedGraph ?n . ?n sd:name ?name ; sd:graph ?g }")
    assert sorted(name for name, _ in named) == sorted(name for (name,) in asked(client, "/sparql", "SELECT DISTINCT ?g { GRAPH ?g {} }"))
    assert sorted(rows(store, "SELECT ?name { ?s sd:availableGraphs/sd:namedGraph/sd:name ?name }")) == sorted((name,) for name, _ in named)
    for name, graph in named:
        recount(client, f"/{prefix}sparql", f"GRAPH <{name}> {{ ?s ?p ?o }}", numbers_of(store, graph))


def test_formats_and_functions_are_there(client: Client) -> None:
    """Every format that the description names is given, and every function that it names can be called; others cannot."""
    store = told(client, "/sparql")
    told_formats = {iri.rpartition("/")[2] for (iri,) in rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")}
    assert told_formats == set(FORMAT_NAMES.values())
    for form, name in FORMAT_NAMES.items():
        assert name in told_formats
        query = "SELECT (1 AS ?x) {}" if form in TABLE_FORMATS else "CONSTRUCT { <a:a> <a:b> <a:c> } {}"
        assert form in (*TABLE_FORMATS, *GRAPH_FORMATS)
        assert client.sparql(query, form.media_type).media_type == form.media_type
    functions = [iri for (iri,) in rows(store, "SELECT ?f { ?s sd:extensionFunction ?f }")]
    assert len(functions) > 5
    for iri in functions:
        answers = [client.sparql(f"SELECT (<{iri}>({arguments}) AS ?x) {{}}").status for arguments in ("1", "1,2", "1,2,3")]
        assert 200 in answers, iri
    assert client.sparql("SELECT (<http://x/f>(1) AS ?x) {}").status == 400


def test_limits_are_those_of_the_guard(client: Client) -> None:
    """What the description says a query may have passes, and one more is refused."""
    found = rows(told(client, "/sparql"), "SELECT ?l ?n { ?s sd:feature ?l . ?l schema:unitText ?unit ; schema:maxValue ?n }")
    limits = {iri.rpartition("#limit-")[2]: int(number) for iri, number in found}
    depth, size, steps = limits["depth"], limits["size"], limits["steps"]
    assert (limits["time"], limits["memory"], limits["answer"]) == (10, 512 * 1024 * 1024, 64 * 1024 * 1024)
    for number, status in ((depth, 200), (depth + 1, 400)):
        assert client.sparql("SELECT * " + "{" * number + "}" * number).status == status
    for length, status in ((size, 200), (size + 1, 413)):
        query = b"ASK{}" + b" " * (length - 5)
        assert client.ask("POST", "/sparql", {"Content-Type": "application/sparql-query"}, query).status == status
    chained = "SELECT (1" + "+1" * steps + " AS ?x) {}"
    assert client.sparql(chained).status == 400


def test_the_dataset_is_counted_again(client: Client, iom: Running) -> None:
    """Each number that VoID tells of the dataset, of each graph, and of each class and property in them, is the one that SPARQL counts."""
    store = told(client, "/.well-known/void")
    ((whole,),) = rows(store, "SELECT ?d { ?x a void:DatasetDescription ; foaf:primaryTopic ?d }")
    graphs = {graph for (graph,) in rows(store, "SELECT ?d { ?d a void:Dataset }")} - {whole}
    assert graphs == {name for (name,) in asked(client, "/sparql", "SELECT DISTINCT ?g { GRAPH ?g {} }")}
    reached = {graph for (graph,) in rows(store, f"SELECT ?d {{ <{whole}> void:subset+ ?d }}")}
    assert reached == graphs
    for dataset in (whole, *sorted(graphs)):
        pattern = WHOLE if dataset == whole else f"GRAPH <{dataset}> {{ ?s ?p ?o }}"
        numbers = numbers_of(store, dataset)
        assert set(numbers) == set(COUNTS)
        recount(client, "/sparql", pattern, numbers)
        properties = rows(store, f"SELECT ?p ?n {{ <{dataset}> void:propertyPartition ?x . ?x void:property ?p ; void:triples ?n }}")
        counted = asked(client, "/sparql", f"SELECT ?p (COUNT(*) AS ?n) {{ {pattern} }} GROUP BY ?p")
        assert sorted(properties) == sorted(map(tuple, counted))
        classes = rows(store, f"SELECT ?c ?n {{ <{dataset}> void:classPartition ?x . ?x void:class ?c ; void:entities ?n }}")
        typed = f"{pattern} FILTER(isIRI(?o) && ?p = <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>)"
        counted = asked(client, "/sparql", f"SELECT ?o (COUNT(DISTINCT ?s) AS ?n) {{ {typed} }} GROUP BY ?o")
        assert sorted(classes) == sorted(map(tuple, counted))


def test_vocabularies_are_those_that_are_used(client: Client) -> None:
    """VoID names the namespace of each property and class of the data, and no other."""
    told_spaces = {iri for (iri,) in rows(told(client, "/.well-known/void"), "SELECT ?v { ?d void:vocabulary ?v }")}
    terms = asked(client, "/sparql", "SELECT DISTINCT ?t { GRAPH ?g { { ?s ?t ?o } UNION { ?s a ?t FILTER(isIRI(?t)) } } }")
    assert told_spaces == {re.sub("[^/#]*$", "", term) for (term,) in terms}


@pytest.mark.parametrize("path", ["/.well-known/void", *(f"/{prefix}sparql" for prefix in EDITIONS)])
def test_every_link_leads_somewhere(client: Client, iom: Running, path: str) -> None:
    """Every address of this server that a description names answers, over redirects, with 200."""
    terms = {term for quad in told(client, path) for term in quad.triple if isinstance(term, NamedNode)}
    links = {term.value.partition("#")[0] for term in terms if term.value.startswith(iom.base)}
    assert len(links) >= 12
    for link in sorted(links):
        assert followed(client, f"/{link.removeprefix(iom.base)}") == 200, link


def followed(client: Client, path: str) -> int:
    """The status that a path comes to, over up to three redirects."""
    for _ in range(4):
        answer = client.get(path, "text/turtle, */*;q=0.1")
        if answer.status != 303:
            return answer.status
        path = answer.fields["Location"]
    return answer.status
