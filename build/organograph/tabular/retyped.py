"""Reads back what spreadsheets make of text: numbers of digits, dates of months; what cannot be told is a fault."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from organograph.tabular.columns import Column

_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
CODED = re.compile(r"_x[0-9A-Fa-f]{4}_")
"""How a workbook writes a sign that it cannot hold (ECMA-376, part 1, section 22.9.2.19); as plain text it would not last."""


@dataclass(frozen=True)
class Cell:
    """A cell of a spreadsheet.

    Args:
        value: text, number, truth value, date or None.
        shown_as: its number format, such as `mmm-yy`.
        kind: what the file calls it: `f` for a formula, `e` for an error, else any.
    """

    value: object = None
    shown_as: str = "General"
    kind: str = "s"


class Lost(Exception):
    """What was typed into a cell can no longer be told.

    Args:
        key: of the sentences that say what became of it.
        values: what fills their blanks.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def text_of(cell: Cell, column: Column | None) -> str:
    """The text that was typed into a cell.

    Args:
        cell: what the spreadsheet saved.
        column: what its column holds; None for a header or a column that is not known.

    Raises:
        Lost: it cannot be told for sure.
    """
    value, kind = cell.value, column.kind if column else "text"
    if cell.kind == "f":
        raise Lost("sheet:lost-text/formula")
    if cell.kind == "e":
        raise Lost("sheet:lost-text/error", value=value)
    if value is None:
        return ""
    if isinstance(value, str):
        if CODED.search(value):
            raise Lost("sheet:lost-text/coded", sign=CODED.findall(value)[0])
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, kind)
    if isinstance(value, datetime.date):
        return _date(value, cell.shown_as, kind)
    raise Lost("sheet:lost-text/other", value=str(value))


def _number(value: float, kind: str) -> str:
    whole = abs(value) < 10**15 and value == int(value)
    if kind == "number":
        return str(int(value)) if whole else str(value)
    if kind == "date" and whole and 1000 <= value <= 9999:
        return str(int(value))
    raise Lost("sheet:lost-text/number", value=int(value) if whole else value)


def _date(value: datetime.date, shown_as: str, kind: str) -> str:
    """A month or a day, as far as the spreadsheet shows it; only columns of dates and of editions, which are months, hold any."""
    day = value.date() if isinstance(value, datetime.datetime) else value
    if isinstance(value, datetime.datetime) and value.time() != datetime.time():
        raise Lost("sheet:lost-text/moment", value=value)
    if kind in ("month", "slug") and day.day == 1:
        return day.isoformat()[:7]
    if kind == "date":
        pattern = _LITERAL.sub("", shown_as).lower()
        return day.isoformat()[: 10 if "d" in pattern or "y" not in pattern else 7 if "m" in pattern else 4]
    raise Lost("sheet:lost-text/day", value=day)
