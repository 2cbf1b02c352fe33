"""The editions as a stream of versions of things, so that who replays it has the latest edition (Linked Data Event Streams)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Triple

from organograph.messages import Message
from organograph.names import DCTERMS, OG, SKOS
from organograph_server.dataset.description import SUBJECT, Described
from organograph_server.dataset.mementos import LATEST, Memento, history
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.quads import Quads

PATH = "changes"
CREATED, UPDATED, DELETED = "Create", "Update", "Delete"

State = Sequence[Triple]

# What says where a statement is from; each edition has other documents.
_OF_EVIDENCE = frozenset({str(DCTERMS.source), str(OG.basis), str(SKOS.editorialNote)})


@dataclass(frozen=True)
class Member:
    """One version of a thing: its state in an edition, or that it left.

    Args:
        thing: its IRI.
        kind: whether the edition before did not describe it (CREATED) or did (UPDATED), or did and this does not (DELETED).
        memento: the edition.
        state: all that the edition says of the thing and its parts, sorted; nothing of one that left.
        changed: IRIs of the properties in which its state differs from the one before, beside what says where statements are from.
        reason: why it left.
        causes: IRIs of the limits of scope or of the changes that say so.
        outside: whether it left only since it is outside the scope that the edition declares.
        is_last: whether the edition is whole with this member.
    """

    thing: str
    kind: str
    memento: Memento
    state: State = ()
    changed: Sequence[str] = ()
    reason: str = ""
    causes: Sequence[str] = ()
    outside: bool = False
    is_last: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """16 letters made of all that the member says; with other words it is another member, so that none ever changes."""
        told = [self.thing, self.kind, self.memento.datetime, self.reason, *self.causes, str(self.is_last), *map(str, self.state)]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Node:
    """One page of the members of an edition.

    Args:
        memento: the edition.
        until: the edition after it; None for the latest.
        number: which page it is, from 1.
        count: how many the edition has.
        members: those of this page, at least one.
    """

    memento: Memento
    until: Memento | None
    number: int
    count: int
    members: Sequence[Member]

    @property
    def path(self) -> str:
        """Where it is, from the root of this server."""
        return path_of(self.memento, self.number)


def path_of(memento: Memento, number: int) -> str:
    """Where a page of an edition's members is; the first has no number."""
    return f"{PATH}/{memento.edition.identifier}" + (f"/{number}" if number > 1 else "")


class EventStream:
    """The versions of all things in all editions whose beginning is known, the earliest first; made when first asked for.

    Args:
        publication: the dataset.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication

    @cached_property
    def mementos(self) -> Sequence[Memento]:
        """The editions, the earliest first."""
        found = history(self.publication.quads, self.publication.published, LATEST)
        return found.mementos if found else ()

    @cached_property
    def editions(self) -> Mapping[str, Sequence[Node]]:
        """The pages of each edition that says anything, by its identifier."""
        size = self.publication.settings.page_members
        found: dict[str, Sequence[Node]] = {}
        before: Mapping[str, State] = {}
        for memento, after in zip(self.mementos, [*self.mementos[1:], None], strict=False):
            now = states(self.publication.quads, memento.edition.iri)
            members = list(self._members(memento, before, now))
            parts = [members[start : start + size] for start in range(0, len(members), size)]
            if parts:
                found[memento.edition.identifier] = [Node(memento, after, number, len(parts), part) for number, part in enumerate(parts, 1)]
            before = now
        return found

    @property
    def nodes(self) -> list[Node]:
        """All pages, in order."""
        return [node for nodes in self.editions.values() for node in nodes]

    @property
    def paths(self) -> list[str]:
        """Where the entry and all pages are, from the root of this server; nowhere, where no edition has a date."""
        return [PATH, *(node.path for node in self.nodes)] if self.nodes else []

    def iri(self, member: Member) -> str:
        """What names a member: the address of the dated state, with the fingerprint."""
        names = self.publication.published.names
        edition = member.memento.edition
        own = member.thing.startswith(f"{names.base}id/")
        place = f"{edition.iri}/doc/{member.thing.removeprefix(names.base)[3:]}" if own else f"{names.base}{PATH}/{edition.identifier}"
        # What is not of this server has no dated state here, and is told apart by the fingerprint.
        return f"{place}#version-{member.fingerprint}"

    def _members(self, memento: Memento, before: Mapping[str, State], now: Mapping[str, State]) -> Iterator[Member]:
        """What left, and then what is there, each sorted."""
        edition = memento.edition
        gone = sorted(before.keys() - now.keys())
        last = max(now, default=gone[-1] if gone else "")
        for thing in gone:
            described = Described(self.publication.quads, self.publication.published, thing)
            limits = described.limits(edition)
            reason = described.absence(edition) or Message("Edition %(edition)s does not describe it.", edition=edition.identifier)
            causes = limits or described.ends(edition)
            yield Member(thing, DELETED, memento, (), (), reason, causes, bool(limits), not now and thing == last)
        for thing in sorted(now):
            kind = UPDATED if thing in before else CREATED
            yield Member(thing, kind, memento, now[thing], _changed(thing, before.get(thing, ()), now[thing]), is_last=thing == last)


def states(quads: Quads, edition: str) -> dict[str, State]:
    """All that an edition says, divided by the things that it says it of; each statement is in one state.

    A part belongs to the thing before its `#`; a statement about a statement to what that statement is about.

    Args:
        quads: where its graph is.
        edition: its IRI.
    """
    about = {str(triple.subject): _whole(triple.object) for triple in quads.match([edition], None, SUBJECT)}
    found: dict[str, list[Triple]] = defaultdict(list)
    for triple in quads.triples(NamedNode(edition)):
        owner = _whole(triple.subject)
        found[about.get(str(triple.subject), edition) if owner in ("", edition) else owner].append(triple)
    return {thing: sorted(triples, key=str) for thing, triples in found.items()}


def _whole(term: object) -> str:
    return term.value.partition("#")[0] if isinstance(term, NamedNode) else ""


def _changed(thing: str, before: State, now: State) -> list[str]:
    """The properties in which two states differ, sorted; statements about statements have other subjects in each edition."""
    one, other = (
        {said for said in state if _whole(said.subject) == thing and str(said.predicate) not in _OF_EVIDENCE} for state in (before, now)
    )
    return sorted({said.predicate.value for said in one ^ other}) if before else []
