"""Files that are hashed while they are written, and bodies whose heads are known only at their end."""

from __future__ import annotations

import hashlib
import mmap
import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

_CHUNK = 1 << 20
"""How many bytes are copied at once."""


@dataclass(frozen=True)
class Written:
    """A file that was written: its bytes, and their SHA-256."""

    size: int
    sha256: str


class Room:
    """A folder for files that are only needed meanwhile; all that are open are closed with it.

    Args:
        folder: where there is room for them; nobody else looks there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._opened = folder, ExitStack()

    def __enter__(self) -> Room:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opened.close()

    def file(self) -> IO[bytes]:
        """A file without a name, to be written and then read."""
        return self._opened.enter_context(tempfile.TemporaryFile(dir=self._folder))

    def keep(self, file: Output) -> Output:
        """Close this one, too."""
        return self._opened.enter_context(file)


class Output:
    """A file that is hashed while it is written, and on the disk once it is closed.

    Args:
        path: where it is to be; folders are made where they are missing.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb", buffering=0)
        self._hash = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, text: str) -> None:
        """Write text in UTF-8, best much at once, for nothing waits."""
        self.put(text.encode())

    def put(self, data: bytes | memoryview) -> None:
        """Write bytes."""
        self._hash.update(data)
        self.size += len(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def finish(self) -> Written:
        """Wait until all is on the disk."""
        os.fsync(self._file.fileno())
        self._file.close()
        return Written(self.size, self._hash.hexdigest())


class Body:
    """What a file holds between its head and its end, kept in a file without a name until the head is known.

    Args:
        room: where there is room for it.
    """

    def __init__(self, room: Room) -> None:
        self._file = room.file()

    def write(self, text: str) -> None:
        """Write text in UTF-8."""
        self._file.write(text.encode())

    def told(self, output: Output) -> None:
        """Copy all of it to a file; then it is gone."""
        self._file.seek(0)
        with self._file:
            while data := self._file.read(_CHUNK):
                output.put(data)


class Pieces:
    """Pieces of text that are told in another order than they come.

    Args:
        room: where there is room for them.
    """

    def __init__(self, room: Room) -> None:
        self._file = room.file()
        self._places: list[tuple[str, int, int]] = []
        self._size = 0

    def add(self, pieces: Iterable[tuple[str, str]]) -> None:
        """Add pieces, each with the key by which they are sorted."""
        written = [(key, text.encode()) for key, text in pieces]
        for key, data in written:
            self._places.append((key, self._size, len(data)))
            self._size += len(data)
        self._file.writelines(data for _, data in written)

    def told(self, output: Output, between: str) -> None:
        """Copy all of them to a file, sorted; then they are gone."""
        self._file.flush()
        self._places.sort()
        separator = between.encode()
        with self._file, mmap.mmap(self._file.fileno(), self._size, access=mmap.ACCESS_READ) as held:
            for chunk in _batches(self._places):
                if chunk[0] is not self._places[0]:
                    output.put(separator)
                output.put(separator.join([held[start : start + length] for _, start, length in chunk]))


def _batches(places: list[tuple[str, int, int]]) -> Iterable[list[tuple[str, int, int]]]:
    return (places[start : start + 500] for start in range(0, len(places), 500))
