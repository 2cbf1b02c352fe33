"""The parts of shapes that are checked one by one: what each reads, and how it can be narrowed to what may be at fault."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as Nodes
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from organograph.engine.description import Description
from organograph.engine.paths import Path
from organograph.engine.plan import Plan
from organograph.engine.reads import Anything, Read
from organograph.engine.run import Run
from organograph.engine.shapes import ByProperty, Constraint, Result, Shape
from organograph.engine.standing import reads_by_itself
from organograph.engine.terms import Term


@dataclass(eq=False)
class Piece:
    """What a shape with targets asks by itself, or one of its property shapes, or all of it.

    Args:
        shape: the shape with targets.
        held: the property shape; None for what the shape asks by itself.
        is_whole: whether it is all of the shape.
        reads: what it reads of a graph.
    """

    shape: Shape
    held: Shape | None = None
    is_whole: bool = False
    reads: tuple[Read, ...] = field(default=(), repr=False)

    @property
    def asked(self) -> Shape:
        """The shape whose constraints are asked."""
        return self.held or self.shape

    @property
    def node(self) -> Term:
        """What it is called."""
        return self.asked.node

    @property
    def constraints(self) -> list[Constraint]:
        """What it asks, but for property shapes that are pieces of their own."""
        return [one for one in self.asked.constraints if self.held or self.is_whole or not isinstance(one, ByProperty)]

    @property
    def uses(self) -> list[Shape]:
        """The shapes that it asks by, but for those that are pieces of their own."""
        uses = [*self.asked.uses]
        for held in () if self.held or self.is_whole else self.shape.properties:
            uses.remove(held)
        return uses

    @property
    def properties(self) -> Iterator[NamedNode]:
        """The properties that it reads, wherever that is, and those by which its targets are told."""
        yield from (term for word, term in self.shape.targets if word.endswith("Of") and isinstance(term, NamedNode))
        for read in self.reads:
            yield from () if read.predicate is None else (read.predicate,)
            for path in read.way or ():
                yield from _steps(path)

    @property
    def reads_any(self) -> bool:
        """Whether it reads properties that it does not name."""
        return any(read.predicate is None for read in self.reads)

    def results(self, run: Run, focus: Nodes[int]) -> Iterator[Result]:
        """What does not hold of nodes."""
        if self.is_whole:
            return run.check(self.shape, focus)
        return run.own(self.shape, focus) if self.held is None else run.check(self.held, focus)


def _steps(path: Path) -> Iterator[NamedNode]:
    if path.predicate is not None:
        yield path.predicate
    for part in path.parts:
        yield from _steps(part)


def pieces(plan: Plan, shapes: Description) -> tuple[list[Piece], dict[Term, str]]:
    """The parts of shapes, and the shapes that cannot be checked where the data is, each with the reason."""
    found: list[Piece] = []
    refused: dict[Term, str] = {}
    for shape in plan.shapes:
        if shape.why_not:
            refused[shape.node] = shape.why_not
        elif not shape.off:
            for piece in _parts(shape):
                try:
                    piece.reads = tuple(dict.fromkeys(_reads(piece, shapes)))
                    found.append(piece)
                except Anything:
                    refused[piece.node] = "it cannot be told what it reads"
    return found, refused


def _parts(shape: Shape) -> Iterator[Piece]:
    if shape.path is not None and shape.properties:
        yield Piece(shape, is_whole=True)
        return
    yield Piece(shape)
    yield from (Piece(shape, held) for held in shape.properties)


def _reads(piece: Piece, shapes: Description) -> Iterator[Read]:
    return reads_by_itself(piece.asked, piece.uses, shapes)
