"""One graph as integers: each term has a number, each predicate a dictionary from subjects to objects and back."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from organograph.engine.terms import RDF, SHAPES_GRAPH, SUBCLASS, TYPE, XSD, Term
from organograph.links import Links, linked

_NONE = Links()
_UNCHANGED = frozenset({f"{XSD}string", f"{RDF}langString"})


class Instances(NamedTuple):
    """The instances of a class, and the classes that make them such: it and its subclasses."""

    classes: set[int]
    found: set[int]


class Data:
    """A graph to be checked, its terms as they were written.

    Args:
        triples: subjects, predicates and objects, of any kind that can be a key of a dictionary.
        term: makes a term of pyoxigraph out of one of that kind; None where they are such.
        common: what was read before and is part of this graph, too; shared as far as these triples do not add to it.
    """

    def __init__(
        self, triples: Iterable[tuple[Any, Any, Any]], term: Callable[[Any], Term] | None = None, common: Data | None = None
    ) -> None:
        self._common = common
        self._borrower: Data | None = None
        self._forward: dict[int, Links] = {}
        self._backward: dict[int, Links] = {}
        self._classes: dict[Term, Instances] = {}
        numbers = self._read(triples) if common is None else self._read_beside(triples, common)
        self.terms: list[Term] = list(numbers) if term is None else [term(given) for given in numbers]
        self.size = len(self.terms)
        """How many terms the graph itself holds; those of shapes that it does not hold get numbers from here on."""
        self._numbers: dict[Term, int] = numbers if term is None else {made: number for number, made in enumerate(self.terms)}

    def _read(self, triples: Iterable[tuple[Hashable, Hashable, Hashable]]) -> dict[Any, int]:
        numbers: dict[Any, int] = {}
        self._forward = linked(triples, numbers, {})
        return numbers

    def _read_beside(self, triples: Iterable[tuple[Hashable, Hashable, Hashable]], common: Data) -> dict[Any, int]:
        numbers: dict[Any, int] = dict(islice(common._numbers.items(), common.size))
        self._forward = {**common._forward, **linked(triples, numbers, common._forward)}
        return numbers

    def number(self, term: Term) -> int:
        """The number of a term; one that the graph does not hold gets a number of its own."""
        found = self._numbers.get(term)
        if found is None:
            found = self._numbers[term] = len(self.terms)
            self.terms.append(term)
        return found

    def known(self, term: Term) -> int | None:
        """The number of a term that has one."""
        return self._numbers.get(term)

    def forward(self, predicate: Term) -> Links:
        """The objects of each subject of a predicate."""
        return self._forward.get(self.number(predicate), _NONE)

    def links(self, predicate: int) -> Links:
        """The same of a predicate by its number."""
        return self._forward.get(predicate, _NONE)

    def backward(self, predicate: Term) -> Links:
        """The subjects of each object of a predicate."""
        number = self.number(predicate)
        found = self._backward.get(number)
        if found is None:
            found = self._backward[number] = self._forward.get(number, _NONE).turned()
        return found

    def holds(self, number: int) -> bool:
        """Whether the graph itself holds a term."""
        return number < self.size

    def outgoing(self, subject: int) -> Iterator[tuple[int, Sequence[int]]]:
        """Each predicate of a subject with its objects."""
        return ((predicate, links[subject]) for predicate, links in self._forward.items() if subject in links)

    def instances(self, of: Term) -> Set[int]:
        """The SHACL instances of a class (SHACL section 1.1): of it and of its subclasses."""
        if of not in self._classes:
            below, classes, found = self.backward(SUBCLASS), {self.number(of)}, set[int]()
            waiting, typed = [*classes], self.backward(TYPE)
            while waiting:
                name = waiting.pop()
                found.update(typed[name])
                new = [sub for sub in below[name] if sub not in classes]
                classes.update(new)
                waiting += new
            self._classes[of] = Instances(classes, found)
        return self._classes[of].found

    def classes(self, of: Term) -> list[Term]:
        """A class and its subclasses."""
        self.instances(of)
        return [self.terms[number] for number in sorted(self._classes[of].classes)]

    @property
    def store(self) -> pyoxigraph.Store:
        """The graph in a store that answers SPARQL; it writes some literals in its own way (see `written`).

        Graphs that have much in common have one store in turn: it holds this one until it is asked for for another.
        """
        return (self._common or self)._lent_to(self)

    def _lent_to(self, other: Data) -> pyoxigraph.Store:
        store, before = self._whole, self._borrower
        if before is not other:
            for quad in before._quads(before._added()) if before else ():
                store.remove(quad)
            store.remove_graph(SHAPES_GRAPH)
            if other is not self:
                store.extend(other._quads(other._added()))
            self._borrower = other if other is not self else None
        return store

    def _added(self) -> Iterator[tuple[int, int, int]]:
        """What it states beside what it has in common with others."""
        shared = self._common._forward if self._common else {}
        for predicate, links in self._forward.items():
            before = shared.get(predicate, _NONE)
            if links is not before:
                yield from ((subject, predicate, value) for subject, value in links.pairs() if not before.holds(subject, value))

    @cached_property
    def _whole(self) -> pyoxigraph.Store:
        store = pyoxigraph.Store()
        store.bulk_extend(
            self._quads((subject, predicate, value) for predicate, links in self._forward.items() for subject, value in links.pairs())
        )
        return store

    def _quads(self, triples: Iterable[tuple[int, int, int]]) -> Iterator[Quad]:
        terms = self.terms
        return (Quad(terms[s], terms[p], terms[o]) for s, p, o in triples)  # type: ignore[arg-type]

    def forms(self, term: Term) -> list[int] | None:
        """The terms that the store writes as this one."""
        return self.written.get(term)

    @cached_property
    def written(self) -> dict[Term, list[int]]:
        """What the store writes in its own way, and the terms that were written otherwise."""
        return self._written_otherwise(range(len(self.terms)))

    def _written_otherwise(self, numbers: Iterable[int]) -> dict[Term, list[int]]:
        typed = [
            (number, term)
            for number, term in ((number, self.terms[number]) for number in numbers)
            if isinstance(term, Literal) and term.datatype.value not in _UNCHANGED and term.datatype.value.startswith(XSD)
        ]
        probe, about = pyoxigraph.Store(), NamedNode(f"{XSD}literal")
        probe.bulk_extend(Quad(BlankNode(f"n{number}"), about, term) for number, term in typed)
        found: dict[Term, list[int]] = {}
        for quad in probe:
            if isinstance(quad.subject, BlankNode):
                number = int(quad.subject.value[1:])
                if self.terms[number] != quad.object:
                    found.setdefault(quad.object, []).append(number)
        return found
