"""Keeps what files hold, and reads each again only once it has changed."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")
M = TypeVar("M")
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
    """What was read of files, and what was made of parts of that.

    Attributes:
        sound: the last state of the whole that held no fault, for who reads it.
    """

    def __init__(self) -> None:
        self._read: dict[Path, tuple[Stamp | None, T]] = {}
        self.sound: Any = None
        self._made: dict[tuple[int, ...], tuple[tuple[object, ...], Any]] = {}

    def last(self, path: Path) -> T | None:
        """What a file held when it was last read."""
        known = self._read.get(path)
        return None if known is None else known[1]

    def made(self, make: Callable[..., M], *parts: object) -> M:
        """What is made of some parts; of the very same parts it is made once.

        Args:
            make: makes it, of the parts.
            parts: things that do not change.
        """
        key = (id(make), *map(id, parts))
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = (parts, make(*parts))  # which holds the parts, so that no others get their numbers
        made: M = known[1]
        return made

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


def alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[least:middle] == other[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def alike_behind(one: str, other: str, before: int) -> int:
    """How many characters two texts end with alike, beyond those that they begin with alike."""
    least, most = 0, min(len(one), len(other)) - before
    while least < most:
        middle = (least + most + 1) // 2
        if one[len(one) - middle : len(one) - least] == other[len(other) - middle : len(other) - least]:
            least = middle
        else:
            most = middle - 1
    return least
