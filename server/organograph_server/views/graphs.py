"""The pages of whole graphs: home, an edition, what a document states, the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph.names import OG, PREFIXES
from organograph_server.dataset.facts import COMMENT, TYPE, Facts, Told
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Words, gettext, mother
from organograph_server.views.evidence import Said, said_in
from organograph_server.views.links import Link, Linker

_SOURCE = PREFIXES["dcterms"] + "source"
_LISTED = {
    "unit": Message("Units"),
    "post": Message("Posts"),
    "body": Message("Bodies"),
    "person": Message("Persons"),
    "membership": Message("Tenures"),
    "site": Message("Sites"),
    "source": Message("Documents"),
    "change": Message("Changes"),
    "conflict": Message("Disagreements of documents"),
}


@dataclass(frozen=True)
class Limit:
    """What an edition leaves out: the reason, and the branches for which it holds, sorted by name."""

    reason: str
    branches: Sequence[Link]


@dataclass(frozen=True)
class EditionEntry:
    """An edition in a list."""

    link: Link
    identifier: str
    bounds: str
    is_latest: bool
    documents: Sequence[Link]
    evidence: Sequence[Link]
    limits: Sequence[Limit]


@dataclass(frozen=True)
class Group:
    """Things of one type, sorted by name."""

    name: str
    members: Sequence[Link]


def linker_for(quads: Quads, published: Published, graph: str, edition: Edition | None = None) -> Linker:
    """A linker that prefers the labels of one graph; with an edition its links lead to the states of that."""
    return Linker(published.names.base, Facts(quads, [graph, published.catalogue, published.ontology]), edition)


def edition_bodies(linker: Linker, quads: Quads, edition: Edition) -> list[Link]:
    """The governing, advisory and coordinating bodies of an edition, which stand beside its tree."""
    bodies = Facts(quads, [edition.iri]).subjects(TYPE, OG.Body.value)
    return _sorted(linker.link(body) for body in bodies)


def edition_entries(quads: Quads, published: Published) -> list[EditionEntry]:
    """All editions, the latest first."""
    linker = linker_for(quads, published, published.catalogue)
    return [edition_entry(linker, published, edition) for edition in reversed(published.editions)]


def edition_entry(linker: Linker, published: Published, edition: Edition) -> EditionEntry:
    """One edition with its documents and the limits of its scope."""
    facts = linker.facts
    return EditionEntry(
        link=linker.link(edition.iri, edition.title),
        identifier=edition.identifier,
        bounds=_bounds(edition),
        is_latest=edition == published.latest,
        documents=[linker.link(document) for document in facts.iris(edition.iri, _SOURCE)],
        evidence=[linker.link(graph, _document_of(facts, graph)) for graph in edition.evidence],
        limits=_limits(linker, edition),
    )


def _limits(linker: Linker, edition: Edition) -> list[Limit]:
    """The limits of an edition's scope: each reason once, since many branches are left out for the same one."""
    facts = linker.facts
    found: dict[str, dict[str, Link]] = {}
    for limit in facts.iris(edition.iri, OG.scopeLimit.value):
        branches = found.setdefault(facts.text(limit, COMMENT), {})
        branches.update((branch, linker.link(branch)) for branch in facts.iris(limit, OG.branch.value))
    return [Limit(reason, _sorted(branches.values())) for reason, branches in found.items()]


def stated_in(publication: Publication, graph: str) -> tuple[Edition, list[Said]] | None:
    """The edition of a graph of evidence and what that says by the characters that say it; None for any other graph."""
    quads, published = publication.quads, publication.published
    for edition in published.editions:
        if graph in edition.evidence:
            linker = linker_for(quads, published, edition.iri, edition)
            return edition, said_in(quads, linker, edition, graph, publication.originals)
    return None


def amounts_by_type(quads: Quads, published: Published) -> list[tuple[str, int]]:
    """How much of each type the dataset describes."""
    found = ((name, len(quads.owners(f"{published.names.base}id/{kind}/"))) for kind, name in _LISTED.items())
    return [(name, amount) for name, amount in found if amount]


def things_by_type(quads: Quads, published: Published) -> list[Group]:
    """Everything that the dataset describes, by type and name."""
    linker = linker_for(quads, published, published.catalogue)
    newest_first = [edition.iri for edition in reversed(published.editions)]
    others = Linker(linker.base, Facts(quads, [published.catalogue, *newest_first]))
    groups = ((name, quads.owners(f"{linker.base}id/{kind}/")) for kind, name in _LISTED.items())
    named = {iri: Told(said).label(iri) for iri, said in quads.by_subject(published.catalogue)}
    names = {iri: name for iri, name in named.items() if isinstance(name, Words)}
    return [Group(name, _sorted(others.link(iri, names.get(iri, "")) for iri in iris)) for name, iris in groups if iris]


def _document_of(facts: Facts, graph: str) -> str:
    return next((facts.label(document) for document in facts.iris(graph, _SOURCE)), "")


def _bounds(edition: Edition) -> str:
    since, until = (mother().month(bound) for bound in (edition.not_before, edition.not_after))
    if since and until:
        return gettext("from %(since)s, until %(until)s at the latest", since=since, until=until)
    return gettext("from %(since)s", since=since) if since else gettext("until %(until)s at the latest", until=until) if until else ""


def _sorted(links: Iterable[Link]) -> list[Link]:
    return sorted(links, key=lambda link: link.label.lower())
