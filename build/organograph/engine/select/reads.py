"""What a query reads: for each of its patterns the way from $this to the statements that can match it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from organograph.engine.paths import Path, turned
from organograph.engine.reads import Read, reads_of_path
from organograph.engine.select.algebra import Bind, Group, Inner, Optional, Pattern, Select, Union, Variable, groups_in
from organograph.engine.terms import TYPE

_Scope = tuple[Pattern | Bind, ...]
_FEW, _SEVERAL, _MANY = 1, 10, 1000
"""What a step of a way is taken to cost where it is walked back: to the object, to subjects, to all of a class."""


def reads_of_query(query: Select) -> Iterator[Read]:
    """The statements that can change what a query finds; a row about $this holds one of them, or a group that it asks about does."""
    for pattern, scope in _scopes(query.group, ()):
        yield from _reads(pattern, _ways(scope))


def _scopes(group: Group, around: _Scope) -> Iterator[tuple[Pattern, _Scope]]:
    """Each pattern with all that holds of a row where it matches."""
    own = [pattern for element in group.elements if isinstance(element, tuple) for pattern in element]
    binds = [element for element in group.elements if isinstance(element, Bind)]
    scope = (*around, *own, *binds)
    yield from ((pattern, scope) for pattern in own)
    for element in group.elements:
        if isinstance(element, Optional | Union):
            for branch in (element.group,) if isinstance(element, Optional) else element.branches:
                yield from _scopes(branch, scope)
        elif isinstance(element, Inner):  # which shares with what is around it only what it tells, such as $this
            yield from _scopes(element.query.group, ())
    for condition in (*group.filters, *(bind.value for bind in binds)):
        for inner in groups_in(condition):
            yield from _scopes(inner, scope)


def _ways(scope: Sequence[Pattern | Bind]) -> dict[str, tuple[int, tuple[Path, ...]]]:
    """The way from $this to each variable that costs least to walk back."""
    steps: dict[str, list[tuple[int, str, Path | None]]] = {}
    for held in scope:
        for start, end, cost, path in _steps(held):
            steps.setdefault(start, []).append((cost, end, path))
    found: dict[str, tuple[int, tuple[Path, ...]]] = {}
    waiting: list[tuple[int, int, str, tuple[Path, ...]]] = [(0, 0, "this", ())]
    while waiting:
        cost, _, name, way = heappop(waiting)
        if name not in found:
            found[name] = (cost, way)
            for more, end, path in steps.get(name, ()):
                heappush(waiting, (cost + more, len(found) * 1000 + len(waiting), end, way if path is None else (*way, path)))
    return found


def _steps(held: Pattern | Bind) -> Iterator[tuple[str, str, int, Path | None]]:
    if isinstance(held, Bind):
        if isinstance(held.value, Variable):
            yield held.value.name, held.variable, 0, None
            yield held.variable, held.value.name, 0, None
    elif isinstance(held.path, Path) and isinstance(held.subject, Variable) and isinstance(held.object, Variable):
        path, start, end = held.path, held.subject.name, held.object.name
        yield start, end, _cost(path, _SEVERAL), path
        yield end, start, _cost(path, _FEW), turned(path)


def _cost(path: Path, step: int) -> int:
    if path.predicate is not None:
        return _MANY if path.predicate == TYPE and step > _FEW else step
    return _SEVERAL * step


def _reads(pattern: Pattern, ways: dict[str, tuple[int, tuple[Path, ...]]]) -> Iterator[Read]:
    subject, value, path = pattern.subject, pattern.object, pattern.path
    about = None if isinstance(subject, Variable) else subject
    with_value = None if isinstance(value, Variable) else value
    ends = [(ways[node.name], back) for node, back in ((subject, False), (value, True)) if isinstance(node, Variable) and node.name in ways]
    (_, way), back = min(ends, key=lambda end: end[0][0], default=((0, None), False))
    if not isinstance(path, Path):
        yield Read(way, None, back, about, with_value)
    elif path.predicate is not None:
        yield Read(way, path.predicate, back, about, with_value)
    elif way is not None:
        yield from reads_of_path(turned(path) if back else path, way)
    else:
        yield from (Read(None, read.predicate) for read in reads_of_path(path))
