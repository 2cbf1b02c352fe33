"""The tree of an edition: who stands below whom, from the organization down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from organograph.names import KIND, OG, ORG
from organograph_server.facts import CLASSIFICATION, PARENT, TYPE, Facts
from organograph_server.views.links import Link, Linker

_UNSPECIFIED = KIND.unspecified.value
_POST = ORG.Post.value


@dataclass(frozen=True)
class Node:
    """A unit or post with all that is placed below it; `size` counts these."""

    link: Link
    kind: str
    children: tuple[Node, ...]
    size: int


def tree_below(linker: Linker, root: str) -> Node:
    """The tree from a thing down; a thing met again on its own path is not followed."""
    return _node(linker, root, frozenset())


def below(linker: Linker, children: Iterable[str]) -> Sequence[Node]:
    """Things that are placed directly below another, without what is below them: posts first."""
    return [Node(linker.link(child), kind_of(linker, child), (), 0) for child in _in_order(linker.facts, children)]


def kind_of(linker: Linker, iri: str) -> str:
    """The kind of a unit or body in words, or else what class of thing it is; "" for a kind that no document states."""
    kinds = linker.facts.iris(iri, CLASSIFICATION)
    classes = sorted(linker.facts.iris(iri, TYPE), key=lambda found: not found.startswith(str(OG)))
    return "" if _UNSPECIFIED in kinds else linker.words((kinds or classes or ["thing"])[0])


def _node(linker: Linker, iri: str, above: frozenset[str]) -> Node:
    path = above | {iri}
    children = tuple(_node(linker, child, path) for child in _children(linker.facts, iri) if child not in path)
    return Node(linker.link(iri), kind_of(linker, iri), children, sum(1 + child.size for child in children))


def _children(facts: Facts, iri: str) -> list[str]:
    return _in_order(facts, facts.subjects(PARENT, iri))


def _in_order(facts: Facts, things: Iterable[str]) -> list[str]:
    return sorted(things, key=lambda thing: (_POST not in facts.iris(thing, TYPE), facts.label(thing)))
