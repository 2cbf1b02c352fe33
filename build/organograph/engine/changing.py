"""A graph that changes while it is held: statements come and go, and the dictionaries of integers go with them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from organograph.engine.data import Data
from organograph.engine.terms import SUBCLASS, TYPE, Term
from organograph.links import Links, unwatched

Numbers = tuple[int, int, int]
"""A statement, its terms by their numbers."""


class Changing(Data):
    """A graph to be checked again and again; it knows how often each statement is made, and holds it once.

    Args:
        triples: what is stated, the same statement perhaps several times.
    """

    def __init__(self, triples: Iterable[tuple[Term, Term, Term]]) -> None:
        self._again: dict[Numbers, int] = {}
        self._doubtful: set[int] = set()
        self._otherwise: dict[Term, list[int]] = {}
        self._written_to = 0
        super().__init__(triples)

    def _read(self, triples: Iterable[tuple[Hashable, Hashable, Hashable]]) -> dict[Any, int]:
        numbers: dict[Any, int] = {}
        number, forward, again = numbers.setdefault, self._forward, self._again
        with unwatched():
            for s, p, o in triples:
                subject, predicate, value = number(s, len(numbers)), number(p, len(numbers)), number(o, len(numbers))
                links = forward.get(predicate)
                if links is None:
                    links = forward[predicate] = Links()
                if links.holds(subject, value):
                    triple = subject, predicate, value
                    again[triple] = again.get(triple, 0) + 1
                else:
                    links.add(subject, value)
        return numbers

    def come(self, triples: Iterable[tuple[Term, Term, Term]]) -> list[Numbers]:
        """Add statements, and tell which of them were not made before."""
        new: list[Numbers] = []
        for s, p, o in triples:
            triple = subject, predicate, value = self.number(s), self.number(p), self.number(o)
            links = self._forward.get(predicate)
            if links is None:
                links = self._forward[predicate] = Links()
            if links.holds(subject, value):
                self._again[triple] = self._again.get(triple, 0) + 1
            else:
                links.add(subject, value)
                new.append(triple)
        self._follow(new, True)
        return new

    def leaving(self, triples: Iterable[tuple[Term, Term, Term]]) -> list[Numbers]:
        """Take back statements, and tell which of them nobody makes any longer; those are still held until they are let go."""
        gone: list[Numbers] = []
        for s, p, o in triples:
            triple = self.number(s), self.number(p), self.number(o)
            often = self._again.get(triple, 0)
            if not often:
                gone.append(triple)
            elif often == 1:
                del self._again[triple]
            else:
                self._again[triple] = often - 1
        return gone

    def let_go(self, triples: Iterable[Numbers]) -> None:
        """Hold statements no longer."""
        gone = list(triples)
        for subject, predicate, value in gone:
            self._forward[predicate].remove(subject, value)
        self._follow(gone, False)

    def _follow(self, triples: list[Numbers], come: bool) -> None:
        """Bring up to date what was derived from the statements."""
        store = self.__dict__.get("_whole")
        for triple in triples:
            subject, predicate, value = triple
            self._doubtful.update(triple)
            back = self._backward.get(predicate)
            if back is not None:
                (back.add if come else back.remove)(value, subject)
                back.changed()
            self._forward[predicate].changed()
        if store is not None:
            for quad in self._quads(triples):
                (store.add if come else store.remove)(quad)
        self._follow_classes(triples)

    def _follow_classes(self, triples: list[Numbers]) -> None:
        below, typed = self.number(SUBCLASS), self.number(TYPE)
        if any(predicate == below for _, predicate, _ in triples):
            self._classes.clear()
        classes = self._forward.get(typed, Links())
        for subject in {subject for subject, predicate, _ in triples if predicate == typed}:
            held = {*classes[subject]}
            for instances in self._classes.values():
                (instances.found.add if held & instances.classes else instances.found.discard)(subject)

    def holds(self, number: int) -> bool:
        """Whether the graph itself holds a term."""
        if number not in self._doubtful:
            return number < self.size
        if any(number in links.first for links in self._forward.values()) or len(self._forward.get(number, ())):
            return True
        return any(number in self.backward(self.terms[predicate]).first for predicate in [*self._forward])

    def known(self, term: Term) -> int | None:
        """The number of a term that the graph holds."""
        found = super().known(term)
        return found if found is not None and self.holds(found) else None

    def forms(self, term: Term) -> list[int] | None:
        """The terms of the graph that the store writes as this one."""
        return [number for number in super().forms(term) or () if self.holds(number)]

    @property
    def written(self) -> dict[Term, list[int]]:
        """What the store writes in its own way, and the terms of the graph that were written otherwise."""
        known = self._otherwise
        for term, numbers in self._written_otherwise(range(self._written_to, len(self.terms))).items():
            known.setdefault(term, []).extend(numbers)
        self._written_to = len(self.terms)
        return known
