"""Rows of numbers as columns, one for each variable, and the steps that a plan does with them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import compress
from typing import NamedTuple, TypeAlias

from organograph.links import Links
from organograph_server.query.prepared.algebra import Beyond

Column: TypeAlias = list[int]


class Asked(NamedTuple):
    """The constants that a query brings.

    Args:
        written: each as the query writes it.
        numbers: of each that stands for a term; 0 for others.
    """

    written: Sequence[str]
    numbers: Sequence[int]


MOST_ROWS = 1_000_000
"""More are not held at once: the engine goes through them one by one."""
ROW = "#"
"""The column that numbers rows while what adds to them is worked out; no variable has this name."""


class Table:
    """Solutions of a part of a query; a variable without value has -1 in its column.

    Args:
        columns: the values of each variable, one a row.
        size: how many rows there are.
    """

    __slots__ = ("columns", "size")

    def __init__(self, columns: dict[str, Column], size: int) -> None:
        self.columns = columns
        self.size = size

    def keep(self, flags: Sequence[object]) -> None:
        """Leave only the rows at which a flag is up."""
        for name, column in self.columns.items():
            self.columns[name] = [*compress(column, flags)]
        self.size = sum(map(bool, flags))

    def take(self, places: Sequence[int]) -> None:
        """Have the rows at some places, in their order."""
        for name, column in self.columns.items():
            self.columns[name] = [column[place] for place in places]
        self.size = len(places)

    def forget(self, kept: Collection[str]) -> None:
        """Leave only some columns; the rows stay."""
        for name in self.columns.keys() - kept:
            del self.columns[name]


Step: TypeAlias = Callable[[Table, Asked], None]
"""Changes a table into that of a larger part of the query."""


def number_of(node: int, asked: Asked) -> int:
    """The number of a constant: its own, or where that is negative the one that the query brings in such a place."""
    return asked.numbers[~node] if node < 0 else node


def numbered(table: Table, names: Iterable[str]) -> Table:
    """Some columns of a table, with the number of each row as another."""
    columns = {name: table.columns[name] for name in names}
    return Table({**columns, ROW: [*range(table.size)]}, table.size)


def spread(table: Table, ends: Sequence[Sequence[int]], name: str) -> None:
    """Make of each row as many as it has ends, which are the values of a new variable.

    Raises:
        Beyond: these would be very many.
    """
    if sum(map(len, ends)) > MOST_ROWS:
        raise Beyond("very many rows")
    table.take([place for place, found in enumerate(ends) for _ in found])
    table.columns[name] = [end for found in ends for end in found]


def times(table: Table, ends: Sequence[int], name: str) -> None:
    """Make of each row one with each of some things, which are the values of a new variable.

    Raises:
        Beyond: these would be very many.
    """
    if table.size == 1 and not table.columns:
        table.columns[name], table.size = [*ends], len(ends)
    else:
        spread(table, [ends] * table.size, name)


def reached(links: Links, start: int, none: bool) -> Mapping[int, None]:
    """What a property leads to when it is repeated (SPARQL 1.1 section 18.4, ALP), in the order in which it is found.

    Args:
        links: the property.
        start: where it begins.
        none: whether not to go on at all counts, too.
    """
    found: dict[int, None] = {start: None} if none else {}
    waiting = [start]
    while waiting:
        for value in links[waiting.pop()]:
            if value not in found:
                found[value] = None
                waiting.append(value)
    return found
