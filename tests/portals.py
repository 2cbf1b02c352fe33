"""What DCAT-AP asks of a description, as shapes of our own; and a small description to break, one fault at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, SH, Graph, URIRef
from rdflib.term import Node

from places import REPOSITORY

BASE = "http://127.0.0.1:8000/"
PREFIXES = f"""
BASE <{BASE}>
PREFIX : <urn:dcatap:>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX eu: <http://publications.europa.eu/resource/authority/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX og: <https://w3id.org/organograph/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX spdx: <http://spdx.org/rdf/terms#>
PREFIX vcard: <http://www.w3.org/2006/vcard/ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""


@dataclass(frozen=True, order=True)
class Finding:
    """What a shape found: its name, its severity, and where."""

    shape: str
    severity: str
    focus: str


@cache
def shapes() -> Graph:
    """The shapes of classes and of registers."""
    graph = Graph()
    for name in ("properties", "vocabularies"):
        graph.parse(REPOSITORY / f"tests/dcatap/{name}.ttl")
    return graph


def findings(description: Graph) -> set[Finding]:
    """What pyshacl finds in a description; no inference, so that nothing is assumed that it does not say."""
    _, report, _ = validate(description, shacl_graph=shapes(), inference="none")
    assert isinstance(report, Graph)
    found = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, severity = report.value(result, SH.sourceShape), report.value(result, SH.resultSeverity)
        found.add(
            Finding(str(shape).removeprefix("urn:dcatap:"), str(severity).rpartition("#")[2], str(report.value(result, SH.focusNode)))
        )
    return found


def excerpt(description: Graph, keep: set[str]) -> Graph:
    """A part of a description that is sound when the whole is: of datasets, files and services only those that are named."""
    gone = {
        node
        for kind in (DCAT.Dataset, DCAT.Distribution, DCAT.DataService)
        for node in description.subjects(RDF.type, kind)
        if str(node).removeprefix(BASE) not in keep
    }
    left = Graph()
    reached: set[Node] = set()
    todo: list[Node] = [URIRef(f"{BASE}dcat")]
    while todo:
        if (node := todo.pop()) in reached or node in gone:
            continue
        reached.add(node)
        for triple in description.triples((node, None, None)):
            if triple[2] not in gone:
                left.add(triple)
                todo.append(triple[2])
    assert len(list(left.objects(URIRef(f"{BASE}dcat"), DCAT.dataset))) >= 1
    assert (None, DCTERMS.title, None) in left
    return left
