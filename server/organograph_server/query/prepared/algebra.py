"""A query of a common form as a tree (SPARQL 1.1 section 18.2), with open places for the constants that it comes with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


class Beyond(Exception):
    """A query, or what it meets in the graph, is not among what is answered here, and the engine is to be asked."""


@dataclass(frozen=True)
class Variable:
    """A variable, by its name without the sign before it."""

    name: str


@dataclass(frozen=True)
class Given:
    """A constant that each query brings.

    Args:
        place: among the constants of the query.
        language: of a string, in small letters.
    """

    place: int
    language: str = ""


@dataclass(frozen=True)
class Named:
    """An IRI that all queries of the form have in common, as N-Triples writes it."""

    iri: str


Node: TypeAlias = Variable | Given | Named


@dataclass(frozen=True)
class Pattern:
    """A triple pattern, or one along a property that is repeated (SPARQL 1.1 section 9.1).

    Args:
        subject: what it begins from.
        predicate: an IRI as N-Triples writes it.
        object: what it leads to.
        repeated: `+` or `*`; "" for a triple.
    """

    subject: Node
    predicate: str
    object: Node
    repeated: str = ""

    @property
    def names(self) -> frozenset[str]:
        """The variables that it binds."""
        return frozenset(node.name for node in (self.subject, self.object) if isinstance(node, Variable))


@dataclass(frozen=True)
class Reading:
    """The text of a variable's value, as a test reads it.

    Args:
        name: of the variable.
        function: STR, LANG, or "" for a literal that is a text itself.
        case: LCASE, UCASE or "".
    """

    name: str
    function: str
    case: str


@dataclass(frozen=True)
class Test:
    """A test of a text: CONTAINS, STRSTARTS, STRENDS, LANGMATCHES, = or != (SPARQL 1.1 section 17.4.3)."""

    name: str
    reading: Reading
    other: Given

    @property
    def names(self) -> frozenset[str]:
        """The variables that it looks at."""
        return frozenset((self.reading.name,))


@dataclass(frozen=True)
class Same:
    """Whether a variable's value is a thing, or another one."""

    name: str
    other: Given | Named
    negated: bool

    @property
    def names(self) -> frozenset[str]:
        """The variables that it looks at."""
        return frozenset((self.name,))


@dataclass(frozen=True)
class Bound:
    """Whether a variable has a value, or has none (section 17.4.1.1)."""

    name: str
    negated: bool

    @property
    def names(self) -> frozenset[str]:
        """The variables that it looks at."""
        return frozenset((self.name,))


@dataclass(frozen=True)
class Exists:
    """Whether patterns match with a row's values, or do not (section 8.1)."""

    patterns: tuple[Pattern, ...]
    negated: bool

    @property
    def names(self) -> frozenset[str]:
        """The variables that it looks at, and those of its own."""
        return names_of(self.patterns)


Filter: TypeAlias = Test | Same | Bound | Exists


@dataclass(frozen=True)
class Optional:
    """Patterns that add to a row where they match (section 6.1), and tests of what they add."""

    patterns: tuple[Pattern, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True)
class Group:
    """A group graph pattern: patterns, then what may add to them, then what must hold."""

    patterns: tuple[Pattern, ...]
    optionals: tuple[Optional, ...]
    filters: tuple[Filter, ...]

    @property
    def names(self) -> frozenset[str]:
        """The variables that it can bind."""
        return names_of(self.patterns).union(*(names_of(each.patterns) for each in self.optionals))


@dataclass(frozen=True)
class Count:
    """How many there are in a group of rows (section 18.5.1.2).

    Args:
        name: of the variable that tells it.
        of: the variable whose values are counted; None for rows.
        distinct: whether each value counts once.
    """

    name: str
    of: str | None
    distinct: bool


@dataclass(frozen=True)
class Order:
    """A variable that rows are sorted by (section 15.1)."""

    name: str
    descending: bool


@dataclass(frozen=True)
class Query:
    """A whole query.

    Args:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        group: its pattern.
        chosen: the variables and counts that it tells, in their order.
        distinct: whether each row is told once.
        keys: what rows are grouped by.
        order: what they are sorted by, the first first.
        limit: how many are told at most; None for all.
        offset: how many are left out before.
        template: the triples that are made of each row.
        described: the things that are described.
    """

    form: str
    group: Group
    chosen: tuple[str | Count, ...] = ()
    distinct: bool = False
    keys: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int | None = None
    offset: int = 0
    template: tuple[Pattern, ...] = ()
    described: tuple[Node, ...] = ()

    @property
    def counts(self) -> list[Count]:
        """What it counts."""
        return [each for each in self.chosen if isinstance(each, Count)]

    @property
    def is_grouped(self) -> bool:
        """Whether it tells of groups of rows."""
        return bool(self.keys or self.counts)


def names_of(patterns: Iterable[Pattern]) -> frozenset[str]:
    """The variables of some patterns."""
    return frozenset[str]().union(*(pattern.names for pattern in patterns))
