"""What names are called for short: the first letters of their words, and whatever stands within these."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

SHORTEST = 2
# But for that of a whole name.
_LONGEST = 6


class ShortForms:
    """The initials of names, those that many names have once.

    Args:
        initials: of each name, by its place.
    """

    def __init__(self, initials: Iterable[str]) -> None:
        numbers: dict[str, int] = {}
        self._number = array("I", (numbers.setdefault(letters, len(numbers)) for letters in initials))
        self._initials = list(numbers)
        self._text = "\n".join(["", *self._initials, ""])
        self._begins = array("I")
        begin = 1
        for letters in self._initials:
            self._begins.append(begin)
            begin += len(letters) + 1
        self._places: Sequence[array[int]] = [array("I") for _ in self._initials]
        for place, number in enumerate(self._number):
            self._places[number].append(place)

    def __getitem__(self, place: int) -> str:
        return self._initials[self._number[place]]

    def having(self, acronym: str) -> Sequence[int]:
        """The places of the names that an acronym may mean."""
        found = array("I")
        for number in dict.fromkeys(self._having(acronym) if len(acronym) >= SHORTEST else ()):
            found += self._places[number]
        return found

    def _having(self, acronym: str) -> Iterator[int]:
        if len(acronym) > _LONGEST:
            acronym = f"\n{acronym}\n"
        for found in re.finditer(re.escape(acronym), self._text):
            yield bisect_right(self._begins, found.end() - 1 - (acronym[-1] == "\n")) - 1
