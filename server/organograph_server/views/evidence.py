"""The evidence: at which characters of which documents a thing is mentioned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from organograph.names import OA, OG, PREFIXES
from organograph_server.dataset.facts import NAME, PARENT, Facts
from organograph_server.dataset.originals import Originals, Passage
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import gettext
from organograph_server.views.citations import sentence, spans_at
from organograph_server.views.links import Link, Linker

_ALT = PREFIXES["skos"] + "altLabel"
_MENTION = OG.mention.value
_SOURCE = OA.hasSource.value
_SELECTOR = OA.hasSelector.value
_DERIVED = PREFIXES["prov"] + "wasDerivedFrom"
_ADDRESS = PREFIXES["dcterms"] + "source"
_AROUND = 70


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


@dataclass(frozen=True)
class Said:
    """What some characters of a document say: names of things, and statements; and the words themselves where they are at hand."""

    start: int
    end: int
    named: Sequence[Span]
    statements: Sequence[Sequence[Link]]
    passage: Passage | None


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


def said_in(quads: Quads, linker: Linker, edition: Edition, graph: str, originals: Originals) -> list[Said]:
    """Everything that a graph of evidence says, by the characters that say it, in their order."""
    facts = Facts(quads, [graph])
    things = {subject for subject, _ in facts.having(_MENTION)}
    named: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for span in sorted((span for thing in things for span in _spans(facts, linker, edition, graph, thing)), key=_place):
        named[span.start, span.end].append(span)
    stated: dict[tuple[int, int], list[Sequence[Link]]] = defaultdict(list)
    for statement, part in sorted(facts.having(_DERIVED)):
        for _, start, end in spans_at(facts, part.text):
            stated[start, end].append(sentence(linker, facts, statement))
    document = next(iter(facts.iris(graph, _ADDRESS) or linker.facts.iris(graph, _ADDRESS)), "")
    return [
        Said(start, end, named.get((start, end), ()), stated.get((start, end), ()), originals.passage(document, start, end, _AROUND))
        for start, end in sorted({*named, *stated})
    ]


def _spans(facts: Facts, linker: Linker, edition: Edition, graph: str, thing: str, only: Collection[str] | None = None) -> Iterator[Span]:
    for mention in facts.iris(thing, _MENTION):
        if only is not None and mention not in only:
            continue
        for document in facts.iris(mention, _SOURCE):
            for selector in facts.iris(mention, _SELECTOR):
                yield Span(
                    edition=linker.link(edition.iri, edition.identifier),
                    document=linker.link(document),
                    graph=linker.link(graph, gettext("what it states")),
                    thing=linker.link(thing, facts.text(thing, NAME) or facts.text(thing, _ALT)),
                    parent=next((linker.link(parent) for parent in facts.iris(thing, PARENT)), None),
                    start=_number(facts.text(selector, OA.start.value)),
                    end=_number(facts.text(selector, OA.end.value)),
                )


def _place(span: Span) -> tuple[int, int, str]:
    return (span.start, span.end, span.thing.label)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
