"""Workbooks (Office Open XML, ECMA-376): a sheet for each table, every cell text, and what a spreadsheet saved read back."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError, InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from organograph.errors import DatasetUnreadable
from organograph.tabular.columns import Table
from organograph.tabular.retyped import CODED, Cell
from organograph.tabular.tables import Row

LONGEST_NAME = 31
_LONGEST_CELL = 32_767
LARGEST = 500_000_000
_TEXT = "@"
_LAST_ROW = 1_048_576
_BROKEN = (
    zipfile.BadZipFile, InvalidFileException, ParseError, zlib.error,
    KeyError, ValueError, TypeError, AttributeError, IndexError, EOFError, OSError, NotImplementedError,
)  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet to be written: its table and its rows."""

    table: Table
    rows: Sequence[Row]


def write_workbook(sheets: Mapping[str, Sheet]) -> bytes:
    """Write a workbook, a sheet for each table by its name.

    Raises:
        DatasetUnreadable: a cell is longer than a spreadsheet takes, or holds what it cannot.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, sheet in sheets.items():
        try:
            _fill(book.create_sheet(name), sheet)
        except IllegalCharacterError as error:
            raise DatasetUnreadable(f"The table {name} holds a character that no spreadsheet takes.", "Remove it.") from error
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.table.columns, 1):
        letter, texts = get_column_letter(number), [row[column.name] for row in sheet.rows]
        _put(page, 1, number, column.name)
        head = page.cell(1, number)
        head.font = Font(bold=True)
        choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
        head.comment = Comment(f"{column.holds}.{choices}{' Must be filled.' if column.needed else ''}", "Organograph")
        page.column_dimensions[letter].number_format = _TEXT
        page.column_dimensions[letter].width = min(60, max(map(len, [column.name, *texts]))) + 2
        if column.choices:
            rule = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=not column.needed, showErrorMessage=True)
            rule.error = f"Use one of: {', '.join(column.choices)}."
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
            page.add_data_validation(rule)
        for line, text in enumerate(texts, 2):
            _put(page, line, number, text)


def _put(page: Worksheet, line: int, number: int, text: str) -> None:
    """Write text as text, whatever sign it begins with."""
    if len(text) > _LONGEST_CELL:
        wrong = f"The table {page.title}, row {line} holds a cell of {len(text)} characters, and a spreadsheet takes {_LONGEST_CELL}."
        raise DatasetUnreadable(wrong, "Shorten it.")
    if CODED.search(text):
        wrong = f"The table {page.title}, row {line} holds {CODED.findall(text)[0]!r}, by which workbooks mean another sign."
        raise DatasetUnreadable(wrong, "Reword that text.")
    cell = page.cell(line, number)
    cell.number_format = _TEXT
    if text:
        cell.value = text
        cell.data_type = "s"  # openpyxl takes = for a formula and #N/A for an error


def read_workbook(data: bytes, shown: str) -> dict[str, list[list[Cell]]]:
    """Read the cells of every sheet, row by row.

    Args:
        data: the file.
        shown: its name in messages.

    Raises:
        DatasetUnreadable: it is no workbook, or unpacks to more than 500 MB.
    """
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as packed:
            warnings.simplefilter("ignore")  # of styles and extensions that tables do not need
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise DatasetUnreadable(f"{shown} unpacks to more than {LARGEST} bytes.", "Export the tables anew and edit those.")
            book = load_workbook(io.BytesIO(data), read_only=True)
            return {page.title: _trimmed(page.iter_rows()) for page in book.worksheets}
    except _BROKEN as error:
        cure = "Save it as an Excel workbook (.xlsx) without a password."
        raise DatasetUnreadable(f"{shown} is no workbook that can be read.", cure) from error


def _trimmed(lines: Iterable[Iterable[object]]) -> list[list[Cell]]:
    """The cells without the empty ones at the ends of rows and the empty rows at the end."""
    rows: list[list[Cell]] = []
    for line in lines:
        cells = [Cell(getattr(c, "value", None), getattr(c, "number_format", "General"), getattr(c, "data_type", "s")) for c in line]
        while cells and cells[-1].value in (None, ""):
            cells.pop()
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows
