"""Where the documents of an edition say what a reform changed: passages, by the thing and by what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from organograph.names import OA, OG, PROV, RDF
from organograph.reform.lineage import Lineage, Passage
from organograph.reform.states import BASIS, CLASS, HEADS, HELD_BY, KIND, NAME, PARENT, REPORTS_TO, WITHIN, State
from organograph.statements import Triple

_MENTION, _SOURCE, _SELECTOR = OG.mention.value, OA.hasSource.value, OA.hasSelector.value
_START, _END, _DERIVED = OA.start.value, OA.end.value, PROV.wasDerivedFrom.value
_SUBJECT, _PREDICATE, _OBJECT = RDF.subject.value, RDF.predicate.value, RDF.object.value
_OF_PLACES = frozenset({_MENTION, _SOURCE, _SELECTOR, _START, _END, _DERIVED, _SUBJECT, _PREDICATE, _OBJECT})
_STATED = frozenset({NAME, PARENT, KIND, CLASS, REPORTS_TO, HEADS, HELD_BY, WITHIN, BASIS})


class _Stated:
    """What one document states, looked up by thing.

    Args:
        triples: its graph.
    """

    def __init__(self, triples: Sequence[Triple]) -> None:
        self.said: set[tuple[str, str, str]] = set()
        self.places: dict[str, list[str]] = {}
        self._of: dict[tuple[str, str], str] = {}
        statements: dict[str, dict[str, str]] = {}
        for subject, predicate, value in triples:
            name = predicate.value
            if name in _STATED:
                self.said.add((subject.value, name, value.value))
            elif name == _MENTION:
                self.places.setdefault(subject.value, []).append(value.value)
            elif name in _OF_PLACES:
                self._of[subject.value, name] = value.value
                if name in (_SUBJECT, _PREDICATE, _OBJECT, _DERIVED):
                    statements.setdefault(subject.value, {})[name] = value.value
        self.statements = {tuple(said.get(term, "") for term in (_SUBJECT, _PREDICATE, _OBJECT)): said for said in statements.values()}

    def passage(self, place: str, edition: str, graph: str, lineage: Lineage) -> Passage | None:
        """The passage of an IRI, where its characters are told."""
        selector, document = self._of.get((place, _SELECTOR), ""), self._of.get((place, _SOURCE), "")
        start, end = self._of.get((selector, _START), ""), self._of.get((selector, _END), "")
        if not (start.isdigit() and end.isdigit()):
            return None
        return Passage(place, document, lineage.title(document), int(start), int(end), edition, graph)

    def derived(self, thing: str, predicate: str, value: str) -> str:
        """The passage that a single statement rests on, or ""."""
        return self.statements.get((thing, predicate, value), {}).get(_DERIVED, "")


class Evidence:
    """The evidence of an edition; its graphs are read when first asked for.

    Args:
        state: the edition.
        lineage: for the titles of documents.
    """

    def __init__(self, state: State, lineage: Lineage) -> None:
        self._state = state
        self._lineage = lineage

    def of(self, thing: str) -> tuple[Passage, ...]:
        """Every passage that names a thing."""
        return tuple(self._mentions(thing, list(self._graphs)))

    def saying(self, thing: str, predicate: str, values: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of the documents that state one of the values; where none does, those that name the thing."""
        if not values:
            return self.of(thing)
        place = WITHIN if predicate == PARENT and self._is_body(thing) else predicate
        stating = [graph for graph, stated in self._graphs.items() if any((thing, place, value) in stated.said for value in values)]
        if predicate == HELD_BY:
            return tuple(passage for person in values for passage in self._mentions(person, stating)) or self.of(thing)
        single = tuple(passage for value in values for passage in self._single(thing, predicate, value, stating))
        return single or tuple(self._mentions(thing, stating)) or self.of(thing)

    def _is_body(self, thing: str) -> bool:
        found = self._state.things.get(thing)
        return found is not None and found.type == "body"

    def _mentions(self, thing: str, graphs: Sequence[str]) -> Iterator[Passage]:
        for graph in graphs:
            stated = self._graphs[graph]
            found = (stated.passage(place, self._state.identifier, graph, self._lineage) for place in stated.places.get(thing, ()))
            yield from sorted((passage for passage in found if passage), key=lambda passage: (passage.start, passage.end))

    def _single(self, thing: str, predicate: str, value: str, graphs: Sequence[str]) -> Iterator[Passage]:
        """The very passage of a statement, where one is told for it alone."""
        for graph in graphs:
            stated = self._graphs[graph]
            passage = stated.passage(stated.derived(thing, predicate, value), self._state.identifier, graph, self._lineage)
            if passage:
                yield passage

    @cached_property
    def _graphs(self) -> dict[str, _Stated]:
        return {graph: _Stated(tuple(triples)) for graph, triples in self._state.evidence.items()}
