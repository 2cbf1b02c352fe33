"""Joins a table with a pattern that has a variable in the place of its property."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from math import inf

from organograph.engine.data import Data
from organograph.engine.select.algebra import Beyond, Node, Pattern, Variable
from organograph.engine.select.table import Column, Table

_MANY = 10.0
"""How many statements a thing is taken to have, where it is chosen which pattern to join first."""


def size_of_any(table: Table, pattern: Pattern) -> float:
    """About how many rows a table will have when it is joined with a pattern."""
    if not _known(pattern.subject, table):
        return inf
    return table.size * (1.0 if _known(pattern.path, table) else _MANY)  # type: ignore[arg-type]


def joined_with_any(data: Data, table: Table, pattern: Pattern) -> Table:
    """The rows that match a pattern about known things, with its property and its values.

    Args:
        data: the graph.
        table: the rows.
        pattern: the pattern.

    Raises:
        Beyond: it is about things that are not known, or has one variable in two places.
    """
    relation, end = pattern.path, pattern.object
    assert isinstance(relation, Variable)  # noqa: S101 - it is for these
    if not _known(pattern.subject, table) or relation in (pattern.subject, end):
        raise Beyond("any property of unknown things, or of itself")
    if end == pattern.subject and not _known(end, table):
        raise Beyond("any property that leads back")
    starts, ends = _column(data, pattern.subject, table), _column(data, end, table) if _known(end, table) else None
    relations = table.full(relation.name) if relation.name in table.columns else None
    rows = [
        (place, predicate, value)
        for place, start in enumerate(starts)
        for predicate, values in _statements(data, start, None if relations is None else relations[place])
        for value in (values if ends is None else (ends[place],) if ends[place] in values else ())
    ]
    more: dict[str, Column] = {relation.name: [predicate for _, predicate, _ in rows]}
    if isinstance(end, Variable):
        more[end.name] = [value for _, _, value in rows]
    return table.taken([place for place, _, _ in rows], more)


def _statements(data: Data, start: int, relation: int | None) -> Iterator[tuple[int, Collection[int]]]:
    if relation is None:
        return data.outgoing(start)
    return iter(((relation, data.links(relation)[start]),))


def _known(node: Node, table: Table) -> bool:
    return not isinstance(node, Variable) or node.name in table.columns


def _column(data: Data, node: Node, table: Table) -> list[int]:
    return table.full(node.name) if isinstance(node, Variable) else [data.number(node)] * table.size
