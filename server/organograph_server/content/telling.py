"""Collects the triples of a description that the server makes of itself, in prefixed names."""

from __future__ import annotations

from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode, Triple

from organograph.names import PREFIXES
from organograph_server.content.formats import Format
from organograph_server.content.writing import write_graph

WORDS = PREFIXES | {
    "adms": "http://www.w3.org/ns/adms#",
    "altr": "http://www.w3.org/ns/dx/connegp/altr#",
    "dcatap": "http://data.europa.eu/r5r/",
    "ent": "http://www.w3.org/ns/entailment/",
    "formats": "http://www.w3.org/ns/formats/",
    "locn": "http://www.w3.org/ns/locn#",
    "prof": "http://www.w3.org/ns/dx/prof/",
    "role": "http://www.w3.org/ns/dx/prof/role/",
    "schema": "http://schema.org/",
    "sdo": "https://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}
"""The prefixes that descriptions are written with."""


class Telling:
    """A description that grows triple by triple."""

    def __init__(self) -> None:
        self._triples: list[Triple] = []

    def say(self, subject: str, predicate: str, *objects: NamedNode | Literal | int) -> None:
        """Say something of a thing.

        Args:
            subject: its IRI.
            predicate: the property as prefixed name; "a" is the type.
            objects: its values.
        """
        property_ = word("rdf:type" if predicate == "a" else predicate)
        for value in objects:
            term = Literal(value) if isinstance(value, int) else value
            self._triples.append(Triple(NamedNode(subject), property_, term))

    @property
    def triples(self) -> Sequence[Triple]:
        """What was said so far."""
        return self._triples

    @property
    def mentioned(self) -> set[str]:
        """The IRIs that were said to be the value of something."""
        return {triple.object.value for triple in self._triples if isinstance(triple.object, NamedNode)}

    def written(self, form: Format) -> bytes:
        """The description in a format of RDF."""
        return write_graph(self._triples, form, WORDS)


def word(name: str) -> NamedNode:
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return NamedNode(WORDS[prefix] + local)


def english(text: str) -> Literal:
    """A text in English."""
    return Literal(text, language="en")
