"""A check that goes on over a graph that changes: what its rules find is told anew as far as a change can reach it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from organograph.conformance.checks import Examination, Place, Shapes, failed, fault, found_by, on_its_way
from organograph.conformance.findings import Finding, finding, in_language
from organograph.engine import Unusable
from organograph.engine.changing import Changing
from organograph.engine.shapes import Result
from organograph.engine.standing import NotKept, Standing
from organograph.faults import Language, in_order
from organograph.statements import Term, Triple

__all__ = ["NotKept", "Ongoing"]


class Held:
    """What a changing graph says now, and of what it was asked since it was last told to forget.

    Args:
        data: the graph.
    """

    def __init__(self, data: Changing) -> None:
        self._data = data
        self.asked: set[int] = set()

    def objects(self, subject: Term, predicate: Term) -> Sequence[Term]:
        """The values of a property of a thing."""
        return self._ends(subject, predicate, True)

    def subjects(self, predicate: Term, value: Term) -> Sequence[Term]:
        """What has a property with that value."""
        return self._ends(value, predicate, False)

    def about(self, subject: Term) -> Sequence[tuple[Term, Term]]:
        """What is said of a thing: properties and values."""
        number, terms = self._data.number(subject), self._data.terms
        self.asked.add(number)
        return [(terms[predicate], terms[value]) for predicate, values in self._data.outgoing(number) for value in values]  # type: ignore[misc]

    def _ends(self, node: Term, predicate: Term, forward: bool) -> Sequence[Term]:
        number, terms = self._data.number(node), self._data.terms
        self.asked.add(number)
        links = self._data.forward(predicate) if forward else self._data.backward(predicate)
        return [terms[end] for end in links[number]]  # type: ignore[misc]


class Ongoing:
    """A graph that is checked again whenever it changes.

    Args:
        shapes: the rules.
        triples: what the graph states, the same perhaps several times.
        language: of the findings.

    Raises:
        NotKept: a rule is not run by the fast engine, so that the graph has to be checked as a whole each time.
        CheckFailed: a rule fails to run.
    """

    def __init__(self, shapes: Shapes, triples: Iterable[Triple], language: Language) -> None:
        self._shapes, self._language = shapes, language
        data = Changing(triples)
        try:
            self._standing = Standing(shapes.plan, shapes.graph, data)
        except Unusable as error:
            raise failed(error, shapes) from error
        self.graph = Held(data)
        self._told: dict[Result, tuple[set[int], Finding, tuple[str, str]]] = {}

    def change(self, come: Iterable[Triple], gone: Iterable[Triple]) -> None:
        """Check what a change can reach.

        Args:
            come: statements that are made now.
            gone: statements that are made no longer.

        Raises:
            NotKept: a rule cannot be run by the fast engine now.
            CheckFailed: a rule fails to run.
        """
        try:
            touched = self._standing.change(come, gone)
        except Unusable as error:
            raise failed(error, self._shapes) from error
        self._told = {result: told for result, told in self._told.items() if touched.isdisjoint(told[0])}

    def examination(self, place: Place) -> Examination:
        """What the check says of the graph as it is now.

        Args:
            place: tells where a finding stands, in one place or in several.
        """
        results = self._standing.results
        known, self._told = self._told, {}
        for result in results:
            told = known.get(result)
            self._told[result] = told if told and self._stays(result, told[1]) else self._tell(result)
        faults = in_order(fault(found, place, words) for _, found, words in self._told.values())
        numbers = self._standing.looked_at()
        looked = {told.name: numbers.get(shape, 0) for shape, told in self._shapes.rules.items()}
        return Examination(tuple(faults), looked, {})

    def _stays(self, result: Result, found: Finding) -> bool:
        """Whether a result has the words that it had, where nothing that they name has changed."""
        return found.way is None and found.said == in_language(result.messages, self._language)

    def _tell(self, result: Result) -> tuple[set[int], Finding, tuple[str, str]]:
        self.graph.asked.clear()
        one = on_its_way(found_by(result, self._language), self._standing.data, self._shapes)
        found = finding(self.graph, self._shapes.rules, one, self._language)
        words = found.told()
        return {*self.graph.asked}, found, words
