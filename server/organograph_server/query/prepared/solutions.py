"""From the rows of a pattern to what a query tells of them: groups and their counts, order, and which part (SPARQL 1.1 section 18.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

from organograph_server.query.prepared.algebra import Beyond, Count, Order, Query
from organograph_server.query.prepared.columns import MOST_ROWS, Column, Table
from organograph_server.query.prepared.graph import Graph


class Told(NamedTuple):
    """A column of an answer.

    Args:
        name: of its variable.
        values: numbers of terms, -1 for none; or counts.
        counts: whether they are counts.
    """

    name: str
    values: Column
    counts: bool


def told(query: Query, table: Table, graph: Graph) -> tuple[list[Told], int]:
    """What a SELECT query tells.

    Args:
        query: the query.
        table: the rows of its pattern.
        graph: whose terms they are of.

    Returns:
        Its columns, without those of variables that have no value in any row, and how many rows there are.

    Raises:
        Beyond: there are very many, or in an order that is not worked out here.
    """
    counts: dict[str, Column] = {}
    if query.is_grouped:
        table, counts = _grouped(query, table)
    if table.size > MOST_ROWS:
        raise Beyond("very many rows")
    places = ordered(query.order, table, counts, graph) if query.order else None
    names = [each.name if isinstance(each, Count) else each for each in query.chosen]
    columns = [Told(name, counts.get(name) or table.columns.get(name, []), name in counts) for name in names]
    columns = [column for column in columns if column.values or not table.size]
    if query.distinct:
        rows: list[Hashable] = [*zip(*(column.values for column in columns), strict=True)] if columns else [()] * table.size
        places = _once(rows, range(table.size) if places is None else places)
    sliced = _sliced(query, places, table.size)
    if sliced is None:
        return columns, table.size
    return [column._replace(values=[column.values[place] for place in sliced]) for column in columns], len(sliced)


def ordered(order: Sequence[Order], table: Table, counts: dict[str, Column], graph: Graph) -> list[int]:
    """The places of rows in the order that a query asks for (section 15.1).

    Raises:
        Beyond: they have terms of several kinds.
    """
    places = [*range(table.size)]
    for each in reversed(order):
        column = counts.get(each.name)
        keys: Sequence[object] = column if column is not None else graph.sortable(table.columns[each.name])
        places.sort(key=keys.__getitem__, reverse=each.descending)  # type: ignore[arg-type]
    return places


def _once(rows: Sequence[Hashable], places: Sequence[int]) -> list[int]:
    """The places of rows of which none came before."""
    seen: set[Hashable] = set()
    return [place for place in places if not (rows[place] in seen or seen.add(rows[place]))]  # type: ignore[func-returns-value]


def _sliced(query: Query, places: list[int] | None, size: int) -> Sequence[int] | None:
    """The places of the rows that are told; None for all as they come."""
    if query.limit is None and not query.offset:
        return places
    whole: Sequence[int] = range(size) if places is None else places
    return whole[query.offset : None if query.limit is None else query.offset + query.limit]


def _grouped(query: Query, table: Table) -> tuple[Table, dict[str, Column]]:
    """A row for each group, and the counts of each (section 11)."""
    keys = _keys(query.keys, table)
    if keys is None:
        return Table({}, 1), {count.name: [_number(count, table)] for count in query.counts}
    groups = Counter(keys)
    counts = {count.name: _counted(count, keys, groups, table) for count in query.counts}
    if len(query.keys) == 1:
        return Table({query.keys[0]: [*groups]}, len(groups)), counts  # type: ignore[list-item]
    columns = {name: [key[place] for key in groups] for place, name in enumerate(query.keys)}  # type: ignore[index]
    return Table(columns, len(groups)), counts


def _keys(names: Sequence[str], table: Table) -> Sequence[Hashable] | None:
    if not names:
        return None
    return table.columns[names[0]] if len(names) == 1 else [*zip(*(table.columns[name] for name in names), strict=True)]


def _counted(count: Count, keys: Sequence[Hashable], groups: Counter[Hashable], table: Table) -> Column:
    column = None if count.of is None else table.columns[count.of]
    if column is None or (not count.distinct and -1 not in column):
        return [*groups.values()]
    pairs: Iterable[tuple[Hashable, int]] = zip(keys, column, strict=True)
    found = Counter(key for key, value in ({*pairs} if count.distinct else pairs) if value >= 0)
    return [found[key] for key in groups]


def _number(count: Count, table: Table) -> int:
    if count.of is None:
        return table.size
    column = table.columns[count.of]
    return len({*column} - {-1}) if count.distinct else table.size - column.count(-1)
