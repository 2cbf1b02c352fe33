"""Reads tables into rows that know their file, line and columns; knows nothing of RDF."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from sys import intern

from organograph.faults import Fault, Location
from organograph.plainfiles import content
from organograph.sentences import fault_at, phrase
from organograph.tabular.columns import Column, Table
from organograph.tabular.written import NUMBER, SPAN, is_printable, is_well_written

_MANY = 3
"""More rows than that, alike in their width, are told as one fault."""


class Cells(Mapping[str, str]):
    """The cells of a row by their columns; rows of one table share where each column stands.

    Args:
        places: column to its place.
        cells: the text of each place; of a narrow row those at the end are missing.
    """

    __slots__ = ("_cells", "_places")

    def __init__(self, places: Mapping[str, int], cells: tuple[str, ...]) -> None:
        self._places, self._cells = places, cells

    def __getitem__(self, column: str) -> str:
        place = self._places[column]
        if place >= len(self._cells):
            raise KeyError(column)
        return self._cells[place]

    def __iter__(self) -> Iterator[str]:
        return (column for column, place in self._places.items() if place < len(self._cells))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def get(self, column: str, default: str = "") -> str:  # type: ignore[override]  # a text for a text
        """The text of a column, or another where the row has none."""
        try:
            return self._cells[self._places[column]]
        except (KeyError, IndexError):
            return default


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Args:
        table: the table's name.
        file: its path as the steward knows it.
        line: line in the file, from 1; the header is line 1.
        values: column to text, stripped of surrounding space.
        whole: it has as many cells as the header; if not, nobody knows which cell is which column's.
        sheet: of a workbook, the name of its sheet.
    """

    table: str
    file: str
    line: int
    values: Mapping[str, str]
    whole: bool = True
    sheet: str | None = None

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def many(self, column: str) -> tuple[str, ...]:
        """The values of a column that holds several, separated by ';'."""
        text = self[column]
        return tuple(part.strip() for part in text.split(";") if part.strip()) if text else ()

    def spans(self, column: str) -> tuple[tuple[str, int, int], ...]:
        """Document, start and end of each span of a column, as SLUG:START-END; none that is written otherwise."""
        found = (SPAN.fullmatch(part) for part in self.many(column))
        return tuple((span[1], int(span[2]), int(span[3])) for span in found if span)

    def number(self, column: str) -> int:
        """The column's whole number; 0 where a fault was told of it."""
        text = self[column]
        return int(text) if NUMBER.fullmatch(text) else 0

    def at(self, column: str | None = None) -> Location:
        """The place of a cell, or of the row."""
        return Location(self.file, self.line, column, self[column] if column else None, sheet=self.sheet)

    def moved(self, by: int) -> Row:
        """The same row further down."""
        if not by:
            return self
        row = Row.__new__(Row)
        row.__dict__.update(self.__dict__, line=self.line + by)
        return row


@dataclass(frozen=True)
class _Checked:
    """A column of a table that is being read.

    Args:
        column: how it is written.
        place: where it stands in a row.
        sound: values of it that are well written, for most stand in many rows.
    """

    column: Column
    place: int
    sound: set[str] = field(default_factory=set)


