"""The trees of a reform: each edition's and both merged, with what changed told in words at its place, and what did not counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Protocol

from organograph.messages import Joined, Message, quoted
from organograph.reform.model import OF_EVENTS, Reform, Row
from organograph.reform.states import State
from organograph_server.languages.speaking import tell
from organograph_server.views.links import Link


class _Links(Protocol):
    def __call__(self, iri: str, label: str = "", earlier: bool = False) -> Link: ...


@dataclass(frozen=True)
class Mark:
    """What is told at a place of a tree; the tone is `new`, `gone`, `changed` or `unsaid`."""

    text: str
    tone: str


@dataclass(frozen=True)
class Leaf:
    """A place of a tree.

    Args:
        linked: makes the link to what stands there, for which a large dataset is read on the disk.
        marks: what changed of it.
        children: what stands below it and changed, or has something below it that did.
        unsaid: what stands below it and is a matter of scope, with all below it.
        unchanged: how many below it did not change, and are not shown.
        size: how many places it stands for, with those below it that are shown.
        counted: what stands below it and is a matter of scope, where it is counted alone: in words of which edition, and how many places.
        left_out: how many directly below it changed, or have something below them that did, and are not shown.
    """

    linked: Callable[[], Link]
    marks: tuple[Mark, ...]
    children: tuple[Leaf, ...] = ()
    unsaid: tuple[Leaf, ...] = ()
    unchanged: int = 0
    size: int = 1
    counted: tuple[tuple[str, int], ...] = ()
    left_out: int = 0

    @cached_property
    def link(self) -> Link:
        """The link to what stands there, made only where it is shown."""
        return self.linked()

    @property
    def is_unsaid(self) -> bool:
        """Whether it and all below it are a matter of scope."""
        return not self.children and bool(self.marks) and all(mark.tone == "unsaid" for mark in self.marks)

    @property
    def groups(self) -> list[tuple[str, int, list[Leaf]]]:
        """What stands below it and is a matter of scope: in words of which edition, how many places, and these."""
        found: dict[str, list[Leaf]] = {}
        for leaf in self.unsaid:
            found.setdefault(leaf.marks[0].text, []).append(leaf)
        return [(words, sum(leaf.size for leaf in leaves), leaves) for words, leaves in found.items()]


def cut(leaf: Leaf, most: int) -> Leaf:
    """A tree that has no more places, or else as many levels of it as have no more together, and at least one.

    What is a matter of scope is then counted alone.
    """
    if leaf.size <= most:
        return leaf
    level, depth, number = [leaf], 0, 1
    while level := [child for each in level for child in each.children]:
        number += len(level)
        if number > most and depth:
            break
        depth += 1
        if number > most:
            break
    return _cut(leaf, depth, most)


def _cut(leaf: Leaf, depth: int, most: int) -> Leaf:
    kept = leaf.children[: most if depth else 0]
    children = tuple(_cut(child, depth - 1, most) for child in kept)
    counted = tuple((words, size) for words, size, _ in leaf.groups)
    return replace(leaf, children=children, unsaid=(), counted=counted, left_out=len(leaf.children) - len(kept))


class Trees:
    """Makes the trees of a reform.

    Args:
        reform: what changed.
        link: makes links.
    """

    def __init__(self, reform: Reform, link: _Links) -> None:
        self._reform = reform
        self._link = link
        self._rows = reform.by_thing

    def earlier(self) -> Leaf | None:
        """The tree of the earlier edition, with what became of each."""
        return self._whole(self._reform.before, self._reform.before.below, self._was)

    def later(self) -> Leaf | None:
        """The tree of the later edition, with what each was."""
        return self._whole(self._reform.after, self._reform.after.below, self._is)

    def merged(self) -> Leaf | None:
        """The tree of the later edition, with what left it at the place where it stood: what moved, ended or is not spoken of."""
        before, after = self._reform.before, self._reform.after
        below = {iri: list(children) for iri, children in after.below.items()}
        for iri, thing in before.things.items():
            if thing.type == "body" or not thing.parent:
                continue
            if iri not in after.things:
                below.setdefault(thing.parent, []).append(iri)
            elif after.things[iri].parent != thing.parent:
                below.setdefault(thing.parent, []).append(f"{_LEFT}{iri}")
        return self._whole(after, below, lambda iri: self._is(iri) if iri in after.things else self._was(iri))

    def _whole(self, state: State, below: Mapping[str, Iterable[str]], marks: Callable[[str], tuple[Mark, ...]]) -> Leaf | None:
        earlier = state is self._reform.before

        def leaf(iri: str, above: frozenset[str]) -> tuple[Leaf | None, int]:
            """A place, and how many stand at and below it; None where nothing changed there."""
            if iri.startswith(_LEFT):
                return self._moved_away(iri.removeprefix(_LEFT)), 0
            found = [leaf(child, above | {iri}) for child in below.get(iri, ()) if child not in above]
            shown = tuple(child for child, _ in found if child)
            size, own = sum(size for _, size in found), marks(iri)
            if not own and not shown:
                return None, size + 1
            hidden = sum(size for child, size in found if child is None)
            changed, unsaid = (tuple(child for child in shown if child.is_unsaid == each) for each in (False, True))
            return Leaf(
                partial(self._link, iri, "", earlier), own, changed, unsaid, hidden, 1 + sum(child.size for child in shown)
            ), size + 1

        return leaf(state.root, frozenset())[0] if state.root else None

    def _moved_away(self, iri: str) -> Leaf:
        to = self._reform.after.name(self._reform.after.things[iri].parent)
        return Leaf(
            partial(self._link, iri), (Mark(Message("moved to %(name)s", name=quoted(to)) if to else Message("moved away"), "gone"),)
        )

    def _was(self, iri: str) -> tuple[Mark, ...]:
        return tuple(mark for row in self._rows.get(iri, ()) if (mark := _mark(row, self._reform, was=True)))

    def _is(self, iri: str) -> tuple[Mark, ...]:
        return tuple(mark for row in self._rows.get(iri, ()) if (mark := _mark(row, self._reform, was=False)))


_LEFT = "left "
# What is told of a move or another name, from the side of the earlier edition and from that of the later one.
_MOVES = {
    ("moved", True): Message("moved to %(names)s"),
    ("moved", False): Message("moved from %(names)s"),
    ("renamed", True): Message("renamed to %(names)s"),
    ("renamed", False): Message("renamed from %(names)s"),
}


def _bare(row: Row) -> str:
    """What is told of a row, without its full stop."""
    return str(tell(row.told)).rstrip(".")


def _mark(row: Row, reform: Reform, was: bool) -> Mark | None:
    """What a row says at the place of its thing, in the earlier edition or in the later one."""
    gone = row.thing not in reform.after.things
    other = row.after if was else row.before
    names = Joined(", ", (quoted(value.label) for value in other if value not in (row.before if was else row.after)))
    if row.sort in OF_EVENTS or row.sort in ("unexplained", "contradicted"):
        return Mark(_bare(row), "gone" if gone else "new" if row.thing not in reform.before.things else "changed")
    if row.sort in ("moved", "renamed"):
        pattern = _MOVES[row.sort, was]
        return Mark(Message(pattern, names=names), "changed")
    if row.sort.startswith("outside"):
        absent = reform.after if row.sort == "outside-after" else reform.before
        return Mark(Message("outside the scope of %(edition)s", edition=absent.identifier), "unsaid")
    return None if row.sort == "silent" else Mark(_bare(row), "changed")
