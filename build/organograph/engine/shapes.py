"""Shapes as they run: what each is about, what it asks of its values, and what is found where the answer is no."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as Nodes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from organograph.engine.focus import Values
from organograph.engine.paths import Path
from organograph.engine.terms import Term

if TYPE_CHECKING:
    from organograph.engine.run import Run


class Wrong(NamedTuple):
    """What does not hold of a node, terms by their numbers.

    Args:
        component: the IRI of the constraint component.
        focus: the node at fault.
        value: what is wrong, where a value is.
        path: the property that a query or a closed shape names.
        messages: what the constraint says by itself.
    """

    component: NamedNode
    focus: int
    value: int | None = None
    path: Term | None = None
    messages: tuple[Literal, ...] = ()


Constraint = Callable[["Run", "Shape", Values], Iterable[Wrong]]
"""What a shape asks of the values of its focus nodes; tells what does not hold."""


@dataclass(frozen=True)
class OfValues:
    """A constraint that looks at each value by itself.

    Args:
        component: the IRI of the constraint component.
        wrong: tells which of some values are wrong.
    """

    component: NamedNode
    wrong: Callable[[Run, Nodes[int]], Nodes[int]]

    def __call__(self, run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        """Each node with each of its values that is wrong."""
        return (Wrong(self.component, focus, value) for focus, value in values.holding(self.wrong(run, values.distinct)))


@dataclass(frozen=True)
class ByProperty(OfValues):
    """A property shape that each value must conform to, whose own results are told (SHACL section 4.7.2).

    Args:
        held: the property shape.
    """

    held: Shape


@dataclass(frozen=True)
class Result:
    """A validation result (SHACL section 3.6.2), terms as they were written.

    Args:
        focus: the node at fault.
        path: the node of the graph of shapes that stands for the path, or the property that a query names.
        value: what is wrong, where a value is.
        component: the IRI of the constraint component.
        source: the shape.
        severity: its severity.
        messages: what the shape says, with blanks.
    """

    focus: Term
    path: Term | None
    value: Term | None
    component: NamedNode
    source: Term
    severity: Term
    messages: tuple[Literal, ...] = field(default=(), compare=False)


@dataclass(eq=False)
class Shape:
    """A shape (SHACL section 2.1).

    Args:
        node: what it is called.
        severity: of its results.
        path: of a property shape.
        path_node: the node that the path was read from.
        targets: what it is about, as a property of SHACL and its value.
        constraints: what it asks.
        uses: the shapes it asks by.
        properties: those of them that are its property shapes.
        messages: what it says.
        off: whether it is deactivated.
        why_not: why the engine cannot run it, or "".
    """

    node: Term
    severity: Term
    path: Path | None = None
    path_node: Term | None = None
    targets: tuple[tuple[str, Term], ...] = ()
    constraints: list[Constraint] = field(default_factory=list)
    uses: list[Shape] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)
    messages: tuple[Literal, ...] = ()
    off: bool = False
    why_not: str = ""
