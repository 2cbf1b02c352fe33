"""Joins a table with a pattern: along a property, along a path, or in any property."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import inf

from organograph.engine.data import Data
from organograph.engine.paths import Path
from organograph.engine.select.algebra import Beyond, Pattern, Variable
from organograph.engine.select.anyproperty import joined_with_any, size_of_any
from organograph.engine.select.reach import Reach
from organograph.engine.select.table import Column, Table, spread
from organograph.links import Links

_FAR = 8.0
"""How many things a repeated step is taken to lead to, where it is chosen which pattern to join first."""


class Joining:
    """Joins tables with patterns over one graph.

    Args:
        data: the graph.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self._reach: dict[Path, Reach] = {}

    def size(self, pattern: Pattern, table: Table) -> float:
        """About how many rows a table will have when it is joined with a pattern."""
        known, end = self._known(pattern.subject, table), self._known(pattern.object, table)
        if not isinstance(pattern.path, Path):
            return size_of_any(table, pattern)
        path = pattern.path
        if path.predicate is None:
            return table.size * (0.5 if known and end else _FAR if known or end else inf)
        links = self.data.forward(path.predicate)
        number = float(links.number)
        if known and end:
            return table.size * 0.5
        if known:
            single = not isinstance(pattern.subject, Variable)
            return table.size * (len(links[self._number(pattern.subject)]) if single else number / max(1, len(links)))
        if end:
            back = self.data.backward(path.predicate)
            single = not isinstance(pattern.object, Variable)
            return table.size * (len(back[self._number(pattern.object)]) if single else number / max(1, len(back)))
        return table.size * number

    def joined(self, table: Table, pattern: Pattern, needed: frozenset[str]) -> Table:
        """The rows that match a pattern, with the values of its variables; of one that nobody needs, only whether it has a value.

        Raises:
            Beyond: the pattern is not answered here.
        """
        if not isinstance(pattern.path, Path):
            return joined_with_any(self.data, table, pattern)
        known, end = self._known(pattern.subject, table), self._known(pattern.object, table)
        if known and end:
            return table.kept(self._holds(pattern.path, self._column(pattern.subject, table), self._column(pattern.object, table)))
        if known or end:
            here, there = (pattern.subject, pattern.object) if known else (pattern.object, pattern.subject)
            assert isinstance(there, Variable)  # noqa: S101 - what is no variable is known
            return self._extended(table, pattern.path, self._column(here, table), there.name, known, needed)
        return table.times(self._all(pattern))

    @staticmethod
    def _known(node: object, table: Table) -> bool:
        return not isinstance(node, Variable) or node.name in table.columns

    def _number(self, node: object) -> int:
        return self.data.number(node)  # type: ignore[arg-type]

    def _column(self, node: object, table: Table) -> list[int]:
        return table.full(node.name) if isinstance(node, Variable) else [self._number(node)] * table.size

    def _links(self, path: Path, forwards: bool) -> Links | None:
        if path.predicate is None:
            return None
        return self.data.forward(path.predicate) if forwards else self.data.backward(path.predicate)

    def _holds(self, path: Path, starts: list[int], ends: list[int]) -> Iterable[bool]:
        links = self._links(path, True)
        if links is None:
            return self._reaching(path).holds(starts, ends)
        get, several = links.first.get, links.several
        if not several:
            return [get(start) == end for start, end in zip(starts, ends, strict=True)]
        pairs = zip(starts, ends, strict=True)
        return [get(start) == end or (start in several and end in several[start]) for start, end in pairs]

    def _extended(self, table: Table, path: Path, column: list[int], name: str, forwards: bool, needed: frozenset[str]) -> Table:
        links = self._links(path, forwards)
        if links is None:
            reach = self._reaching(path)
            if name not in needed and (begins := reach.begins(forwards)) is not None:
                return table if isinstance(begins, bool) else table.kept([node in begins for node in column])
            return _spread(table, name, [reach.ends(node, forwards, keep=len(column) == 1) for node in column])
        if name not in needed:
            return table.kept([node in links.first for node in column])
        places, values = spread(links.first, links.several, column)
        if places is None:
            return Table({**table.columns, name: [*values]}, table.size)
        return table.taken(places, {name: [*values]})

    def _all(self, pattern: Pattern) -> Table:
        """All pairs of a pattern's variables."""
        path, subject, end = pattern.path, pattern.subject, pattern.object
        assert isinstance(path, Path)  # noqa: S101 - asked before
        assert isinstance(subject, Variable)  # noqa: S101 - it is not known
        assert isinstance(end, Variable)  # noqa: S101 - it is not known
        links = self._links(path, True)
        if links is not None:
            pairs = list(links.pairs())
        else:
            walk = self._reaching(path)
            pairs = [(node, value) for node in self._starts(path) for value in walk.ends(node, True)]
        if subject == end:
            column: Column = [node for node, value in pairs if node == value]
            return Table({subject.name: column}, len(column))
        return Table({subject.name: [node for node, _ in pairs], end.name: [value for _, value in pairs]}, len(pairs))

    def _starts(self, path: Path) -> Collection[int]:
        """The nodes that a path can start from.

        Raises:
            Beyond: it can start anywhere.
        """
        if path.predicate is not None:
            return self.data.forward(path.predicate).first
        if path.kind in ("zeroOrMore", "zeroOrOne"):
            raise Beyond("a path of no length between two unknown things")
        inner = path.parts[0]
        if path.kind == "inverse":
            if inner.predicate is None:
                raise Beyond("a turned path between two unknown things")
            return self.data.backward(inner.predicate).first
        if path.kind == "alternative":
            return dict.fromkeys(start for part in path.parts for start in self._starts(part))
        return self._starts(inner)

    def _reaching(self, path: Path) -> Reach:
        if path not in self._reach:
            self._reach[path] = Reach(self.data, path)
        return self._reach[path]


def _spread(table: Table, name: str, ends: list[Collection[int]]) -> Table:
    """A row for each end of each row."""
    places = [place for place, found in enumerate(ends) for _ in found]
    return table.taken(places, {name: [end for found in ends for end in found]})
