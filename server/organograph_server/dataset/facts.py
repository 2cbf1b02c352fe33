"""Reads facts out of some graphs of the store as plain IRIs and texts, for pages to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad

from organograph.names import OG, ORG, PREFIXES
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Words, strangeness

TYPE = PREFIXES["rdf"] + "type"
LABEL = PREFIXES["rdfs"] + "label"
COMMENT = PREFIXES["rdfs"] + "comment"
NAME = PREFIXES["skos"] + "prefLabel"
PARENT = OG.parent.value
CLASSIFICATION = ORG.classification.value
LABELS = (NAME, LABEL, PREFIXES["foaf"] + "name", PREFIXES["dcterms"] + "title")


@dataclass(frozen=True, order=True)
class Value:
    """An object of a triple: an IRI, or a text with its language or datatype."""

    text: str
    is_iri: bool = False
    language: str = ""
    datatype: str = ""

    @property
    def words(self) -> Words:
        """The text, which knows its language."""
        return Words(self.text, self.language)


class Facts:
    """The facts of some graphs, seen as one.

    Args:
        quads: where the graphs are.
        graphs: their IRIs; for a label the earlier ones come first.
    """

    def __init__(self, quads: Quads, graphs: Sequence[str]) -> None:
        self._quads = quads
        self._graphs = graphs

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The objects of a subject's property, sorted."""
        return sorted(_value(t.object) for t in self._quads.match(self._graphs, subject, predicate))

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Those of them that are IRIs."""
        return [value.text for value in self.values(subject, predicate) if value.is_iri]

    def texts(self, subject: str, predicate: str) -> list[str]:
        """Those of them that are literals."""
        return [value.words for value in self.values(subject, predicate) if not value.is_iri]

    def text(self, subject: str, predicate: str) -> str:
        """The literal to show to a reader of the language that is spoken, or ""; it knows its own language."""
        found = [value for value in self.values(subject, predicate) if not value.is_iri]
        return min(found, key=_strangeness).words if found else ""

    def subjects(self, predicate: str, value: str) -> list[str]:
        """The subjects that have a property with this IRI as object, sorted."""
        found = self._quads.match(self._graphs, None, predicate, value)
        return sorted({t.subject.value for t in found if isinstance(t.subject, NamedNode)})

    def about(self, subject: str) -> Iterator[tuple[str, Value]]:
        """Properties and objects of a subject, sorted."""
        found = self._quads.match(self._graphs, subject)
        yield from sorted((t.predicate.value, _value(t.object)) for t in found)

    def pointing(self, value: str) -> Iterator[tuple[str, str]]:
        """Properties and subjects of the triples that have this IRI as object, sorted."""
        found = self._quads.match(self._graphs, None, None, value)
        yield from sorted((t.predicate.value, t.subject.value) for t in found if isinstance(t.subject, NamedNode))

    def having(self, predicate: str) -> Iterator[tuple[str, Value]]:
        """Subjects and objects of a property."""
        for triple in self._quads.match(self._graphs, None, predicate):
            if isinstance(triple.subject, NamedNode):
                yield triple.subject.value, _value(triple.object)

    def states(self, graph: str, subject: str) -> bool:
        """Whether a graph says anything of a subject."""
        return next(self._quads.match([graph], subject), None) is not None

    def label(self, iri: str) -> str:
        """What a thing is called here, or else the end of its IRI."""
        for graph in self._graphs:
            for predicate in LABELS:
                if text := Facts(self._quads, [graph]).text(iri, predicate):
                    return text
        return last_part(iri)


class Told(Facts):
    """What a graph says of one subject, read together: for who goes through all, and would look up each property of each.

    Args:
        found: the quads of the subject.
    """

    def __init__(self, found: Iterable[Quad]) -> None:
        self._values: dict[str, list[Value]] = defaultdict(list)
        for quad in found:
            self._values[quad.predicate.value].append(_value(quad.object))

    def values(self, subject: str, predicate: str) -> list[Value]:
        """The objects of the subject's property, sorted."""
        return sorted(self._values.get(predicate, ()))

    def label(self, iri: str) -> str:
        """What the subject is called, or else the end of its IRI."""
        return next(filter(None, (self.text(iri, predicate) for predicate in LABELS)), "") or last_part(iri)


def last_part(iri: str) -> str:
    """What stands after the last `#` or `/` of an IRI."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _strangeness(value: Value) -> int:
    """How far its language is from that of the page."""
    return strangeness(value.language)


def _value(term: object) -> Value:
    if isinstance(term, NamedNode):
        return Value(term.value, is_iri=True)
    if isinstance(term, Literal):
        return Value(term.value, False, term.language or "", term.datatype.value)
    return Value(str(term))
