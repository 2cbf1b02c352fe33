"""The dated states of what changes from edition to edition, and how they are linked (RFC 7089)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from organograph.messages import Message
from organograph_server.content.weblinks import WebLink
from organograph_server.dataset.description import Described
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads
from organograph_server.errors import ResourceUnknown

LATEST = "edition/latest"
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?", re.ASCII)


@dataclass(frozen=True)
class Memento:
    """One dated state.

    Args:
        path: where it is, from the root of this server.
        edition: the edition that it is a state of.
        since: when the state began at the latest that the evidence supports, in UTC.
    """

    path: str
    edition: Edition
    since: datetime

    @property
    def datetime(self) -> str:
        """The beginning as fields write it."""
        return format_datetime(self.since, usegmt=True)


@dataclass(frozen=True)
class History:
    """An original resource with its mementos, the earliest first; there is at least one.

    Args:
        original: its path from the root of this server, `doc/KIND/SLUG` or `edition/latest`.
        mementos: its dated states.
    """

    original: str
    mementos: Sequence[Memento]

    @property
    def timegate(self) -> str:
        """The path of its TimeGate."""
        return f"timegate/{self.original}"

    @property
    def timemap(self) -> str:
        """The path of its TimeMap."""
        return f"timemap/{self.original}"

    def at(self, when: datetime | None) -> Memento:
        """The state in force at a time: the last that had begun by then.

        The first answers for times before it, as RFC 7089 section 4.5.3 asks; the last where no time is given.
        """
        begun = [memento for memento in self.mementos if when is None or memento.since <= when]
        return begun[-1] if begun else self.mementos[0]

    def of(self, edition: Edition) -> Memento | None:
        """The state in an edition."""
        return next((memento for memento in self.mementos if memento.edition == edition), None)

    def links(self, root: str, around: Memento | None = None, ordered: bool = True) -> list[WebLink]:
        """How its resources are linked.

        Args:
            root: what the paths of this server begin with.
            around: the memento that is given or led to; None on the original itself.
            ordered: whether to say which memento is first, previous, next and last; not where pages are called so.
        """
        found = [
            *([WebLink(f"{root}/{self.original}", "original")] if around else []),
            WebLink(f"{root}/{self.timegate}", "timegate"),
            WebLink(f"{root}/{self.timemap}", "timemap", "application/link-format"),
        ]
        if around is None:
            return found
        place = self.mementos.index(around)
        near = {"first": 0, "prev": place - 1, "": place, "next": place + 1, "last": len(self.mementos) - 1}
        roles: dict[int, list[str]] = {}
        for role, number in near.items():
            if 0 <= number < len(self.mementos):
                roles.setdefault(number, []).append(role)
        for number, names in sorted(roles.items()):
            memento = self.mementos[number]
            relation = " ".join([*filter(None, names if ordered else ()), "memento"])
            found.append(WebLink(f"{root}/{memento.path}", relation, datetime=memento.datetime))
        return found


def history(quads: Quads, published: Published, original: str) -> History | None:
    """The dated states of an original resource; None where it has none, since no dated edition describes it.

    Args:
        quads: the published quads.
        published: its editions.
        original: path of a thing's document, `doc/KIND/SLUG`, or LATEST.

    Raises:
        ResourceUnknown: there is nothing of that path.
    """
    if original == LATEST:
        found = _mementos(published.editions, "edition/{}")
    else:
        iri = f"{published.names.base}id/{original.removeprefix('doc/')}"
        if not original.startswith("doc/") or not quads.knows(iri):
            raise ResourceUnknown(
                Message("There is no %(original)r with dated states.", original="/" + original),
                Message("Give the path of a document, /doc/KIND/NAME, or /%(latest)s.", latest=LATEST),
            )
        found = _mementos(Described(quads, published, iri).editions, f"edition/{{}}/{original}")
    return History(original, found) if found else None


def _mementos(editions: Iterable[Edition], path: str) -> list[Memento]:
    """The states in those editions whose beginning is known, the earliest first."""
    found = [Memento(path.format(edition.identifier), edition, begin) for edition in editions if (begin := _begin(edition))]
    return sorted(found, key=lambda memento: memento.since)


def _begin(edition: Edition) -> datetime | None:
    """The first moment of the month that an edition begins with."""
    found = _MONTH.fullmatch(edition.not_before)
    try:
        return datetime(int(found[1]), int(found[2]), int(found[3] or 1), tzinfo=UTC) if found else None
    except ValueError:
        return None
