"""The page of a thing: what the latest edition says of it, what each edition said, and the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from organograph.names import OG, ORG, PREFIXES
from organograph_server.description import SUBJECT, Described
from organograph_server.facts import CLASSIFICATION, LABELS, PARENT, TYPE, Facts, Value
from organograph_server.paging import Page
from organograph_server.published import Edition
from organograph_server.quads import Quads
from organograph_server.views.evidence import Span, mentions_in, spans_of
from organograph_server.views.links import Link, Linker
from organograph_server.views.reform import links_of_thing
from organograph_server.views.tree import Node, below, kind_of

_ALT = PREFIXES["skos"] + "altLabel"
_NOTE = PREFIXES["skos"] + "editorialNote"
_PURPOSE = ORG.purpose.value
_BASIS = OG.basis.value
_HEADS = OG.heads.value
_HELD_BY = ORG.heldBy.value
_ABOUT = OG.about.value
_MENTION = OG.mention.value
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
    remarks: Sequence[Row]
    pointing: Sequence[Row]
    below: Sequence[Node]
    placed: Sequence[Placed]
    reforms: Sequence[Link]
    evidence: Sequence[Span]
    mentions: Sequence[Span]
    conflicts: Sequence[Row]


def thing_page(described: Described, part: Page) -> ThingPage:
    """Make one page of a thing that the dataset knows.

    Its lists hold what the statements of this page say; what stands beside them is on the first page alone.
    """
    quads, published, iri = described.quads, described.published, described.iri
    facts = Facts(quads, [*described.graphs, published.ontology])
    linker = Linker(published.names.base, facts, described.edition)
    here = Facts(Quads(part.statements), described.graphs)
    first = part.number == 1
    shown = described.shown
    editions = [described.edition] if described.edition else published.editions
    return ThingPage(
        iri=iri,
        name=facts.label(iri),
        kind=kind_of(linker, iri),
        edition=linker.link(shown.iri, f"{shown.title} ({shown.identifier})") if shown else None,
        is_latest=shown == published.latest,
        above=_above(linker, iri),
        basis=_basis(linker, iri),
        other_names=facts.texts(iri, _ALT),
        purpose=facts.text(iri, _PURPOSE),
        heads=[_head(linker, post) for post in facts.subjects(_HEADS, iri)] if first else [],
        facts=_facts(linker, here, iri),
        remarks=[_remark(linker, statement) for statement in here.subjects(SUBJECT, iri)],
        pointing=_pointing(linker, here, iri),
        below=below(linker, here.subjects(PARENT, iri)),
        placed=_placements(described, linker) if first else [],
        reforms=links_of_thing(published, iri) if first and described.editions else [],
        evidence=spans_of(quads, editions, linker, iri) if first else [],
        mentions=mentions_in(quads, editions, linker, _mentioned(here, iri)),
        conflicts=[_conflict(linker, conflict) for conflict in here.subjects(_ABOUT, iri)],
    )


def _mentioned(here: Facts, iri: str) -> list[str]:
    """The passages of a document of which the page says that something is mentioned there."""
    return sorted({value.text for _, value in here.having(_MENTION) if value.text.startswith(f"{iri}#")})


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


def _facts(linker: Linker, here: Facts, iri: str) -> list[Row]:
    rows: dict[str, list[Link]] = defaultdict(list)
    for predicate, value in here.about(iri):
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


def _remark(linker: Linker, statement: str) -> Row:
    """What is said of a single statement: how it is known, from which document, and what is to be noted."""
    facts = linker.facts
    said = [value for term in ("predicate", "object") for value in facts.values(statement, PREFIXES["rdf"] + term)]
    told = [Link(_BASES.get(basis, linker.words(basis))) for basis in facts.iris(statement, _BASIS)]
    told += [linker.link(source) for source in facts.iris(statement, PREFIXES["dcterms"] + "source")]
    told += [Link(note) for note in facts.texts(statement, _NOTE)]
    label = linker.words(said[0].text) if said else ""
    return Row(label, [*(linker.link(value.text) if value.is_iri else Link(value.text) for value in said[1:]), *told])


def _pointing(linker: Linker, here: Facts, iri: str) -> list[Row]:
    rows: dict[str, list[Link]] = defaultdict(list)
    placed_here = {(_SUB_ORGANIZATION, child) for child in linker.facts.subjects(PARENT, iri)}
    for predicate, subject in here.pointing(iri):
        shown = predicate in {*_ELSEWHERE, _HEADS, SUBJECT, PREFIXES["rdf"] + "object"} or (predicate, subject) in placed_here
        if not shown and not subject.startswith(f"{iri}#"):
            rows[predicate].append(linker.link(subject))
    return [Row(linker.words(predicate), values) for predicate, values in rows.items()]


def _placements(described: Described, linker: Linker) -> list[Placed]:
    editions = described.editions
    if not editions:
        return []
    return [
        _placed(described, edition) if edition in editions else _not_placed(described, linker, edition)
        for edition in described.published.editions
    ]


def _placed(described: Described, edition: Edition) -> Placed:
    published, iri = described.published, described.iri
    there = Linker(published.names.base, Facts(described.quads, [edition.iri, published.catalogue, published.ontology]), edition)
    parent = next((there.link(found) for found in there.facts.iris(iri, PARENT)), None)
    state = there.link(iri, edition.identifier)
    return Placed(state, there.facts.label(iri), kind_of(there, iri), parent, _basis(there, iri))


def _not_placed(described: Described, linker: Linker, edition: Edition) -> Placed:
    """Why an edition says nothing of a thing."""
    return Placed(linker.link(edition.iri, edition.identifier), note=described.absence(edition) or "Not described.")
