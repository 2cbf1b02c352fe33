"""Paths of files that are held in memory, for who may open none: they are read as files on a disk are, and nothing else is there."""

from __future__ import annotations

import errno
import os
from collections.abc import Generator, Mapping
from fnmatch import fnmatchcase
from pathlib import PosixPath
from typing import Any, ClassVar


class HeldPath(PosixPath):
    """A path below which only held files stand; made by `held`."""

    _files: ClassVar[Mapping[str, bytes]] = {}
    _folders: ClassVar[frozenset[str]] = frozenset()

    def read_bytes(self) -> bytes:
        """What the file holds.

        Raises:
            FileNotFoundError: there is none.
        """
        try:
            return self._files[self._place]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self)) from None

    def read_text(self, encoding: str | None = None, errors: str | None = None, newline: str | None = None) -> str:
        """What the file holds, as text in UTF-8 unless told otherwise."""
        text = self.read_bytes().decode(encoding or "utf-8", errors or "strict")
        return text if newline == "" else text.replace("\r\n", "\n").replace("\r", "\n")

    def exists(self, **_: Any) -> bool:
        """Whether a file or a folder is there."""
        return self.is_file() or self.is_dir()

    def is_file(self, **_: Any) -> bool:
        """Whether a file is there."""
        return self._place in self._files

    def is_dir(self, **_: Any) -> bool:
        """Whether a folder is there; none is empty."""
        return self._place in self._folders

    def stat(self, **_: Any) -> os.stat_result:
        """Tell nothing: held files have no times.

        Raises:
            FileNotFoundError: always.
        """
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))

    def glob(self, pattern: str, **_: Any) -> Generator[Any, None, None]:
        """The files and folders directly in this folder whose names fit, in order."""
        within = "/" if self._place == "/" else f"{self._place}/"
        below = (place.removeprefix(within) for place in (*self._files, *self._folders) if place.startswith(within) and place != within)
        yield from (self / name for name in sorted({name for name in below if "/" not in name}) if fnmatchcase(name, pattern))

    def absolute(self) -> Any:
        """The same path from the root, which is all that a relative one can start from."""
        return type(self)(self._place)

    def resolve(self, strict: bool = False) -> Any:
        """The same; there are no links."""
        return self.absolute()

    def with_files(self, files: Mapping[str, bytes]) -> HeldPath:
        """The same path where some files, by their paths, are others."""
        root = held({place.lstrip("/"): content for place, content in {**self._files, **files}.items()})
        return root / self._place.lstrip("/")

    @property
    def _place(self) -> str:
        return f"/{str(self).strip('/')}" if str(self) != "." else "/"


def held(files: Mapping[str, bytes]) -> HeldPath:
    """The root of some files, which has everything else that is held below it.

    Args:
        files: bytes by path below the root, with forward slashes; relative paths of what this gives lead to the same files.
    """
    placed = {f"/{path}": content for path, content in files.items()}
    folders = frozenset({str(parent) for path in placed for parent in PosixPath(path).parents})
    return type("HeldFiles", (HeldPath,), {"_files": placed, "_folders": folders})("/")  # type: ignore[no-any-return]
