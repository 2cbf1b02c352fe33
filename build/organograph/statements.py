"""A plain graph: triples of pyoxigraph's terms, each once, looked up by what is said of a thing, and by what is said with a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.names import RDF

Term: TypeAlias = NamedNode | BlankNode | Literal
Triple: TypeAlias = tuple[Term, Term, Term]


class Graph:
    """A graph that does not change; what looks things up in it is made once it is asked for.

    Args:
        triples: in the order in which they are told; of several that are the same the first.
    """

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        self._triples = dict.fromkeys(triples)

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def __len__(self) -> int:
        return len(self._triples)

    def __contains__(self, triple: Triple) -> bool:
        return triple in self._triples

    def __add__(self, other: Iterable[Triple]) -> Graph:
        return Graph(chain(self._triples, other))

    def same(self, other: Graph) -> bool:
        """Whether another graph holds the same triples, blank nodes by their labels."""
        return self._triples.keys() == other._triples.keys()

    def about(self, subject: Term) -> Sequence[tuple[Term, Term]]:
        """What is said of a thing: properties and values."""
        return self._about.get(subject, ())

    def pairs(self, predicate: Term) -> Sequence[tuple[Term, Term]]:
        """What has a property, with its values."""
        return self._pairs.get(predicate, ())

    def objects(self, subject: Term, predicate: Term) -> Sequence[Term]:
        """The values of a property of a thing."""
        return self._objects.get((subject, predicate), ())

    def subjects(self, predicate: Term, value: Term) -> Sequence[Term]:
        """What has a property with that value."""
        return self._subjects.get((predicate, value), ())

    def things(self) -> Iterable[Term]:
        """Everything of which something is said, each once."""
        return self._about.keys()

    def value(self, subject: Term | None, predicate: Term) -> Term | None:
        """The first value of a property of a thing, or None."""
        return None if subject is None else next(iter(self.objects(subject, predicate)), None)

    def items(self, start: Term) -> Iterator[Term]:
        """The members of a list (RDF 1.1 Schema section 5.2), as far as it is one."""
        seen: set[Term] = set()
        at: Term | None = start
        while at is not None and at not in seen:
            seen.add(at)
            yield from self.objects(at, RDF.first)[:1]
            at = self.value(at, RDF.rest)

    @cached_property
    def _about(self) -> dict[Term, list[tuple[Term, Term]]]:
        found: dict[Term, list[tuple[Term, Term]]] = {}
        for s, p, o in self._triples:
            found.setdefault(s, []).append((p, o))
        return found

    @cached_property
    def _pairs(self) -> dict[Term, list[tuple[Term, Term]]]:
        found: dict[Term, list[tuple[Term, Term]]] = {}
        for s, p, o in self._triples:
            found.setdefault(p, []).append((s, o))
        return found

    @cached_property
    def _objects(self) -> dict[tuple[Term, Term], list[Term]]:
        found: dict[tuple[Term, Term], list[Term]] = {}
        for s, p, o in self._triples:
            found.setdefault((s, p), []).append(o)
        return found

    @cached_property
    def _subjects(self) -> dict[tuple[Term, Term], list[Term]]:
        found: dict[tuple[Term, Term], list[Term]] = {}
        for s, p, o in self._triples:
            found.setdefault((p, o), []).append(s)
        return found
