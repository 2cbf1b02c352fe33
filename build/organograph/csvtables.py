"""Tables in CSV for spreadsheets and R (RFC 4180), none of whose cells a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

# By these signs, and by the same ones of full width, spreadsheets know what they are to work out, or to run.
_FORMULA = re.compile(r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


def csv_table(rows: Iterable[Iterable[object]]) -> bytes:
    """Write rows, of which the first is the head; before text that looks like a formula stands an apostrophe.

    Answers to queries are not written by this: they are exact (SPARQL 1.1 Query Results CSV and TSV Formats).
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([guarded(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode()


def guarded(cell: str) -> str:
    """A cell as a spreadsheet shows it as text."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