def read_table(path: Path, table: Table, shown: str) -> tuple[list[Row], list[Fault]]:
    """Read one table.

    Args:
        path: the file.
        table: what it should hold.
        shown: the file's name in messages.

    Returns:
        its rows and every fault found in it; nothing is raised for a fault.
    """
    try:
        data = content(path)
    except FileNotFoundError:
        return [], [] if table.optional else [fault_at(Location(shown), "table:missing-file", table=table.name, header=header(table))]
    except OSError as error:
        return [], [fault_at(Location(shown), "table:unreadable", reason=error.strerror)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [], [_not_utf8(data, error, shown, table)]
    return _parse(text, table, shown)


def header(table: Table) -> str:
    """The header line of a table."""
    return ",".join(column.name for column in table.columns)


def _not_utf8(data: bytes, error: UnicodeDecodeError, shown: str, table: Table) -> Fault:
    line = data.count(b"\n", 0, error.start) + 1
    before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")
    names = data.split(b"\n", 1)[0].decode("utf-8", "replace").strip().split(",")
    cells = next(csv.reader([before.replace("\r", " ").replace("\0", " ")]), [])
    column = names[len(cells) - 1] if cells and len(cells) <= len(names) else names[0]
    known = column if column in {each.name for each in table.columns} else None
    return fault_at(Location(shown, line, known), "table:not-utf8", byte=f"{data[error.start]:#04x}")


def _parse(text: str, table: Table, shown: str) -> tuple[list[Row], list[Fault]]:
    broken: list[Fault] = []
    records = _records(text, shown, broken)
    first = next(records, None)
    if first is None and broken:
        return [], broken
    rows, faults = read_records(records if first is None else chain([first], records), table, Location(shown))
    return rows, broken + faults


def _records(text: str, shown: str, broken: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row; where the text is no CSV any longer, that is told."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 0
    try:
        for cells in reader:
            begins, line = line + 1, reader.line_num
            yield begins, cells
    except csv.Error as error:
        broken.append(fault_at(Location(shown, reader.line_num), "table:not-csv", reason=str(error)))


def read_records(records: Iterable[tuple[int, list[str]]], table: Table, whole: Location) -> tuple[list[Row], list[Fault]]:
    """Read the cells of a table, wherever they stood.

    Args:
        records: line and cells of each row, the header first.
        table: what they should hold.
        whole: the place of the whole table.

    Returns:
        its rows and every fault found in it; empty lines are passed over.
    """
    rows: list[Row] = []
    narrow: dict[int, list[Row]] = {}
    lines = iter(records)
    names = [name.strip() for name in next(lines, (1, []))[1]]
    faults = list(_header_faults(names, table, replace(whole, line=1)))
    places = {name: place for place, name in enumerate(names)}
    columns = [_Checked(column, places[column.name]) for column in table.columns if column.name in places]
    for line, cells in lines:
        # Of what stands in many rows, such as kinds, documents and slugs, there is one text in memory.
        stripped = [intern(cell.strip()) for cell in cells]
        if any(stripped):
            row = Row(table.name, whole.file, line, Cells(places, tuple(stripped[: len(names)])), len(cells) == len(names), whole.sheet)
            rows.append(row)
            if row.whole:
                faults += _cell_faults(row, columns, cells, stripped)
            else:
                narrow.setdefault(len(cells), []).append(row)
    return rows, faults + list(_width_faults(narrow, names)) + list(duplicates(rows, table))


def _header_faults(names: list[str], table: Table, at: Location) -> Iterator[Fault]:
    known = {column.name for column in table.columns}
    for name in names:
        if name not in known:
            yield fault_at(replace(at, column=name or "(empty)", value=name), "table:unknown-column", column=name, header=header(table))
    for name in sorted(name for name, times in Counter(names).items() if times > 1):
        yield fault_at(replace(at, column=name), "table:duplicate-column", column=name)
    for column in table.columns:
        if column.name not in names:
            yield fault_at(at, "table:missing-column", column=column.name, header=header(table))


def _width_faults(narrow: Mapping[int, Sequence[Row]], names: Sequence[str]) -> Iterator[Fault]:
    """Rows that are wider or narrower than the header; many that are so alike are one fault, mostly the header's."""
    for width, rows in narrow.items():
        if len(rows) > _MANY:
            last = rows[-1].line
            yield fault_at(rows[0].at(), "table:row-width/many", last=last, rows=len(rows), cells=width, header=len(names))
            continue
        for row in rows:
            yield fault_at(row.at(), "table:row-width", cells=width, header=len(names))


def _cell_faults(row: Row, columns: Sequence[_Checked], cells: list[str], stripped: list[str]) -> Iterator[Fault]:
    if not is_printable("\t".join(cells)):
        yield fault_at(row.at(), "table:control-character")
        return
    for checked in columns:
        value = stripped[checked.place]
        if value in checked.sound:
            continue
        column = checked.column
        if not value:
            if column.needed:
                yield fault_at(row.at(column.name), "table:empty-cell", table=row.table, holds=phrase(column.holds))
        elif is_well_written(column, value):
            checked.sound.add(value)
        else:
            choices = ", ".join(column.choices)
            yield fault_at(row.at(column.name), f"table:bad-{column.kind}", value=value, column=column.name, choices=choices)


def duplicates(rows: Iterable[Row], table: Table) -> Iterator[Fault]:
    """Rows that have the name of an earlier one."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[column] for column in table.key)
        if not key or not all(key):
            continue
        if key in first:
            yield fault_at(row.at(table.key[0]), "table:duplicate", name=" ".join(key), row=first[key].line)
        else:
            first[key] = row
