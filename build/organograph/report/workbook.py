"""A report as a spreadsheet (Office Open XML): the findings, and the steward's own tables with the cells at fault marked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from organograph.faults import Fault
from organograph.report.model import Report
from organograph.report.places import Places
from organograph.report.records import row
from organograph.report.words import HEADS, WORDS

_FILLS = {"violation": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7", "waived": "E7E6E6"}
_WIDTHS = (34, 11, 30, 70, 30, 50, 70)
_LONGEST_NAME = 31
_LONGEST_TEXT = 32767


def as_workbook(report: Report) -> bytes:
    """A sheet of findings, then a sheet for each table that has any; every cell is text, so that nothing is read as a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _findings(book.create_sheet(WORDS[report.language]["findings"]), report)
    places = Places(report.root)
    for file, faults in _by_table(report).items():
        sheet = book.create_sheet(_sheet_name(file, book.sheetnames))
        _fill(sheet, _rows("\n".join(places.lines(file))))
        _mark(sheet, faults)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _findings(sheet: Worksheet, report: Report) -> None:
    lines = [(fault, fault.severity) for fault in report.findings] + [(each.fault, "waived") for each in report.waived]
    _fill(sheet, enumerate([HEADS[report.language], *(_row(fault, level, report) for fault, level in lines)], 1))
    for number, (_, level) in enumerate(lines, 2):
        sheet.cell(number, 2).fill = _fill_of(level)
        for column in (4, 7):
            sheet.cell(number, column).alignment = Alignment(wrap_text=True, vertical="top")
    for number, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.auto_filter.ref = sheet.dimensions


def _row(fault: Fault, level: str, report: Report) -> tuple[str, ...]:
    """A finding as the cells of its row, the level in the words of the report."""
    told = level if report.language == "en" else WORDS[report.language][level]
    return row(fault, told, report.language)


def _by_table(report: Report) -> dict[str, list[tuple[Fault, str]]]:
    tables: dict[str, list[tuple[Fault, str]]] = {}
    for fault, level in [*((fault, fault.severity) for fault in report.findings), *((each.fault, "waived") for each in report.waived)]:
        if fault.where is not None and fault.where.position is None and fault.where.file.endswith(".csv"):
            tables.setdefault(fault.where.file, []).append((fault, level))
    return tables


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a table with the line at which each begins; of one that is no CSV what can be read, as the finding says why."""
    reader, line = csv.reader(io.StringIO(text, newline="")), 0
    try:
        for cells in reader:
            begins, line = line + 1, reader.line_num
            yield begins, cells
    except csv.Error:
        return


def _fill(sheet: Worksheet, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
    for number, cells in rows:
        for column, text in enumerate(cells, 1):
            _write(sheet, number, column, text)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _write(sheet: Worksheet, number: int, column: int, text: str) -> None:
    cell = sheet.cell(number, column)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:_LONGEST_TEXT]
    cell.data_type = "s"  # also what looks like a formula, an error or a date
    cell.number_format = "@"


def _mark(sheet: Worksheet, faults: list[tuple[Fault, str]]) -> None:
    told: dict[str, list[str]] = {}
    columns = {str(cell.value).strip(): number for number, cell in enumerate(sheet[1], 1)}
    for fault, level in faults:
        where = fault.where
        line, column = (where.line or 1, where.column) if where else (1, None)
        cell = sheet.cell(line, columns.get(column or "", 1))
        if not isinstance(cell, Cell):
            continue
        cell.fill = _fill_of(level)
        told.setdefault(cell.coordinate, []).append(f"{fault.message} {fault.cure} [{fault.rule}]")
    for coordinate, texts in told.items():
        comment = Comment(ILLEGAL_CHARACTERS_RE.sub("\ufffd", "\n\n".join(texts))[:_LONGEST_TEXT], "Organograph", height=160, width=420)
        sheet[coordinate].comment = comment


def _fill_of(level: str) -> PatternFill:
    return PatternFill("solid", start_color=_FILLS[level])


def _sheet_name(file: str, taken: Sequence[str]) -> str:
    """A name that a spreadsheet takes: the table's, with its edition, no longer than allowed and not taken."""
    parts = re.sub(r"[\[\]:*?\\]", "-", file.removesuffix(".csv")).split("/")
    name = " ".join(parts[-2:] if "editions" in parts[:-1] else parts[-1:])
    number, chosen = 1, name[:_LONGEST_NAME]
    while chosen.lower() in {each.lower() for each in taken}:
        number += 1
        chosen = f"{name[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    return chosen
