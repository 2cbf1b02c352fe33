"""Turns the place of a finding into a path, a line and characters, as editors and forges want it."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from pathlib import Path

from organograph.faults import Location
from organograph.plainfiles import content

_CELL = re.compile(r'("(?:[^"]|"")*"|[^,]*)(?:,|$)')


@dataclass(frozen=True)
class Place:
    """A place in a file, for a program.

    Args:
        path: of the file, relative to the current folder where it lies in it, with forward slashes.
        line: from 1, or None for the whole file.
        start: first character in the line, from 1, or None for the whole line.
        end: the character after the last.
    """

    path: str
    line: int | None = None
    start: int | None = None
    end: int | None = None


class Places:
    """Finds places in the files of one report, each read once.

    Args:
        root: the folder that the files are relative to; None for the current one.
    """

    def __init__(self, root: Path | None) -> None:
        self._root = root
        self._paths: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}

    def of(self, where: Location) -> Place:
        """The place in the steward's file; without characters where the file can no longer be read."""
        path = self._path(where.file)
        if where.position is not None:
            return Place(path, where.line, where.position, where.position + 1)
        if where.line is None or where.column is None:
            return Place(path, where.line)
        span = cell_span(self.lines(where.file), where.line, where.column)
        return Place(path, where.line, *(span or (None, None)))

    def lines(self, file: str) -> list[str]:
        """The lines of a file, empty where it cannot be read."""
        if file not in self._lines:
            try:
                text = content((self._root or Path()) / file).decode("utf-8-sig", "replace")
            except OSError:
                text = ""
            self._lines[file] = text.split("\n")
        return self._lines[file]

    def _path(self, file: str) -> str:
        if file not in self._paths:
            relative = os.path.relpath((self._root or Path()) / file)
            self._paths[file] = file if relative.startswith("..") else Path(relative).as_posix()
        return self._paths[file]


def cell_span(lines: list[str], line: int, column: str) -> tuple[int, int] | None:
    """The first character of a cell of a CSV file (RFC 4180), from 1, and the one after its last; None where there is no such cell."""
    if not 1 <= line <= len(lines):
        return None
    names = [name.strip() for name in next(csv.reader([lines[0].rstrip("\r").replace("\0", " ")]), [])]
    if column not in names:
        return None
    wanted, at, text = names.index(column), 0, lines[line - 1].rstrip("\r")
    for _ in range(wanted):
        found = _CELL.match(text, at)
        if found is None or found.end() == found.end(1):
            return None
        at = found.end()
    found = _CELL.match(text, at)
    return None if found is None else (at + 1, found.end(1) + 1)
