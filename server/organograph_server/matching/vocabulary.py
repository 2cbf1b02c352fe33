"""The words of all names: how telling each is, and which of them a word that was asked for can mean."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise
from math import log

from organograph_server.matching.likeness import edits_allowed, likeness
from organograph_server.matching.words import STOP_WORDS, singular

# How many words a word that is not whole may mean.
_MOST_READINGS = 40
_OF_STOP_WORDS = 0.15


class Vocabulary:
    """Words with the names that have them.

    Args:
        names: the words of each name; a name is called by its place.
    """

    def __init__(self, names: Iterable[Iterable[str]]) -> None:
        self.having: dict[str, list[int]] = defaultdict(list)
        self._amount = 0
        for place, found in enumerate(names):
            self._amount += 1
            for word in dict.fromkeys(found):
                self.having[word].append(place)
        self._sorted = sorted(self.having)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._sorted):
            for pair in set(_pairs(word)):
                self._pairs[pair].append(number)
        self.readings = lru_cache(maxsize=2_000)(self._readings)

    def weight(self, word: str) -> float:
        """How telling a word is: the rarer, the more; one that no name has counts as the rarest."""
        if word in STOP_WORDS:
            return _OF_STOP_WORDS
        return log(1 + (self._amount + 1) / len(self.having.get(word, (0,))))

    def _readings(self, written: str, is_begun: bool) -> Mapping[str, float]:
        """The words that a word can mean, each with how surely, from 0 to 1; a word that names have means itself.

        Args:
            written: the word as it is written.
            is_begun: whether there may be more of it to come.
        """
        asked = singular(written)
        found = {asked: 1.0} if asked in self.having else {}
        for form in () if found else {asked, written}:
            found |= {word: max(found.get(word, 0.0), likeness(form, word)) for word in self._misspelt(form)}
        if is_begun or (not found and len(asked) > 1) or (asked not in self.having and len(asked) > 2):
            found |= {word: max(found.get(word, 0.0), sure) for word in self._begun(asked) if (sure := likeness(asked, word)) > 0}
        best = nsmallest(_MOST_READINGS, (word for word in found if found[word] > 0), key=lambda word: (-found[word], word))
        return {word: found[word] for word in best}

    def _begun(self, asked: str) -> list[str]:
        start = bisect_left(self._sorted, asked)
        beyond = bisect_left(self._sorted, asked + "\U0010ffff", start)
        return self._sorted[start : min(beyond, start + 20 * _MOST_READINGS)]

    def _misspelt(self, asked: str) -> Iterable[str]:
        """Words with enough pairs of letters in common: a slip breaks two pairs, an exchange three."""
        allowed = edits_allowed(asked)
        if not allowed:
            return ()
        shared = Counter(number for pair in set(_pairs(asked)) for number in self._pairs.get(pair, ()))
        least = max(1, len(set(_pairs(asked))) - 3 * allowed)
        near = (self._sorted[number] for number, count in shared.items() if count >= least)
        return [word for word in near if abs(len(word) - len(asked)) <= allowed]


def _pairs(word: str) -> Iterable[str]:
    return (one + other for one, other in pairwise(f"^{word}$"))
