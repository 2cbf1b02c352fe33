"""The matcher: names are the same through accents, case, plural and short forms; slips are counted; time is bounded."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organograph_server.matching import index as index_module
from organograph_server.matching.index import Entry, Index
from organograph_server.matching.likeness import edits, likeness
from organograph_server.matching.words import acronyms, folded, initials, squeezed, words

TEXTS = st.text(max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("San José", "SAN JOSE"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("Ｏｆｆｉｃｅ", "office"),
        ("Nur-Sultan", "Nur Sultan"),
        ("Media & Communications", "media and communications"),
        ("Director General´s Office", "Director Generals Office"),
        ("Dept. of Law", "Department of Law"),
        ("Regional Offices", "regional office"),
        ("Agencies", "agency"),
        ("HQ", "Headquarters"),
    ],
)
def test_writings_of_a_name_are_one(one: str, other: str) -> None:
    """Accents, case, width, punctuation, plural and common short forms make no difference."""
    assert words(one) == words(other) != []


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """What was folded stays as it is, and has no marks and no capitals."""
    assert folded(folded(text)) == folded(text)
    assert squeezed(squeezed(text)) == squeezed(text)
    assert len(words(text * 50)) <= 24


def test_acronyms_are_of_telling_words() -> None:
    """An acronym leaves out `of` and `the`, and may be of some words only."""
    found = words("Department of Information and Communications Technology")
    assert initials(found) == "dict"
    assert {"dict", "ict", "ic"} <= set(acronyms(found))


def _plain_edits(one: str, other: str) -> int:
    """The count by its definition, for comparison."""
    table = [[row + column if row * column == 0 else 0 for column in range(len(other) + 1)] for row in range(len(one) + 1)]
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            costs = [
                table[row - 1][column] + 1,
                table[row][column - 1] + 1,
                table[row - 1][column - 1] + (one[row - 1] != other[column - 1]),
            ]
            if row > 1 and column > 1 and one[row - 1] == other[column - 2] and one[row - 2] == other[column - 1]:
                costs.append(table[row - 2][column - 2] + 1)
            table[row][column] = min(costs)
    return table[-1][-1]


@given(st.text("abcd", max_size=9), st.text("abcd", max_size=9), st.integers(0, 3))
def test_edits_are_counted_as_defined(one: str, other: str, most: int) -> None:
    """The bounded count is the count of optimal string alignment, up to the bound."""
    assert edits(one, other, most) == min(_plain_edits(one, other), most + 1)
    assert edits(one, other, most) == edits(other, one, most)


def test_slips_are_forgiven_in_proportion() -> None:
    """A slip in a long word counts less than in a short one; short words forgive none; another word is none."""
    assert likeness("legal", "legal") == 1
    assert 1 > likeness("communicatoin", "communication") > likeness("legla", "legal") > 0.7
    assert likeness("law", "lag") == 0
    assert likeness("legal", "human") == 0
    assert 0.6 < likeness("comm", "communication") < likeness("communica", "communication") < 1


NAMES = [
    ("Office of Legal Affairs", "legal"),
    ("Department of Legal Affairs", "legal"),
    ("Office of Internal Affairs", "internal"),
    ("Legal Counsel", "counsel"),
    ("Nur-Sultan Office", "astana"),
]


def _index(names: Sequence[tuple[str, str]] = NAMES) -> Index:
    return Index.of(Entry(text, thing) for text, thing in names)


def test_each_thing_is_found_once_under_its_best_name() -> None:
    """A thing with several names comes once, under the one that fits best; others follow by how well they fit."""
    hits = _index().find("legal affairs department", 10)
    assert [hit.entry.thing for hit in hits][:2] == ["legal", "internal"] or [hit.entry.thing for hit in hits] == ["legal"]
    assert hits[0].entry.text == "Department of Legal Affairs"
    assert _index().find("Department of legal affairs", 10)[0].is_exact


def test_words_may_be_joined_and_divided() -> None:
    """Words that a name divides are found joined, and those that it joins are found divided."""
    large = _index([*NAMES, ("Healthcare Suboffice", "care")])
    for text, thing in (
        ("nursultan", "astana"),
        ("office nursultan", "astana"),
        ("nur sultan", "astana"),
        ("health care sub-office", "care"),
    ):
        assert large.find(text, 1)[0].entry.thing == thing, text


def test_order_does_not_hang_on_the_order_of_entries() -> None:
    """The same names give the same answer, however they come."""
    mixed = list(NAMES)
    expected = [(hit.entry.text, hit.score) for hit in _index().find("office legal", 10)]
    for seed in range(5):
        random.Random(seed).shuffle(mixed)  # noqa: S311  # no secret
        assert [(hit.entry.text, hit.score) for hit in _index(mixed).find("office legal", 10)] == expected


@settings(max_examples=200)
@given(TEXTS)
def test_any_text_is_answered(text: str) -> None:
    """Any text gives hits with scores from 0 to 100, best first; the name of an entry gives that entry."""
    scores = [hit.score for hit in _index().find(text, 10)]
    assert all(0 <= score <= 100 for score in scores)
    assert scores == sorted(scores, reverse=True)
    if words(text):
        assert _index([*NAMES, (text, "new")]).find(text, 1)[0].score == 100


def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In an organization of ten thousand units, no text makes the index look at more names, or longer lists, than it may."""
    tasks = ["Survey", "Modelling", "Archives", "Logistics", "Law", "Ethics", "Data", "Fleet", "Field", "Media"]
    large = _index([(f"Office of {tasks[n % 10]} and {tasks[n // 10 % 10]} Nr{n} Section", str(n)) for n in range(10_000)])
    looked_at: list[int] = []
    compared = Index._compared

    def counting(self: Index, asked: index_module._Asked, place: int) -> object:
        looked_at.append(place)
        return compared(self, asked, place)

    monkeypatch.setattr(Index, "_compared", counting)
    for text in (
        "office",
        "office of survey and data section",
        "offce of surwey",
        "Office of Law and Ethics Nr54 Section",
        "o " * 100,
        "e" * 200,
    ):
        looked_at.clear()
        large.find(text, 20)
        assert len(looked_at) <= 260, text
    assert large.find("Ofice of Law and Ethics Nr54 Section", 1)[0].entry.thing == "54"
