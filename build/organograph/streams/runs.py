"""Triples in canonical order, however many: sorted in memory, and beyond a bound by runs in files that are then merged."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import IO, TypeAlias

from organograph.names import RDF
from organograph.statements import Graph, Term, Triple
from organograph.streams.outputs import Room

HELD = 500_000
"""How many triples are held in memory before they are written to a file."""
OF_TYPE = " "
"""What the text of a class of a subject begins with, so that classes come first."""
Block: TypeAlias = tuple[str, list[str]]
"""A subject as N-Triples write it, with what is said of it: each property without its brackets, a space, and the value."""


class Sorted:
    """The triples of a graph in canonical order: by subject, classes first, then by property and value, each once.

    No text of a term holds a tab, a line break or another sign below the space, and an IRI no space; so the texts sort as the
    terms do, and a line of a file holds a subject with all that is said of it.

    Args:
        triples: in any order, some of them several times, and without blank nodes.
        room: for the files of runs.
        held: how many triples are held in memory.
    """

    def __init__(self, triples: Iterable[Triple], room: Room, held: int = HELD) -> None:
        self._room, self._held = room, held
        self._once = isinstance(triples, Graph)  # which holds each triple once
        self._runs: list[IO[bytes]] = []
        self._last = self._gather(triples)

    def __iter__(self) -> Iterator[Block]:
        """Each subject with what is said of it; to be asked for once."""
        if not self._runs:
            held = self._last
            return ((subject, sorted(held[subject] if self._once else set(held[subject]))) for subject in sorted(held))
        return self._merged()

    def _gather(self, triples: Iterable[Triple]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        begins: dict[Term, str] = {RDF.type: OF_TYPE}
        last, said, number = None, list[str](), 0
        for s, p, o in triples:
            if s is not last:
                last = s
                said = found.setdefault(str(s), [])
            begin = begins.get(p)
            if begin is None:
                begin = begins[p] = f"{p.value} "
            said.append(f"{begin}{o!s}")
            number += 1
            if number >= self._held:
                self._spill(found)
                found, last, number = {}, None, 0
        return found

    def _spill(self, found: dict[str, list[str]]) -> None:
        file = self._room.file()
        file.writelines(_lines(found))
        self._runs.append(file)

    def _merged(self) -> Iterator[Block]:
        for file in self._runs:
            file.seek(0)
        subject, said = b"", list[bytes]()
        for line in heapq.merge(*self._runs, _lines(self._last)):
            name, *more = line[:-1].split(b"\t")
            if name == subject:
                said += more
                continue
            if subject:
                yield _block(subject, said)
            subject, said = name, more
        if subject:
            yield _block(subject, said)
        for file in self._runs:
            file.close()


def _block(subject: bytes, said: list[bytes]) -> Block:
    return subject.decode(), [pair.decode() for pair in sorted(set(said))]


def _lines(found: dict[str, list[str]]) -> Iterator[bytes]:
    # UTF-8 sorts as the text does.
    return (("\t".join([subject, *found[subject]]) + "\n").encode() for subject in sorted(found))
