"""Negotiation by an Accept field, written in the maps of nginx, which have regular expressions and no arithmetic.

For each media type a map finds the range that names it most exactly, and its weight as written. A second writes the weight times the
server's quality as a number of three digits with the exactness behind it, such as 090e3. All these stand in one text, in the order of
the offers; of it, regular expressions from 100e3 downwards take the first that is there. So the answer is that of
`organograph_server.content.negotiate`, but that weights count in hundredths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_Q = r"(?:;\s*q\s*=\s*([0-9.]+)\s*)?(?:,|$)"


class Ranking:
    """The media types of all offers, each rated by maps of its own."""

    def __init__(self) -> None:
        self._rated: dict[tuple[str, float], int] = {}

    def choice(self, name: str, offers: Sequence[tuple[str, float]]) -> Iterator[str]:
        """The map that chooses among offers.

        Args:
            name: of the variable, which will hold the place of the offer from 0, or 406 where none is accepted.
            offers: media type and quality of each, best first.
        """
        places = [self._rated.setdefault(offer, len(self._rated)) for offer in offers]
        text = "".join(f" $og_rate_{rated}:{place}" for place, rated in enumerate(places))
        yield f'map "{text}" ${name} {{'
        yield "    default 406;"
        for weight in range(100, -1, -1):
            ways = "|".join(rf"^.*? {weight:03}e{exactness}:(\d+)" for exactness in (3, 2, 1, 0))
            yield f'    "~(?|{ways})" $1;'
        yield "}"

    def rates(self) -> Iterator[str]:
        """The maps that rate each media type."""
        for (media_type, quality), rated in self._rated.items():
            yield from _asked(media_type, rated)
            yield from _weighed(quality, rated)


def _asked(media_type: str, rated: int) -> Iterator[str]:
    """How exactly a media type is asked for, and with what weight: `3:0.9`; nothing where it is not."""
    exact, half = re.escape(media_type), re.escape(media_type.partition("/")[0])
    yield f"map $http_accept $og_asked_{rated} {{"
    yield '    default "";'
    yield '    "" "0:";'  # of what is empty, nginx asks no regular expression
    yield r'    "~^\s+$" "0:";'
    yield rf'    "~*(?:^|,)\s*{exact}\s*{_Q}" "3:$1";'
    yield rf'    "~*(?:^|,)\s*{exact}\s*;(?:[^,]*;)?\s*q\s*=\s*([0-9.]+)\s*(?:[;,]|$)" "2:$1";'
    yield rf'    "~*(?:^|,)\s*{exact}\s*;[^,]*(?:,|$)" "2:";'
    yield rf'    "~*(?:^|,)\s*{half}/\*\s*{_Q}" "1:$1";'
    yield rf'    "~*(?:^|,)\s*\*(?:/\*)?\s*{_Q}" "0:$1";'
    yield "}"


def _weighed(quality: float, rated: int) -> Iterator[str]:
    """The weight as a number that can be compared as text: `090e3`; nothing where it is nought or no weight."""
    yield f"map $og_asked_{rated} $og_rate_{rated} {{"
    yield '    default "";'
    yield rf'    "~^(\d):(?:1(?:\.0*)?)?$" "{round(100 * quality):03}e$1";'
    yield r'    "~^\d:0?(?:\.0*)?$" "";'
    if quality == 1:
        yield r'    "~^(\d):0?\.(\d)$" "0$20e$1";'
        yield r'    "~^(\d):0?\.(\d\d)\d*$" "0$2e$1";'
    else:
        for weight in range(100):
            # What is written as 0.9 and as 0.90 is the same; of more digits the first two count.
            short = rf"{weight // 10}|" if weight % 10 == 0 else ""
            yield rf'    "~^(\d):0?\.(?:{short}{weight:02}\d*)$" "{round(weight * quality):03}e$1";'
    yield "}"
