"""What editions describe, and in what each differs from the one before: found in passes over their graphs, and little of it kept."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import groupby
from operator import itemgetter

from pyoxigraph import NamedNode, Triple

from organograph.names import DCTERMS, OG, SKOS
from organograph_server.dataset.description import SUBJECT
from organograph_server.dataset.quads import Quads

State = Sequence[Triple]

# What says where a statement is from; each edition has other documents.
_OF_EVIDENCE = frozenset(f"<{term.value}>".encode() for term in (DCTERMS.source, OG.basis, SKOS.editorialNote))


@dataclass(frozen=True)
class Versions:
    """The things that an edition brings versions of.

    Args:
        before: IRIs of the things that the edition before describes, sorted; none, where there is none.
        now: those that this one describes.
        changed: of things in both, the properties in which they differ, beside what says where statements are from.
    """

    before: Sequence[str]
    now: Sequence[str]
    changed: Mapping[str, Sequence[str]]

    @cached_property
    def gone(self) -> Sequence[str]:
        """The things that only the edition before describes, sorted."""
        return sorted(set(self.before).difference(self.now))

    def is_new(self, thing: str) -> bool:
        """Whether the edition before does not describe a thing."""
        place = bisect_left(self.before, thing)
        return self.before[place : place + 1] != [thing]

    def __len__(self) -> int:
        return len(self.gone) + len(self.now)

    def between(self, first: int, end: int) -> tuple[Sequence[str], Sequence[str]]:
        """Some of them by their places: what left comes first, and then what is there."""
        number = len(self.gone)
        return self.gone[first:end], self.now[max(first - number, 0) : max(end - number, 0)]


def versions(quads: Quads, editions: Iterable[str]) -> Iterator[Versions]:
    """What each of some editions brings.

    Args:
        quads: where their graphs are.
        editions: their IRIs, the earliest first.
    """
    known: dict[str, str] = {}
    last, before = "", list[str]()
    for edition in editions:
        now = sorted({known.setdefault(thing, thing) for thing in _described(quads, edition)})
        yield Versions(before, now, _changed(quads, last, edition, before, now) if last else {})
        last, before = edition, now


def state(quads: Quads, edition: str, thing: str) -> State:
    """All that an edition says of a thing, sorted; each of its statements is in the state of one thing.

    A part belongs to the thing before its `#`; a statement about a statement to what that statement is about; what is left
    to the edition itself.

    Args:
        quads: where its graph is.
        edition: its IRI.
        thing: IRI of the thing.
    """
    found = _of_edition(quads, edition) if thing == edition else _of_thing(quads, edition, thing)
    return sorted(dict.fromkeys(found), key=str)


def _of_thing(quads: Quads, edition: str, thing: str) -> Iterator[Triple]:
    for part in quads.parts(thing):
        yield from quads.match([edition], part)
        for triple in quads.match([edition], None, SUBJECT, part):
            if isinstance(triple.subject, NamedNode):
                yield from quads.match([edition], triple.subject.value) if _whole(triple.subject) == edition else ()
            else:
                yield from (said for said in quads.unnamed(edition) if said.subject == triple.subject)


def _of_edition(quads: Quads, edition: str) -> Iterator[Triple]:
    about = quads.match([edition], None, SUBJECT)
    elsewhere = {str(triple.subject) for triple in about if _whole(triple.object) not in ("", edition)}
    for part in quads.parts(edition):
        yield from quads.match([edition], part) if f"<{part}>" not in elsewhere else ()
    yield from (triple for triple in quads.unnamed(edition) if str(triple.subject) not in elsewhere)


def _described(quads: Quads, edition: str) -> Iterator[str]:
    """The things that have a state in an edition, not each once."""
    about = {str(triple.subject): _whole(triple.object) for triple in quads.match([edition], None, SUBJECT)}
    for subject, _ in quads.blocks(edition):
        owner = _owner(subject)
        yield (about.get(subject.decode()) or edition) if owner in ("", edition) else owner


def _changed(quads: Quads, last: str, edition: str, before: Sequence[str], now: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """In what the things of two editions differ; an edition, and what is named as a part of it such as statements, is another each time."""
    found: dict[str, set[bytes]] = defaultdict(set)
    for subject, one, other in _paired(quads.blocks(last), quads.blocks(edition)):
        owner = _owner(subject)
        if one != other and owner not in ("", last, edition):
            lines = {*one.splitlines()} ^ {*other.splitlines()}
            found[owner] |= {line[len(subject) + 1 :].split(b" ", 1)[0] for line in lines} - _OF_EVIDENCE
    both = set(before).intersection(now) if found else set()
    return {thing: sorted(term[1:-1].decode() for term in terms) for thing, terms in found.items() if terms and thing in both}


def _paired(one: Iterator[tuple[bytes, bytes]], other: Iterator[tuple[bytes, bytes]]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each subject with its lines in two graphs, whose subjects are in the order of their bytes."""
    both = merge(((subject, 0, lines) for subject, lines in one), ((subject, 1, lines) for subject, lines in other))
    for subject, found in groupby(both, key=itemgetter(0)):
        lines = {side: lines for _, side, lines in found}
        yield subject, lines.get(0, b""), lines.get(1, b"")


def _owner(subject: bytes) -> str:
    """The thing that a subject is or is a part of; "" where it is no IRI."""
    return subject[1:-1].partition(b"#")[0].decode() if subject.startswith(b"<") and not subject.startswith(b"<<") else ""


def _whole(term: object) -> str:
    return term.value.partition("#")[0] if isinstance(term, NamedNode) else ""
