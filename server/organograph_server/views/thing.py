"""The page of a thing: what the latest edition says of it, what each edition said, and the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from organograph.names import OG, ORG, PREFIXES
from organograph_server.description import describing, graphs_for
from organograph_server.facts import CLASSIFICATION, COMMENT, LABELS, PARENT, TYPE, Facts, Value
from organograph_server.published import Edition, Published
from organograph_server.quads import Quads
from organograph_server.views.evidence import Span, mentions_in, spans_of
from organograph_server.views.links import Link, Linker
from organograph_server.views.tree import Node, below, kind_of

_ALT = PREFIXES["skos"] + "altLabel"
_NOTE = PREFIXES["skos"] + "editorialNote"
_PURPOSE = ORG.purpose.value
_BASIS = OG.basis.value
_HEADS = OG.heads.value
_HELD_BY = ORG.heldBy.value
_ABOUT = OG.about.value
_SUB_ORGANIZATION = ORG.subOrganizationOf.value
# Shown in places of their own, or said again by another property.
_ELSEWHERE = {
    TYPE,
    *LABELS,
    _ALT,
    _PURPOSE,
    _BASIS,
    PARENT,
    CLASSIFICATION,
    _ABOUT,
    OG.mention.value,
    OG.describedIn.value,
    OG.notDescribedIn.value,
    OG.outsideScope.value,
    PREFIXES["dcterms"] + "type",
    PREFIXES["dcterms"] + "hasPart",
}
_BASES = {
    OG.stated.value: "stated in a document",
    OG.layout.value: "shown by the layout of a document",
    OG.inferred.value: "inferred",
}


@dataclass(frozen=True)
class Placed:
    """What one edition says of the name, kind and place of a thing; `note` why it says nothing."""

    edition: Link
    name: str = ""
    kind: str = ""
    parent: Link | None = None
    basis: str = ""
    note: str = ""


@dataclass(frozen=True)
class Row:
    """A property in words with its values."""

    label: str
    values: Sequence[Link]


@dataclass(frozen=True)
class ThingPage:
    """All that the page of a thing shows."""

    iri: str
    name: str
    kind: str
    edition: Link | None
    is_latest: bool
    above: Sequence[Link]
    basis: str
    other_names: Sequence[str]
    purpose: str
    heads: Sequence[Row]
    facts: Sequence[Row]
    pointing: Sequence[Row]
    below: Sequence[Node]
    placed: Sequence[Placed]
    evidence: Sequence[Span]
    mentions: Sequence[Span]
    conflicts: Sequence[Row]


def thing_page(quads: Quads, published: Published, iri: str) -> ThingPage:
    """Make the page of a thing that the dataset knows."""
    graphs = graphs_for(quads, published, iri)
    facts = Facts(quads, [*graphs, published.ontology])
    linker = Linker(published.names.base, facts)
    latest = published.edition(graphs[0])
    return ThingPage(
        iri=iri,
        name=facts.label(iri),
        kind=kind_of(linker, iri),
        edition=linker.link(latest.iri, f"{latest.title} ({latest.identifier})") if latest else None,
        is_latest=latest == published.latest,
        above=_above(linker, iri),
        basis=_basis(linker, iri),
        other_names=facts.texts(iri, _ALT),
        purpose=facts.text(iri, _PURPOSE),
        heads=[_head(linker, post) for post in facts.subjects(_HEADS, iri)],
        facts=_facts(linker, iri),
        pointing=_pointing(linker, iri),
        below=below(linker, iri),
        placed=_placements(quads, published, linker, iri),
        evidence=spans_of(quads, published, linker, iri),
        mentions=mentions_in(quads, published, linker, quads.parts(iri)),
        conflicts=[_conflict(linker, conflict) for conflict in facts.subjects(_ABOUT, iri)],
    )


def _above(linker: Linker, iri: str) -> list[Link]:
    """The chain of command, from the organization down to what is directly above."""
    chain: list[str] = []
    while (parents := linker.facts.iris(chain[-1] if chain else iri, PARENT)) and parents[0] not in (iri, *chain):
        chain.append(parents[0])
    return [linker.link(step) for step in reversed(chain)]


def _basis(linker: Linker, iri: str) -> str:
    return next((_BASES.get(basis, linker.words(basis)) for basis in linker.facts.iris(iri, _BASIS)), "")


def _head(linker: Linker, post: str) -> Row:
    holders = [linker.link(person) for person in linker.facts.iris(post, _HELD_BY)]
    return Row("headed by", [linker.link(post), *holders])


def _conflict(linker: Linker, conflict: str) -> Row:
    return Row(linker.facts.text(conflict, _NOTE), [linker.link(conflict, linker.facts.text(conflict, OG.aspect.value))])


def _facts(linker: Linker, iri: str) -> list[Row]:
    rows: dict[str, list[Link]] = defaultdict(list)
    for predicate, value in linker.facts.about(iri):
        if predicate not in _ELSEWHERE:
            rows[predicate].append(_shown(linker, iri, value))
    return [Row(linker.words(predicate), values) for predicate, values in rows.items()]


def _shown(linker: Linker, owner: str, value: Value) -> Link:
    """A value: a link, a text, or for a part of the thing what is said of that part."""
    if not value.is_iri:
        return Link(value.text)
    if value.text.startswith(f"{owner}#"):
        return Link("; ".join(_said_of(linker, owner, value.text, frozenset())) or value.text)
    return linker.link(value.text)


def _said_of(linker: Linker, owner: str, part: str, above: frozenset[str]) -> Iterator[str]:
    for predicate, value in linker.facts.about(part):
        if value.text.startswith(f"{owner}#") and value.text not in above:
            inner = ", ".join(_said_of(linker, owner, value.text, above | {part, value.text}))
            yield f"{linker.words(predicate)} {inner}"
        elif predicate != TYPE:
            yield value.text if not value.is_iri else linker.facts.label(value.text)


def _pointing(linker: Linker, iri: str) -> list[Row]:
    rows: dict[str, list[Link]] = defaultdict(list)
    placed_here = {(_SUB_ORGANIZATION, child) for child in linker.facts.subjects(PARENT, iri)}
    for predicate, subject in linker.facts.pointing(iri):
        shown = predicate in {*_ELSEWHERE, _HEADS} or (predicate, subject) in placed_here
        if not shown and not subject.startswith(f"{iri}#"):
            rows[predicate].append(linker.link(subject))
    return [Row(linker.words(predicate), values) for predicate, values in rows.items()]


def _placements(quads: Quads, published: Published, linker: Linker, iri: str) -> list[Placed]:
    described = describing(quads, published, iri)
    if not described:
        return []
    return [
        _placed(quads, published, edition, iri) if edition in described else _not_placed(linker, edition, iri)
        for edition in published.editions
    ]


def _placed(quads: Quads, published: Published, edition: Edition, iri: str) -> Placed:
    there = Linker(published.names.base, Facts(quads, [edition.iri, published.catalogue, published.ontology]))
    parent = next((there.link(found) for found in there.facts.iris(iri, PARENT)), None)
    link = there.link(edition.iri, edition.identifier)
    return Placed(link, there.facts.label(iri), kind_of(there, iri), parent, _basis(there, iri))


def _not_placed(linker: Linker, edition: Edition, iri: str) -> Placed:
    """Why an edition says nothing of a thing, where its declared scope is the reason."""
    limits = linker.facts.iris(iri, OG.outsideScope.value)
    reasons = [linker.facts.text(limit, COMMENT) for limit in limits if limit.startswith(f"{edition.iri}#")]
    return Placed(linker.link(edition.iri, edition.identifier), note=" ".join(reasons) or "Not described.")
