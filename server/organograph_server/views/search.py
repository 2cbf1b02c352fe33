"""What a search found, as rows: what kind of thing it is, under which name it was found, where it stands, which editions have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.published import Edition
from organograph_server.lookup.directory import Directory, naming_of
from organograph_server.lookup.naming import FORMER, NOW, OTHER, PRINTED, Findable, Naming
from organograph_server.matching.index import Hit
from organograph_server.views.links import Link, Linker
from organograph_server.views.tree import kind_of

COLUMNS = ("iri", "name", "type", "kind", "matched", "matched_as", "matched_in", "editions", "above", "score")
_SAID = {OTHER: Message("also called"), FORMER: Message("formerly"), PRINTED: Message("printed as")}

_TYPES = {
    "organization": Message("organization"),
    "unit": Message("unit"),
    "post": Message("post"),
    "body": Message("body"),
    "person": Message("person"),
    "site": Message("site"),
}


@dataclass(frozen=True)
class Found:
    """A thing that was found.

    Args:
        thing: the thing.
        link: to its page, under its latest name.
        type: of what type it is, in words.
        kind: what it is, in words.
        naming: the name that fits.
        said: how that name is introduced where it is not the latest; "" where it is.
        above: what it stands below, from the organization down.
        editions: links to its state in each edition that describes it.
        is_latest: whether the latest edition does.
        score: how well the name fits, from 0 to 100.
    """

    thing: Findable
    link: Link
    type: str
    kind: str
    naming: Naming
    said: str
    above: Sequence[Link]
    editions: Sequence[Link]
    is_latest: bool
    score: float


def found_rows(directory: Directory, hits: Sequence[Hit], edition: str = "") -> list[Found]:
    """A row for each thing that was found.

    Args:
        directory: where it was found.
        hits: what was found.
        edition: identifier of the edition whose tree is shown; "" for the latest that has the thing.
    """
    return [_found(directory, hit, edition) for hit in hits]


def told_row(found: Found) -> dict[str, object]:
    """A row for programs, by COLUMNS."""
    values = (
        found.thing.iri,
        found.thing.label,
        found.thing.type,
        found.kind,
        found.naming.text,
        found.naming.role,
        list(found.naming.editions),
        [edition.identifier for edition in found.thing.editions],
        [link.label for link in found.above],
        round(found.score, 1),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _found(directory: Directory, hit: Hit, edition: str) -> Found:
    thing, naming = directory.things[hit.entry.thing], naming_of(hit)
    published = directory.publication.published
    shown = next((each for each in thing.editions if each.identifier == edition), thing.shown)
    linker = _linker(directory, shown)
    path = f"doc/{thing.iri.removeprefix(directory.publication.iri('id/'))}"
    return Found(
        thing=thing,
        link=Link(thing.label, path),
        type=_TYPES[thing.type],
        kind=kind_of(linker, thing.iri),
        naming=naming,
        said="" if naming.role == NOW else _SAID[naming.role],
        above=[linker.link(step) for step in directory.above(thing, shown)],
        editions=[Link(each.identifier, f"edition/{each.identifier}/{path}") for each in thing.editions],
        is_latest=published.latest in thing.editions,
        score=hit.score,
    )


def _linker(directory: Directory, shown: Edition) -> Linker:
    publication = directory.publication
    published = publication.published
    facts = Facts(publication.quads, [shown.iri, published.catalogue, published.ontology])
    return Linker(published.names.base, facts, None if shown == published.latest else shown)
