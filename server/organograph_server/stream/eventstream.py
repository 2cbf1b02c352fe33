"""The editions as a stream of versions of things, so that who replays it has the latest edition (Linked Data Event Streams)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from organograph.messages import Message
from organograph_server.dataset.description import Described
from organograph_server.dataset.mementos import LATEST, Memento, history
from organograph_server.dataset.publication import Publication
from organograph_server.stream.versions import State, Versions, state, versions

PATH = "changes"
CREATED, UPDATED, DELETED = "Create", "Update", "Delete"


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
        read: reads its members.
    """

    memento: Memento
    until: Memento | None
    number: int
    count: int
    read: Callable[[], Sequence[Member]] = field(compare=False, repr=False)

    @property
    def members(self) -> Sequence[Member]:
        """Those of this page, at least one; read whenever they are asked for, since no dataset is held here."""
        return self.read()

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
        for memento, after in zip(self.mementos, [*self.mementos[1:], None], strict=False):
            count = -(-len(self.versions[memento.edition.identifier]) // size)
            if count:
                reads = (partial(self._page, memento, number * size, (number + 1) * size) for number in range(count))
                found[memento.edition.identifier] = [Node(memento, after, number, count, read) for number, read in enumerate(reads, 1)]
        return found

    @cached_property
    def versions(self) -> Mapping[str, Versions]:
        """The things that each edition brings versions of, by its identifier."""
        editions = [memento.edition for memento in self.mementos]
        found = versions(self.publication.quads, [edition.iri for edition in editions])
        return {edition.identifier: told for edition, told in zip(editions, found, strict=True)}

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

    def left(self, memento: Memento) -> Iterator[Member]:
        """The members that tell what left by an edition."""
        return self._gone(memento, self.versions[memento.edition.identifier].gone)

    def _page(self, memento: Memento, first: int, end: int) -> Sequence[Member]:
        """What left, and then what is there, each sorted; as much of it as a page has."""
        gone, there = self.versions[memento.edition.identifier].between(first, end)
        return [*self._gone(memento, gone), *self._there(memento, there)]

    def _gone(self, memento: Memento, things: Sequence[str]) -> Iterator[Member]:
        edition, told = memento.edition, self.versions[memento.edition.identifier]
        for thing in things:
            described = Described(self.publication.quads, self.publication.published, thing)
            limits = described.limits(edition)
            reason = described.absence(edition) or Message("Edition %(edition)s does not describe it.", edition=edition.identifier)
            causes = limits or described.ends(edition)
            yield Member(thing, DELETED, memento, (), (), reason, causes, bool(limits), not told.now and thing == told.gone[-1])

    def _there(self, memento: Memento, things: Sequence[str]) -> Iterator[Member]:
        edition, told = memento.edition, self.versions[memento.edition.identifier]
        for thing in things:
            kind = CREATED if told.is_new(thing) else UPDATED
            said = state(self.publication.quads, edition.iri, thing)
            yield Member(thing, kind, memento, said, told.changed.get(thing, ()), is_last=thing == told.now[-1])
