"""The index of names: what is meant by a text, best first, in an order that is always the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest, nsmallest
from operator import itemgetter, mul

from organograph_server.matching.exact import Exact
from organograph_server.matching.shortforms import SHORTEST, ShortForms
from organograph_server.matching.texts import Texts
from organograph_server.matching.vocabulary import Vocabulary
from organograph_server.matching.words import initials, singular, squeezed, words, written

# So much of a text must be in a name.
_LEAST_COVERED = 0.5
# Names looked at closely, and entries of lists gone through, for one text: what bounds the time.
_MOST_LOOKED_AT = 250
_MOST_ENTRIES = 40_000
_OF_SAME_WORDS = 99.5
_OF_ACRONYM = 0.9
_OF_OTHER_ORDER = 0.98


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
    """A text that is looked for: its words with what each can mean, and how much each counts; names that are it, or its initials."""

    exact: dict[int, None]
    called: dict[int, None]
    words: Sequence[int]
    written: Sequence[str]
    readings: Sequence[Mapping[int, float]]
    weights: Sequence[float]

    @cached_property
    def in_turn(self) -> Sequence[int]:
        """The places of the words, those that tell most first."""
        return sorted(range(len(self.words)), key=lambda each: -self.weights[each])


class Index:
    """Finds names.

    Args:
        texts: the names, each called by its place; a thing may have several.
        entry: gives what is to be known of a name that is found.
    """

    def __init__(self, texts: Texts, entry: Callable[[int], Entry]) -> None:
        self._texts, self._entry = texts, entry
        self._vocabulary = Vocabulary(map(words, texts))
        self._exact = Exact(texts)
        self._short = ShortForms(self._vocabulary.initials())

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Index:
        """The index of a few names."""
        found = list(entries)
        return cls(Texts(entry.text for entry in found), found.__getitem__)

    def find(self, text: str, most: int, fits: Callable[[int], bool] | None = None, is_begun: bool = False) -> list[Hit]:
        """The things whose names fit a text, best first, each once.

        Args:
            text: what is looked for; of a long one the first 24 words count.
            most: how many things are wanted.
            fits: whether a name is wanted, by its place; None where all are.
            is_begun: whether there may be more of the text to come.
        """
        asked = self._asked(text, is_begun)
        best: dict[str, Hit] = {}
        for place in self._candidates(asked, fits):
            hit = self._compared(asked, place)
            if hit is not None and ((known := best.get(hit.entry.thing)) is None or _rank(hit) < _rank(known)):
                best[hit.entry.thing] = hit
        return nsmallest(most, best.values(), key=_rank)

    def _asked(self, text: str, is_begun: bool) -> _Asked:
        vocabulary = self._vocabulary
        whole = self._divided(written(text))
        found = [singular(word) for word in whole]
        readings = [vocabulary.readings(word, is_begun and at == len(found)) for at, word in enumerate(whole, 1)]
        weights = [
            max(map(vocabulary.weight, read)) if read else vocabulary.weight_of(word) for word, read in zip(found, readings, strict=True)
        ]
        exact = dict.fromkeys(self._exact.having(squeezed(text)))
        called = dict.fromkeys(self._exact.having(initials(found) if len(found) > 1 else ""))
        return _Asked(exact, called, [*map(vocabulary.number, found)], whole, readings, weights)

    def _divided(self, found: Sequence[str]) -> list[str]:
        """Words divided where names divide them (`nursultan`, of Nur-Sultan), and joined where names join them."""
        number = self._vocabulary.number
        whole: list[str] = []
        for word in found:
            before = whole[-1] if whole else ""
            if number(singular(word)) and number(singular(before)):
                whole.append(word)
            elif before and number(singular(before + word)):
                whole[-1] += word
            else:
                whole += (word,) if number(singular(word)) else self._vocabulary.divided(singular(word)) or (word,)
        return whole

    def _candidates(self, asked: _Asked, fits: Callable[[int], bool] | None) -> list[int]:
        """Names that may fit, by the rarest words first; the longest lists, of words that tell least, may be left out."""
        vocabulary = self._vocabulary
        lists: list[tuple[Sequence[int], float]]
        lists = [(vocabulary.having(word), sure * vocabulary.weight(word)) for read in asked.readings for word, sure in read.items()]
        lists += [(self._short.having(word), _OF_ACRONYM * len(word)) for word in asked.written]
        sums: dict[int, float] = defaultdict(float)
        visited = 0
        for having, weight in sorted(filter(itemgetter(0), lists), key=lambda each: (len(each[0]), -each[1])):
            if visited and visited + len(having) > _MOST_ENTRIES:
                break
            visited += len(having)
            for place in having:
                sums[place] += weight
        certain = [place for place in asked.exact | asked.called if fits is None or fits(place)]
        return [*certain, *self._nearest(sums if fits is None else {place: sums[place] for place in sums if fits(place)})]

    def _nearest(self, sums: Mapping[int, float]) -> list[int]:
        """The names that have most of a text."""
        least = nlargest(_MOST_LOOKED_AT, sums.values())[-1:] or [0.0]
        near = (place for place, amount in sums.items() if amount >= least[0])
        return nsmallest(_MOST_LOOKED_AT, near, key=lambda place: (-sums[place], self._vocabulary.length(place), place))

    def _compared(self, asked: _Asked, place: int) -> Hit | None:
        """How well a name fits; None where too little of the text is in it."""
        if place in asked.exact:
            return self._hit(place, 100, True)
        own = self._vocabulary.of_name(place)
        if own == asked.words:
            return self._hit(place, _OF_SAME_WORDS, True)
        if place in asked.called:
            return self._hit(place, 100 * _OF_ACRONYM, False)
        taken = sorted(self._aligned(asked, own, self._short[place]).items())
        meant = [0.0] * len(asked.words)
        for _, (sure, number) in taken:
            meant[number] = max(meant[number], sure)
        of_text = sum(map(mul, asked.weights, meant)) / (sum(asked.weights) or 1)
        if of_text < _LEAST_COVERED:
            return None
        weights = [*map(self._vocabulary.weight, own)]
        of_name = sum(weights[at] * sure for at, (sure, _) in taken) / (sum(weights) or 1)
        if not of_name:
            return None
        order = [number for _, (_, number) in taken]
        score = 2 * of_text * of_name / (of_text + of_name) * (1 if order == sorted(order) else _OF_OTHER_ORDER)
        return self._hit(place, 97 * score, False)

    def _hit(self, place: int, score: float, is_exact: bool) -> Hit:
        entry = self._entry(place)
        return Hit(entry, score * entry.standing, is_exact)

    def _aligned(self, asked: _Asked, own: Sequence[int], short: str) -> dict[int, tuple[float, int]]:
        """Which words of a name are meant: by place how surely, and by which word of the text.

        Args:
            asked: the text.
            own: the words of the name.
            short: the first letters of those that tell something.
        """
        taken: dict[int, tuple[float, int]] = {}
        for number in asked.in_turn:
            read = asked.readings[number]
            free = [(read[word], -at) for at, word in enumerate(own) if at not in taken and word in read]
            if free:
                sure, at = max(free)
                taken[-at] = (sure, number)
            elif (start := short.find(asked.written[number])) >= 0 and len(asked.written[number]) >= SHORTEST:
                telling = [at for at, word in enumerate(own) if self._vocabulary.is_telling(word)]
                for at in telling[start : start + len(asked.written[number])]:
                    taken.setdefault(at, (_OF_ACRONYM, number))
        return taken


def _rank(hit: Hit) -> tuple[object, ...]:
    return (-round(hit.score, 2), hit.entry.order, hit.entry.text, hit.entry.thing)
