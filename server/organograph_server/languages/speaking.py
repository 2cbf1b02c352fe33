"""Which language is spoken while a page is made, and how messages, numbers and dates are told in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from importlib.resources import files

from organograph.messages import Told
from organograph_server.languages.po import Entry, read_po

ENGLISH = "en"
"""The language that the code is written in."""
NAMES: Mapping[str, str] = {"en": "English", "fr": "Français"}
"""The languages of the pages, each by its own name."""
LANGUAGES = tuple(NAMES)
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
}


class Words(str):
    """A text of the data, which knows its language; "" for one that has none."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str = "") -> Words:
        """Make it."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, str], Mapping[str, object]]:
        """What a copy is made from."""
        return (str(self), self.language), {}


@dataclass(frozen=True)
class Speech:
    """How a page is to be told.

    Args:
        language: of the page.
        pin: the language that its links ask for, so that who follows them stays in it; "" where the browser's wish is enough.
        path: of the page, without the ending of its format; None for a page without an address of its own.
        others: what its address asks for beside the language, as a query.
    """

    language: str = ENGLISH
    pin: str = ""
    path: str | None = None
    others: str = ""

    def query(self, language: str = "") -> str:
        """The query of the page's address in a language, or for whatever language the browser wishes."""
        asked = "&".join(filter(None, (self.others, f"lang={language}" if language else "")))
        return f"?{asked}" if asked else ""


_SPOKEN: ContextVar[Speech] = ContextVar("organograph.speech", default=Speech())  # noqa: B039  # it is frozen


def spoken() -> Speech:
    """How the page that is being made is told; in English outside of pages."""
    return _SPOKEN.get()


@contextmanager
def speaking(speech: Speech) -> Iterator[None]:
    """Tell everything within in a language."""
    token = _SPOKEN.set(speech)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


class Tongue:
    """A language that pages are told in.

    Args:
        language: its tag.
        entries: its translations; none for English.
    """

    def __init__(self, language: str, entries: Mapping[str, Entry]) -> None:
        self.language = language
        self._entries = entries

    def pattern(self, message: str) -> str:
        """A message in this language; in English where nobody has translated it."""
        entry = self._entries.get(message)
        return entry.translations[0] if entry is not None and entry.is_translated else message

    def counted(self, singular: str, plural: str, number: int) -> str:
        """The form of a message that fits a number: in English one is one, in French nought is one too."""
        entry = self._entries.get(singular)
        is_one = number == 1 if entry is None or self.language == ENGLISH else number < 2
        if entry is None or not entry.is_translated:
            return singular if number == 1 else plural
        return entry.translations[0 if is_one else -1]

    def value(self, value: object) -> object:
        """What fills a blank of a message: a message in this language, and a number as people write it."""
        if isinstance(value, Told):
            return value.tell(self)
        return self.number(value) if isinstance(value, int) and not isinstance(value, bool) else value

    def number(self, value: int) -> str:
        """A number with a sign between thousands: a comma, or in French a narrow space that does not break."""
        return f"{value:,}".replace(",", "," if self.language == ENGLISH else "\u202f")

    def day(self, value: date | datetime) -> str:
        """A date: `1er janvier 2023`; in English as ISO 8601 writes it."""
        if self.language == ENGLISH:
            return value.strftime("%Y-%m-%d")
        return f"{'1er' if value.day == 1 else value.day} {self._months[value.month - 1]} {value.year}"

    def month(self, value: str) -> str:
        """A month that data writes as `2023-01`: `janvier 2023`; in English as it is."""
        year, _, month = value.partition("-")
        is_month = month.isdigit() and 1 <= int(month) <= 12
        return f"{self._months[int(month) - 1]} {year}" if is_month and self.language != ENGLISH else value

    @cached_property
    def _months(self) -> tuple[str, ...]:
        return _MONTHS[self.language]


@cache
def tongue(language: str) -> Tongue:
    """A language with its translations, which are read when it is first spoken."""
    if language == ENGLISH:
        return Tongue(language, {})
    text = (files(__package__) / f"{language}.po").read_text(encoding="utf-8")
    return Tongue(language, {entry.key: entry for entry in read_po(text)})


def mother() -> Tongue:
    """The language that is spoken now."""
    return tongue(spoken().language)


def tell(value: object) -> object:
    """A message in the language that is spoken; anything else as it is."""
    return value.tell(mother()) if isinstance(value, Told) else value


def gettext(message: str, /, **values: object) -> str:
    """A message in the language that is spoken, its blanks filled."""
    speaker = mother()
    pattern = speaker.pattern(message)
    return pattern % {name: speaker.value(value) for name, value in values.items()} if values else pattern


def pgettext(context: str, message: str, /, **values: object) -> str:
    """A message that means this here and something else elsewhere.

    Args:
        context: what it means here.
        message: in English.
        values: what fills its blanks.
    """
    key = f"{context}\x04{message}"
    speaker = mother()
    pattern = found if (found := speaker.pattern(key)) != key else message
    return pattern % {name: speaker.value(value) for name, value in values.items()} if values else pattern


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """A message for a number of things, which fills the blank `number`."""
    speaker = mother()
    filled = {"number": number, **values}
    return speaker.counted(singular, plural, number) % {name: speaker.value(value) for name, value in filled.items()}


def together(separator: str, texts: Iterable[str]) -> Words:
    """Texts of the data as one; it knows its language where all are in the same."""
    found = list(texts)
    languages = {text.language if isinstance(text, Words) else "" for text in found}
    return Words(separator.join(found), languages.pop() if len(languages) == 1 else "")


def foreign(text: object) -> str:
    """The language of a text of the data where it is another than that of the page; else ""."""
    language = text.language if isinstance(text, Words) else ""
    return language if language and language.partition("-")[0].lower() != spoken().language else ""


def strangeness(language: str) -> int:
    """How far the language of a text is from what is spoken: least what is in it, then what is in none, then English."""
    primary = language.partition("-")[0].lower()
    return 0 if primary == spoken().language else 1 if not primary else 2 if primary == ENGLISH else 3
