"""Reads facts out of some graphs of the store as plain IRIs and texts, for pages to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from organograph.names import OG, ORG, PREFIXES
from organograph_server.store import QuadStore

TYPE = PREFIXES["rdf"] + "type"
LABEL = PREFIXES["rdfs"] + "label"
COMMENT = PREFIXES["rdfs"] + "comment"
NAME = PREFIXES["skos"] + "prefLabel"
PARENT = str(OG.parent)
CLASSIFICATION = str(ORG.classification)
LABELS = (NAME, LABEL, PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title")


@dataclass(frozen=True, order=True)
class Value:
    """An object of a triple: an IRI, or a text with its language or datatype."""

    text: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""


class Facts:
    """The facts of some graphs, seen as one.

    Args:
        store: where the graphs are.
        graphs: their IRIs; for a label the earlier ones come first.
    """

    def __init__(self, store: QuadStore, graphs: Sequence[str]) -> None:
        self._store = store
        self._graphs = graphs

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The objects of a subject's property, sorted."""
        return sorted(_value(t.object) for t in self._store.match(self._graphs, subject, predicate))

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Those of them that are IRIs."""
        return [value.text for value in self.values(subject, predicate) if value.is_iri]

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Those of them that are literals."""
        return [value.text for value in self.values(subject, predicate) if not value.is_iri]

    def text(self, subject: str, predicate: str) -> str:
        """The first literal, or ""."""
        return next(iter(self.texts(subject, predicate)), "")

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The subjects that have a property with this IRI as object, sorted."""
        found = self._store.match(self._graphs, None, predicate, value)
        return sorted({t.subject.value for t in found if isinstance(t.subject, NamedNode)})

    def about(self, subject: str) -> Iterator[tuple[str, Value]]:
        """Properties and objects of a subject, sorted."""
        found = self._store.match(self._graphs, subject)
        yield from sorted((t.predicate.value, _value(t.object)) for t in found)

    def pointing(self, value: str) -> Iterator[tuple[str, str]]:
        """Properties and subjects of the triples that have this IRI as object, sorted."""
        found = self._store.match(self._graphs, None, None, value)
        yield from sorted((t.predicate.value, t.subject.value) for t in found if isinstance(t.subject, NamedNode))

    def having(self, predicate: str) -> Iterator[tuple[str, Value]]:
        """Subjects and objects of a property."""
        for triple in self._store.match(self._graphs, None, predicate):
            if isinstance(triple.subject, NamedNode):
                yield triple.subject.value, _value(triple.object)

    def label(self, iri: str) -> str:
        """What a thing is called here, or else the end of its IRI."""
        for graph in self._graphs:
            for predicate in LABELS:
                for triple in self._store.match([graph], iri, predicate):
                    if isinstance(triple.object, Literal):
                        return triple.object.value
        return last_part(iri)

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """For each thing what is placed directly below it, in the order of labels."""
        below: dict[str, list[str]] = defaultdict(list)
        for thing, parent in self.having(PARENT):
            below[parent.text].append(thing)
        return {parent: sorted(things, key=self.label) for parent, things in below.items()}


def last_part(iri: str) -> str:
    """What stands after the last `#` or `/` of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _value(term: object) -> Value:
    if isinstance(term, NamedNode):
        return Value(term.value, is_iri=True)
    if isinstance(term, Literal):
        return Value(term.value, False, term.language or "", term.datatype.value)
    return Value(str(term))
