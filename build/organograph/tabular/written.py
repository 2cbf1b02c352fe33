"""How the cells of each kind of column are written."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping

from organograph.names import is_address
from organograph.tabular.columns import LISTS, Column

NUMBER = re.compile(r"-?[0-9]{1,9}")
SPAN = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*):([0-9]{1,9})-([0-9]{1,9})")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_THING = re.compile(r"(?:organization|unit|post|body):[a-z0-9]+(?:-[a-z0-9]+)*")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_DATE = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
_HASH = re.compile(r"[0-9a-f]{64}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ufffe\uffff]")


def is_well_written(column: Column, value: str) -> bool:
    """Tell whether a value is written as its column wants it; of a list, whether it has one and each is."""
    if column.kind == "choice":
        return value in column.choices
    fits = _WRITTEN.get(column.kind, bool)
    values = [part.strip() for part in value.split(";") if part.strip()] if column.kind in LISTS else [value]
    return bool(values) and all(map(fits, values))


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


_WRITTEN: Mapping[str, Callable[[str], object]] = {
    "slug": _SLUG.fullmatch,
    "slugs": _SLUG.fullmatch,
    "thing": _THING.fullmatch,
    "things": _THING.fullmatch,
    "number": NUMBER.fullmatch,
    "month": is_month,
    "date": is_date,
    "hash": _HASH.fullmatch,
    "address": is_address,
    "addresses": is_address,
    "spans": SPAN.fullmatch,
}
"""By the kind of a column, whether a value (of a list each) is well written; any other takes whatever is not empty."""
