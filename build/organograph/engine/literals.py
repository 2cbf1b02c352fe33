"""Literals as they are written: whether their form is that of their datatype, and which of two is less (XML Schema 1.1 part 2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import partial
from math import isnan
from typing import Any

from pyoxigraph import Literal

from organograph.engine.terms import XSD, Term

_INTEGERS: Mapping[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 255),
}
_ZONE = r"(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_FORMS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form)
    for name, form in {
        "boolean": r"true|false|0|1",
        "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
        "double": r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|INF)|NaN",
        "gYear": rf"(-?(?:[1-9][0-9]{{3,}}|0[0-9]{{3}})){_ZONE}",
        "gYearMonth": rf"(-?(?:[1-9][0-9]{{3,}}|0[0-9]{{3}}))-(0[1-9]|1[0-2]){_ZONE}",
        "gMonth": rf"--(?:0[1-9]|1[0-2]){_ZONE}",
        "gDay": rf"---(?:0[1-9]|[12]\d|3[01]){_ZONE}",
        "gMonthDay": rf"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]){_ZONE}",
        "duration": r"(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?",
        "hexBinary": r"(?:[0-9a-fA-F]{2})*",
        "base64Binary": r"(?:[A-Za-z0-9+/] ?){0,}(?:= ?=?)?",
        "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    }.items()
}
_FORMS = {**_FORMS, "float": _FORMS["double"], "dayTimeDuration": _FORMS["duration"], "yearMonthDuration": _FORMS["duration"]}
_AT_ZONE = re.compile(rf"{_ZONE}$")
_AFTER = len(XSD)
_WHOLE = re.compile(r"[+-]?[0-9]+")
_WHEN = re.compile(rf"(?:-?\d{{4,}}-\d\d-\d\d)?(?:T?\d\d:\d\d:\d\d(?:\.\d+)?)?{_ZONE}")

Key = tuple[str, Any]
"""What a literal is compared by: a kind, within which values have an order, and the value."""


def well_formed(literal: Literal) -> bool:
    """Whether a literal's form is one of its datatype; of a datatype that is not known here any form is."""
    kind = _xsd(literal)
    if kind in _INTEGERS:
        return _integer(kind, literal.value) is not None
    if kind in _FORMS or kind in ("date", "dateTime", "time"):
        return _parsed(kind, literal.value) is not None
    return True


def key(term: Term) -> Key | None:
    """What a literal is compared by, or None where SPARQL's < knows no order for it."""
    if not isinstance(term, Literal) or term.language:
        return None
    kind = _xsd(term)
    if kind in _INTEGERS:  # most of what is compared
        number = _integer(kind, term.value)
        return None if number is None else ("number", number)
    if kind == "string":
        return "string", term.value
    value = _parsed(kind, term.value)
    if value is None:
        return None
    if kind in ("decimal", "double", "float"):
        return None if isinstance(value, float) and isnan(value) else ("number", value)
    return kind, value


def less(left: Key | None, right: Key | None, or_equal: bool = False) -> bool:
    """Whether one literal is less than another; False where the two have no order."""
    if left is None or right is None or left[0] != right[0]:
        return False
    try:
        return bool(left[1] <= right[1] if or_equal else left[1] < right[1])
    except TypeError:  # with a time zone and without one
        return False


def _xsd(literal: Literal) -> str:
    name = literal.datatype.value
    return name[_AFTER:] if name.startswith(XSD) else ""


def _parsed(kind: str, text: str) -> Any:
    """The value of a form of a datatype but whole numbers, or None where it has no such form."""
    if kind in _FORMS:
        match = _FORMS[kind].fullmatch(text)
        return None if match is None else _VALUES.get(kind, _itself)(match)
    read: Callable[[str], Any] | None = _TIMES.get(kind)
    if read is None or not _WHEN.fullmatch(text):
        return None
    try:
        return read(text)
    except ValueError:
        return None


def _integer(kind: str, text: str) -> int | None:
    if not (text.isascii() and text.isdigit()) and not _WHOLE.fullmatch(text):
        return None
    least, most = _INTEGERS[kind]
    number = int(text) if len(text) < 4000 else int(Decimal(text))
    return number if (least is None or least <= number) and (most is None or number <= most) else None


def _itself(match: re.Match[str]) -> str:
    return match[0]


def _decimal(match: re.Match[str]) -> Decimal | None:
    try:
        return Decimal(match[0])
    except InvalidOperation:
        return None


def _double(match: re.Match[str]) -> float:
    return float(match[0])


def _months(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in match.groups()[:-1])


def _duration(match: re.Match[str], kind: str) -> Any:
    """Months or seconds, where only such are named; else the form itself, which has no order."""
    sign = -1 if match[1] else 1
    years, months, days, hours, minutes, seconds = (Decimal(part or 0) for part in match.groups()[1:])
    if kind == "yearMonthDuration":
        return sign * (years * 12 + months) if not any(match.groups()[3:]) else None
    if kind == "dayTimeDuration":
        return sign * (((days * 24 + hours) * 60 + minutes) * 60 + seconds) if not any(match.groups()[1:3]) else None
    return _Unordered(match[0])


class _Unordered(str):
    """A value that exists but is neither less nor more than another."""

    __slots__ = ()

    def __lt__(self, other: object) -> bool:
        return False

    def __le__(self, other: object) -> bool:
        return self == other


_VALUES: Mapping[str, Callable[[re.Match[str]], Any]] = {
    "boolean": lambda match: match[0] in ("true", "1"),
    "decimal": _decimal,
    "double": _double,
    "float": _double,
    "gYear": _months,
    "gYearMonth": _months,
    **{kind: partial(_duration, kind=kind) for kind in ("duration", "yearMonthDuration", "dayTimeDuration")},
}


_TIMES: Mapping[str, Callable[[str], Any]] = {
    "date": lambda text: date.fromisoformat(_AT_ZONE.sub("", text)),
    "time": time.fromisoformat,
    "dateTime": lambda text: datetime.fromisoformat(_midnight(text)),
}


def _midnight(text: str) -> str:
    """A moment with at most as many digits of a second as Python knows; T24:00:00 is not known to it."""
    if "T" not in text:
        raise ValueError(text)
    return re.sub(r"(\.\d{6})\d+", r"\1", text)
