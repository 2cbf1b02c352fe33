"""The vocabularies of others: what they are called, and where they are specified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from organograph.names import PREFIXES


@dataclass(frozen=True)
class Specification:
    """A vocabulary: its prefix or "", its namespace, its name, and the address of its specification."""

    prefix: str
    namespace: str
    name: str
    address: str


_KNOWN: Mapping[str, tuple[str, str]] = {
    "org": ("The Organization Ontology (W3C)", "https://www.w3.org/TR/vocab-org/"),
    "cv": ("Core Public Organisation Vocabulary (SEMIC)", "https://semiceu.github.io/CPOV/"),
    "oa": ("Web Annotation Vocabulary (W3C)", "https://www.w3.org/TR/annotation-vocab/"),
    "spdx": ("Software Package Data Exchange (SPDX)", "https://spdx.org/rdf/terms/"),
    "vann": ("Annotating vocabulary descriptions", "https://vocab.org/vann/"),
    "vcard": ("vCard Ontology (W3C)", "https://www.w3.org/TR/vcard-rdf/"),
    "dcat": ("Data Catalog Vocabulary (W3C)", "https://www.w3.org/TR/vocab-dcat-3/"),
    "dcterms": ("DCMI Metadata Terms", "https://www.dublincore.org/specifications/dublin-core/dcmi-terms/"),
    "foaf": ("Friend of a Friend", "http://xmlns.com/foaf/spec/"),
    "owl": ("OWL 2 Web Ontology Language (W3C)", "https://www.w3.org/TR/owl2-syntax/"),
    "prov": ("The PROV Ontology (W3C)", "https://www.w3.org/TR/prov-o/"),
    "rdf": ("RDF 1.1 Concepts (W3C)", "https://www.w3.org/TR/rdf11-concepts/"),
    "rdfs": ("RDF Schema 1.1 (W3C)", "https://www.w3.org/TR/rdf-schema/"),
    "sh": ("Shapes Constraint Language (W3C)", "https://www.w3.org/TR/shacl/"),
    "skos": ("Simple Knowledge Organization System (W3C)", "https://www.w3.org/TR/skos-reference/"),
    "time": ("Time Ontology (W3C)", "https://www.w3.org/TR/owl-time/"),
    "xsd": ("XML Schema Datatypes (W3C)", "https://www.w3.org/TR/xmlschema11-2/"),
}


def specification(iri: str) -> Specification:
    """The vocabulary of a term; one that is not known is called by its namespace, which is also its address."""
    for prefix, (name, address) in _KNOWN.items():
        if iri.startswith(PREFIXES[prefix]):
            return Specification(prefix, PREFIXES[prefix], name, address)
    namespace = re.sub(r"[^/#]*\Z", "", iri)
    return Specification("", namespace, namespace, namespace)
