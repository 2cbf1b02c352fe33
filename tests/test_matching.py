"""The matcher: names are the same through accents, case, plural and short forms; slips are counted; time is bounded."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from organograph_server.matching import index as index_module
from organograph_server.matching.exact import Exact
from organograph_server.matching.index import Entry, Index
from organograph_server.matching.likeness import edits, likeness
from organograph_server.matching.shortforms import ShortForms
from organograph_server.matching.texts import Texts
from organograph_server.matching.vocabulary import Vocabulary
from organograph_server.matching.words import STOP_WORDS, folded, initials, squeezed, words

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


@given(st.lists(st.text("abc", max_size=9), max_size=9), st.text("abc", min_size=1, max_size=9))
def test_short_forms_are_whatever_stands_within_initials(names: list[str], acronym: str) -> None:
    """Up to six letters that follow each other within the initials of a name are a short form of it, and so are all its initials."""
    fits = [place for place, letters in enumerate(names) if acronym == letters or (len(acronym) <= 6 and acronym in letters)]
    found = ShortForms(names)
    assert sorted(found.having(acronym)) == (fits if len(acronym) > 1 else [])
    assert [found[place] for place in range(len(names))] == names


def test_initials_are_of_telling_words() -> None:
    """The first letters of a name leave out `of` and `the`."""
    found = words("Department of Information and Communications Technology")
    assert initials(found) == "dict"
    assert list(Vocabulary([found, ["of"]]).initials()) == ["dict", ""]


@given(st.lists(st.lists(st.text("ab", min_size=1, max_size=2), max_size=4), max_size=6), st.text("ab", min_size=1, max_size=4))
def test_words_are_counted_and_divided_as_names_have_them(names: list[list[str]], asked: str) -> None:
    """Each word has the names that have it; a word is divided as the last name has its parts one after the other."""
    found = Vocabulary(names)
    for word in {word for name in names for word in name}:
        number = found.number(word)
        assert list(found.having(number)) == [place for place, name in enumerate(names) if word in name]
    assert not any(found.number(word) for word in ("c", "", "aaa"))
    assert [len(found.of_name(place)) for place in range(len(names))] == [*map(len, names)] == [*map(found.length, range(len(names)))]
    joined = {one + other: (one, other) for name in names for one, other in pairwise(name) if not {one, other} & STOP_WORDS}
    assert found.divided(asked) == joined.get(asked)


def test_parts_of_numbers_are_no_words() -> None:
    """Words are not found one after the other where only the bytes of their numbers are, across those of other words."""
    words_by_number = ["", *(f"{number:04}" for number in range(1, 1_000))]
    found = Vocabulary([*([word] for word in words_by_number[1:]), [words_by_number[600], words_by_number[768]]])
    assert found.number(words_by_number[600]) == 600
    assert found.divided(words_by_number[600] + words_by_number[768]) is not None
    assert found.divided(words_by_number[600 // 256] + words_by_number[768 // 256]) is None
    assert found.divided(words_by_number[1] + words_by_number[2]) is None


@given(st.lists(TEXTS, max_size=8), TEXTS)
def test_a_name_is_found_by_its_letters_and_digits(names: list[str], asked: str) -> None:
    """Those names are found that are the text but for accents, case and punctuation; a text without letters finds none."""
    found = Exact(Texts(names))
    for text in (asked, *names):
        key = squeezed(text)
        assert found.having(key) == [place for place, name in enumerate(names) if key and squeezed(name) == key]


@given(st.lists(TEXTS))
def test_texts_are_kept_as_they_are(texts: list[str]) -> None:
    """Texts in one piece come back each as it was."""
    found = Texts(texts)
    assert list(found) == texts
    assert len(found) == len(texts)


@given(st.text(st.characters(max_codepoint=127)))
def test_texts_in_ascii_are_folded_like_others(text: str) -> None:
    """What is said of letters and digits holds for ASCII, too, which takes a shorter way."""
    assert folded(text) == folded(f"{text}é")[:-1]
    assert squeezed(text) == "".join(sign for sign in folded(text).replace("&", "and") if sign.isalnum())


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
