"""What can be found, and the names that a thing has: which counts most, and which are one but for accents, case and punctuation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words
from organograph_server.matching.words import squeezed

# What can be found, in the order in which things that fit equally are listed; with what a page calls several of them.
FINDABLE = {
    "organization": Message("organizations"),
    "unit": Message("units"),
    "post": Message("posts"),
    "body": Message("bodies"),
    "person": Message("persons"),
    "site": Message("sites"),
}
NOW, OTHER, FORMER, PRINTED = "name", "other name", "former name", "as printed"
STANDING = {NOW: 1.0, OTHER: 0.99, FORMER: 0.98, PRINTED: 0.97}
"""How much a name counts beside others: less than a slip of spelling, and enough to tell namesakes apart."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A name that a thing has or had.

    Args:
        text: the name.
        role: NOW, OTHER, FORMER or PRINTED.
        editions: the identifiers of those in which it has it, sorted.
    """

    text: str
    role: str
    editions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Findable:
    """A thing that has names.

    Args:
        iri: the thing.
        type: one of FINDABLE.
        label: its latest name.
        editions: those that describe it, the earliest first.
    """

    iri: str
    type: str
    label: str
    editions: tuple[Edition, ...]

    @property
    def shown(self) -> Edition:
        """The latest edition that describes it."""
        return self.editions[-1]


Stated = tuple[Words, str, int]
"""A text, its role, and the editions that state it, each as a bit."""


def merged(stated: Sequence[Stated]) -> Sequence[Stated]:
    """The names that a thing is said to have, each once, the present one first.

    Names that differ by case, accents and punctuation alone become the one that counts most.
    """
    texts = {text for text, _, _ in stated}
    if len(texts) == 1:
        return [_as_one(stated)]
    alike: dict[str, list[Stated]] = defaultdict(list)
    for each in stated:
        alike[squeezed(each[0])].append(each)
    return sorted(map(_as_one, alike.values()), key=_rank)


def _as_one(alike: Sequence[Stated]) -> Stated:
    editions = 0
    for _, _, those in alike:
        editions |= those
    text, role, _ = min(alike, key=_rank)
    return text, role, editions


def _rank(stated: Stated) -> tuple[float, str]:
    return -STANDING[stated[1]], stated[0]
