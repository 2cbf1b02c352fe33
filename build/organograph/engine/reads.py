"""What a shape reads of a graph: which statements can change what it finds, and about which things it then finds something else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from organograph.engine.data import Data
from organograph.engine.description import Description
from organograph.engine.paths import Path, turned, walker
from organograph.engine.terms import TYPE, Term, sh


@dataclass(frozen=True)
class Read:
    """One kind of statement that is read.

    Args:
        way: how it leads from the focus node to the thing that the statement is about, or to its object; None where that cannot be told.
        predicate: the property, or None for any.
        turned: whether the way leads to the object.
        subject: what the statement must be about, or None for anything.
        value: what its object must be, or None for anything.
    """

    way: tuple[Path, ...] | None
    predicate: NamedNode | None
    turned: bool = False
    subject: Term | None = None
    value: Term | None = None

    def fits(self, subject: Term, value: Term) -> bool:
        """Whether a statement of the property is one of these."""
        return self.subject in (None, subject) and self.value in (None, value)

    def starts(self, data: Data, subject: int, value: int) -> Iterable[int]:
        """The focus nodes from which the way leads to a statement."""
        assert self.way is not None  # noqa: S101 - asked before
        here = value if self.turned else subject
        return walker(data, turned(Path("sequence", self.way)))(here) if self.way else (here,)


class Anything(Exception):
    """It cannot be told what is read."""


def reads_of_path(path: Path, before: tuple[Path, ...] = ()) -> Iterator[Read]:
    """The statements that a path is made of.

    Args:
        path: the path.
        before: the way from the focus node to where it begins.
    """
    if path.predicate is not None:
        yield Read(before, path.predicate)
    elif path.kind == "inverse":
        inner = path.parts[0]
        if inner.predicate is not None:
            yield Read(before, inner.predicate, turned=True)
        else:
            yield from reads_of_path(turned(inner), before)
    elif path.kind == "sequence":
        for place, part in enumerate(path.parts):
            yield from reads_of_path(part, (*before, *path.parts[:place]))
    elif path.kind in ("zeroOrMore", "oneOrMore"):
        yield from reads_of_path(path.parts[0], (*before, Path("zeroOrMore", path.parts)))
    else:
        for part in path.parts:
            yield from reads_of_path(part, before)


def reads_of_values(shapes: Description, node: Term, path: Path | None) -> Iterator[Read]:
    """What a shape reads by SHACL Core, but for what it asks by other shapes."""
    before = () if path is None else (path,)
    if path is not None:
        yield from reads_of_path(path)
    if shapes.objects(node, sh("class")):
        yield Read(before, TYPE)
    for word in ("equals", "disjoint", "lessThan", "lessThanOrEquals"):
        for other in shapes.objects(node, sh(word)):
            if isinstance(other, NamedNode):
                yield Read((), other)
    if shapes.holds(node, sh("closed")):
        yield Read(before, None)


def reads_of_targets(targets: Sequence[tuple[str, Term]]) -> Iterator[Read]:
    """The statements that make things targets (SHACL section 2.1.3)."""
    for word, term in targets:
        if word == "targetClass":
            yield Read((), TYPE)
        elif word in ("targetSubjectsOf", "targetObjectsOf") and isinstance(term, NamedNode):
            yield Read((), term, turned=word == "targetObjectsOf")


def behind(path: Path | None, reads: Iterable[Read]) -> Iterator[Read]:
    """What is read of the values of a path."""
    for read in reads:
        yield read if path is None or read.way is None else replace(read, way=(path, *read.way))
