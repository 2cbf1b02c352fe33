"""Where things stand in a file of N-Quads that is too large to be held: found in one pass, in a few bytes for each line."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile

from organograph_server.dataset.largefile import LargeFile

_GRAPH = re.compile(rb'<[^<>"\s]*>')
# Bytes from one subject that is remembered to the next.
_APART = 8_192
# Places are told without so many bits, so that 32 are enough for 64 GB: no line of N-Quads has less than sixteen bytes.
_STEP = 4
_BUCKETS = 256
_ALL_BITS = (1 << 64) - 1
_PLACE = (1 << 32) - 1
_OF_IRI = ord("<")
# Bytes that are read to find a line in.
_WINDOW = 4_096


@dataclass
class Section:
    """One graph in the file: its lines stand together, and those of a subject too, in the order of their bytes.

    Args:
        graph: its name as it is written.
        begin: where it begins in the file, in bytes.
        end: where it ends.
        number: how many lines it has.
        subjects: every so often one, as it is written.
        starts: where the lines of these begin.
    """

    graph: bytes
    begin: int
    end: int = 0
    number: int = 0
    subjects: list[bytes] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("Q"))

    @property
    def tail(self) -> bytes:
        """What each of its lines ends with."""
        return b" %b .\n" % self.graph

    def remember(self, subject: bytes, begin: int, end: int) -> None:
        """Remember a subject whose lines are known, where the one before is far, or these are many."""
        if begin < end and (not self.starts or end - self.starts[-1] >= _APART):
            self.subjects.append(subject)
            self.starts.append(begin)

    def stretch(self, number: int) -> tuple[int, int]:
        """From where to where the lines of a remembered subject stand, with those up to the next that is remembered."""
        return self.starts[number], self.starts[number + 1] if number + 1 < len(self.starts) else self.end


@dataclass
class Positions:
    """Where the things of a file stand.

    Args:
        sections: the graphs, by their names as they are written.
        strays: the IRIs that are no subject anywhere, as they are written, sorted.
        objects: for each line whose object is an IRI, 32 bits of that IRI's hash and then 32 of where the line begins; sorted.
    """

    sections: dict[bytes, Section]
    strays: list[bytes]
    objects: array[int]

    def lines(self, value: bytes, section: Section) -> Iterator[int]:
        """Where lines of a section may begin that have an IRI as object: at each place, or up to fifteen bytes behind it."""
        return ((key & _PLACE) << _STEP for key in self.objects[slice(*self._having(value, section))])

    def number(self, value: bytes, section: Section) -> int:
        """How many places these are."""
        first, last = self._having(value, section)
        return last - first

    def _having(self, value: bytes, section: Section) -> tuple[int, int]:
        """From where to where the objects are those of a section that may be an IRI."""
        found = _hash(value) >> 32 << 32
        return bisect_left(self.objects, found | section.begin >> _STEP), bisect_left(self.objects, found | section.end >> _STEP)

    def is_stray(self, iri: bytes) -> bool:
        """Whether an IRI is one of the strays."""
        place = bisect_left(self.strays, iri)
        return self.strays[place : place + 1] == [iri]

    def strays_beginning(self, head: bytes) -> set[bytes]:
        """The strays that begin so."""
        place = bisect_left(self.strays, head)
        return set(takewhile(lambda iri: iri.startswith(head), islice(self.strays, place, None)))


class _Gathered:
    """Hashes of subjects and objects while a file is gone through, divided by their first bits."""

    def __init__(self) -> None:
        self.subjects = [array("Q") for _ in range(_BUCKETS)]
        self.objects = [array("Q") for _ in range(_BUCKETS)]
        self.places = [array("I") for _ in range(_BUCKETS)]
        self.predicates: set[bytes] = set()

    def positions(self, file: LargeFile, sections: dict[bytes, Section]) -> Positions:
        """Put in order what was gathered, and let go of it."""
        objects, strays = array("Q"), set(self.predicates)
        for number in range(_BUCKETS):
            known, last = set(self.subjects[number]), -1
            for found, place in sorted(zip(self.objects[number], self.places[number], strict=True)):
                objects.append(found >> 32 << 32 | place)
                if found != last and found not in known:
                    strays.update(line.split(b" ", 3)[2] for line in lines_at(file, [place << _STEP]))
                last = found
            self.subjects[number] = self.objects[number] = array("Q")
            self.places[number] = array("I")
        return Positions(sections, sorted(strays), objects)


class _Unfit(Exception):
    """The lines stand in another order."""


def find_positions(file: LargeFile) -> Positions | None:
    """Go once through a file of N-Quads; None where its lines stand in another order, or say what only memory can hold.

    `organograph build` writes the graphs of a dataset one after the other, and the subjects of each in the order of their bytes.
    """
    if file.size >> _STEP > _PLACE:
        return None
    gathered, sections = _Gathered(), dict[bytes, Section]()
    try:
        _gather(file.stream(), sections, gathered)
    except (_Unfit, ValueError):
        return None
    return gathered.positions(file, sections)


def _gather(lines: Iterable[bytes], sections: dict[bytes, Section], gathered: _Gathered) -> None:
    """Go through all lines.

    Raises:
        _Unfit: they stand in another order.
        ValueError: one is no quad.
    """
    section, tail, last, at, begun = Section(b"", 0), b"\n\n", b"", 0, 0
    cut, hashes, objects, places = 0, gathered.subjects, gathered.objects, gathered.places
    for line in lines:
        subject, predicate, rest = line.split(b" ", 2)
        if not rest.endswith(tail):
            section.remember(last, begun, at)
            section.end = at
            section = _section(rest, sections, at)
            tail, cut, last, begun = section.tail, -len(section.tail), b"", at
        if subject != last:
            if subject < last or subject.startswith(b"<<"):
                raise _Unfit
            section.remember(last, begun, at)
            last, begun = subject, at
            found = hash(subject) & _ALL_BITS
            hashes[found >> 56].append(found)
        if rest[0] == _OF_IRI:
            value = rest[:cut]
            if value.startswith(b"<<"):
                raise _Unfit
            found = hash(value) & _ALL_BITS
            objects[found >> 56].append(found)
            places[found >> 56].append(at >> _STEP)
        gathered.predicates.add(predicate)
        section.number += 1
        at += len(line)
    section.remember(last, begun, at)
    section.end = at


def _section(rest: bytes, sections: dict[bytes, Section], at: int) -> Section:
    """The section of another graph, which begins with a line.

    Raises:
        _Unfit: it is no quad of a graph that an IRI names, or the graph comes again.
        ValueError: the same.
    """
    _, graph, end = rest.rsplit(b" ", 2)
    if graph in sections or end != b".\n" or _GRAPH.fullmatch(graph) is None:
        raise _Unfit
    sections[graph] = Section(graph, at)
    return sections[graph]


def lines_at(file: LargeFile, places: Iterable[int]) -> Iterator[bytes]:
    """The lines that begin at some places, which rise, or up to fifteen bytes behind them."""
    begin, read = 0, b""
    for place in places:
        # A line begins behind the end of another, and the first with the file.
        before = max(place - 1, 0)
        size = _WINDOW
        while not (line := _line(read, before - begin, is_first=not place)) and size < 2 * file.size + _WINDOW:
            begin, read, size = before, file.read(before, before + size), 2 * size
        yield line


def _line(read: bytes, place: int, *, is_first: bool) -> bytes:
    """The whole line that begins behind a place; nothing where it is not all there."""
    begin = 0 if is_first else read.find(b"\n", place) + 1
    end = read.find(b"\n", begin) + 1
    return read[begin:end] if (begin or is_first) and place >= 0 else b""


def _hash(iri: bytes) -> int:
    """What a term is found by; another for each process, so that nobody can choose terms that have the same."""
    return hash(iri) & _ALL_BITS
