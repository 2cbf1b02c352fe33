"""The steps of plans: each does one thing to all rows at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from organograph.links import Links
from organograph_server.query.prepared.algebra import Beyond
from organograph_server.query.prepared.columns import MOST_ROWS, ROW, Asked, Step, Table, number_of, numbered, reached, spread, times

# Of paths that are walked from each row.
_MOST_WALKS = 5_000


class Begin:
    """The things that a constant leads to, as the values of a new variable."""

    __slots__ = ("_links", "_name", "_node")

    def __init__(self, links: Links, node: int, name: str) -> None:
        self._links, self._node, self._name = links, node, name

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it; each row goes with each thing."""
        times(table, self._links[number_of(self._node, asked)], self._name)


class Walked:
    """The same along a property that is repeated; a repetition of none leads to the thing itself."""

    __slots__ = ("_links", "_name", "_node", "_none")

    def __init__(self, links: Links, node: int, name: str, none: bool) -> None:
        self._links, self._node, self._name, self._none = links, node, name, none

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it; each row goes with each thing."""
        times(table, [*reached(self._links, number_of(self._node, asked), self._none)], self._name)


class Pairs:
    """All that a property joins, as the values of two new variables."""

    __slots__ = ("_links", "_names")

    def __init__(self, links: Links, subject: str, value: str) -> None:
        self._links, self._names = links, (subject, value)

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it, in a table of one row."""
        links, (subject, value) = self._links, self._names
        more = [(node, end) for node, ends in links.several.items() for end in ends[1:]]
        table.columns[subject] = [*links.first, *(node for node, _ in more)]
        table.columns[value] = [*links.first.values(), *(end for _, end in more)]
        table.size = links.number


class Spread:
    """What each row's value of a variable leads to, as the values of a new one."""

    __slots__ = ("_links", "_name", "_start")

    def __init__(self, links: Links, start: str, name: str) -> None:
        self._links, self._start, self._name = links, start, name

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it; a row becomes as many as there are such things."""
        column, links = table.columns[self._start], self._links
        found: list[int | None] = [*map(links.first.get, column)]
        several = links.several
        if several and not several.keys().isdisjoint(column):
            spread(table, [links[node] for node in column], self._name)
        elif None in found:
            table.keep([value is not None for value in found])
            table.columns[self._name] = [value for value in found if value is not None]
        else:
            table.columns[self._name] = found  # type: ignore[assignment]


class Wandered:
    """The same along a property that is repeated."""

    __slots__ = ("_links", "_name", "_none", "_start")

    def __init__(self, links: Links, start: str, name: str, none: bool) -> None:
        self._links, self._start, self._name, self._none = links, start, name, none

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it.

        Raises:
            Beyond: it would be walked from very many things, or lead to very many.
        """
        column = table.columns[self._start]
        once = dict.fromkeys(column)
        if len(once) > _MOST_WALKS:
            raise Beyond("a path from very many things")
        ends: dict[int, list[int]] = {}
        room = MOST_ROWS
        for node in once:
            ends[node] = [*reached(self._links, node, self._none)]
            room -= len(ends[node])
            if room < 0:
                raise Beyond("very many rows")
        spread(table, [ends[node] for node in column], self._name)


class Among:
    """Only the rows whose value of a variable leads to a constant, along a property or along its repetition."""

    __slots__ = ("_back", "_name", "_node", "_repeated")

    def __init__(self, back: Links, name: str, node: int, repeated: str) -> None:
        self._back, self._name, self._node, self._repeated = back, name, node, repeated

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        node = number_of(self._node, asked)
        among = set(reached(self._back, node, self._repeated == "*") if self._repeated else self._back[node])
        table.keep([value in among for value in table.columns[self._name]])


class Held:
    """Only the rows in which a property joins two values."""

    __slots__ = ("_links", "_names")

    def __init__(self, links: Links, subject: str, value: str) -> None:
        self._links, self._names = links, (subject, value)

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        subjects, values = (table.columns[name] for name in self._names)
        holds = self._links.holds
        table.keep([holds(subject, value) for subject, value in zip(subjects, values, strict=True)])


class Fact:
    """All rows if a property joins two constants, else none."""

    __slots__ = ("_ends", "_links", "_repeated")

    def __init__(self, links: Links, subject: int, value: int, repeated: str) -> None:
        self._links, self._ends, self._repeated = links, (subject, value), repeated

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        subject, value = (number_of(node, asked) for node in self._ends)
        links, repeated = self._links, self._repeated
        if not (value in reached(links, subject, repeated == "*") if repeated else links.holds(subject, value)):
            table.keep([False] * table.size)


class Forget:
    """Only the columns that are needed later."""

    __slots__ = ("_kept",)

    def __init__(self, kept: Collection[str]) -> None:
        self._kept = kept

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        table.forget(self._kept)


class Added:
    """What patterns add to a row where they match; where they do not, the row stays as it is (SPARQL 1.1 section 18.5, LeftJoin)."""

    __slots__ = ("_names", "_needs", "_steps")

    def __init__(self, steps: Sequence[Step], needs: Collection[str], names: Sequence[str]) -> None:
        self._steps, self._needs, self._names = steps, needs, names

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        inner = numbered(table, self._needs)
        for step in self._steps:
            step(inner, asked)
        places, more = inner.columns[ROW], [inner.columns[name] for name in self._names]
        alone = [*dict.fromkeys(range(table.size)).keys() - {*places}]
        table.take([*places, *alone])
        for name, column in zip(self._names, more, strict=True):
            table.columns[name] = [*column, *([-1] * len(alone))]


class Matching:
    """Only the rows with which patterns match, or with which they do not."""

    __slots__ = ("_needs", "_negated", "_steps")

    def __init__(self, steps: Sequence[Step], needs: Collection[str], negated: bool) -> None:
        self._steps, self._needs, self._negated = steps, needs, negated

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        inner = numbered(table, self._needs)
        for step in self._steps:
            step(inner, asked)
        found, negated = {*inner.columns[ROW]}, self._negated
        table.keep([(place in found) != negated for place in range(table.size)])


class Leading:
    """The same where it is one property that leads anywhere."""

    __slots__ = ("_links", "_name", "_negated")

    def __init__(self, links: Links, name: str, negated: bool) -> None:
        self._links, self._name, self._negated = links, name, negated

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        first, column = self._links.first, table.columns[self._name]
        table.keep([value not in first for value in column] if self._negated else [value in first for value in column])
