"""The evidence: at which characters of which documents a thing is mentioned."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from organograph.names import OA, OG, PREFIXES
from organograph_server.facts import NAME, PARENT, Facts
from organograph_server.published import Edition
from organograph_server.quads import Quads
from organograph_server.views.links import Link, Linker

_ALT = PREFIXES["skos"] + "altLabel"
_MENTION = OG.mention.value
_SOURCE = OA.hasSource.value
_SELECTOR = OA.hasSelector.value


@dataclass(frozen=True)
class Span:
    """A mention: in which edition and document, of what, under which name, and the offsets of its characters."""

    edition: Link
    document: Link
    graph: Link
    thing: Link
    parent: Link | None
    start: int
    end: int


def spans_of(quads: Quads, editions: Sequence[Edition], linker: Linker, iri: str) -> list[Span]:
    """Every mention of a thing, edition by edition."""
    return [
        span for edition in editions for graph in edition.evidence for span in _spans(Facts(quads, [graph]), linker, edition, graph, iri)
    ]


def mentions_in(quads: Quads, editions: Sequence[Edition], linker: Linker, parts: Iterable[str]) -> list[Span]:
    """Every mention at some parts of a document, in the order of its characters."""
    wanted = set(parts)
    found: list[Span] = []
    for edition in editions:
        for graph in edition.evidence:
            facts = Facts(quads, [graph])
            things = {thing for part in wanted for thing in facts.subjects(_MENTION, part)}
            found += [span for thing in things for span in _spans(facts, linker, edition, graph, thing, wanted)]
    return sorted(found, key=_place)


def graph_spans(quads: Quads, linker: Linker, edition: Edition, graph: str) -> list[Span]:
    """Every mention that a graph of evidence states, in the order of the document's characters."""
    facts = Facts(quads, [graph])
    things = {subject for subject, _ in facts.having(_MENTION)}
    found = [span for thing in things for span in _spans(facts, linker, edition, graph, thing)]
    return sorted(found, key=_place)


def _spans(facts: Facts, linker: Linker, edition: Edition, graph: str, thing: str, only: Collection[str] | None = None) -> Iterator[Span]:
    for mention in facts.iris(thing, _MENTION):
        if only is not None and mention not in only:
            continue
        for document in facts.iris(mention, _SOURCE):
            for selector in facts.iris(mention, _SELECTOR):
                yield Span(
                    edition=linker.link(edition.iri, edition.identifier),
                    document=linker.link(document),
                    graph=linker.link(graph, "what it states"),
                    thing=linker.link(thing, facts.text(thing, NAME) or facts.text(thing, _ALT)),
                    parent=next((linker.link(parent) for parent in facts.iris(thing, PARENT)), None),
                    start=_number(facts.text(selector, OA.start.value)),
                    end=_number(facts.text(selector, OA.end.value)),
                )


def _place(span: Span) -> tuple[int, int, str]:
    return (span.start, span.end, span.thing.label)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
