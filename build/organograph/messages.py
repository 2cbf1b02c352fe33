"""Sentences in English that remember what they are made of, so that a page can tell them in another language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Teller(Protocol):
    """Tells in one language."""

    def pattern(self, message: str) -> str:
        """The pattern of a message in that language."""

    def counted(self, singular: str, plural: str, number: int) -> str:
        """The pattern that fits a number in that language."""

    def value(self, value: object) -> object:
        """What fills a blank, in that language."""


class Told(str):
    """A text that can be told in another language; to all other code it is its English."""

    __slots__ = ()

    def tell(self, teller: Teller) -> str:
        """The same in the language of the teller."""
        return str(self)


class Message(Told):
    """A sentence, or a part of one, made of a pattern and what fills its blanks.

    Args:
        pattern: what translators see, with `%(name)s` for each blank; one without values is taken as it is.
        values: what fills the blanks, which may be such texts themselves.
    """

    __slots__ = ("_pattern", "_values")
    _pattern: str
    _values: Mapping[str, object]

    def __new__(cls, pattern: str, /, **values: object) -> Message:
        """Make it, in English."""
        made = super().__new__(cls, pattern % values if values else pattern)
        made._pattern, made._values = pattern, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], Mapping[str, object]]:
        """What a copy is made from."""
        return (self._pattern,), self._values

    def tell(self, teller: Teller) -> str:
        """The same in the language of the teller."""
        pattern = teller.pattern(self._pattern)
        return pattern % {name: teller.value(value) for name, value in self._values.items()} if self._values else pattern


class Counted(Told):
    """A message that differs for one and for several.

    Args:
        singular: the pattern for one.
        plural: the pattern for any other number.
        number: how many.
        values: what fills the blanks, beside `number`.
    """

    __slots__ = ("_number", "_patterns", "_values")
    _patterns: tuple[str, str]
    _number: int
    _values: Mapping[str, object]

    def __new__(cls, singular: str, plural: str, number: int, /, **values: object) -> Counted:
        """Make it, in English."""
        filled = {"number": f"{number:,}", **values}
        made = super().__new__(cls, (singular if number == 1 else plural) % filled)
        made._patterns, made._number, made._values = (singular, plural), number, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str, int], Mapping[str, object]]:
        """What a copy is made from."""
        return (*self._patterns, self._number), self._values

    def tell(self, teller: Teller) -> str:
        """The same in the language of the teller."""
        values = {"number": self._number, **self._values}
        return teller.counted(*self._patterns, self._number) % {name: teller.value(value) for name, value in values.items()}


class Joined(Told):
    """Several texts with the same sign between them in every language.

    Args:
        separator: the sign, such as a comma.
        parts: the texts.
        is_sentence: whether the first letter is a capital one.
    """

    __slots__ = ("_is_sentence", "_parts", "_separator")
    _separator: str
    _parts: tuple[str, ...]
    _is_sentence: bool

    def __new__(cls, separator: str, parts: Iterable[str], is_sentence: bool = False) -> Joined:
        """Make it, in English."""
        found = tuple(parts)
        made = super().__new__(cls, _begun(separator.join(found), is_sentence))
        made._separator, made._parts, made._is_sentence = separator, found, is_sentence
        return made

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts."""
        return self._parts

    @property
    def is_sentence(self) -> bool:
        """Whether the first letter is a capital one."""
        return self._is_sentence

    @property
    def separator(self) -> str:
        """The sign between them."""
        return self._separator

    def __getnewargs_ex__(self) -> tuple[tuple[str, tuple[str, ...], bool], Mapping[str, object]]:
        """What a copy is made from."""
        return (self._separator, self._parts, self._is_sentence), {}

    def tell(self, teller: Teller) -> str:
        """The same in the language of the teller."""
        return _begun(self._separator.join(str(teller.value(part)) for part in self._parts), self._is_sentence)


_KINDS: Mapping[str, type[Told]] = {kind.__name__: kind for kind in (Message, Counted, Joined)}


def in_json(text: object) -> object:
    """A text as JSON can hold it, for another process to tell it in any language; other values as they are, or as words."""
    if isinstance(text, Message | Counted | Joined):
        given, values = text.__getnewargs_ex__()
        return {type(text).__name__: [[in_json(each) for each in given], {name: in_json(value) for name, value in values.items()}]}
    if isinstance(text, tuple | list):
        return [in_json(each) for each in text]
    return text if isinstance(text, int | float | None) else str(text)


def of_json(said: Any) -> Any:
    """What `in_json` was given."""
    if isinstance(said, dict):
        (kind, (given, values)) = next(iter(said.items()))
        return _KINDS[kind](*map(of_json, given), **{name: of_json(value) for name, value in values.items()})
    return [of_json(each) for each in said] if isinstance(said, list) else said


def listed(parts: Iterable[str]) -> Told:
    """Texts as a sentence lists them: with commas, and an "and" before the last."""
    found = list(parts)
    if len(found) < 2:
        return Joined("", found)
    return Message("%(first)s and %(last)s", first=Joined(", ", found[:-1]), last=found[-1])


def quoted(name: str) -> Message:
    """A name in quotation marks."""
    return Message("“%(name)s”", name=name)


def _begun(text: str, is_sentence: bool) -> str:
    return f"{text[:1].upper()}{text[1:]}" if is_sentence else text
