"""Reads a table again after an edit: only the rows that the edit changed, where the rest can be told to be as it was."""

from __future__ import annotations

import csv
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from organograph.faults import Fault, Location
from organograph.kept import alike, alike_behind
from organograph.plainfiles import content
from organograph.tabular.columns import Table
from organograph.tabular.tables import Row, duplicates, read_records, read_table


@dataclass
class Reading:
    """A table as it was read.

    Args:
        rows: its rows.
        faults: every fault found in it.
        text: what stands in the file, where it can be read again by its edits: it holds no fault.
        begins: the line at which each record begins, the header's among them.
        sound: of a table with faults, what it was when it last had none.
    """

    rows: list[Row]
    faults: list[Fault]
    text: str | None = None
    begins: list[int] | None = None
    sound: Reading | None = None


def read_again(path: Path, table: Table, shown: str, before: Reading | None) -> Reading:
    """Read a table, of which perhaps only a few rows have changed; rows that did not have the same values as before, by identity.

    Args:
        path: the file.
        table: what it should hold.
        shown: the file's name in messages.
        before: what it held, or None.
    """
    text = _text(path)
    sound = before if before is None or before.text is not None else before.sound
    if text is not None and sound is not None and sound.text is not None and sound.begins is not None:
        edited = _edited(text, table, shown, sound, sound.text, sound.begins)
        if edited is not None:
            return edited
    rows, faults = read_table(path, table, shown)
    if text is None or faults or "\r" in text.replace("\r\n", ""):
        return Reading(rows, faults, sound=sound)
    return Reading(rows, faults, text, [begins for begins, _, _ in _records(text, 1)])


def _text(path: Path) -> str | None:
    try:
        return content(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _records(text: str, line: int) -> Iterator[tuple[int, int, list[str]]]:
    """The records of a text that begins at a line: the lines where each begins and where the next one does, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 0
    for cells in reader:
        yield line + begins, line + reader.line_num, cells
        begins = reader.line_num


def _edited(text: str, table: Table, shown: str, before: Reading, old: str, begins: list[int]) -> Reading | None:
    """The table after an edit, or None where it has to be read as a whole: it is no CSV any longer, or the header changed."""
    same = alike(old, text)
    behind, more = alike_behind(old, text, same), text.count("\n") - old.count("\n")
    line = text.count("\n", 0, same) + 1
    first = bisect_right(begins, line) - 1
    if first < 1 or "\r" in text.replace("\r\n", ""):
        return None
    start = text.rfind("\n", 0, same) + 1
    for _ in range(line - begins[first]):
        start = text.rfind("\n", 0, start - 1) + 1
    records, last = list[tuple[int, list[str]]](), len(begins)
    after_edit = text.count("\n", 0, len(text) - behind) + 2  # lines from here on are as they were, each from its beginning
    try:
        for begun, following, cells in _records(text[start:], begins[first]):
            records.append((begun, cells))
            place = bisect_left(begins, following - more)
            if following >= after_edit and place < len(begins) and begins[place] == following - more:
                last = place
                break
    except csv.Error:
        return None
    return _joined(text, table, shown, before, (first, last, more), records)


def _joined(
    text: str, table: Table, shown: str, before: Reading, places: tuple[int, int, int], records: list[tuple[int, list[str]]]
) -> Reading | None:
    """The rows before the edit, those that it changed and those behind it; faults are in the changed rows, or of two with one name."""
    (first, last, more), begins = places, before.begins or []
    names = [*before.rows[0].values] if before.rows else []
    if not names:
        return None
    new, faults = read_records([(1, names), *records], replace(table, key=()), Location(shown))
    lines = [row.line for row in before.rows]
    kept = bisect_left(lines, begins[first])
    behind = bisect_left(lines, begins[last]) if last < len(begins) else len(lines)
    rows = [*before.rows[:kept], *new, *(row.moved(more) for row in before.rows[behind:])]
    if [_key(row, table) for row in before.rows[kept:behind]] != [_key(row, table) for row in new]:
        faults += duplicates(rows, table)
    if faults:
        return Reading(rows, faults, sound=before)
    starts = [*begins[:first], *(begun for begun, _ in records), *(begun + more for begun in begins[last:])]
    return Reading(rows, [], text, starts)


def _key(row: Row, table: Table) -> tuple[str, ...]:
    return tuple(row[column] for column in table.key)
