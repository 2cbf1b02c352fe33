"""Content negotiation as one pure function (RFC 9110 sections 12.4 and 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_ITEM = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+', re.DOTALL)
_RANGE = re.compile(rf"\s*({_WORD})(?:/({_WORD}))?\s*", re.ASCII)
_PARAMETER = re.compile(rf';\s*(?:({_WORD})\s*=\s*({_WORD}|"(?:[^"\\]|\\.)*"))?\s*', re.ASCII)
_WEIGHT = re.compile(r"(?:0?\.[0-9]+|[01](?:\.[0-9]*)?)", re.ASCII)


class Range(NamedTuple):
    """A media range of an Accept field: its type, how exactly it names one, its weight, and its parameter `profile`."""

    type: str
    subtype: str
    exactness: int
    weight: float
    profile: str = ""


_SAME: Mapping[str, float] = {}


def negotiate(accept: str | None, offers: Sequence[str], qualities: Mapping[str, float] = _SAME) -> str | None:
    """Choose the offer that an Accept field likes best.

    The weight of an offer is that of the range that names it most exactly, times its quality. Of equal weights the more
    exactly named offer wins, of these the one that the server offers first. Parameters (charset, profile) do not keep a range from
    naming an offer, but one without them names it more exactly. A range that cannot be read asks for nothing.

    Args:
        accept: the field's value, several fields joined by commas; None or blank for "anything".
        offers: media types without parameters, in lower case, best first.
        qualities: of offers that the server itself holds for less than whole, from 0 to 1 (RFC 2295 section 5.3).

    Returns:
        One of the offers, or None where none is acceptable.
    """
    if accept is None or not accept.strip():
        return offers[0] if offers else None
    ranges = list(_ranges(accept))
    rated = [(_rating(ranges, offer, qualities.get(offer, 1.0)), -place, offer) for place, offer in enumerate(offers)]
    (weight, _), _, best = max(rated, default=((0.0, 0), 0, None))
    return best if weight > 0 else None


def profiles_of(accept: str | None, media_type: str) -> list[str]:
    """What the ranges that name a media type say in their parameter `profile`, best first.

    Only what weighs at least as much as the type without the parameter is listed.

    Args:
        accept: the field's value; None where there is none.
        media_type: what was chosen by it, in lower case.
    """
    type_, _, subtype = media_type.partition("/")
    naming = [found for found in _ranges(accept or "") if (found.type, found.subtype) == (type_, subtype)]
    plain = max((found.weight for found in naming if not found.profile), default=0.0)
    fitting = [found for found in naming if found.profile and found.weight >= plain and found.weight > 0]
    return [found.profile for found in sorted(fitting, key=lambda found: -found.weight)]


def _rating(ranges: Sequence[Range], offer: str, quality: float) -> tuple[float, int]:
    type_, _, subtype = offer.partition("/")
    fits = [(found.exactness, found.weight) for found in ranges if found.type in ("*", type_) and found.subtype in ("*", subtype)]
    exactness, weight = max(fits, default=(0, 0.0))
    return (weight * quality, exactness)


def _ranges(accept: str) -> Iterator[Range]:
    for item in _ITEM.findall(accept):
        found = _RANGE.match(item)
        if found and (parameters := _parameters(item[found.end() :])) is not None:
            type_, subtype = found[1].lower(), (found[2] or "*").lower()
            weight = weight_of(parameters.pop("q", "1"))
            # `*` alone is how older Java writes `*/*`; any other half type, and `*/x`, is no range.
            if weight is not None and (found[2] or type_ == "*") and (type_ != "*" or subtype == "*"):
                profile = parameters.get("profile", "").removeprefix('"').removesuffix('"')
                yield Range(type_, subtype, _exactness(type_, subtype, bool(parameters)), weight, profile)


def _exactness(type_: str, subtype: str, parameters: bool) -> int:
    if subtype == "*":
        return 0 if type_ == "*" else 1
    return 2 if parameters else 3


def _parameters(text: str) -> dict[str, str] | None:
    """The parameters after a range, names in lower case; None where they cannot be read."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _PARAMETER.match(text, place)
        if match is None:
            return None
        if match[1]:
            found.setdefault(match[1].lower(), match[2])
        place = match.end()
    return found


def weight_of(text: str) -> float | None:
    """The weight that `q` gives (RFC 9110 section 12.4.2); None where it is none."""
    return float(text) if _WEIGHT.fullmatch(text) and float(text) <= 1 else None
