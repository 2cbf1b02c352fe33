"""How the cells of each kind of column are written, and the cure where one is written otherwise."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping

from organograph.columns import LISTS, Column
from organograph.names import is_address

NUMBER = re.compile(r"-?[0-9]{1,9}")
SPAN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*):([0-9]{1,9})-([0-9]{1,9})")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_THING = re.compile(r"(?:organization|unit|post|body):[a-z0-9]+(?:-[a-z0-9]+)*")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
_HASH = re.compile(r"[0-9a-f]{64}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ufffe\uffff]")


def badly_written(column: Column, value: str) -> str | None:
    """The cure for a badly written value, or None where it is well written."""
    if column.kind == "choice":
        return None if value in column.choices else f"Use one of: {', '.join(column.choices)}."
    if column.kind not in _WRITTEN:
        return None
    _, fits, cure = _WRITTEN[column.kind]
    values = [part.strip() for part in value.split(";") if part.strip()] if column.kind in LISTS else [value]
    return None if values and all(map(fits, values)) else cure


def article(column: Column) -> str:
    """What a column holds, in the words of a message."""
    if column.kind == "choice":
        return f"the column {column.name}"
    return _WRITTEN[column.kind][0] if column.kind in _WRITTEN else "this"


def is_month(text: str) -> bool:
    """Tell whether text is a year and a month, such as 2022-06."""
    return _MONTH.fullmatch(text) is not None


def is_printable(text: str) -> bool:
    """Tell whether text holds no line break and no control character, so that a cell may hold it."""
    return _UNPRINTABLE.search(text) is None


def is_date(text: str) -> bool:
    """Tell whether text is a year, a month or a day that exists."""
    if not _DATE.fullmatch(text) or text.startswith("0000"):
        return False
    try:
        datetime.date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


_WRITTEN: Mapping[str, tuple[str, Callable[[str], object], str]] = {
    "slug": ("a slug", _SLUG.fullmatch, "Use small letters a to z, digits and single hyphens, such as legal-affairs."),
    "slugs": ("a list of slugs", _SLUG.fullmatch, "Use slugs such as legal-affairs, separated by '; '."),
    "thing": ("a reference to a thing", _THING.fullmatch, "Write unit:SLUG, post:SLUG, body:SLUG or organization:SLUG."),
    "things": ("a list of things", _THING.fullmatch, "Write unit:SLUG, post:SLUG or body:SLUG, separated by '; '."),
    "words": ("a list of names", bool, "Write names separated by '; ', or leave the cell empty."),
    "number": ("a whole number", NUMBER.fullmatch, "Use digits only."),
    "month": ("a month", is_month, "Write year and month as YYYY-MM, such as 2022-06; in a spreadsheet format the column as text first."),
    "date": ("a date", is_date, "Write YYYY, YYYY-MM or YYYY-MM-DD, a day that exists; in a spreadsheet format the column as text first."),
    "hash": ("a SHA-256", _HASH.fullmatch, "Give its 64 hexadecimal digits in small letters."),
    "address": ("an address", is_address, "Give an address that begins with https:// and holds no space."),
    "addresses": ("a list of addresses", is_address, "Give addresses that begin with https://, separated by '; '."),
    "spans": ("a list of spans", SPAN.fullmatch, "Write SLUG:START-END for each document, such as chart-2024:10-25, separated by '; '."),
}
"""By the kind of a column: its name in messages, whether a value (of a list each) is well written, and the cure where it is not."""
