"""The statements of one property as dictionaries of integers, from subjects to objects or back."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as Nodes
from contextlib import contextmanager
from typing import Any

_NONE: tuple[int, ...] = ()


class Links:
    """What one property leads to.

    Most things have one value of a property, and a list for each would take more memory than all else, so a dictionary holds the
    first value of each and another all values of those that have several.

    Args:
        first: the first value of each thing.
        several: all values of each thing that has more than one, the first among them.
    """

    __slots__ = ("_number", "first", "several")

    def __init__(self, first: dict[int, int] | None = None, several: dict[int, list[int]] | None = None) -> None:
        self.first: dict[int, int] = {} if first is None else first
        self.several: dict[int, list[int]] = {} if several is None else several
        self._number = -1

    def __getitem__(self, node: int) -> Sequence[int]:
        """The values of a thing, none where it has none."""
        found = self.several.get(node)
        if found is None:
            value = self.first.get(node)
            return _NONE if value is None else (value,)
        return found

    def __contains__(self, node: int) -> bool:
        """Whether a thing has a value."""
        return node in self.first

    def __len__(self) -> int:
        """How many things have a value."""
        return len(self.first)

    @property
    def number(self) -> int:
        """How many statements there are, once all are known."""
        if self._number < 0:
            self._number = len(self.first) + sum(map(len, self.several.values())) - len(self.several)
        return self._number

    def changed(self) -> None:
        """Count the statements anew when that is asked for."""
        self._number = -1

    def copy(self) -> Links:
        """The same statements, to which others can be added."""
        return Links(dict(self.first), {node: [*values] for node, values in self.several.items()})

    def add(self, node: int, value: int) -> None:
        """Add a statement that is not there."""
        held = self.first.setdefault(node, value)
        if held != value:
            self.several.setdefault(node, [held]).append(value)

    def remove(self, node: int, value: int) -> None:
        """Take out a statement that is there."""
        held = self.several.get(node)
        if held is None:
            del self.first[node]
            return
        held.remove(value)
        self.first[node] = held[0]
        if len(held) == 1:
            del self.several[node]

    def holds(self, node: int, value: int) -> bool:
        """Whether a thing has that value."""
        return self.first.get(node) == value or value in self.several.get(node, _NONE)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Each thing with each of its values."""
        several = self.several
        for node, value in self.first.items():
            if several and node in several:
                for each in several[node]:
                    yield node, each
            else:
                yield node, value

    def values(self, nodes: Nodes[int]) -> set[int]:
        """All values of some things, each once."""
        found = set(map(self.first.get, nodes))
        found.discard(None)
        if self.several:
            found.update(value for node in self.several.keys() & nodes for value in self.several[node])
        return found  # type: ignore[return-value]

    def turned(self) -> Links:
        """The same statements from objects to subjects."""
        back = Links()
        several, begin = back.several, back.first.setdefault
        for node, value in self.pairs():
            held = begin(value, node)
            if held is not node:
                several.setdefault(value, [held]).append(node)
        return back


@contextmanager
def unwatched() -> Iterator[None]:
    """Python does not look for circles meanwhile: millions of numbers make none, and looking takes a fifth of the time."""
    watched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if watched:
            gc.enable()


def linked(triples: Iterable[Iterable[Any]], numbers: dict[Any, int], shared: Mapping[int, Links]) -> dict[int, Links]:
    """The statements of each property that some triples are of.

    Args:
        triples: of what can be a key, in any order, some perhaps several times; those about one thing are read faster one after another.
        numbers: those of terms; terms that have none are given one.
        shared: statements that there are before, by property, of which those that do not change are left out.
    """
    found: dict[int, Links] = {}
    number, last, subject = numbers.setdefault, None, -1
    with unwatched():
        for s, p, o in triples:
            if s is not last:
                last, subject = s, number(s, len(numbers))
            predicate, value = number(p, len(numbers)), number(o, len(numbers))
            links = found.get(predicate)
            if links is None:
                links = found[predicate] = shared[predicate].copy() if predicate in shared else Links()
            held = links.first.setdefault(subject, value)
            if held is not value and held != value:
                links.several.setdefault(subject, [held]).append(value)
    for links in found.values():
        for values in links.several.values():
            values[:] = dict.fromkeys(values)
    return found
