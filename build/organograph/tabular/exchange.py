"""Tables to a workbook and back: everything is told before anything is written, and what a workbook leaves out is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from organograph.errors import BuildFailed, DatasetUnreadable, Faulty, OrganographError
from organograph.faults import Fault, Location, in_order
from organograph.sentences import fault_at
from organograph.tabular.canonical import canonical_table
from organograph.tabular.columns import Table
from organograph.tabular.folder import Folder, read_folder
from organograph.tabular.references import reference_faults
from organograph.tabular.retyped import Cell, Lost, text_of
from organograph.tabular.schema import OF_DATASET, OF_EDITION
from organograph.tabular.sheets import LONGEST_NAME, Sheet, read_workbook, write_workbook
from organograph.tabular.tables import Row, read_records

_NAME = re.compile(r"(?:(?P<edition>\S+) )?(?P<table>\w+)")


@dataclass(frozen=True)
class _Read:
    """A sheet read as a table: where it belongs, its rows, and every fault in it."""

    edition: str
    table: Table
    rows: list[Row]
    faults: list[Fault]


def exported(folder: Path, edition: str | None = None) -> bytes:
    """Write tables as a workbook.

    Args:
        folder: of tables.
        edition: whose tables alone to write, or None for all tables.

    Raises:
        Faulty: a table cannot be read for sure.
        OrganographError: there is no such edition, or a name or cell is longer than a spreadsheet takes.
    """
    read = read_folder(folder)
    if read.faults:
        raise Faulty(in_order(read.faults))
    known = [row["id"] for row in read.table("editions")]
    if edition not in (None, *known):
        raise OrganographError(f"There is no edition {edition!r}.", f"The editions are: {', '.join(known)}.")
    sheets = {} if edition else {table.name: Sheet(table, read.table(table.name)) for table in OF_DATASET}
    for each in [edition] if edition else known:
        sheets |= {f"{each} {table.name}": Sheet(table, read.table(table.name, each)) for table in OF_EDITION}
    for name in sheets:
        if len(name) > LONGEST_NAME:
            raise OrganographError(
                f"The sheet {name!r} would have a longer name than spreadsheets take.", "Give the edition a month as id."
            )
    return _proved(write_workbook(sheets), sheets)


def _proved(data: bytes, sheets: dict[str, Sheet]) -> bytes:
    """The workbook, read back and found to hold the tables to the letter."""
    for name, cells in read_workbook(data, "The workbook").items():
        sheet = sheets[name]
        rows, _ = _records(cells, sheet.table, Location(name))
        if [dict(row.values) for row in rows] != [dict(row.values) for row in sheet.rows]:
            raise BuildFailed(f"The table {name} would not come back from the workbook as it is.", "Report this with the table.")
    return data


def imported(data: bytes, shown: str, folder: Path, kinds: frozenset[str]) -> dict[Path, bytes]:
    """Read a workbook over a folder of tables.

    Args:
        data: the workbook.
        shown: its name in messages.
        folder: of tables; not changed.
        kinds: notations of the scheme of kinds.

    Returns:
        the tables that would differ, by their paths.

    Raises:
        Faulty: the workbook holds faults, or would bring some into the tables; each is told at its sheet, row and column.
        DatasetUnreadable: it is no workbook, no sheet of it is a table, or the folder is none of tables.
    """
    kept = read_folder(folder)
    before = {*kept.faults, *reference_faults(kept, kinds)}
    faults: list[Fault] = []
    sheets: list[_Read] = []
    for name, cells in read_workbook(data, shown).items():
        sheet = _sheet(name, cells, Location(shown, sheet=name))
        if isinstance(sheet, Fault):
            faults.append(sheet)
        else:
            sheets.append(sheet)
            faults += sheet.faults
    if not sheets:
        raise DatasetUnreadable(f"{shown} has no sheet that is a table.", "Name sheets as export does, such as sources or 2022-06 units.")
    merged = _merged(kept, sheets)
    faults += [*_edition_faults(merged, sheets, shown), *merged.faults, *reference_faults(merged, kinds)]
    new = in_order(fault for fault in faults if fault not in before)
    if new:
        raise Faulty(new)
    files = {_path(folder, sheet): canonical_table(sheet.rows, sheet.table).encode() for sheet in sheets}
    empty = {_path(folder, sheet) for sheet in sheets if sheet.table.optional and not sheet.rows}
    return {path: text for path, text in files.items() if (path.read_bytes() != text if path.is_file() else path not in empty)}


def _path(folder: Path, sheet: _Read) -> Path:
    return (folder / "editions" / sheet.edition if sheet.edition else folder) / f"{sheet.table.name}.csv"


def _sheet(name: str, cells: Sequence[Sequence[Cell]], whole: Location) -> _Read | Fault:
    match = _NAME.fullmatch(name)
    edition, wanted = (match["edition"] or "", match["table"]) if match else ("", "")
    table = next((table for table in (OF_EDITION if edition else OF_DATASET) if table.name == wanted), None)
    if table is None:
        return fault_at(whole, "sheet:unknown", sheet=name)
    rows, faults = _records(cells, table, whole)
    return _Read(edition, table, rows, faults)


def _records(cells: Sequence[Sequence[Cell]], table: Table, whole: Location) -> tuple[list[Row], list[Fault]]:
    """Rows of a sheet, and faults; of a cell whose text is lost nothing else is told."""
    names = [_text(cell).strip() for cell in cells[0]] if cells else []
    records, lost = [], []
    for line, row in enumerate(cells, 1):
        texts = []
        for number, cell in enumerate(row):
            name = names[number] if number < len(names) else None
            try:
                texts.append(text_of(cell, table.column(name) if name and line > 1 else None))
            except Lost as error:
                lost.append(fault_at(replace(whole, line=line, column=name, value=str(cell.value)), error.key, **error.values))
                texts.append(str(cell.value))
        records.append((line, texts + [""] * (len(names) - len(texts))))
    rows, faults = read_records(records, table, whole)
    told = {(fault.where.line, fault.where.column) for fault in lost if fault.where}
    return rows, lost + [fault for fault in faults if fault.where is None or (fault.where.line, fault.where.column) not in told]


def _text(cell: Cell) -> str:
    return "" if cell.value is None else str(cell.value)


def _merged(kept: Folder, sheets: Sequence[_Read]) -> Folder:
    """The folder as it would be, with faults of those tables only that stay."""
    replaced = {f"{kept.name}/{_path(Path(), sheet)}" for sheet in sheets}
    stay = [fault for fault in kept.faults if fault.where is None or fault.where.file not in replaced]
    return Folder(kept.name, kept.settings, kept.rows | {(sheet.edition, sheet.table.name): sheet.rows for sheet in sheets}, stay)


def _edition_faults(merged: Folder, sheets: Sequence[_Read], shown: str) -> Iterator[Fault]:
    """Sheets of editions that are not listed, editions that would lack tables, and editions that would be left without a row."""
    listed, at = [row["id"] for row in merged.table("editions")], Location(shown, sheet="editions")
    for sheet in sheets:
        if sheet.edition and sheet.edition not in listed:
            where = Location(shown, sheet=f"{sheet.edition} {sheet.table.name}")
            yield fault_at(where, "sheet:unlisted-edition", edition=sheet.edition)
    for edition in listed:
        lacking = [table.name for table in OF_EDITION if (edition, table.name) not in merged.rows]
        if lacking:
            yield fault_at(at, "sheet:missing", edition=edition, tables=", ".join(lacking))
    for edition in sorted({edition for edition, _ in merged.rows if edition} - set(listed) - {sheet.edition for sheet in sheets}):
        yield fault_at(at, "sheet:edition-lost", edition=edition)
