"""Which queries can be answered row by row: those in which nothing looks at a variable from where SPARQL would not see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from organograph.engine.paths import Path
from organograph.engine.select.algebra import (
    Beyond,
    Bind,
    Call,
    Expression,
    Group,
    Inner,
    Optional,
    Select,
    Union,
    Variable,
    bound_by,
    groups_in,
    names_in,
    names_of,
)
from organograph.engine.select.expressions import kind


def refuse_unsound(query: Select) -> None:
    """Refuse a query whose answer would depend on the order in which groups are worked out (SPARQL 1.1 section 18.2).

    Raises:
        Beyond: it is such a query, or has a part that is not answered here.
    """
    _query(query)
    for condition in _all_conditions(query):
        _askable(condition)
    _refuse_foreign_ends([query.group, *_groups(query.group)])


def _query(query: Select) -> None:
    """A query, which sees nothing of what is around it; of $this, which SHACL fills in everywhere, it must tell."""
    _whole(query.group)
    if any(True for condition in query.having for _ in groups_in(condition)):
        raise Beyond("a group that is asked of groups of rows")
    if "this" in query.group.names().difference(query.chosen):
        raise Beyond("a query about $this that does not tell it")


def _whole(group: Group) -> None:
    for place, element in enumerate(group.elements):
        if isinstance(element, Union):
            beside = frozenset[str]().union(*(names_of(other) for other in group.elements if other is not element))
            for branch in element.branches:
                _branch(branch, beside, beside.union(*map(names_in, group.filters)))
        elif isinstance(element, Optional):
            _plain(element.group, Inner)
        elif isinstance(element, Bind):
            known = frozenset[str]().union(*(names_of(before) for before in group.elements[:place]))
            if element.variable in known:
                raise Beyond("a value for a variable that has one")
        elif isinstance(element, Inner):
            _query(element.query)
    for condition in group.filters:
        _inside(condition)


def _branch(branch: Group, beside: frozenset[str], outside: frozenset[str]) -> None:
    """A branch sees nothing of what stands beside it, so it must not look at it."""
    patterns, bound = frozenset[str](), branch.bound()
    for element in branch.elements:
        if isinstance(element, Bind):
            if names_in(element.value) - patterns or element.variable in patterns | beside | bound:
                raise Beyond("a binding that looks out of its group")
            patterns |= {element.variable}
        elif isinstance(element, tuple | Inner):
            patterns |= bound_by(element)
            if isinstance(element, Inner):
                _query(element.query)
        else:
            raise Beyond("groups within groups")
    for condition in branch.filters:
        if (names_in(condition) & outside) - bound:
            raise Beyond("a filter that looks out of its group")
        _inside(condition)


def _plain(group: Group, *also: type[Inner]) -> None:
    """Patterns and filters only, which see the row that they are joined to, and what else is joined to it."""
    for element in group.elements:
        if not isinstance(element, (tuple, *also)):
            raise Beyond("groups within groups")
        if isinstance(element, Inner):
            _query(element.query)
    for condition in group.filters:
        _inside(condition)


def _refuse_foreign_ends(groups: Sequence[Group]) -> None:
    """Refuse paths of no length whose ends may be no things of the graph: those of properties, and what is computed."""
    elements = [element for group in groups for element in group.elements]
    patterns = [pattern for element in elements if isinstance(element, tuple) for pattern in element]
    foreign = {pattern.path.name for pattern in patterns if isinstance(pattern.path, Variable)}
    foreign |= {element.variable for element in elements if isinstance(element, Bind)}
    for pattern in patterns:
        if isinstance(pattern.path, Path) and pattern.names() & foreign and _may_stay(pattern.path):
            raise Beyond("a path of no length from what may be no thing of the graph")


def _may_stay(path: Path) -> bool:
    """Whether a path can lead from a thing to itself by no step at all."""
    return path.kind in ("zeroOrMore", "zeroOrOne") or any(map(_may_stay, path.parts))


def _groups(group: Group) -> Iterator[Group]:
    """The groups within a group."""
    inner: list[Group] = [found for condition in group.filters for found in groups_in(condition)]
    for element in group.elements:
        if isinstance(element, Optional):
            inner.append(element.group)
        elif isinstance(element, Union):
            inner += element.branches
        elif isinstance(element, Bind):
            inner += groups_in(element.value)
        elif isinstance(element, Inner):
            inner.append(element.query.group)
    for found in inner:
        yield found
        yield from _groups(found)


def _inside(condition: Expression) -> None:
    for group in groups_in(condition):
        _plain(group)


def _all_conditions(query: Select) -> Iterable[Expression]:
    yield from query.having
    yield from _conditions(query.group)


def _conditions(group: Group) -> Iterable[Expression]:
    yield from group.filters
    for condition in group.filters:
        for inner in groups_in(condition):
            yield from _conditions(inner)
    for element in group.elements:
        if isinstance(element, Bind):
            yield element.value
        elif isinstance(element, Optional):
            yield from _conditions(element.group)
        elif isinstance(element, Union):
            for branch in element.branches:
                yield from _conditions(branch)
        elif isinstance(element, Inner):
            yield from _all_conditions(element.query)


def _askable(condition: Expression) -> None:
    """What is asked of the store must hold no group."""
    if isinstance(condition, Call):
        logical = condition.name in ("!", "&&", "||")
        if not logical and any(True for _ in groups_in(condition)):
            raise Beyond("a group within a function")
        if kind(condition) == "unknown" and condition.name == "COUNT":
            raise Beyond("a count of another form")
        for operand in condition.operands:
            _askable(operand)
