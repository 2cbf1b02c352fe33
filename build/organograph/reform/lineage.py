"""What explains that a thing comes or goes: the change events, and the declared scope of each edition, as the catalogue tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from organograph.names import DCTERMS, OA, OG, ORG, PROV, RDF, RDFS, SKOS
from organograph.reform.states import State
from organograph.statements import Graph, Term, Triple

_SORTS = {OG.Foundation: "created", OG.Closure: "closed", OG.Merger: "merged", OG.Split: "split", OG.Succession: "succeeded"}
# What the catalogue says of events and limits, and of what they rest on; most of what it says is of the register.
_READ = frozenset(
    {RDF.type, OG.outsideScope, OG.inEdition, OG.order, OG.fromEdition, OG.toEdition, OG.basis, SKOS.prefLabel, SKOS.editorialNote}
    | {DCTERMS.title, RDFS.comment, PROV.wasDerivedFrom, OA.hasSource, OA.hasSelector, OA.start, OA.end}
    | {ORG.originalOrganization, OG.originalPost, ORG.resultingOrganization, OG.resultingPost}
)
_ORIGINALS, _RESULTS = (ORG.originalOrganization, OG.originalPost), (ORG.resultingOrganization, OG.resultingPost)


@dataclass(frozen=True)
class Passage:
    """Where a document says something.

    Args:
        place: IRI of the passage, a part of its document.
        document: IRI of the document.
        title: of the document.
        start: offset of its first character.
        end: offset after its last.
        edition: the edition that the document is evidence for; "" where the catalogue cites it.
        graph: IRI of the graph that states it; "" where the catalogue does.
    """

    place: str
    document: str
    title: str
    start: int
    end: int
    edition: str = ""
    graph: str = ""


@dataclass(frozen=True)
class Event:
    """An end or a beginning of identities.

    Args:
        iri: what names it.
        sort: `created`, `closed`, `merged`, `split` or `succeeded`.
        label: in words.
        originals: what ended by it, or gave something off.
        results: what began by it.
        since: place of the edition before it in the chain.
        until: place of the edition after it.
        basis: how it is known, such as `inferred`.
        note: what is noted of it.
        passages: what it rests on.
    """

    iri: str
    sort: str
    label: str
    originals: tuple[str, ...]
    results: tuple[str, ...]
    since: int
    until: int
    basis: str
    note: str
    passages: tuple[Passage, ...] = ()

    def between(self, before: State, after: State) -> bool:
        """Whether it lies between two editions, at least in part."""
        return before.order <= self.since < after.order or before.order < self.until <= after.order


@dataclass(frozen=True)
class Limit:
    """A limit of the declared scope of an edition, with its reason in words."""

    iri: str
    edition: str
    reason: str
    passages: tuple[Passage, ...] = ()


class Lineage:
    """The events and limits of a catalogue.

    Args:
        triples: the graph of the catalogue.
    """

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._labels: dict[str, str] = {}
        self._graph = Graph(self._read(triples))

    def _read(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        for subject, predicate, value in triples:
            if predicate in _READ:
                yield subject, predicate, value
            elif predicate == RDFS.label:
                self._labels[subject.value] = value.value

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """All change events, in their order of time."""
        found = (self._event(event) for event in self._graph.subjects(RDF.type, ORG.ChangeEvent))
        return tuple(sorted(found, key=lambda event: (event.since, event.until, event.label, event.iri)))

    @cached_property
    def ending(self) -> Mapping[str, Sequence[Event]]:
        """The events that end each thing or take something off it, by its IRI."""
        return by_thing((event, event.originals) for event in self.events)

    @cached_property
    def beginning(self) -> Mapping[str, Sequence[Event]]:
        """The events that each thing comes of, by its IRI."""
        return by_thing((event, event.results) for event in self.events)

    @cached_property
    def outside(self) -> Mapping[tuple[str, str], Limit]:
        """The limit of scope that leaves a thing out of an edition, by their IRIs."""
        limits = {limit: self._limit(limit) for limit in dict.fromkeys(value for _, value in self._graph.pairs(OG.outsideScope))}
        pairs = sorted(self._graph.pairs(OG.outsideScope), key=lambda pair: pair[1].value, reverse=True)
        return {(thing.value, limits[limit].edition): limits[limit] for thing, limit in pairs}

    def title(self, document: str) -> str:
        """What a document is called, or its IRI."""
        return self._titles.get(document, document)

    def label(self, iri: str) -> str:
        """The latest name of a thing, or ""."""
        return self._labels.get(iri, "")

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {subject.value: title.value for subject, title in self._graph.pairs(DCTERMS.title)}

    @cached_property
    def _orders(self) -> Mapping[Term, int]:
        return {edition: int(order.value) for edition, order in self._graph.pairs(OG.order) if order.value.lstrip("-").isdigit()}

    def _event(self, iri: Term) -> Event:
        graph = self._graph
        sorts = [sort for kind, sort in _SORTS.items() if kind in graph.objects(iri, RDF.type)]
        since, until = (self._orders.get(graph.value(iri, term) or iri, 0) for term in (OG.fromEdition, OG.toEdition))
        originals, results = (
            tuple(sorted(value.value for term in terms for value in graph.objects(iri, term))) for terms in (_ORIGINALS, _RESULTS)
        )
        label, note = (self._text(iri, term) for term in (SKOS.prefLabel, SKOS.editorialNote))
        basis = self._text(iri, OG.basis).rpartition("#")[2]
        sort = sorts[0] if sorts else _sort_of(originals, results)
        return Event(iri.value, sort, label, originals, results, since, until, basis, note, tuple(self._passages(iri)))

    def _limit(self, iri: Term) -> Limit:
        return Limit(iri.value, self._text(iri, OG.inEdition), self._text(iri, RDFS.comment), tuple(self._passages(iri)))

    def _passages(self, iri: Term) -> Iterator[Passage]:
        graph = self._graph
        for place in sorted(graph.objects(iri, PROV.wasDerivedFrom), key=lambda term: term.value):
            source, selector = graph.value(place, OA.hasSource), graph.value(place, OA.hasSelector)
            start, end = (graph.value(selector, term) for term in (OA.start, OA.end))
            if source and start and end:
                yield Passage(place.value, source.value, self.title(source.value), int(start.value), int(end.value))

    def _text(self, iri: Term, term: Term) -> str:
        value = self._graph.value(iri, term)
        return value.value if value is not None else ""


def by_thing(pairs: Iterable[tuple[Event, Iterable[str]]]) -> dict[str, list[Event]]:
    """Events by the IRIs of things.

    Args:
        pairs: each event with its things.
    """
    found: dict[str, list[Event]] = {}
    for event, things in pairs:
        for thing in things:
            found.setdefault(thing, []).append(event)
    return found


def _sort_of(originals: tuple[str, ...], results: tuple[str, ...]) -> str:
    """What sort of event has so many originals and results, where its class does not say."""
    if not originals or not results:
        return "closed" if originals else "created"
    return "merged" if len(originals) > 1 else "split" if len(results) > 1 else "succeeded"
