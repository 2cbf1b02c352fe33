"""What a query has in common with others of its form, and what is its own: the text around its constants, and these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from organograph_server.query.prepared.algebra import Beyond
from organograph_server.query.tokens import NAME, VARIABLE

CONSTANT = "\0"
"""What stands in a form in the place of a constant."""
# What has escapes or line ends is left to the engine, and so are strings in three quotes: here they are three in a row.
_CONSTANTS = re.compile(r"""<[^<>"{}|^`\\\x00-\x20]*>|"[^"\\\n\r]*"|'[^'\\\n\r]*'""")
_WORDS = re.compile(
    rf"""(?P<space>[\x20\t\r\n]+)|(?P<constant>{CONSTANT})|(?P<variable>{VARIABLE})|(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?!-))"""
    rf"""|(?P<name>{NAME})|(?P<number>[0-9]+(?![0-9.eE\w]))|(?P<word>[A-Za-z]+(?![\w:]))|(?P<sign>&&|!=|[{{}}().,;*+/^=!])"""
)
# Longer queries take longer to answer than to read.
_LONGEST = 4_096


class Wording(NamedTuple):
    """A query as a form and its constants.

    Args:
        form: the text, with a sign for each constant.
        kinds: the first letter of each constant: `<` for IRIs, a quote for strings.
        constants: as written, in their order.
    """

    form: str
    kinds: str
    constants: Sequence[str]


def worded(text: str) -> Wording | None:
    """Take a query apart; None where it is not written as most are."""
    if "\\" in text or CONSTANT in text or len(text) > _LONGEST:
        return None
    form, constants = _CONSTANTS.sub(CONSTANT, text), _CONSTANTS.findall(text)
    if "#" in form:
        form, _, comment = form.partition("#")
        # What looks like a constant in a comment is none.
        if CONSTANT in comment or "\n" in comment or "\r" in comment:
            return None
    return Wording(form, "".join([constant[0] for constant in constants]), constants)


class Word(NamedTuple):
    """A word of a form: its kind (a group of the pattern above), and its text."""

    kind: str
    text: str


_END = Word("end", "")


class Words:
    """A form that is being read.

    Args:
        wording: the form, with the constants that it came with first.

    Attributes:
        constants: how many constants were read.
    """

    def __init__(self, wording: Wording) -> None:
        self._words = list(_words(wording.form))
        self._given = wording
        self._place = 0
        self.constants = 0

    def ahead(self) -> Word:
        """The word that comes."""
        return self._words[self._place] if self._place < len(self._words) else _END

    def next(self) -> Word:
        """The word that comes, which is then read."""
        word = self.ahead()
        self._place += 1
        if word.kind == "constant":
            self.constants += 1
        return word

    def comes(self, *wanted: str) -> bool:
        """Whether one of some keywords or signs comes."""
        word = self.ahead()
        return word.kind in ("word", "sign") and word.text.upper() in wanted

    def takes(self, *wanted: str) -> str:
        """One of some keywords or signs if it comes, which is then read; else ""."""
        return self.next().text.upper() if self.comes(*wanted) else ""

    def expect(self, *wanted: str) -> None:
        """Read keywords or signs that must come, one after another.

        Raises:
            Beyond: something else comes.
        """
        for each in wanted:
            if not self.takes(each):
                raise Beyond(f"{self.ahead().text!r} in the place of {each!r}")

    def variable(self) -> str:
        """The name of the variable that must come.

        Raises:
            Beyond: something else comes.
        """
        word = self.next()
        if word.kind != "variable":
            raise Beyond(f"{word.text!r} in the place of a variable")
        return word.text[1:]

    def number(self) -> int:
        """The whole number that must come.

        Raises:
            Beyond: something else comes.
        """
        word = self.next()
        if word.kind != "number" or len(word.text) > 9:
            raise Beyond(f"{word.text!r} in the place of a number")
        return int(word.text)

    def constant(self, kinds: str) -> int:
        """The place among the constants of the one that must come, which must be of some kinds.

        Raises:
            Beyond: something else comes.
        """
        word = self.next()
        if word.kind != "constant" or self._given.kinds[self.constants - 1] not in kinds:
            raise Beyond("another thing in the place of a constant")
        return self.constants - 1

    def is_iri(self) -> bool:
        """Whether an IRI comes."""
        return self.ahead().kind == "constant" and self._given.kinds[self.constants] == "<"

    def is_string(self, place: int) -> bool:
        """Whether a constant is a string."""
        return self._given.kinds[place] != "<"

    def written(self, place: int) -> str:
        """A constant as it came first."""
        return self._given.constants[place]


def _words(form: str) -> Iterator[Word]:
    place = 0
    while place < len(form):
        found = _WORDS.match(form, place)
        if found is None or found.lastgroup is None:
            raise Beyond(f"a sign that is not read here: {form[place]!r}")
        if found.lastgroup != "space":
            yield Word(found.lastgroup, found[0])
        place = found.end()
