"""The description for portals of data keeps to DCAT-AP 3.0.1; and the shapes that say so find every fault that portals meet."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from rdflib import RDF, SH, BNode, Graph, URIRef

from httpclient import Client
from portals import BASE, PREFIXES, excerpt, findings, shapes
from serving import Running, listening, small_app

# What is recommended and not told, with the reason.
UNTOLD = {
    "recommended-availability": "nobody promised how long a file will stay",
    "recommended-spatial": "terms and rules cover no place, nor do editions and documents that name no site",
    "recommended-temporal": "terms and rules cover no time",
    "recommended-publisher": "the terms are no work of the organization",
    "recommended-contact": "the terms are no work of the organization",
    "recommended-modified": "a build that was told no date has none",
}
KEPT = {
    "edition/2021-09",
    "edition/2022-06",
    "edition/latest",
    ".well-known/void#dataset",
    "sparql",
    "dcat#edition/2022-06.ttl",
    "dcat#data/dataset.nq",
}
FILE = "<dcat#edition/2022-06.ttl>"


def swapped(subject: str, term: str, value: str, more: str = "") -> str:
    """An update that puts a value in the place of those of a property, and says more."""
    told = f"{subject} {term} ?old"
    return f"DELETE {{ {told} }} INSERT {{ {subject} {term} {value} . {more} }} WHERE {{ {told} }}"


# Each fault as a SPARQL Update, and the shape that must find it.
FAULTS = {
    "a catalogue without title": ("DELETE WHERE { <dcat> dcterms:title ?x }", "title"),
    "a catalogue without description": ("DELETE WHERE { <dcat> dcterms:description ?x }", "description"),
    "a catalogue without publisher": ("DELETE WHERE { <dcat> dcterms:publisher ?x }", "Catalog-publisher"),
    "a catalogue of two publishers": (
        'INSERT DATA { <dcat> dcterms:publisher <x> . <x> a foaf:Agent ; foaf:name "Other" }',
        "Catalog-publisher",
    ),
    "a publisher in words": ('INSERT DATA { <edition/2022-06> dcterms:publisher "IOM" }', "publisher"),
    "a publisher that is no agent": ("DELETE WHERE { <id/organization/iom> a foaf:Agent }", "publisher"),
    "a publisher without name": ("DELETE WHERE { <id/organization/iom> foaf:name ?x }", "Agent-name"),
    "a publisher of a type in words": ('INSERT DATA { <id/organization/iom> dcterms:type "authority" }', "publishertype-register"),
    "a catalogue of datasets that are none": ("INSERT DATA { <dcat> dcat:dataset <edition/1999-01> }", "Catalog-dataset"),
    "a catalogue of services that are none": ("INSERT DATA { <dcat> dcat:service <edition/2022-06> }", "Catalog-service"),
    "a catalogue that says nothing of itself": ("DELETE WHERE { <dcat> foaf:homepage ?x }", "recommended-homepage"),
    "a catalogue of two homepages": ("INSERT DATA { <dcat> foaf:homepage <x> . <x> a foaf:Document }", "Catalog-homepage"),
    "a catalogue with parts that are no catalogues": ("INSERT DATA { <dcat> dcterms:hasPart <id/unit/treasury> }", "Catalog-hasPart"),
    "a catalogue without the EU's themes": ("DELETE WHERE { <dcat> dcat:themeTaxonomy ?x }", "themes-register"),
    "a scheme without title": ("DELETE WHERE { eu:data-theme dcterms:title ?x }", "title"),
    "a language as a tag": (swapped("<dcat>", "dcterms:language", '"en"'), "language"),
    "a language of another register": (
        "INSERT DATA { <dcat> dcterms:language <http://id.loc.gov/vocabulary/iso639-1/en> . "
        "<http://id.loc.gov/vocabulary/iso639-1/en> a dcterms:LinguisticSystem }",
        "language-register",
    ),
    "a dataset without title": ("DELETE WHERE { <edition/2022-06> dcterms:title ?x }", "title"),
    "a dataset without description": ("DELETE WHERE { <edition/2022-06> dcterms:description ?x }", "description"),
    "a title that is a thing": ("INSERT DATA { <edition/2022-06> dcterms:title <x> }", "title"),
    "a keyword that is a thing": ("INSERT DATA { <edition/2022-06> dcat:keyword <x> }", "keyword"),
    "a theme without name": (
        "DELETE WHERE { <http://publications.europa.eu/resource/authority/data-theme/GOVE> skos:prefLabel ?x }",
        "Concept-label",
    ),
    "a theme in words": ('INSERT DATA { <edition/2022-06> dcat:theme "government" }', "theme"),
    "a dataset without a theme of the EU": ("DELETE WHERE { <edition/2022-06> dcat:theme ?x }", "theme-register"),
    "a distribution that is none": ("INSERT DATA { <edition/2022-06> dcat:distribution <edition/2022-06.ttl> }", "Dataset-distribution"),
    "a dataset of two versions": ('INSERT DATA { <edition/2022-06> dcat:version "2" }', "Dataset-version"),
    "a version in the old words": ('INSERT DATA { <edition/2022-06> owl:versionInfo "2022-06" }', "deprecated-versionInfo"),
    "versions in the old words": ("INSERT DATA { <edition/latest> dcterms:hasVersion <edition/2022-06> }", "deprecated-hasVersion"),
    "an inverse in the old words": ("INSERT DATA { <edition/2022-06> dcterms:isVersionOf <edition/latest> }", "deprecated-isVersionOf"),
    "an inverse that stands alone": ("DELETE WHERE { <edition/latest> dcat:hasVersion ?x }", "Dataset-isVersionOf"),
    "two that came before": ("INSERT DATA { <edition/2022-06> dcat:prev <edition/latest> }", "Dataset-prev"),
    "two previous versions": ("INSERT DATA { <edition/2022-06> dcat:previousVersion <edition/latest> }", "Dataset-previousVersion"),
    "two current versions": (
        "INSERT DATA { <edition/latest> dcat:hasCurrentVersion <edition/2021-09>, <edition/2022-06> }",
        "Dataset-hasCurrentVersion",
    ),
    "a version that is no dataset": ("INSERT DATA { <edition/latest> dcat:hasVersion <sparql> }", "Dataset-hasVersion"),
    "a series that is none": ("INSERT DATA { <edition/2022-06> dcat:inSeries <edition/latest> }", "Dataset-inSeries"),
    "a series without members": ("DELETE WHERE { ?x dcat:inSeries ?y }", "Series-members"),
    "a series of two beginnings": ("INSERT DATA { <dcat#editions> dcat:first <edition/2022-06> }", "Series-first"),
    "a series of two ends": ("INSERT DATA { <dcat#editions> dcat:last <edition/2021-09>, <edition/2022-06> }", "Series-last"),
    "a frequency in words": ('INSERT DATA { <dcat#editions> dcterms:accrualPeriodicity "yearly" }', "frequency-register"),
    "a document as the source": ("INSERT DATA { <edition/2022-06> dcterms:source <id/source/structure-2022> }", "Dataset-source"),
    "a provenance in words": ('INSERT DATA { <edition/2022-06> dcterms:provenance "the web" }', "Dataset-provenance"),
    "a type in words": ('INSERT DATA { <edition/2022-06> dcterms:type "structure" }', "Dataset-type"),
    "an identifier that is a thing": ("INSERT DATA { <edition/2022-06> dcterms:identifier <x> }", "Dataset-identifier"),
    "notes that are a thing": ("INSERT DATA { <edition/2022-06> adms:versionNotes <x> }", "Dataset-versionNotes"),
    "access for whom it may concern": (swapped("?s", "dcterms:accessRights", "<x>", "<x> a dcterms:RightsStatement"), "access-register"),
    "access of two kinds": ("INSERT DATA { <edition/2022-06> dcterms:accessRights <x> . <x> a dcterms:RightsStatement }", "access"),
    "a place in words": ('INSERT DATA { <edition/2022-06> dcterms:spatial "world" }', "spatial"),
    "a place of no register": ("INSERT DATA { <edition/2022-06> dcterms:spatial <x> . <x> a dcterms:Location }", "spatial-register"),
    "a time in words": ('INSERT DATA { <edition/2022-06> dcterms:temporal "2022" }', "temporal"),
    "a time of two beginnings": ('INSERT DATA { <dcat#period-2022-06> dcat:startDate "2020"^^xsd:gYear }', "PeriodOfTime-start"),
    "an end that is no date": (swapped("?p", "dcat:endDate", '"autumn"'), "PeriodOfTime-end"),
    "an issue without date": ('INSERT DATA { <edition/2022-06> dcterms:issued "lately" }', "issued"),
    "two modifications": (
        'INSERT DATA { <edition/2022-06> dcterms:modified "2024-01-01"^^xsd:date, "2024-01-02"^^xsd:date }',
        "modified",
    ),
    "a standard in words": ('INSERT DATA { <edition/2022-06> dcterms:conformsTo "ORG" }', "conforms"),
    "a page that is no document": ("DELETE WHERE { <edition/2022-06.html> a foaf:Document }", "page"),
    "a contact that is none": ("INSERT DATA { <edition/2022-06> dcat:contactPoint <mailto:x@example.org> }", "contact"),
    "a file without access": (f"DELETE WHERE {{ {FILE} dcat:accessURL ?x }}", "Distribution-accessURL"),
    "an access in words": (f'INSERT DATA {{ {FILE} dcat:accessURL "http://example.org/" }}', "Distribution-accessURL"),
    "a download in words": (f'INSERT DATA {{ {FILE} dcat:downloadURL "http://example.org/" }}', "Distribution-downloadURL"),
    "a media type in words": (f'INSERT DATA {{ {FILE} dcat:mediaType "text/turtle" }}', "Distribution-mediaType"),
    "a media type that IANA has not": (swapped(FILE, "dcat:mediaType", "<x>", "<x> a dcterms:MediaType"), "mediaType-register"),
    "a format of another register": (swapped(FILE, "dcterms:format", "<http://www.w3.org/ns/formats/Turtle>"), "format-register"),
    "a format of no class": ("DELETE WHERE { ?x a dcterms:MediaTypeOrExtent }", "Distribution-format"),
    "a size that is a decimal": (swapped(FILE, "dcat:byteSize", "12.0"), "Distribution-byteSize"),
    "a size that is an integer": (swapped(FILE, "dcat:byteSize", "12"), "Distribution-byteSize"),
    "a checksum that is a text": (f'INSERT DATA {{ {FILE} spdx:checksum "00ff" }}', "Distribution-checksum"),
    "a checksum of text": (swapped("?c", "spdx:checksumValue", '"00ff"'), "Checksum-value"),
    "a checksum without algorithm": ("DELETE WHERE { ?c spdx:algorithm ?o }", "Checksum-algorithm"),
    "a checksum of an unknown algorithm": (swapped("?c", "spdx:algorithm", "<x>", "<x> a spdx:ChecksumAlgorithm"), "algorithm-register"),
    "a file of two licences": (f"INSERT DATA {{ {FILE} dcterms:license <x> . <x> a dcterms:LicenseDocument }}", "licence"),
    "a licence of a kind of its own": (
        "INSERT DATA { <https://creativecommons.org/licenses/by/4.0/> dcterms:type <x> . <x> a skos:Concept ; skos:prefLabel 'x' }",
        "licencetype-register",
    ),
    "rights in words": (f'INSERT DATA {{ {FILE} dcterms:rights "all" }}', "rights"),
    "a file by a service that is none": (f"INSERT DATA {{ {FILE} dcat:accessService <dcat> }}", "Distribution-accessService"),
    "a service without title": ("DELETE WHERE { <sparql> dcterms:title ?x }", "title"),
    "a service without address": ("DELETE WHERE { <sparql> dcat:endpointURL ?x }", "DataService-endpointURL"),
    "a service described in words": ('INSERT DATA { <sparql> dcat:endpointDescription "SPARQL" }', "DataService-endpointDescription"),
    "a service of no dataset": ("INSERT DATA { <sparql> dcat:servesDataset <x> }", "DataService-servesDataset"),
}


@pytest.fixture(scope="module")
def description(iom: Running) -> Graph:
    """The description of IOM's structure."""
    answer = Client(iom.address.rstrip("/")).get("/dcat.ttl")
    assert (answer.status, answer.media_type) == (200, "text/turtle")
    return Graph().parse(data=answer.text, format="turtle")


