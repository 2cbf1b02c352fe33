"""The index of names: what is meant by a text, best first, in an order that is always the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise

from organograph_server.matching.vocabulary import Vocabulary
from organograph_server.matching.words import STOP_WORDS, acronyms, initials, singular, squeezed, words, written

# So much of a text must be in a name.
_LEAST_COVERED = 0.5
# Names looked at closely, and entries of lists gone through, for one text: what bounds the time.
_MOST_LOOKED_AT = 250
_MOST_ENTRIES = 40_000
_OF_SAME_WORDS = 99.5
_OF_ACRONYM = 0.9
_OF_OTHER_ORDER = 0.98
_SHORTEST_ACRONYM = 2
_LONGEST_ACRONYM = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A name that can be found.

    Args:
        text: the name.
        thing: what has it.
        standing: how much the name counts beside other names, from 0 to 1.
        order: of entries that fit equally, those with the lesser come first.
        tag: for whoever made the entry.
    """

    text: str
    thing: str
    standing: float = 1.0
    order: tuple[object, ...] = ()
    tag: object = None


@dataclass(frozen=True)
class Hit:
    """A thing that was found.

    Args:
        entry: the name that fits best.
        score: how well, from 0 to 100.
        is_exact: whether the name is what was asked for, but for accents, case and punctuation.
    """

    entry: Entry
    score: float
    is_exact: bool


@dataclass(frozen=True)
class _Asked:
    """A text that is looked for: its words with what each can mean, and how much each counts."""

    key: str
    initials: str
    words: Sequence[str]
    written: Sequence[str]
    readings: Sequence[Mapping[str, float]]
    weights: Sequence[float]


