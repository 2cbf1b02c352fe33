"""The JSON-LD context: every term has a short name, and documents in them mean the same to two parsers."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from rdflib import OWL, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from agreed_terms import INDIVIDUALS, OF_OTHERS, OWN, STATEMENTS, iri, terms
from independent import OG
from organograph.names import PREFIXES

# rdflib reads JSON-LD by way of a class of its own that it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

FOLDER = Path(__file__).parents[1] / "ontology"


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(FOLDER / "organograph.ttl")


@pytest.fixture(scope="module")
def kinds() -> Graph:
    return Graph().parse(FOLDER / "kinds.ttl")


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))
    return loaded


def meaning(context: dict[str, Any]) -> dict[URIRef, dict[str, str]]:
    """What the context says of each term, by its IRI."""
    entries = {k: v if isinstance(v, dict) else {"@id": v} for k, v in context["@context"].items() if k[0] != "@"}
    return {iri(v["@id"]): v for k, v in entries.items() if k not in PREFIXES and ":" in v["@id"]}


def test_the_context_names_every_term(context: dict[str, Any]) -> None:
    """Each class and property that a graph uses has a short name."""
    others = [iri(name) for names in (*OF_OTHERS.values(), STATEMENTS) for name in names.split()]
    needed = (OWN - terms(INDIVIDUALS)) | set(others) - {iri("prov:Entity")}
    assert needed - meaning(context).keys() == set()


def test_the_context_agrees_with_the_ontology(context: dict[str, Any], ontology: Graph) -> None:
    """Links are read as IRIs, words as English, and other values with the datatype of their range."""
    for term, entry in meaning(context).items():
        if (term, RDF.type, OWL.ObjectProperty) in ontology:
            assert entry.get("@type") == "@id", term
        spread = ontology.value(term, RDFS.range)
        if term in OG and isinstance(spread, URIRef) and spread in XSD and spread != XSD.string:
            assert iri(entry["@type"]) == spread, term
        if spread == RDF.PlainLiteral:
            assert entry.get("@language") == "en", term


def test_the_context_needs_no_net(context: dict[str, Any]) -> None:
    """The context is one object with no reference to another."""
    assert list(context) == ["@context"]
    assert isinstance(context["@context"], dict)
    assert "@import" not in context["@context"]


UNIT = {
    "id": "https://example.org/id/unit/x",
    "type": ["OrganizationalUnit", "RegionalOffice"],
    "prefLabel": "Regional Office",
    "classification": "kind:regional-office",
    "parent": "https://example.org/id/post/head",
    "remit": "Asia",
    "hasSite": {
        "id": "https://example.org/id/site/x",
        "type": "Site",
        "countryCode": "TH",
        "siteAddress": {"id": "https://example.org/id/site/x#address", "locality": "Bangkok"},
    },
}
POST = {
    "id": "https://example.org/id/post/head",
    "type": "Post",
    "termOfOffice": "P5Y",
    "manyHolders": True,
    "basis": "og:stated",
}
EXPANDED = """
<https://example.org/id/unit/x> a org:OrganizationalUnit, og:RegionalOffice ;
    skos:prefLabel "Regional Office"@en ; org:classification kind:regional-office ; og:remit "Asia"@en ;
    og:parent <https://example.org/id/post/head> ; org:hasSite <https://example.org/id/site/x> .
<https://example.org/id/site/x> a org:Site ; og:countryCode "TH" ;
    org:siteAddress <https://example.org/id/site/x#address> .
<https://example.org/id/site/x#address> vcard:locality "Bangkok" .
<https://example.org/id/post/head> a org:Post ; og:termOfOffice "P5Y"^^xsd:duration ; og:manyHolders true ;
    og:basis og:stated .
"""


def read_by(parser: str, text: str) -> Graph:
    """Read JSON-LD with one of two parsers."""
    if parser == "rdflib":
        return Graph().parse(data=text, format="json-ld")
    quads = pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    lines = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return Graph().parse(data=bytes(lines or b"").decode(), format="nt")


@pytest.mark.parametrize("parser", ["rdflib", "pyoxigraph"])
def test_a_document_expands_to_the_triples_meant(context: dict[str, Any], parser: str) -> None:
    """A document in the short names means the same to two parsers."""
    document = json.dumps(context | {"@graph": [UNIT, POST]})
    prefixes = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items())
    assert isomorphic(read_by(parser, document), Graph().parse(data=prefixes + EXPANDED, format="turtle"))


SAMPLES = {
    "@id": URIRef("https://example.org/id/other"),
    "en": Literal("words", lang="en"),
    "fr": Literal("mots", lang="fr"),
    "": Literal("word"),
    "xsd:boolean": Literal("true", datatype=XSD.boolean),
    "xsd:date": Literal("2023-10-01", datatype=XSD.date),
    "xsd:duration": Literal("P5Y", datatype=XSD.duration),
    "xsd:gYear": Literal("2023", datatype=XSD.gYear),
    "xsd:gYearMonth": Literal("2023-10", datatype=XSD.gYearMonth),
    "xsd:hexBinary": Literal("0a1b", datatype=XSD.hexBinary),
    "xsd:integer": Literal("2", datatype=XSD.integer),
    "xsd:nonNegativeInteger": Literal("5", datatype=XSD.nonNegativeInteger),
}


@pytest.mark.parametrize("parser", ["rdflib", "pyoxigraph"])
def test_a_graph_survives_the_way_through_json_ld(context: dict[str, Any], kinds: Graph, parser: str) -> None:
    """Written with the context and read again, a graph with every term is the same, and so are the kinds in French."""
    graph = Graph() + kinds
    for term, entry in meaning(context).items():
        sample = SAMPLES[entry.get("@type") or entry.get("@language") or ""]
        graph.add((URIRef("https://example.org/id/thing"), term, sample))
    text = graph.serialize(format="json-ld", context=context["@context"])
    assert isomorphic(read_by(parser, text), graph)
