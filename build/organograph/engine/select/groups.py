"""Works out groups: patterns in the order that keeps few rows, filters as soon as what they look at is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as Nodes

from organograph.engine.select.algebra import (
    Beyond,
    Bind,
    Call,
    Element,
    Exists,
    Expression,
    Group,
    Inner,
    Optional,
    Pattern,
    Select,
    Union,
    Variable,
    bound_by,
    names_in,
    names_of,
    weight,
)
from organograph.engine.select.evaluation import Evaluation
from organograph.engine.select.expressions import conjuncts
from organograph.engine.select.joining import Joining
from organograph.engine.select.stars import Equal, split
from organograph.engine.select.table import UNIT, Table, matched, together

_ROW = "#"
"""The column that numbers rows while a group within a group is worked out; no variable has this name."""

_FEW = 50
"""How many terms a graph has for each of a few nodes: what leads from these is then looked for first, not what all things have."""


class Groups:
    """Works out the groups of one query over one graph.

    Args:
        joining: joins patterns over the graph.
        prefixes: those of the query.
    """

    def __init__(self, joining: Joining, prefixes: Mapping[str, str]) -> None:
        self._joining = joining
        self._evaluation = Evaluation(joining.data, prefixes)
        self._nodes: Nodes[int] = frozenset()
        self._few = False

    def whole(self, query: Select, nodes: Nodes[int], needed: frozenset[str]) -> Table:
        """The rows of a query, some perhaps several times.

        Args:
            query: the query.
            nodes: what $this can be.
            needed: the variables that its group is asked for.

        Raises:
            Beyond: it is not answered here.
        """
        self._nodes = nodes
        self._few = _FEW * len(nodes) < len(self._joining.data.terms)
        return self._rows(query, needed)

    def _rows(self, query: Select, needed: frozenset[str]) -> Table:
        table = self._group(query.group, UNIT, needed)
        return self._grouped(table, query.keys, query.having) if query.keys else table

    def _group(self, group: Group, table: Table, needed: frozenset[str]) -> Table:
        """Join a table with a group; it gives what the group needs from outside, and numbers of rows."""
        filters = [part for condition in group.filters for part in conjuncts(condition)]
        for place, element in enumerate(group.elements):
            later = frozenset[str]().union(needed, *map(names_of, group.elements[place + 1 :]), (_ROW,) if _ROW in table.columns else ())
            unseen = _open(group.elements, place, table)
            more = place + 1 < len(group.elements)  # what takes long is asked when all else has left few rows
            ready = [condition for condition in filters if not names_in(condition) & unseen and not (more and weight(condition) > 1)]
            filters = [condition for condition in filters if condition not in ready]
            kept = later.union(*map(names_in, filters))
            table = self._element(element, table, ready, kept)
        return self._filtered(table, filters).only(needed | {_ROW})

    def _element(self, element: Element, table: Table, filters: list[Expression], needed: frozenset[str]) -> Table:
        inner = needed.union(*map(names_in, filters))
        if isinstance(element, tuple):
            return self._patterns(element, table, filters, needed)
        if isinstance(element, Union):
            parts = [self._group(branch, table, inner | table.columns.keys()) for branch in element.branches]
            table = together(parts)
        elif isinstance(element, Optional):
            table = self._optional(element.group, table)
        elif isinstance(element, Inner):
            table = self._beside(element.query, table, inner)
        else:
            assert isinstance(element, Bind)  # noqa: S101 - there is no other kind
            table = Table({**table.columns, element.variable: self._evaluation.numbers(element.value, table)}, table.size)
        return self._filtered(table, filters)

    def _optional(self, group: Group, table: Table) -> Table:
        numbered = table.numbered(_ROW + _ROW)
        found = self._group(group, numbered, group.names() | numbered.columns.keys())
        has = set(found.columns[_ROW + _ROW])
        alone = numbered.kept([place not in has for place in range(table.size)])
        return together([found, alone]).only(table.columns.keys() | group.names())

    def _beside(self, query: Select, table: Table, needed: frozenset[str]) -> Table:
        """Join a table with the rows of a query that sees nothing of it (section 12); each once, for nobody here counts rows."""
        wanted = needed.union(table.columns).intersection(query.chosen)
        found = self._rows(query, query.asked()).only(wanted).distinct()
        shared = sorted(found.columns.keys() & table.columns.keys())
        if not shared:
            return table.times(found)
        for name in shared:  # what has no value goes with any
            table.full(name)
            found.full(name)
        return matched(table, found, lambda side: side.tuples(shared))

    def _filtered(self, table: Table, filters: Iterable[Expression]) -> Table:
        for condition in sorted(filters, key=weight):
            table = table.kept(self._evaluation.truths(condition, table, self._exists))
        return table

    def _patterns(self, patterns: Sequence[Pattern], table: Table, filters: list[Expression], needed: frozenset[str]) -> Table:
        """Join a table with patterns, and drop rows by filters."""
        for name in names_of(tuple(patterns)) & table.columns.keys():
            table.full(name)  # before a filter drops what has no value yet
        apart = split(patterns, table, filters) if not self._few else None
        if apart is not None:
            rest, star, equal = apart
            wanted = needed.union(*map(names_in, filters))
            shared = names_of(tuple(star)) & names_of(tuple(rest))
            left = self._patterns(rest, table, [], wanted | shared)
            right = self._patterns(star, UNIT, [], wanted | shared)
            return self._filtered(self._paired(left, right, sorted(shared), equal), filters).only(needed)
        waiting, pending = list(patterns), list(filters)
        table = self._seeded(table, waiting)
        while waiting:
            best = min(waiting, key=lambda pattern: self._joining.size(pattern, table))
            waiting.remove(best)
            wanted = needed.union(*(pattern.names() for pattern in waiting), *map(names_in, pending))
            table = self._joining.joined(table, best, wanted)
            ready = [
                condition for condition in pending if names_in(condition) <= table.columns.keys() and not isinstance(condition, Exists)
            ]
            pending = [condition for condition in pending if condition not in ready]
            table = self._filtered(table, ready).only(needed.union(*(pattern.names() for pattern in waiting), *map(names_in, pending)))
        return self._filtered(table, pending).only(needed)

    def _seeded(self, table: Table, patterns: Sequence[Pattern]) -> Table:
        """The nodes that are asked about as rows, where that is fewer than any pattern has."""
        if "this" in table.columns or not any("this" in pattern.names() for pattern in patterns):
            return table
        if not self._few and min(self._joining.size(pattern, table) for pattern in patterns) <= len(self._nodes) * table.size:
            return table
        return table.times(Table({"this": list(self._nodes)}, len(self._nodes)))

    def _paired(self, left: Table, right: Table, shared: Sequence[str], equal: Sequence[Equal]) -> Table:
        def key(table: Table) -> Sequence[object]:
            sides = [one.side(table.columns.keys()) for one in equal]
            return list(
                zip(*(table.columns[name] for name in shared), *(self._evaluation.texts(side, table) for side in sides), strict=True)
            )

        return matched(left, right, key)

    def _exists(self, table: Table, condition: Exists) -> list[bool]:
        """For each row whether a group has a solution, the row's values in place of its variables (section 18.6)."""
        names, group = sorted(condition.names() & table.columns.keys()), condition.group
        if len(names) == 1:
            (name,), column = names, table.columns[names[0]]
            once = [*dict.fromkeys(column)]
            known = {*self._group(group, Table({name: once}, len(once)), frozenset(names)).columns[name]}
            return [(value in known) != condition.negated for value in column]
        rows, places = table.tuples(names), dict[tuple[int | None, ...], int]()
        numbers = [places.setdefault(row, len(places)) for row in rows]
        columns = dict(zip(names, (list(column) for column in zip(*places, strict=True)), strict=True)) if places else {}
        asked = Table(columns, len(places)).numbered(_ROW)
        found = {*self._group(group, asked, frozenset((_ROW,))).columns[_ROW]}
        return [(number in found) != condition.negated for number in numbers]

    def _grouped(self, table: Table, keys: Sequence[str], having: Sequence[Expression]) -> Table:
        """A row for each group of rows of which all conditions hold (section 11)."""
        if not table.columns.keys() >= {*keys}:
            raise Beyond("groups by a variable that has no value")
        rows, places = table.tuples(keys), dict[tuple[int | None, ...], int]()
        numbers = [places.setdefault(row, len(places)) for row in rows]
        columns = {name: [row[place] for row in places] for place, name in enumerate(keys)}
        groups = Table(columns, len(places))
        for call in (call for condition in having for call in _counts(condition)):
            operand = call.operands[0]
            assert isinstance(operand, Variable)  # noqa: S101 - asked when it was read
            values = table.columns.get(operand.name) or [None] * table.size
            pairs = {(number, value) for number, value in zip(numbers, values, strict=True) if value is not None}
            counts = [0] * len(places)
            for number, _ in pairs:
                counts[number] += 1
            groups.columns[call.text] = [*counts]
        for condition in having:
            groups = groups.kept(self._evaluation.truths(condition, groups, self._exists))
        return groups


def _open(elements: Sequence[Element], place: int, table: Table) -> frozenset[str]:
    """The variables to which parts of a group after a place can still give a value.

    Args:
        elements: the parts.
        place: which of them is to be joined now.
        table: what those before it have given.
    """
    later = frozenset[str]().union(*map(names_of, elements[place + 1 :]))
    sure = frozenset[str]().union(*map(bound_by, elements[: place + 1]))
    return frozenset(name for name in later - sure if None in table.columns.get(name, (None,)))


def _counts(condition: Expression) -> Iterable[Call]:
    if isinstance(condition, Call):
        if condition.name == "COUNT":
            yield condition
        for operand in condition.operands:
            yield from _counts(operand)
