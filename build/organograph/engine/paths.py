"""Property paths (SHACL section 2.3.1): read once, walked over the dictionaries of a graph, written as SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal as OneOf

from pyoxigraph import NamedNode

from organograph.engine.data import Data
from organograph.engine.description import Description, Unusable
from organograph.engine.focus import Walk
from organograph.engine.terms import FIRST, Term, sh, shown
from organograph.links import Links

Kind = OneOf["step", "inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne"]

_REPEATED: Mapping[Kind, str] = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}


@dataclass(frozen=True)
class Path:
    """A property path.

    Args:
        kind: what it is.
        parts: the paths it is made of; one where it repeats or turns round.
        predicate: of a step, its property.
    """

    kind: Kind
    parts: tuple[Path, ...] = ()
    predicate: NamedNode | None = None

    def sparql(self) -> str:
        """The path as SPARQL writes it."""
        inner = [part.sparql() for part in self.parts]
        if self.predicate is not None:
            return str(self.predicate)
        if self.kind in ("sequence", "alternative"):
            return f"({('/' if self.kind == 'sequence' else '|').join(inner)})"
        return f"(^{inner[0]})" if self.kind == "inverse" else f"({inner[0]}{_REPEATED[self.kind]})"


def read_path(shapes: Description, node: Term) -> Path:
    """Read a path out of a graph of shapes.

    Raises:
        Unusable: it is none.
    """
    return _read(shapes, node, ())


def _read(shapes: Description, node: Term, above: tuple[Term, ...]) -> Path:
    if isinstance(node, NamedNode):
        return Path("step", predicate=node)
    if node in above:
        raise Unusable(f"The path {shown(node)} contains itself")
    within = (*above, node)
    if shapes.objects(node, FIRST):
        return Path("sequence", tuple(_read(shapes, part, within) for part in shapes.items(node)))
    kinds: Sequence[tuple[Kind, str]] = (("inverse", "inversePath"), *((kind, f"{kind}Path") for kind in _REPEATED))
    for kind, word in kinds:
        for part in shapes.objects(node, sh(word)):
            return Path(kind, (_read(shapes, part, within),))
    for first in shapes.objects(node, sh("alternativePath")):
        return Path("alternative", tuple(_read(shapes, part, within) for part in shapes.items(first)))
    raise Unusable(f"{shown(node)} is no path")


def walker(data: Data, path: Path) -> Walk:
    """A function from a node to the nodes that the path leads to, each once."""
    if path.predicate is not None:
        return _looked_up(data.forward(path.predicate))
    inner = path.parts[0]
    if path.kind == "inverse":
        if inner.predicate is not None:
            return _looked_up(data.backward(inner.predicate))
        return walker(data, turned(inner))
    if path.kind == "sequence":
        return _one_after_another([walker(data, part) for part in path.parts])
    if path.kind == "alternative":
        branches = [walker(data, part) for part in path.parts]
        return lambda node: dict.fromkeys(end for branch in branches for end in branch(node))
    step = walker(data, inner)
    if path.kind == "zeroOrOne":
        return lambda node: dict.fromkeys((node, *step(node)))
    if inner.predicate is not None:
        return _along(data.forward(inner.predicate), itself=path.kind == "zeroOrMore")
    if inner.kind == "inverse" and inner.parts[0].predicate is not None:
        return _along(data.backward(inner.parts[0].predicate), itself=path.kind == "zeroOrMore")
    return _repeatedly(step, itself=path.kind == "zeroOrMore")


def turned(path: Path) -> Path:
    """The path that leads back."""
    if path.kind == "inverse":
        return path.parts[0]
    if path.predicate is not None:
        return Path("inverse", (path,))
    parts = tuple(turned(part) for part in path.parts)
    return Path(path.kind, parts[::-1] if path.kind == "sequence" else parts)


def _looked_up(links: Links) -> Walk:
    return links.__getitem__


def _one_after_another(steps: list[Walk]) -> Walk:
    def walk(node: int) -> Collection[int]:
        ends: Iterable[int] = (node,)
        for step in steps:
            ends = dict.fromkeys(end for start in ends for end in step(start))
        return list(ends)

    return walk


def _repeatedly(step: Walk, itself: bool) -> Walk:
    def walk(node: int) -> Collection[int]:
        found = {node: None} if itself else {}
        waiting = [node]
        while waiting:
            for end in step(waiting.pop()):
                if end not in found:
                    found[end] = None
                    waiting.append(end)
        return found

    return walk


def _along(links: Links, itself: bool) -> Walk:
    """The same along one property, for which mostly a chain is followed."""
    onward, several = links.first.get, links.several

    def walk(node: int) -> Collection[int]:
        found = {node: None} if itself else {}
        waiting = [node]
        while waiting:
            here: int | None = waiting.pop()
            while here is not None:
                if here in several:
                    new = [end for end in several[here] if end not in found]
                    found.update(dict.fromkeys(new))
                    waiting += new
                    break
                here = onward(here)
                if here in found:
                    break
                if here is not None:
                    found[here] = None
        return found

    return walk
