"""A large file that is read from the disk whenever it is asked for, and that stays what it was when it was opened."""

from __future__ import annotations

import hashlib
import io
import os
import weakref
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LARGE = 4 * 1_048_576
"""Bytes from which a file of a dataset is left on the disk; smaller ones are held."""
_PIECE = 1 << 20


class LargeFile:
    """A file by its descriptor: whoever puts another in its place, or removes it, changes nothing here.

    It is read and not mapped, so that one that is cut short in its place gives less, and ends no process.

    Args:
        place: where it is, or a descriptor of it, which is closed with it.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, place: Path | int) -> None:
        self.fd = place if isinstance(place, int) else os.open(place, os.O_RDONLY | os.O_CLOEXEC)
        # With the last who reads it, so that an answer under way is given to its end.
        weakref.finalize(self, os.close, self.fd)
        self.size = os.fstat(self.fd).st_size

    def read(self, begin: int = 0, end: int | None = None) -> bytes:
        """The bytes from one place to another, or to its end."""
        missing = (self.size if end is None else min(end, self.size)) - begin
        if missing <= 0:
            return b""
        found = os.pread(self.fd, missing, begin)
        if len(found) == missing:
            return found
        pieces = [found]
        while found and (missing := missing - len(found)):
            begin += len(found)
            pieces.append(found := os.pread(self.fd, missing, begin))
        return b"".join(pieces)

    def stream(self) -> io.BufferedReader:
        """All of it from its beginning, for who reads a stream; whoever else reads it goes on undisturbed."""
        return io.BufferedReader(_Stream(self), _PIECE)

    def pieces(self) -> Iterator[bytes]:
        """All of it, piece by piece; less where it was cut short."""
        return (self.read(begin, begin + _PIECE) for begin in range(0, self.size, _PIECE))

    @cached_property
    def sha256(self) -> str:
        """The hash of all its bytes, when it was first asked for."""
        digest = hashlib.sha256()
        for piece in self.pieces():
            digest.update(piece)
        return digest.hexdigest()


class _Stream(io.RawIOBase):
    """A large file from its beginning.

    Args:
        file: the file.
    """

    def __init__(self, file: LargeFile) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, into: WriteableBuffer) -> int:
        """Read on."""
        number = os.preadv(self._file.fd, [into], self._at)
        self._at += number
        return number
