"""Finds where a parser stopped that does not tell its place, by giving it the text in sips."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph
from pyoxigraph import RdfFormat

# A line longer than this is not read sign by sign.
_LONGEST_LINE = 1_000_000


def stopped(content: bytes, format: RdfFormat, base: str) -> tuple[int, int] | None:
    """Line and position, both from 1, up to which the parser had to read to find its fault; None where it finds none.

    Args:
        content: what the parser refuses.
        format: the format it is read in.
        base: what its relative IRIs start from.
    """
    lines = content.splitlines(keepends=True)
    number = _sips_taken(iter(lines), format, base)
    if not number:
        return None
    before, line = b"".join(lines[: number - 1]), lines[number - 1]
    if len(line) > _LONGEST_LINE:
        return number, 1
    taken = _sips_taken((bytes([sign]) for sign in line), format, base, before)
    # A sign of several bytes is one position.
    return number, max(len(line[: taken or 1].decode("utf-8", "ignore")), 1)


class _Sips:
    """A file that gives what was read before at once, and then never more than one sip."""

    def __init__(self, sips: Iterator[bytes], before: bytes) -> None:
        self.taken = 0
        self._sips, self._before, self._rest = sips, before, b""

    def read(self, size: int = -1) -> bytes:
        if self._before:
            given, self._before = self._before[:size], self._before[size:]
            return given
        if not self._rest:
            self._rest = next(self._sips, b"")
            self.taken += bool(self._rest)
        given, self._rest = self._rest[:size], self._rest[size:]
        return given


def _sips_taken(sips: Iterator[bytes], format: RdfFormat, base: str, before: bytes = b"") -> int:
    """How many sips the parser takes until it refuses; 0 where it does not refuse."""
    file = _Sips(sips, before)
    try:
        for _ in pyoxigraph.parse(file, format=format, base_iri=base):  # type: ignore[arg-type]  # it only reads
            pass
    except SyntaxError:
        return file.taken
    return 0
