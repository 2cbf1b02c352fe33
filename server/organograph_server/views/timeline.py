"""What each edition says of a thing: its name, kind, place and head, what is new in it, and the changes that led there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph.names import OG, ORG
from organograph_server.dataset.description import Described
from organograph_server.dataset.facts import CLASSIFICATION, NAME, PARENT, TYPE, Facts
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import gettext
from organograph_server.views.citations import Citations
from organograph_server.views.links import Link, Linker
from organograph_server.views.tree import kind_of

BASES = {
    OG.stated.value: Message("stated in a document"),
    OG.layout.value: Message("shown by the layout of a document"),
    OG.inferred.value: Message("inferred"),
}
_BASIS = OG.basis.value
_HEADS = OG.heads.value
_HELD_BY = ORG.heldBy.value
_POST = ORG.Post.value
_TO_EDITION = OG.toEdition.value


@dataclass(frozen=True)
class Cited:
    """Something that a page says, and the numbers of the citations for it."""

    link: Link
    cites: Sequence[int] = ()


@dataclass(frozen=True)
class Placed:
    """What one edition says of a thing.

    Args:
        edition: links to the state in it.
        name: as it is called there.
        kind: in words.
        parent: what is directly above it.
        heads: the post that heads it, and who holds that; for a post who holds it.
        holds: the posts that a person holds.
        basis: how its place is known.
        note: why the edition says nothing.
        news: what is new since the edition before that describes it.
        changes: the changes that led to this edition and touch it.
    """

    edition: Link
    name: Cited | None = None
    kind: Cited | None = None
    parent: Cited | None = None
    heads: Sequence[Cited] = ()
    holds: Sequence[Cited] = ()
    basis: str = ""
    note: str = ""
    news: Sequence[str] = ()
    changes: Sequence[Link] = ()


def timeline(described: Described, linker: Linker, citations: Citations) -> list[Placed]:
    """What every edition says of a thing, the earliest first; nothing for what no edition describes."""
    rows: list[Placed] = []
    before: Placed | None = None
    for edition in described.published.editions if described.editions else ():
        if edition in described.editions:
            before = _placed(described, edition, citations, before)
            rows.append(before)
        else:
            reason = described.absence(edition) or gettext("Not described.")
            link = linker.link(edition.iri, edition.identifier)
            rows.append(Placed(link, note=reason, changes=_changes(described, linker, edition)))
    return rows


def heads_of(linker: Linker, citations: Citations, edition: Edition | None, iri: str) -> list[Cited]:
    """The posts that head a thing with those who hold them, or those who hold a post."""
    facts = linker.facts
    posts = facts.subjects(_HEADS, iri)
    found = [Cited(linker.link(post), citations.of(edition, post, _HEADS, iri)) for post in posts]
    for post in [iri] if _POST in facts.iris(iri, TYPE) else posts:
        persons = facts.iris(post, _HELD_BY)
        found += [Cited(linker.link(person), citations.of(edition, post, _HELD_BY, person)) for person in persons]
    return found


def basis_of(linker: Linker, iri: str) -> str:
    """How the place of a thing is known, in words."""
    return next((BASES.get(basis, linker.words(basis)) for basis in linker.facts.iris(iri, _BASIS)), "")


def _placed(described: Described, edition: Edition, citations: Citations, before: Placed | None) -> Placed:
    published, iri = described.published, described.iri
    there = Linker(published.names.base, Facts(described.quads, [edition.iri, published.catalogue, published.ontology]), edition)
    facts = there.facts
    names = [value for value in facts.values(iri, NAME) if value.text == facts.label(iri)]
    kinds, parents = facts.iris(iri, CLASSIFICATION), facts.iris(iri, PARENT)
    heads = heads_of(Linker(there.base, Facts(described.quads, [edition.iri, published.ontology]), edition), citations, edition, iri)
    row = Placed(
        edition=there.link(iri, edition.identifier),
        name=Cited(Link(facts.label(iri)), citations.of(edition, iri, NAME, names[0]) if names else ()),
        kind=Cited(Link(kind_of(there, iri)), citations.of(edition, iri, CLASSIFICATION, kinds[0]) if kinds else ()),
        parent=Cited(there.link(parents[0]), citations.of(edition, iri, PARENT, parents[0])) if parents else None,
        heads=heads,
        holds=[Cited(there.link(post), citations.of(edition, post, _HELD_BY, iri)) for post in facts.subjects(_HELD_BY, iri)],
        basis=basis_of(there, iri),
    )
    return Placed(**vars(row) | {"news": _news(row, before), "changes": _changes(described, there, edition)})


def _news(row: Placed, before: Placed | None) -> list[str]:
    """What differs from the edition before that describes the thing, in a word each."""
    if before is None:
        return []
    compared = (
        (gettext("renamed"), row.name, before.name),
        (gettext("another kind"), row.kind, before.kind),
        (gettext("moved"), row.parent, before.parent),
    )
    if row.holds and before.holds and [*map(_bare, row.holds)] != [*map(_bare, before.holds)]:
        return [gettext("another post")]
    found = [word for word, new, old in compared if _bare(new) != _bare(old)]
    told = row.heads and before.heads and [*map(_bare, row.heads)] != [*map(_bare, before.heads)]
    return [*found, *([gettext("headed or held by another")] if told else [])]


def _bare(cited: Cited | None) -> str:
    """What is compared: the thing that is linked to, in whatever edition, or a text."""
    if cited is None:
        return ""
    return f"doc/{cited.link.path.rpartition('doc/')[2]}" if cited.link.path else cited.link.label


def _changes(described: Described, linker: Linker, edition: Edition) -> list[Link]:
    """The changes that touch the thing and lead to an edition."""
    facts = Facts(described.quads, [described.published.catalogue])
    touching = dict.fromkeys(event for _, event in facts.pointing(described.iri))
    return [linker.link(event) for event in touching if edition.iri in facts.iris(event, _TO_EDITION)]
