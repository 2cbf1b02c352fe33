"""The words of SHACL and RDF that the engine reads, as terms of pyoxigraph."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple

SHACL = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"

TYPE = NamedNode(f"{RDF}type")
FIRST, REST, NIL = NamedNode(f"{RDF}first"), NamedNode(f"{RDF}rest"), NamedNode(f"{RDF}nil")
SUBCLASS, CLASS = NamedNode(f"{RDFS}subClassOf"), NamedNode(f"{RDFS}Class")
ONTOLOGY, IMPORTS = NamedNode(f"{OWL}Ontology"), NamedNode(f"{OWL}imports")
LANG_STRING = NamedNode(f"{RDF}langString")
TRUE = Literal("true", datatype=NamedNode(f"{XSD}boolean"))
SHAPES_GRAPH = NamedNode("urn:organograph:shapes")
"""What $shapesGraph names in a query (SHACL section 5.3.1)."""


@cache
def sh(name: str) -> NamedNode:
    """A term of SHACL by its local name."""
    return NamedNode(SHACL + name)


def shown(term: Term) -> str:
    """A term as it is told to people: an IRI or text plain, what has no name as `[]`, for its label is another one in every run."""
    if isinstance(term, BlankNode):
        return "[]"
    return str(term) if isinstance(term, Triple) else term.value
