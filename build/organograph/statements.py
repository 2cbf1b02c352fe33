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
        return [(p, o) for _, p, o in self._by_subject.get(subject, ())]

    def pairs(self, predicate: Term) -> Sequence[tuple[Term, Term]]:
        """What has a property, with its values."""
        return [(s, o) for s, _, o in self._by_predicate.get(predicate, ())]

    def objects(self, subject: Term, predicate: Term) -> Sequence[Term]:
        """The values of a property of a thing."""
        return [o for _, p, o in self._by_subject.get(subject, ()) if p == predicate]

    def subjects(self, predicate: Term, value: Term) -> Sequence[Term]:
        """What has a property with that value."""
        return [s for s, p, _ in self._by_value.get(value, ()) if p == predicate]

    def things(self) -> Iterable[Term]:
        """Everything of which something is said, each once."""
        return self._by_subject.keys()

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

    # The lists hold the triples that are there already, since tuples and keys of their own would take the memory of the graph again.
    @cached_property
    def _by_subject(self) -> dict[Term, list[Triple]]:
        return self._by(0)

    @cached_property
    def _by_predicate(self) -> dict[Term, list[Triple]]:
        return self._by(1)

    @cached_property
    def _by_value(self) -> dict[Term, list[Triple]]:
        return self._by(2)

    def _by(self, place: int) -> dict[Term, list[Triple]]:
        found: dict[Term, list[Triple]] = {}
        for triple in self._triples:
            found.setdefault(triple[place], []).append(triple)
        return found


def joined(graphs: Iterable[Graph]) -> Graph:
    """All triples of some graphs; of one graph the graph itself, for a copy of a large one takes its memory again."""
    held = [graph for graph in graphs if len(graph)]
    return held[0] if len(held) == 1 else Graph(chain.from_iterable(held))
