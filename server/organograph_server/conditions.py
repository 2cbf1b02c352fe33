"""Conditional requests as one pure function (RFC 9110 section 13)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

_TAG = re.compile(r'\s*(?:(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*)?(?:,|$)')
_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT",
    re.ASCII | re.IGNORECASE,
)


def evaluate(fields: Mapping[str, str], tag: str, modified: datetime | None) -> HTTPStatus:
    """What a GET or HEAD is answered with, in the order of RFC 9110 section 13.2.2.

    Args:
        fields: the request's fields.
        tag: the opaque tag, without quotes, of the representation that was chosen; it is strong.
        modified: when that representation last changed, in UTC; None where that is not known.

    Returns:
        OK, NOT_MODIFIED or PRECONDITION_FAILED.
    """
    if (wanted := fields.get("If-Match")) is not None:
        if not _names(wanted, tag, weakly=False):
            return HTTPStatus.PRECONDITION_FAILED
    elif (until := http_date(fields.get("If-Unmodified-Since", ""))) is not None and modified is not None and modified > until:
        return HTTPStatus.PRECONDITION_FAILED
    if (known := fields.get("If-None-Match")) is not None:
        return HTTPStatus.NOT_MODIFIED if _names(known, tag, weakly=True) else HTTPStatus.OK
    since = http_date(fields.get("If-Modified-Since", ""))
    fresh = since is not None and modified is not None and modified <= since
    return HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK


def http_date(text: str) -> datetime | None:
    """Read a date in the one form that is still sent (IMF-fixdate, RFC 9110 section 5.6.7); None for anything else.

    The day of the week must be one, but need not be right; the day of the month must exist.
    """
    if not _DATE.fullmatch(text.strip()):
        return None
    try:
        return parsedate_to_datetime(text.strip()).replace(tzinfo=UTC)
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
