"""Where the documents of an edition say what a reform changed: passages, by the thing and by what is said of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from pyoxigraph import NamedNode

from organograph.names import OA, OG, PROV, RDF
from organograph.reform.lineage import Lineage, Passage
from organograph.reform.states import CLASS, HELD_BY, PARENT, REPORTS_TO, WITHIN, State, Stated
from organograph.statements import Term

# What is said beside the tree has a statement of its own, with its own passage; a name and a place have that of the name.
_SINGLE = (CLASS, REPORTS_TO)


class Evidence:
    """The evidence of an edition.

    Args:
        state: the edition, with the graphs of what its documents state.
        lineage: for the titles of documents.
    """

    def __init__(self, state: State, lineage: Lineage) -> None:
        self._state = state
        self._lineage = lineage
        self._mentions = cache(self._mentions_in)

    def of(self, thing: str) -> tuple[Passage, ...]:
        """Every passage that names a thing."""
        return self._all(thing, self._state.evidence)

    def saying(self, thing: str, predicate: str, values: Sequence[str]) -> tuple[Passage, ...]:
        """The passages of the documents that state one of the values; where none does, those that name the thing."""
        stating = [graph for graph, stated in self._state.evidence.items() if _states(stated, thing, predicate, values)]
        if predicate == HELD_BY and stating:
            return tuple(passage for person in values for passage in self._all(person, stating)) or self.of(thing)
        single = tuple(self._single(thing, predicate, values, stating)) if predicate in _SINGLE else ()
        return single or self._all(thing, stating) or self.of(thing)

    def _all(self, thing: str, graphs: Iterable[str]) -> tuple[Passage, ...]:
        return tuple(passage for graph in graphs for passage in self._mentions(thing, graph))

    def _mentions_in(self, thing: str, graph: str) -> tuple[Passage, ...]:
        stated = self._state.evidence[graph]
        places = [value for predicate, value in stated.about(NamedNode(thing)) if predicate == OG.mention]
        found = [passage for place in places if (passage := self._passage(stated, place, graph))]
        return tuple(sorted(found, key=lambda passage: (passage.start, passage.end)))

    def _single(self, thing: str, predicate: str, values: Sequence[str], graphs: Iterable[str]) -> Iterator[Passage]:
        """The very passages of statements that are told one by one."""
        for graph in graphs:
            stated = self._state.evidence[graph]
            for statement in sorted(stated.subjects(RDF.subject, NamedNode(thing)), key=str):
                said = {each.value: value for each, value in stated.about(statement)}
                place = said.get(PROV.wasDerivedFrom.value)
                fits = _text(said.get(RDF.predicate.value)) == predicate and _text(said.get(RDF.object.value)) in values
                if fits and place is not None and (passage := self._passage(stated, place, graph)):
                    yield passage

    def _passage(self, stated: Stated, place: Term, graph: str) -> Passage | None:
        """The passage of an IRI, where its characters are told."""
        said = dict(stated.about(place))
        selector, document = said.get(OA.hasSelector), _text(said.get(OA.hasSource))
        at = dict(stated.about(selector)) if selector is not None else {}
        start, end = _text(at.get(OA.start)), _text(at.get(OA.end))
        if not (start.isdigit() and end.isdigit()):
            return None
        return Passage(place.value, document, self._lineage.title(document), int(start), int(end), self._state.identifier, graph)


def _states(stated: Stated, thing: str, predicate: str, values: Sequence[str]) -> bool:
    """Whether a document states one of the values of a thing; the place of a body is what it is part of."""
    predicates = (predicate, WITHIN) if predicate == PARENT else (predicate,)
    return any(each.value in predicates and value.value in values for each, value in stated.about(NamedNode(thing)))


def _text(term: Term | None) -> str:
    return "" if term is None else term.value
