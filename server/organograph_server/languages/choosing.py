"""The choice of a language by an Accept-Language field (RFC 9110 section 12.5.4), by the lookup of RFC 4647 section 3.4."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from organograph_server.content.negotiate import weight_of

_RANGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*", re.ASCII)
_WEIGHT = re.compile(r"\s*[qQ]\s*=\s*([0-9.]+)\s*", re.ASCII)
# More ranges than this nobody reads.
_MOST = 100


def language_for(tag: str, offers: Sequence[str]) -> str | None:
    """The language that a tag or a range means: the longest beginning of it that is offered (RFC 4647 section 3.4).

    Args:
        tag: such as `fr-CA`.
        offers: the languages that there are, in lower case.
    """
    parts = tag.lower().split("-")
    while parts and "-".join(parts) not in offers:
        parts.pop()
        # What announces an extension goes with it.
        while parts and len(parts[-1]) == 1:
            parts.pop()
    return "-".join(parts) or None


@lru_cache(maxsize=1024)
def choose_language(accept: str | None, offers: tuple[str, ...], default: str) -> str:
    """The language that an Accept-Language field likes best; where it likes none that is offered, the default.

    The weight of a language is that of the range that leads to it, or else that of `*`. Of equal weights that which is named
    first wins, since browsers write in order of preference; a range that cannot be read asks for nothing.

    Args:
        accept: the field, None or blank for any language.
        offers: the languages that there are, in lower case.
        default: one of them.
    """
    weights = _weights(accept or "", offers)
    rest = weights.get("*", (0.0, _MOST))
    order = [default, *(offer for offer in offers if offer != default)]
    rated = [(*weights.get(offer, rest), place, offer) for place, offer in enumerate(order)]
    weight, _, _, best = min((-weight, at, place, offer) for weight, at, place, offer in rated)
    return best if weight < 0 else default


def _weights(accept: str, offers: Sequence[str]) -> Mapping[str, tuple[float, int]]:
    """For each offer that a range leads to, and for `*`: the weight, and the place in the field."""
    found: dict[str, tuple[float, int]] = {}
    exact: set[str] = set()
    for place, (name, weight) in enumerate(_ranges(accept)):
        offer = "*" if name == "*" else language_for(name, offers)
        if offer is None or (offer in exact and name != offer):
            continue
        # What is named exactly counts; of ranges that only lead there, that which is liked best.
        if (name == offer and offer not in exact) or weight > found.get(offer, (-1.0, 0))[0]:
            found[offer] = (weight, place)
        if name == offer:
            exact.add(offer)
    return found


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for item in accept.split(",")[:_MOST]:
        name, mark, rest = item.partition(";")
        told = _WEIGHT.fullmatch(rest) if mark else None
        weight = weight_of(told[1]) if told else None if mark else 1.0
        if weight is not None and _RANGE.fullmatch(name.strip()):
            yield name.strip().lower(), weight
