"""What is placed directly below a thing, and what kinds of things are called in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from organograph.names import KIND, OG, ORG
from organograph_server.dataset.facts import CLASSIFICATION, TYPE, Facts
from organograph_server.views.links import Link, Linker

_UNSPECIFIED = KIND.unspecified.value
_POST = ORG.Post.value


@dataclass(frozen=True)
class Node:
    """A unit or post, and its kind in words."""

    iri: str
    link: Link
    kind: str


def below(linker: Linker, children: Iterable[str]) -> Sequence[Node]:
    """Things that are placed directly below another, without what is below them: posts first."""
    return [Node(child, linker.link(child), kind_of(linker, child)) for child in _in_order(linker.facts, children)]


def kind_of(linker: Linker, iri: str) -> str:
    """The kind of a unit or body in words, or else what class of thing it is; "" for a kind that no document states."""
    kinds = linker.facts.iris(iri, CLASSIFICATION)
    classes = sorted(linker.facts.iris(iri, TYPE), key=lambda found: not found.startswith(str(OG)))
    return "" if _UNSPECIFIED in kinds else linker.words((kinds or classes or ["thing"])[0])


def _in_order(facts: Facts, things: Iterable[str]) -> list[str]:
    return sorted(things, key=lambda thing: (_POST not in facts.iris(thing, TYPE), facts.label(thing)))
