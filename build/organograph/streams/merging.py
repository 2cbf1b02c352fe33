"""Merges the lines of the graphs of a dataset into one order, some thousands at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

_HELD = 10_000
"""How many lines are held at once, of all graphs together."""


class Lines:
    """Lines of one graph, ordered by their subjects, each subject once.

    Args:
        file: where they are, as N-Quads.
        start: where the first begins, in bytes.
        number: how many there are.
    """

    def __init__(self, file: Path, start: int, number: int) -> None:
        self._file, self._place, self._left = file, start, number
        self.held: list[bytes] = []

    @property
    def ended(self) -> bool:
        """Whether the last line is held."""
        return not self._left

    def fill(self, many: int) -> None:
        """Hold lines of two subjects at least, as far as there are."""
        while self._left and (not self.held or _subject(self.held[0]) == _subject(self.held[-1])):
            # Opened anew each time, since a process may not have as many files open as there are graphs.
            with self._file.open("rb") as file:
                file.seek(self._place)
                more = list(islice(file, min(many, self._left)))
            self._place += sum(map(len, more))
            self._left -= len(more)
            self.held += more

    def last(self) -> bytes:
        """The last subject that is held, of which more may follow."""
        return _subject(self.held[-1])

    def take(self, bound: bytes | None) -> list[bytes]:
        """The lines held whose subjects come before this one, or all; they are let go of."""
        place = len(self.held) if bound is None else bisect_left(self.held, bound)
        taken = self.held[:place]
        del self.held[:place]
        return taken


def canonical(parts: Sequence[Lines], held: int = _HELD) -> Iterator[bytes]:
    """All lines in the order of code points (RDFC-1.0, section 4.4.3), many at once.

    Args:
        parts: the lines of each graph.
        held: how many lines are held at once.
    """
    many = max(2, held // max(1, len(parts)))
    going = [*parts]
    while going:
        for part in going:
            part.fill(many)
        bound = min((part.last() for part in going if not part.ended), default=None)
        # Sorting what consists of ordered runs is merging them.
        yield b"".join(sorted(line for part in going for line in part.take(bound)))
        going = [part for part in going if part.held or not part.ended]


def _subject(line: bytes) -> bytes:
    """The subject, with the space behind it."""
    return line[: line.index(b" ") + 1]
