"""What the pages and archives of the stream of changes show: counts of each edition, and each version in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from organograph.messages import Joined, Message
from organograph.names import ORG, SKOS
from organograph.reform.model import Row
from organograph_server.dataset.facts import NAME, Facts
from organograph_server.dataset.mementos import Memento
from organograph_server.dataset.reforms import reforms
from organograph_server.stream.atom import TYPE_OF_FEED, Entry, Feed, written
from organograph_server.stream.eventstream import CREATED, DELETED, PATH, EventStream, Member, Node
from organograph_server.stream.treenodes import ACTIVITY
from organograph_server.views.graphs import linker_for

_WORDS = {NAME: Message("name"), SKOS.altLabel.value: Message("other names")}
_NEW, _CHANGED, _SAME = Message("newly described"), Message("changed"), Message("unchanged")
_ENDED, _OUTSIDE, _GONE = Message("ended"), Message("outside the scope"), Message("no longer described")
STATES = (_NEW, _CHANGED, _SAME, _ENDED, _OUTSIDE, _GONE)
"""What a version can be, in words."""
_OF_PLACE = {ORG.subOrganizationOf.value, ORG.postIn.value, ORG.reportsTo.value}
# Pages that are linked to at either end, where there are very many.
_ENDS = 50
ARCHIVE_ENDING = ".atom"
FEED = f"{PATH}.atom"


@dataclass(frozen=True)
class EditionRow:
    """How many versions of each kind an edition brings, and where."""

    memento: Memento
    counts: Counter[str]
    nodes: Sequence[Node]

    @property
    def shown(self) -> Sequence[Node | None]:
        """The pages that are linked to: of very many the first and the last, with None for those between; each leads to the next."""
        return self.nodes if len(self.nodes) <= 2 * _ENDS else [*self.nodes[:_ENDS], None, *self.nodes[-_ENDS:]]


@dataclass(frozen=True)
class MemberRow:
    """A version in words: what it is of, where people read of it, from the root of this server, and what is new."""

    label: str
    path: str | None
    kind: str
    told: str


def edition_rows(stream: EventStream) -> list[EditionRow]:
    """A row for each edition, the latest first."""
    return [EditionRow(nodes[0].memento, _counts(stream, nodes[0].memento), nodes) for nodes in reversed(list(stream.editions.values()))]


def _counts(stream: EventStream, memento: Memento) -> Counter[str]:
    """How many versions of each kind there are; what is there need not be read for it."""
    told = stream.versions[memento.edition.identifier]
    new, changed = sum(map(told.is_new, told.now)), len(told.changed)
    counts = Counter[str]({_NEW: new, _CHANGED: changed, _SAME: len(told.now) - new - changed})
    counts.update(map(_kind, stream.left(memento)))
    return counts


def node_rows(stream: EventStream, node: Node) -> list[MemberRow]:
    """A row for each member of a page."""
    return [MemberRow(_label(stream, member), _path(stream, member), _kind(member), _told(stream, member)) for member in node.members]


def archive(stream: EventStream, node: Node) -> bytes:
    """A page of members as an archive of the feed of changes (RFC 5005 section 4)."""
    iri, nodes = stream.publication.iri, stream.nodes
    place, edition = nodes.index(node), node.memento.edition
    around = {"prev-archive": place - 1, "next-archive": place + 1}
    links = [("current", TYPE_OF_FEED, iri(FEED))]
    links += [(name, TYPE_OF_FEED, f"{iri(nodes[at].path)}{ARCHIVE_ENDING}") for name, at in around.items() if 0 <= at < len(nodes)]
    title = f"versions of things in edition {edition.identifier}, page {node.number} of {node.count}"
    entries = [_entry(stream, member) for member in node.members]
    return written(stream.publication, Feed(f"{node.path}{ARCHIVE_ENDING}", iri(node.path), title, iri(node.path), entries, links, True))


def _entry(stream: EventStream, member: Member) -> Entry:
    edition = member.memento.edition
    page = stream.publication.iri(_path(stream, member) or f"edition/{edition.identifier}")
    title = f"{_label(stream, member)}: {_kind(member)} in edition {edition.identifier}"
    return Entry(stream.iri(member), title, member.memento.since, page, _told(stream, member), ACTIVITY[member.kind].value)


def _kind(member: Member) -> str:
    if member.kind == DELETED:
        return _OUTSIDE if member.outside else _ENDED if member.causes else _GONE
    return _NEW if member.kind == CREATED else _CHANGED if member.changed else _SAME


def _told(stream: EventStream, member: Member) -> str:
    if member.kind == CREATED:
        return (
            Message("The edition before does not describe it.")
            if member.memento != stream.mementos[0]
            else Message("This is the first edition.")
        )
    if member.kind == DELETED:
        return member.reason
    rows = _reformed(stream, member)
    sentences: list[str] = [Joined("", [row.told], is_sentence=True) for row in rows]
    publication = stream.publication
    linker = linker_for(publication.quads, publication.published, publication.published.ontology)
    # A place is told by og:parent, and ORG's terms follow from it.
    told = {row.predicate for row in rows} | (_OF_PLACE if any(row.sort == "moved" for row in rows) else set())
    words = [_WORDS.get(iri) or linker.words(iri) for iri in member.changed if iri not in told]
    if words:
        pattern = Message("Changed too: %(words)s.", words=Joined(", ", words)) if sentences else None
        sentences.append(pattern or Message("Changed: %(words)s.", words=Joined(", ", words)))
    return Joined(" ", sentences) if sentences else Message("As in the edition before.")


def _reformed(stream: EventStream, member: Member) -> Sequence[Row]:
    """What the comparison with the edition before says of the thing of a version."""
    place = stream.mementos.index(member.memento)
    if not place or not member.changed:
        return ()
    reform = reforms().between(stream.mementos[place - 1].edition, member.memento.edition)
    return reform.by_thing.get(member.thing, ())


def _label(stream: EventStream, member: Member) -> str:
    """Its name in the edition, or else the latest."""
    published = stream.publication.published
    return Facts(stream.publication.quads, [member.memento.edition.iri, published.catalogue]).label(member.thing)


def _path(stream: EventStream, member: Member) -> str | None:
    """Where people read of it: its dated state, or for what left its document."""
    things = stream.publication.iri("id/")
    if not member.thing.startswith(things):
        return None
    document = f"doc/{member.thing.removeprefix(things)}"
    return document if member.kind == DELETED else f"edition/{member.memento.edition.identifier}/{document}"
