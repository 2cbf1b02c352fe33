"""Which profile a request asks for, as pure functions (W3C, Content Negotiation by Profile, "Functional Profiles")."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from organograph_server.content.negotiate import weight_of

# Commas within angle brackets belong to the IRI; each sign is read once.
_ITEM = re.compile(r"(?:[^,<]|<[^<>]*>?)+")
_PARTS = re.compile(r"\s*(<[^<>]*>|[^\s;<>]+)\s*(?:;\s*q\s*=\s*([0-9.]+)\s*)?", re.IGNORECASE | re.ASCII)

Names = Mapping[str, Collection[str]]
"""What each profile is called by: its token with its IRI, and the IRIs of what it is a profile of."""


def in_field(field: str, names: Names) -> list[str]:
    """The profiles that an Accept-Profile field accepts, best first.

    `*` is any other. Of equal weights those named come first, in the order of the field. What cannot be read, and what is
    unknown, asks for nothing; so an empty list means that the default may be given.

    Args:
        field: its value, `<IRI>;q=0.8, token, *`.
        names: of the profiles that are offered, best first.
    """
    weights: dict[str, float] = {}
    rest = 0.0
    for found in filter(None, map(_PARTS.fullmatch, _ITEM.findall(field))):
        written, weight = found[1], weight_of(found[2] or "1")
        if weight is None:
            continue
        if written == "*":
            rest = weight
        elif (token := called(written, names)) is not None:
            weights.setdefault(token, weight)
    others = {token: rest for token in names if token not in weights}
    rated = sorted((weights | others).items(), key=lambda entry: -entry[1])
    return [token for token, weight in rated if weight > 0]


def in_parameter(value: str, names: Names) -> str | None:
    """The first profile of a list in `_profile` that is offered; None where none is.

    Args:
        value: tokens and IRIs separated by commas, the best first; IRIs stand in angle brackets, alone also without.
        names: of the profiles that are offered.
    """
    if (whole := called(value, names)) is not None:
        return whole
    found = (called(written, names) for written in _ITEM.findall(value))
    return next((token for token in found if token is not None), None)


def called(written: str, names: Names) -> str | None:
    """The profile that a token or an IRI names, the latter with or without angle brackets."""
    text = written.strip()
    plain = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    return next((token for token, known in names.items() if plain.lower() == token or plain in known), None)


def in_media_type(profiles: Sequence[str], names: Names) -> str | None:
    """The first profile that the parameter `profile` of the media type chosen names (RFC 6906, section 3.1)."""
    found = (called(written, names) for listed in profiles for written in listed.split())
    return next((token for token in found if token is not None), None)
