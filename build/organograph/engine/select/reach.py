"""What a path leads to from a node, and whether it leads from one node to another, for many nodes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from math import inf

from organograph.engine.data import Data
from organograph.engine.focus import Walk
from organograph.engine.paths import Path, turned, walker
from organograph.links import Links

_WORTH = 8
"""Walking from every start costs about as many steps; if the whole graph is not much more, it is walked once from each end."""

_FAR = 50
"""To bring a whole graph into an order costs about as many steps as walking from one start in so many things."""


class Reach:
    """Where one path leads.

    Args:
        data: the graph.
        path: the path.
    """

    def __init__(self, data: Data, path: Path) -> None:
        self._data = data
        self._path = path

    @cached_property
    def _onward(self) -> Walk:
        return walker(self._data, self._path)

    @cached_property
    def _back(self) -> Walk:
        return walker(self._data, turned(self._path))

    def ends(self, node: int, forwards: bool, keep: bool = False) -> Collection[int]:
        """The nodes that the path leads to from a node, or from which it leads there; those may be kept for later."""
        if self._path.kind == "oneOrMore" and not forwards and (keep or node in self._walked_back):
            return self._known_back(node)
        return self._onward(node) if forwards else self._back(node)

    def begins(self, forwards: bool) -> Collection[int] | bool | None:
        """The nodes from which the path leads anywhere; True for all, None where each must be asked."""
        if self._path.kind in ("zeroOrMore", "zeroOrOne"):
            return True
        inner = self._path.parts[0]
        if self._path.kind != "oneOrMore" or inner.predicate is None:
            return None
        return (self._data.forward(inner.predicate) if forwards else self._data.backward(inner.predicate)).first

    def holds(self, starts: list[int], ends: list[int]) -> list[bool]:
        """Whether the path leads from each start to the end beside it."""
        if self._links is None or _FAR * len({*starts}) < len(self._links):
            known = {start: set(self._onward(start)) for start in {*starts}}
            return [end in known[start] for start, end in zip(starts, ends, strict=True)]
        here = self._path.kind != "oneOrMore"
        if len({*ends}) * self._links.number <= _WORTH * len(starts):
            from_ends = {end: self._known_back(end) for end in {*ends}}
            return [(here and start == end) or start in from_ends[end] for start, end in zip(starts, ends, strict=True)]
        leads = self._leads if 2 * len({*starts}) > len(starts) else self._seen_from()
        return [(here and start == end) or leads(start, end) for start, end in zip(starts, ends, strict=True)]

    def _seen_from(self) -> Callable[[int, int], bool]:
        """Whether steps lead from one node to another, where many are asked of each start."""
        rank, onward = self._ranks.get, walker(self._data, Path("oneOrMore", self._path.parts))
        known: dict[int, Collection[int]] = {}

        def leads(start: int, end: int) -> bool:
            if rank(start, inf) > rank(end, inf):
                return False
            if start not in known:
                known[start] = onward(start)
            return end in known[start]

        return leads

    @cached_property
    def _links(self) -> Links | None:
        """The statements of the step that is repeated, where it is a single one."""
        inner = self._path.parts[0]
        repeated = self._path.kind in ("oneOrMore", "zeroOrMore") and inner.predicate is not None
        return self._data.forward(inner.predicate) if repeated and inner.predicate is not None else None

    @cached_property
    def _walked_back(self) -> dict[int, Collection[int]]:
        return {}

    def _known_back(self, end: int) -> Collection[int]:
        known = self._walked_back
        if end not in known:
            known[end] = walker(self._data, turned(Path("oneOrMore", self._path.parts)))(end)
        return known[end]

    def _leads(self, start: int, end: int) -> bool:
        """Whether steps lead from one node to another; nodes that stand before the end in no order are not walked through."""
        links, rank = self._links, self._ranks.get
        assert links is not None  # noqa: S101 - asked before
        limit, seen, waiting = rank(end, inf), set[int](), [start]
        if rank(start, inf) > limit:
            return False
        while waiting:
            here = waiting.pop()
            if links.holds(here, end):
                return True
            new = [node for node in links[here] if node not in seen and rank(node, inf) <= limit]
            seen.update(new)
            waiting += new
        return False

    @cached_property
    def _ranks(self) -> Mapping[int, int]:
        """An order in which each step leads onward; nodes on circles, and what they lead to, have no place in it."""
        links = self._links
        assert links is not None  # noqa: S101 - asked before
        arriving = Counter(value for _, value in links.pairs())
        waiting, ranks = [node for node in links.first if node not in arriving], dict[int, int]()
        while waiting:
            node = waiting.pop()
            ranks[node] = len(ranks)
            for value in links[node]:
                arriving[value] -= 1
                if not arriving[value]:
                    waiting.append(value)
        return ranks
