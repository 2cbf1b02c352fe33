"""Keeps what files hold, and reads each again only once it has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
Stamp = tuple[int, int, int]
"""What tells a file from what it was: its time, its size and its number in the file system."""


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file as it is now, or None where there is none."""
    try:
        told = path.stat()
    except OSError:
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino


def freed() -> None:
    """Let Python pass over all that is there now when it looks for circles that nobody holds: it is kept while the process runs."""
    gc.collect()
    gc.freeze()


class Kept(Generic[T]):
    """What was read of files."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[Stamp | None, T]] = {}

    def of(self, path: Path, read: Callable[[], T]) -> T:
        """What a file holds.

        Args:
            path: the file.
            read: reads it.
        """
        now, known = stamp(path), self._read.get(path)
        if known is None or now is None or known[0] != now:
            known = self._read[path] = (now, read())
        return known[1]
