"""A query as a tree: groups of patterns, filters, unions, options, bindings and queries (SPARQL 1.1 section 18.2), and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from organograph.engine.paths import Path
from organograph.engine.terms import Term


class Beyond(Exception):
    """A query, or what it meets in a graph, is not among the forms answered here, and the store is to be asked."""


@dataclass(frozen=True)
class Variable:
    """A variable, by its name without the sign before it."""

    name: str


Node: TypeAlias = Variable | Term


@dataclass(frozen=True)
class Pattern:
    """A triple pattern, or a path pattern that is no sequence (section 9.1)."""

    subject: Node
    path: Path | Variable
    object: Node

    def names(self) -> frozenset[str]:
        """The variables it binds."""
        return frozenset(node.name for node in (self.subject, self.path, self.object) if isinstance(node, Variable))


@dataclass(frozen=True)
class Call:
    """A function or operator with its operands.

    Args:
        name: in capitals, or the sign of the operator.
        operands: what it is given.
        text: the words of the query that say so; what is not known here is asked of the store by them.
    """

    name: str
    operands: tuple[Expression, ...]
    text: str

    def names(self) -> frozenset[str]:
        """The variables it looks at."""
        return frozenset[str]().union(*(names_in(operand) for operand in self.operands))


@dataclass(frozen=True)
class Exists:
    """Whether a group has a solution for a row, or has none (section 8.1)."""

    group: Group
    negated: bool

    def names(self) -> frozenset[str]:
        """The variables it looks at."""
        return self.group.names()


Expression: TypeAlias = Variable | Term | Call | Exists


@dataclass(frozen=True)
class Optional:
    """A group that adds to a row where it can (section 6.1)."""

    group: Group


@dataclass(frozen=True)
class Union:
    """Groups of which each solution counts (section 7)."""

    branches: tuple[Group, ...]


@dataclass(frozen=True)
class Bind:
    """A value given to a variable (section 10.1)."""

    value: Expression
    variable: str


@dataclass(frozen=True)
class Inner:
    """A query within a query, which is answered by itself (section 12)."""

    query: Select

    def names(self) -> frozenset[str]:
        """The variables that can have a value in a row of it; a name that it does not tell is another variable than outside."""
        return self.query.group.names().intersection(self.query.chosen)


Element: TypeAlias = tuple[Pattern, ...] | Optional | Union | Bind | Inner


@dataclass(frozen=True)
class Group:
    """A group graph pattern.

    Args:
        elements: what it joins, in order.
        filters: what must hold of its rows.
    """

    elements: tuple[Element, ...]
    filters: tuple[Expression, ...]

    def names(self) -> frozenset[str]:
        """All variables that it mentions."""
        inside = (names_of(element) for element in self.elements)
        return frozenset[str]().union(*inside, *(names_in(condition) for condition in self.filters))

    def bound(self) -> frozenset[str]:
        """The variables that have a value in each of its rows."""
        return frozenset[str]().union(*map(bound_by, self.elements))


@dataclass(frozen=True)
class Select:
    """A whole query.

    Args:
        chosen: the variables it tells.
        group: its pattern.
        keys: what it groups by, or none where it does not.
        having: what must hold of each group.
    """

    chosen: tuple[str, ...]
    group: Group
    keys: tuple[str, ...] = ()
    having: tuple[Expression, ...] = ()

    def asked(self) -> frozenset[str]:
        """The variables that its group is asked for."""
        return frozenset((*self.chosen, *self.keys)).union(*map(names_in, self.having))


def names_in(expression: Expression) -> frozenset[str]:
    """The variables that an expression looks at."""
    if isinstance(expression, Variable):
        return frozenset((expression.name,))
    return expression.names() if isinstance(expression, Call | Exists) else frozenset()


def names_of(element: Element) -> frozenset[str]:
    """The variables that a part of a group mentions."""
    if isinstance(element, tuple):
        return frozenset[str]().union(*(pattern.names() for pattern in element))
    if isinstance(element, Bind):
        return names_in(element.value) | {element.variable}
    if isinstance(element, Inner):
        return element.names()
    groups = (element.group,) if isinstance(element, Optional) else element.branches
    return frozenset[str]().union(*(group.names() for group in groups))


def bound_by(element: Element) -> frozenset[str]:
    """The variables that have a value in each row of a part of a group."""
    if isinstance(element, tuple):
        return names_of(element)
    if isinstance(element, Union):
        return frozenset.intersection(*(branch.bound() for branch in element.branches))
    return element.query.group.bound().intersection(element.query.chosen) if isinstance(element, Inner) else frozenset()


def weight(expression: Expression) -> int:
    """How much it takes to tell whether a condition holds: nothing to speak of, a look at a few statements, or more."""
    groups = list(groups_in(expression))
    plain = all(
        not group.filters and all(isinstance(element, tuple) and all(map(_is_step, element)) for element in group.elements)
        for group in groups
    )
    return 0 if not groups else 1 if plain else 2


def _is_step(pattern: Pattern) -> bool:
    return isinstance(pattern.path, Path) and pattern.path.predicate is not None


def groups_in(expression: Expression) -> Iterator[Group]:
    """The groups whose solutions an expression asks for."""
    if isinstance(expression, Exists):
        yield expression.group
    elif isinstance(expression, Call):
        for operand in expression.operands:
            yield from groups_in(operand)
