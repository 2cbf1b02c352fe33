"""Rows of numbers as columns, one for each variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from typing import Any

from organograph.engine.select.algebra import Beyond

Column = list[int | None]


class Table:
    """Solutions of a part of a query; a variable without value holds None.

    Args:
        columns: the values of each variable, one a row.
        size: how many rows there are.
    """

    __slots__ = ("columns", "size")

    def __init__(self, columns: Mapping[str, Column], size: int) -> None:
        self.columns = dict(columns)
        self.size = size

    def kept(self, flags: Iterable[object]) -> Table:
        """The rows at which a flag is up."""
        flags = list(flags)
        columns = {name: list(compress(column, flags)) for name, column in self.columns.items()}
        return Table(columns, sum(map(bool, flags)))

    def taken(self, places: Sequence[int], more: Mapping[str, Column]) -> Table:
        """The rows at some places, in their order, with further columns as long as these."""
        columns = {name: [column[place] for place in places] for name, column in self.columns.items()}
        return Table({**columns, **more}, len(places))

    def only(self, names: Iterable[str]) -> Table:
        """Without the columns of other variables."""
        return Table({name: self.columns[name] for name in names if name in self.columns}, self.size)

    def distinct(self) -> Table:
        """Each row once."""
        names = list(self.columns)
        rows = dict.fromkeys(self.tuples(names))
        return Table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {name: [] for name in names}, len(rows))

    def numbered(self, name: str) -> Table:
        """With the number of each row as a column."""
        return Table({**self.columns, name: list(range(self.size))}, self.size)

    def times(self, other: Table) -> Table:
        """Each row with each row of another table that has no variable in common."""
        if self.size == 1:
            columns = {name: column * other.size for name, column in self.columns.items()}
            return Table({**columns, **other.columns}, other.size)
        places = [place for place in range(self.size) for _ in range(other.size)]
        return self.taken(places, {name: column * self.size for name, column in other.columns.items()})

    def full(self, name: str) -> list[int]:
        """A column in which each row has a value.

        Raises:
            Beyond: one has none.
        """
        column = self.columns[name]
        if None in column:
            raise Beyond("a pattern about a variable that need not have a value")
        return column  # type: ignore[return-value]

    def tuples(self, names: Sequence[str]) -> list[tuple[int | None, ...]]:
        """The values of some variables, row by row."""
        return list(zip(*(self.columns[name] for name in names), strict=True)) if names else [()] * self.size


UNIT = Table({}, 1)
"""The one row that binds nothing."""


def together(tables: Sequence[Table]) -> Table:
    """The rows of several tables; a variable that one has not has no value there."""
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns: dict[str, Column] = {name: [] for name in names}
    for table in tables:
        for name in names:
            columns[name] += table.columns.get(name) or [None] * table.size
    return Table(columns, sum(table.size for table in tables))


def spread(first: Mapping[Any, int], several: Mapping[Any, Sequence[int]], column: Sequence[Any]) -> tuple[list[int] | None, list[int]]:
    """The places in a column and what its values lead to there, a pair for each; no places where each value leads to one thing.

    Args:
        first: what each value leads to first.
        several: all that a value leads to, where that is more than one.
        column: the values.
    """
    ends = [*map(first.get, column)]
    places = [place for place, end in enumerate(ends) if end is not None] if None in ends else None
    found = [end for end in ends if end is not None] if places is not None else ends
    if several and not several.keys().isdisjoint(column):
        more = [(place, end) for place, value in enumerate(column) if value in several for end in several[value][1:]]
        places = [*(range(len(ends)) if places is None else places), *(place for place, _ in more)]
        found += [end for _, end in more]
    return places, found  # type: ignore[return-value]


def matched(left: Table, right: Table, key: Callable[[Table], Sequence[object]]) -> Table:
    """The pairs of rows of two tables that have the same key, as rows; of a variable in common the left one's value."""
    first: dict[object, int] = {}
    several: dict[object, list[int]] = {}
    for place, found in enumerate(key(right)):
        held = first.setdefault(found, place)
        if held != place:
            several.setdefault(found, [held]).append(place)
    places, there = spread(first, several, key(left))
    here = range(left.size) if places is None else places
    more = {name: [column[place] for place in there] for name, column in right.columns.items() if name not in left.columns}
    return left.taken(here, more)
