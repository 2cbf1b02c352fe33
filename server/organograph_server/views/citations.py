"""Where the documents say so: for each statement of a page the documents that make it, and at which characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from organograph.names import OA, OG, ORG, PREFIXES
from organograph_server.dataset.facts import NAME, PARENT, TYPE, Facts, Value
from organograph_server.dataset.originals import Originals, Passage
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import gettext
from organograph_server.views.links import Link, Linker

_RDF = PREFIXES["rdf"]
_ADDRESS = PREFIXES["dcterms"] + "source"
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_MENTION = OG.mention.value
_HELD_BY = ORG.heldBy.value
_TERMS = [f"{_RDF}{term}" for term in ("subject", "predicate", "object")]
_Span = tuple[str, int, int]


@dataclass(frozen=True)
class Place:
    """Some characters of a document: their offsets, where the page of evidence shows them, and the words there if they are at hand."""

    start: int
    end: int
    link: Link
    passage: Passage | None


@dataclass(frozen=True)
class Citation:
    """A document that says something, in which edition, under which name, what in so many words, and at which characters."""

    number: int
    edition: Link
    document: Link
    address: Link | None
    evidence: Link
    name: str
    parent: Link | None
    sentences: Sequence[Sequence[Link]]
    places: Sequence[Place]


@dataclass
class Citations:
    """The citations of a page, numbered in the order in which they are first needed.

    Args:
        quads: the published quads.
        linker: makes the links.
        originals: the texts of the documents.
    """

    quads: Quads
    linker: Linker
    originals: Originals
    found: list[Citation] = field(default_factory=list)
    _numbers: dict[tuple[str, str, tuple[_Span, ...], tuple[str, ...]], int] = field(default_factory=dict)

    def of(self, edition: Edition | None, subject: str, predicate: str, value: Value | str) -> list[int]:
        """The numbers of the documents of an edition that make a statement.

        Args:
            edition: whose evidence is looked through; None gives none.
            subject: IRI of what the statement is about.
            predicate: IRI of its property.
            value: its object; an IRI as a text.
        """
        wanted = Value(value, is_iri=True) if isinstance(value, str) else value
        numbers: list[int] = []
        for graph in edition.evidence if edition else ():
            facts = Facts(self.quads, [graph])
            if wanted in facts.values(subject, predicate):
                # Who holds a post is told where the person is named.
                named = wanted.text if predicate == _HELD_BY else subject
                own = tuple(_own(facts, subject, predicate, wanted))
                spans = tuple(sorted({span for statement in own for span in _derived(facts, statement)})) or _mentions(facts, named)
                if not spans and wanted.is_iri:
                    # What no document names itself, such as a tenure, is told where its parts are named.
                    named, spans = wanted.text, _mentions(facts, wanted.text)
                if edition and spans:
                    numbers.append(self._number(edition, graph, named, spans, own))
        return numbers

    def mentions(self, editions: Iterable[Edition], subject: str) -> None:
        """Make sure that every mention of a thing is among the citations."""
        for edition in editions:
            for graph in edition.evidence:
                if spans := _mentions(Facts(self.quads, [graph]), subject):
                    self._number(edition, graph, subject, spans)

    def _number(self, edition: Edition, graph: str, subject: str, spans: tuple[_Span, ...], statements: tuple[str, ...] = ()) -> int:
        key = (graph, subject, spans, statements)
        if key not in self._numbers:
            self._numbers[key] = len(self.found) + 1
            self.found.append(self._citation(len(self.found) + 1, edition, *key))
        return self._numbers[key]

    def _citation(
        self, number: int, edition: Edition, graph: str, subject: str, spans: tuple[_Span, ...], statements: tuple[str, ...]
    ) -> Citation:
        facts, document = Facts(self.quads, [graph]), spans[0][0]
        parents = facts.iris(subject, PARENT)
        addresses = self.linker.facts.iris(document, _ADDRESS)
        return Citation(
            number=number,
            edition=self.linker.link(edition.iri, edition.identifier),
            document=self.linker.link(document),
            address=Link(addresses[0], url=addresses[0]) if addresses else None,
            evidence=self.linker.link(graph, gettext("all that it states")),
            name=facts.text(subject, NAME) or self.linker.facts.label(subject),
            parent=self.linker.link(parents[0]) if parents else None,
            sentences=[sentence(self.linker, facts, statement) for statement in statements],
            places=[self._place(graph, span) for span in spans],
        )

    def _place(self, graph: str, span: _Span) -> Place:
        document, start, end = span
        link = self.linker.link(graph, gettext("characters %(start)s–%(end)s", start=str(start), end=str(end)))
        at = Link(link.label, f"{link.path}#at-{start}-{end}") if link.path else link
        return Place(start, end, at, self.originals.passage(document, start, end))


def _own(facts: Facts, subject: str, predicate: str, value: Value) -> Iterator[str]:
    """The statements that say just that and were derived from characters of their own."""
    for statement in facts.subjects(_TERMS[0], subject):
        if predicate in facts.iris(statement, _TERMS[1]) and value in facts.values(statement, _TERMS[2]) and _derived(facts, statement):
            yield statement


def _derived(facts: Facts, statement: str) -> set[_Span]:
    return {span for part in facts.iris(statement, _DERIVED) for span in spans_at(facts, part)}


def sentence(linker: Linker, facts: Facts, statement: str) -> Sequence[Link]:
    """Subject, property and object of a statement (RDF Schema, section 5.3)."""
    subject, predicate, value = ([*facts.values(statement, term), Value("")][0] for term in _TERMS)
    word = gettext("is:") if predicate.text == TYPE else linker.words(predicate.text)
    return linker.link(subject.text), Link(word), linker.link(value.text) if value.is_iri else Link(value.words)


def _mentions(facts: Facts, thing: str) -> tuple[_Span, ...]:
    return tuple(sorted({span for part in facts.iris(thing, _MENTION) for span in spans_at(facts, part)}))


def spans_at(facts: Facts, part: str) -> list[_Span]:
    """The document and the offsets of a passage (Web Annotation Data Model, section 4.2.5)."""
    return [
        (document, int(start), int(end))
        for document in facts.iris(part, OA.hasSource.value)
        for selector in facts.iris(part, OA.hasSelector.value)
        if (start := facts.text(selector, OA.start.value)).isdigit() and (end := facts.text(selector, OA.end.value)).isdigit()
    ]
