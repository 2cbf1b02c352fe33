"""The words of all names: how telling each is, and which of them a word that was asked for can mean."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import accumulate, pairwise
from math import log

from organograph_server.matching.likeness import edits_allowed, likeness
from organograph_server.matching.texts import Texts
from organograph_server.matching.words import STOP_WORDS, singular

# How many words a word that is not whole may mean.
_MOST_READINGS = 40
_OF_STOP_WORDS = 0.15
UNKNOWN = 0
"""The number of what is no word of a name; the words have the numbers after it, in their order."""


class Vocabulary:
    """Words with the names that have them.

    Args:
        names: the words of each name; a name is called by its place.
    """

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        numbers: dict[str, int] = {}
        said, self._begins = array("I"), array("Q", [0])
        for found in names:
            said.extend([numbers.setdefault(word, len(numbers) + 1) for word in found])
            said.append(UNKNOWN)
            self._begins.append(len(said))
        self._amount = len(self._begins) - 1
        self._words = Texts(sorted(numbers))
        order = array("I", bytes(4 * (len(numbers) + 1)))
        for number, word in enumerate(self._words, 1):
            order[numbers[word]] = number
        # The words of all names one after the other, and nought after each name.
        self._written = array("I", map(order.__getitem__, said)).tobytes()
        self._said = memoryview(self._written).cast("I")
        self._first, self._having = self._places()
        self._stop = frozenset(number for word in STOP_WORDS if (number := self._number(word)))
        amounts = (end - begin for begin, end in pairwise(self._first))
        self._weights = array("d", (log(1 + (self._amount + 1) / (amount or 1)) for amount in amounts))
        for number in self._stop:
            self._weights[number] = _OF_STOP_WORDS
        self._pairs: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, word in enumerate(self._words, 1):
            for pair in set(_pairs(word)):
                self._pairs[pair].append(number)
        self.readings = lru_cache(maxsize=2_000)(self._readings)
        self.number = lru_cache(maxsize=2_000)(self._number)
        """The number of a word; UNKNOWN for one that no name has."""

    def _number(self, word: str) -> int:
        place = bisect_left(self._words, word)
        return place + 1 if place < len(self._words) and self._words[place] == word else UNKNOWN

    def of_name(self, place: int) -> list[int]:
        """The words of a name, by their numbers."""
        return self._said[self._begins[place] : self._begins[place + 1] - 1].tolist()

    def length(self, place: int) -> int:
        """How many words a name has."""
        return self._begins[place + 1] - self._begins[place] - 1

    def having(self, number: int) -> array[int]:
        """The names that have a word."""
        return self._having[self._first[number] : self._first[number + 1]]

    def initials(self) -> Iterator[str]:
        """The first letters of the telling words of each name."""
        letters = ["", *("" if word in STOP_WORDS else word[0] for word in self._words)]
        return ("".join([letters[number] for number in self.of_name(place)]) for place in range(self._amount))

    def is_telling(self, number: int) -> bool:
        """Whether a word tells something of a name."""
        return number not in self._stop

    def weight(self, number: int) -> float:
        """How telling a word is: the rarer, the more; one that no name has counts as the rarest."""
        return self._weights[number]

    def weight_of(self, word: str) -> float:
        """How telling a word is that names may have or not."""
        return _OF_STOP_WORDS if word in STOP_WORDS else self.weight(self.number(word))

    def divided(self, word: str) -> tuple[str, str] | None:
        """Two telling words that a name has one after the other and that are written as one here; those of the last such name."""
        found, last = None, -1
        for at in range(1, len(word)):
            one, other = self.number(word[:at]), self.number(word[at:])
            if one and other and self._stop.isdisjoint((one, other)) and (place := self._last(one, other)) > last:
                found, last = (word[:at], word[at:]), place
        return found

    def _last(self, one: int, other: int) -> int:
        """Where one word comes right before another for the last time, in bytes; -1 for nowhere."""
        sought, size = array("I", [one, other]).tobytes(), self._said.itemsize
        at = self._written.rfind(sought)
        while at % size and at >= 0:
            at = self._written.rfind(sought, 0, at + len(sought) - 1)
        return at

    def _places(self) -> tuple[array[int], array[int]]:
        """Where the names of each word begin in one list, and that list."""
        counts = Counter(number for place in range(self._amount) for number in set(self.of_name(place)))
        first = array("Q", accumulate((counts[number] for number in range(len(self._words) + 1)), initial=0))
        having, ends = array("I", bytes(4 * first[-1])), first[:]
        for place in range(self._amount):
            for number in set(self.of_name(place)):
                having[ends[number]] = place
                ends[number] += 1
        return first, having

    def _readings(self, written: str, is_begun: bool) -> Mapping[int, float]:
        """The words that a word can mean, each with how surely, from 0 to 1; a word that names have means itself.

        Args:
            written: the word as it is written.
            is_begun: whether there may be more of it to come.
        """
        asked = singular(written)
        is_known = self.number(asked) != UNKNOWN
        found = {asked: 1.0} if is_known else {}
        for form in () if found else {asked, written}:
            found |= {word: max(found.get(word, 0.0), likeness(form, word)) for word in self._misspelt(form)}
        if is_begun or (not found and len(asked) > 1) or (not is_known and len(asked) > 2):
            found |= {word: max(found.get(word, 0.0), sure) for word in self._begun(asked) if (sure := likeness(asked, word)) > 0}
        best = nsmallest(_MOST_READINGS, (word for word in found if found[word] > 0), key=lambda word: (-found[word], word))
        return {self.number(word): found[word] for word in best}

    def _begun(self, asked: str) -> Sequence[str]:
        start = bisect_left(self._words, asked)
        beyond = bisect_left(self._words, asked + "\U0010ffff", start)
        return [self._words[place] for place in range(start, min(beyond, start + 20 * _MOST_READINGS))]

    def _misspelt(self, asked: str) -> Iterable[str]:
        """Words with enough pairs of letters in common: a slip breaks two pairs, an exchange three."""
        allowed = edits_allowed(asked)
        if not allowed:
            return ()
        shared = Counter(number for pair in set(_pairs(asked)) for number in self._pairs.get(pair, ()))
        least = max(1, len(set(_pairs(asked))) - 3 * allowed)
        near = (self._words[number - 1] for number, count in shared.items() if count >= least)
        return [word for word in near if abs(len(word) - len(asked)) <= allowed]


def _pairs(word: str) -> Iterable[str]:
    return (one + other for one, other in pairwise(f"^{word}$"))