@pytest.fixture(scope="module")
def small(description: Graph) -> Graph:
    """A part of it that is as sound."""
    return excerpt(description, KEPT)


def test_the_description_conforms(description: Graph) -> None:
    """It breaks no rule of DCAT-AP; what is recommended and not told is not known, each for its reason."""
    found = findings(description)
    assert [finding for finding in found if finding.severity != "Warning"] == []
    assert {finding.shape for finding in found} <= set(UNTOLD)
    told_of = {finding.focus for finding in found if finding.shape in ("recommended-publisher", "recommended-contact")}
    assert told_of == {"https://w3id.org/organograph/ns"}


def test_each_shape_has_what_it_looks_at(description: Graph) -> None:
    """Every class that the rules are for is in the description, so that none passes for want of something to look at."""
    kinds = set(shapes().objects(None, SH.targetClass))
    counted = Counter(str(kind) for kind in kinds for _ in description.subjects(RDF.type, kind))
    assert {str(kind) for kind in kinds} == set(counted)
    assert not [node for node in description.all_nodes() if isinstance(node, BNode)]


def test_the_part_to_break_is_sound(small: Graph) -> None:
    """What is broken below breaks no rule before it is broken."""
    assert [finding for finding in findings(small) if finding.severity == "Violation"] == []
    assert 200 < len(small) < 600


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found(small: Graph, fault: str) -> None:
    """A fault that portals meet is found by the rule that is for it."""
    update, shape = FAULTS[fault]
    broken = Graph() + small
    broken.update(PREFIXES + update)
    assert len(broken ^ small) > 0, "the fault changes nothing"
    new = findings(broken) - findings(small)
    assert shape in {finding.shape for finding in new}, sorted(new)


