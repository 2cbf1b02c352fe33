"""Divides what changed between two editions into pages: each change stands on one of them, beside what else changed of its thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from organograph.reform.model import OF_SCOPE, Branch, Reform, Row

_CHANGED, _LEFT = "changed", "left"


@dataclass(frozen=True)
class Portion:
    """What one page has of a reform.

    Args:
        branches: by their place among all, from 1, those of which it has something, with just that.
        outside: what is a matter of scope, by class.
    """

    branches: Mapping[int, Branch]
    outside: Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class _Group:
    """Rows that stay together.

    Args:
        sort: whether they tell of what changed in a branch or left it, or their class where they are a matter of scope.
        branch: its place among all, from 1; 0 for none.
        rows: what changed of one thing.
    """

    sort: str
    branch: int
    rows: Sequence[Row]


class Division:
    """A reform in pages: what changed branch by branch, then what is a matter of scope.

    Args:
        reform: what changed.
        size: how many rows a page may have; of one thing there may be more.
    """

    def __init__(self, reform: Reform, size: int) -> None:
        self.reform = reform
        self.size = size

    @property
    def count(self) -> int:
        """How many pages there are, at least one."""
        return len(self._pages)

    def portion(self, number: int) -> Portion:
        """What a page has, by its number from 1."""
        of_branches: dict[int, dict[str, list[Row]]] = {}
        outside: dict[str, list[Row]] = {sort: [] for sort in OF_SCOPE}
        for group in self._pages[number - 1]:
            found = of_branches.setdefault(group.branch, {_CHANGED: [], _LEFT: []}) if group.branch else outside
            found[group.sort] += group.rows
        branches = {
            place: replace(self.reform.branches[place - 1], rows=rows[_CHANGED], left=rows[_LEFT]) for place, rows in of_branches.items()
        }
        return Portion(branches, outside)

    @cached_property
    def starts(self) -> Mapping[int, int]:
        """On which page each branch begins, by its place among all."""
        found: dict[int, int] = {}
        for number, groups in enumerate(self._pages, 1):
            for group in groups:
                found.setdefault(group.branch, number)
        return {branch: number for branch, number in found.items() if branch}

    @cached_property
    def places(self) -> Mapping[tuple[str, str], int]:
        """On which page the changes of each thing are, by its IRI and that of the branch in which they are told."""
        return {
            (group.rows[0].thing, group.rows[0].branch): number
            for number, groups in enumerate(self._pages, 1)
            for group in groups
            if group.sort == _CHANGED
        }

    @cached_property
    def things(self) -> Mapping[str, int]:
        """On which page most is told of each thing, by its IRI: what changed of it, or else that it is a matter of scope."""
        found: dict[str, int] = {}
        for number, groups in enumerate(self._pages, 1):
            for group in groups:
                if group.sort != _LEFT:
                    found.setdefault(group.rows[0].thing, number)
        return found

    @cached_property
    def _pages(self) -> Sequence[Sequence[_Group]]:
        pages: list[list[_Group]] = [[]]
        room = self.size
        for group in _groups(self.reform):
            if pages[-1] and len(group.rows) > room:
                pages.append([])
                room = self.size
            pages[-1].append(group)
            room -= len(group.rows)
        return pages


def _groups(reform: Reform) -> Iterator[_Group]:
    """The rows of a reform in the order of its pages; what moved from one branch to another is in both."""
    for place, branch in enumerate(reform.branches, 1):
        for sort, rows in ((_CHANGED, branch.rows), (_LEFT, branch.left)):
            yield from (_Group(sort, place, of_one) for of_one in _together(rows, lambda row: row.thing))
    for sort in OF_SCOPE:
        reasons = _together(reform.by_sort(sort), lambda row: row.note)
        # In the order in which a page tells the reasons: that of most things first.
        for of_one in sorted(reasons, key=lambda rows: (-len(rows), rows[0].note)):
            yield from (_Group(sort, 0, [row]) for row in of_one)


def _together(rows: Iterable[Row], key: Callable[[Row], str]) -> list[list[Row]]:
    """Rows with the same key together, in the order in which each comes first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return list(found.values())