class Index:
    """Finds names.

    Args:
        entries: the names; a thing may have several.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self._words = [words(entry.text) for entry in self.entries]
        self._vocabulary = Vocabulary(self._words)
        self._keys = [squeezed(entry.text) for entry in self.entries]
        self._initials = [initials(found) for found in self._words]
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._short: dict[str, list[int]] = defaultdict(list)
        self._joined = {
            one + other: (one, other) for found in self._words for one, other in pairwise(found) if not {one, other} & STOP_WORDS
        }
        for place, found in enumerate(self._words):
            self._exact[self._keys[place]].append(place)
            for short in acronyms(found, _SHORTEST_ACRONYM, _LONGEST_ACRONYM):
                self._short[short].append(place)

    def find(self, text: str, most: int, fits: Callable[[Entry], bool] | None = None, is_begun: bool = False) -> list[Hit]:
        """The things whose names fit a text, best first, each once.

        Args:
            text: what is looked for; of a long one the first 24 words count.
            most: how many things are wanted.
            fits: which entries may be found; None for all.
            is_begun: whether the last word may only have been begun.
        """
        asked = self._asked(text, is_begun)
        best: dict[str, Hit] = {}
        for place in self._candidates(asked, fits):
            hit = self._compared(asked, place)
            if hit is not None and ((known := best.get(hit.entry.thing)) is None or _rank(hit) < _rank(known)):
                best[hit.entry.thing] = hit
        return nsmallest(most, best.values(), key=_rank)

    def _asked(self, text: str, is_begun: bool) -> _Asked:
        whole = self._divided(written(text))
        found = [singular(word) for word in whole]
        readings = [self._vocabulary.readings(word, is_begun and at == len(found)) for at, word in enumerate(whole, 1)]
        weights = [max(map(self._vocabulary.weight, read or (word,))) for word, read in zip(found, readings, strict=True)]
        return _Asked(squeezed(text), initials(found) if len(found) > 1 else "", found, whole, readings, weights)

    def _divided(self, found: Sequence[str]) -> list[str]:
        """Words divided where names divide them (`nursultan`, of Nur-Sultan), and joined where names join them."""
        known = self._vocabulary.having
        whole: list[str] = []
        for word in found:
            before = whole[-1] if whole else ""
            if singular(word) in known and singular(before) in known:
                whole.append(word)
            elif before and singular(before + word) in known:
                whole[-1] += word
            else:
                whole += self._joined.get(singular(word), (word,)) if singular(word) not in known else (word,)
        return whole

    def _candidates(self, asked: _Asked, fits: Callable[[Entry], bool] | None) -> list[int]:
        """Names that may fit, by the rarest words first; the longest lists, of words that tell least, may be left out."""
        certain = [*self._exact.get(asked.key, ()), *self._exact.get(asked.initials, ())] if asked.key else []
        vocabulary = self._vocabulary
        lists = [(vocabulary.having[word], sure * vocabulary.weight(word)) for read in asked.readings for word, sure in read.items()]
        lists += [(self._short[word], _OF_ACRONYM * len(word)) for word in asked.written if word in self._short]
        sums: dict[int, float] = defaultdict(float)
        visited = 0
        for having, weight in sorted(lists, key=lambda each: (len(each[0]), -each[1])):
            if visited and visited + len(having) > _MOST_ENTRIES:
                break
            visited += len(having)
            for place in having:
                sums[place] += weight
        allowed = [place for place in sums if fits is None or fits(self.entries[place])]
        near = nsmallest(_MOST_LOOKED_AT, allowed, key=lambda place: (-sums[place], len(self._words[place]), place))
        return [*(place for place in dict.fromkeys(certain) if fits is None or fits(self.entries[place])), *near]

    def _compared(self, asked: _Asked, place: int) -> Hit | None:
        """How well a name fits; None where too little of the text is in it."""
        entry = self.entries[place]
        if self._keys[place] == asked.key:
            return Hit(entry, 100 * entry.standing, True)
        if self._words[place] == asked.words:
            return Hit(entry, _OF_SAME_WORDS * entry.standing, True)
        if self._keys[place] == asked.initials:
            return Hit(entry, 100 * _OF_ACRONYM * entry.standing, False)
        own, taken = self._words[place], self._aligned(asked, place)
        weights = [self._vocabulary.weight(word) for word in own]
        of_name = sum(weight * taken.get(at, (0.0, 0))[0] for at, weight in enumerate(weights)) / (sum(weights) or 1)
        meant = dict.fromkeys(range(len(asked.words)), 0.0)
        for sure, number in taken.values():
            meant[number] = max(meant[number], sure)
        of_text = sum(weight * meant[number] for number, weight in enumerate(asked.weights)) / (sum(asked.weights) or 1)
        if of_text < _LEAST_COVERED or not of_name:
            return None
        order = [number for _, (_, number) in sorted(taken.items())]
        score = 2 * of_text * of_name / (of_text + of_name) * (1 if order == sorted(order) else _OF_OTHER_ORDER)
        return Hit(entry, 97 * score * entry.standing, False)

    def _aligned(self, asked: _Asked, place: int) -> dict[int, tuple[float, int]]:
        """Which words of a name are meant: by place how surely, and by which word of the text."""
        own = self._words[place]
        taken: dict[int, tuple[float, int]] = {}
        for number in sorted(range(len(asked.words)), key=lambda each: -asked.weights[each]):
            read = asked.readings[number]
            free = [(read[word], -at) for at, word in enumerate(own) if at not in taken and word in read]
            if free:
                sure, at = max(free)
                taken[-at] = (sure, number)
            elif (start := self._initials[place].find(asked.written[number])) >= 0 and len(asked.written[number]) >= _SHORTEST_ACRONYM:
                telling = [at for at, word in enumerate(own) if word not in STOP_WORDS]
                for at in telling[start : start + len(asked.written[number])]:
                    taken.setdefault(at, (_OF_ACRONYM, number))
        return taken


def _rank(hit: Hit) -> tuple[object, ...]:
    return (-round(hit.score, 2), hit.entry.order, hit.entry.text, hit.entry.thing)
