"""The words of a query as they are read into a tree, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from organograph.engine.queries import Word
from organograph.engine.select.algebra import Beyond
from organograph.engine.terms import XSD

_DOUBLE = {"&&", "||", "!=", "<=", ">=", "^^"}
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_END = Word("end", "")


@dataclass(frozen=True)
class Token:
    """A word, with where it stands: whole numbers and signs of two letters are one."""

    word: Word
    start: int
    end: int


class Words:
    """A query that is being read.

    Args:
        given: its words, with all gaps.
        prefixes: the prefixes it may use.
    """

    def __init__(self, given: Sequence[Word], prefixes: Mapping[str, str]) -> None:
        self._given = given
        self._tokens = list(_tokens(given))
        self._prefixes = dict(prefixes)
        self.place = 0

    def ahead(self, further: int = 0) -> Word:
        """The word that comes, or one further on."""
        place = self.place + further
        return self._tokens[place].word if place < len(self._tokens) else _END

    def next(self) -> Word:
        """The word that comes, which is then read."""
        word = self.ahead()
        self.place += 1
        return word

    def takes(self, *wanted: str) -> str:
        """One of some keywords or signs if it comes, which is then read; else ""."""
        said = self.ahead().upper
        if said in wanted:
            self.place += 1
            return said
        return ""

    def expect(self, wanted: str) -> None:
        """Read a keyword or sign that must come.

        Raises:
            Beyond: something else comes.
        """
        if not self.takes(wanted):
            raise Beyond(f"{self.ahead().text!r} in the place of {wanted!r}")

    def text(self, start: int) -> str:
        """The words from a place to here, as they stand in the query."""
        return "".join(word.text for word in self._given[self._tokens[start].start : self._tokens[self.place - 1].end])

    def declare(self) -> None:
        """Read a prefix declaration."""
        name, iri = self.next(), self.next()
        if name.kind != "name" or iri.kind != "iri":
            raise Beyond("a prefix of another form")
        self._prefixes[name.text.rstrip(":")] = iri.text[1:-1]

    def name(self, word: Word) -> NamedNode:
        """The IRI that a word names.

        Raises:
            Beyond: it names none, or one in a form that is not read here.
        """
        try:
            if word.kind == "iri" and "\\" not in word.text:
                return NamedNode(word.text[1:-1])
            prefix, _, local = word.text.partition(":")
            if word.kind == "name" and prefix in self._prefixes and not {"\\", "%"} & {*local}:
                return NamedNode(self._prefixes[prefix] + local)
        except ValueError as error:
            raise Beyond("an IRI that is not absolute") from error
        raise Beyond(f"{word.text!r} in the place of a name")

    def literal(self, word: Word) -> Literal:
        """The literal that begins with a word that is read already."""
        if word.kind == "number":
            return Literal(word.text, datatype=NamedNode(f"{XSD}integer"))
        if word.upper in ("TRUE", "FALSE"):
            return Literal(word.text.lower(), datatype=NamedNode(f"{XSD}boolean"))
        if word.kind != "text":
            raise Beyond(f"{word.text!r} in the place of a term")
        value = _unescaped(word.text)
        if self.takes("^^"):
            return Literal(value, datatype=self.name(self.next()))
        if self.ahead().kind == "word" and self.ahead().text.startswith("@"):
            if self.ahead(1).text == "-":
                raise Beyond("a language with a region")
            return Literal(value, language=self.next().text[1:])
        return Literal(value)


def _tokens(given: Sequence[Word]) -> Iterator[Token]:
    place = 0
    while place < len(given):
        word, start = given[place], place
        place += 1
        if word.kind == "sign" and word.text.isdecimal():
            while place < len(given) and given[place].kind == "sign" and given[place].text.isdecimal():
                place += 1
            word = Word("number", "".join(part.text for part in given[start:place]))
            if place < len(given) and given[place].kind == "word":
                raise Beyond("a number of another form")
        elif word.kind == "sign" and place < len(given) and word.text + given[place].text in _DOUBLE:
            word = Word("sign", word.text + given[place].text)
            place += 1
        if word.kind == "name" and word.text.endswith("."):
            raise Beyond("a name with a stop at its end")
        if word.kind != "gap":
            yield Token(word, start, place)


def _unescaped(text: str) -> str:
    inner = text[3:-3] if text[:3] in ('"""', "'''") else text[1:-1]
    if "\\" not in inner:
        return inner
    parts, place = list[str](), 0
    while place < len(inner):
        letter = inner[place]
        if letter == "\\":
            place += 1
            letter = _ESCAPES.get(inner[place], "")
            if not letter:
                raise Beyond("a letter by its number")
        parts.append(letter)
        place += 1
    return "".join(parts)
