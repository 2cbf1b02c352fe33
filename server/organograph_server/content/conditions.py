"""Conditional requests as one pure function (RFC 9110 section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_TAG = re.compile(r'\s*(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*)?(?:,|$)')
_DAY, _LONG_DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH, _TIME = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)", r"\d\d:\d\d:\d\d"
_FIXDATE = re.compile(rf"{_DAY}, \d\d {_MONTH} \d{{4}} {_TIME} GMT", re.ASCII | re.IGNORECASE)
_OBSOLETE = re.compile(rf"{_LONG_DAY}, \d\d-{_MONTH}-\d\d {_TIME} GMT|{_DAY} {_MONTH} [ \d]\d {_TIME} \d{{4}}", re.ASCII)


def evaluate(fields: Mapping[str, str], tag: str, modified: datetime | None, method: str = "GET") -> HTTPStatus:
    """What a request is answered with, in the order of RFC 9110 section 13.2.2.

    Args:
        fields: the request's fields.
        tag: the opaque tag, without quotes, of the representation that was chosen; it is strong.
        modified: when that representation last changed, in UTC; None where that is not known.
        method: of the request; only to GET and HEAD can be answered that nothing changed.

    Returns:
        OK, NOT_MODIFIED or PRECONDITION_FAILED.
    """
    if (wanted := fields.get("If-Match")) is not None:
        if not _names(wanted, tag, weakly=False):
            return HTTPStatus.PRECONDITION_FAILED
    elif (until := http_date(fields.get("If-Unmodified-Since", ""))) is not None and modified is not None and modified > until:
        return HTTPStatus.PRECONDITION_FAILED
    reads = method in ("GET", "HEAD")
    if (known := fields.get("If-None-Match")) is not None:
        named = HTTPStatus.NOT_MODIFIED if reads else HTTPStatus.PRECONDITION_FAILED
        return named if _names(known, tag, weakly=True) else HTTPStatus.OK
    since = http_date(fields.get("If-Modified-Since", ""))
    fresh = reads and since is not None and modified is not None and modified <= since
    return HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK


def http_date(text: str) -> datetime | None:
    """Read a date in one of the three forms of RFC 9110 section 5.6.7; None for anything else."""
    return _read(text.strip()) if _OBSOLETE.fullmatch(text.strip()) else fixdate(text)


def fixdate(text: str) -> datetime | None:
    """Read a date in the form that Accept-Datetime has (RFC 7089 section 2.1.1); None for anything else.

    The day of the week must be one, but need not be right; the day of the month must exist.
    """
    return _read(text.strip()) if _FIXDATE.fullmatch(text.strip()) else None


def _read(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _names(field: str, tag: str, weakly: bool) -> bool:
    """Whether a list of entity tags names one; a list that cannot be read names none from there on."""
    if field.strip() == "*":
        return True
    place = 0
    while place < len(field) and (found := _TAG.match(field, place)):
        if found[2] == tag and (weakly or not found[1]):
            return True
        place = found.end()
    return False