def test_every_rule_has_a_fault() -> None:
    """No rule that must hold is without a fault that it finds, but those for what the description never says."""
    held = {str(shape).removeprefix("urn:dcatap:") for shape in shapes().objects(None, SH.property) if isinstance(shape, URIRef)}
    unsaid = {
        "Catalog-record",
        "Catalog-creator",
        "Catalog-themes",
        "Dataset-frequency",
        "Distribution-availability",
        "Distribution-title",
        "Distribution-description",
        "Agent-type",
        "HasVersions-some",
        "compressFormat-register",
        "packageFormat-register",
        "availability-register",
        "status-register",
    }
    ruled = {name for name in held if not name.startswith("recommended-")}
    assert ruled - {shape for _, shape in FAULTS.values()} == unsaid


def test_any_organization_conforms(tmp_path: Path) -> None:
    """A dataset without licence, titles and dates, at another base, breaks no rule either, and names no other base."""
    base = "https://structure.example.org/of/us/"
    with listening(small_app(tmp_path, base)) as address:
        text = Client(address).get("/dcat.ttl").text
    found = findings(Graph().parse(data=text, format="turtle"))
    assert [finding for finding in found if finding.severity == "Violation"] == []
    assert BASE not in text
    assert not re.search("Traceback|None", text)
