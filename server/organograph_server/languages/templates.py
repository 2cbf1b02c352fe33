"""Lets templates speak: their messages, numbers and dates are told in the language of the page, and texts of the data say theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from organograph.messages import Joined, Message
from organograph_server.languages.speaking import ENGLISH, LANGUAGES, NAMES, Words, foreign, mother, spoken, tell

# The relations of a page to the other pages of a long list (RFC 8288), in words.
_RELATIONS: Mapping[str, str] = {
    "first": Message("first"),
    "prev": Message("prev"),
    "next": Message("next"),
    "last": Message("last"),
}

# Letters and numbers with hyphens between them, short enough for a small screen.
_IDENTIFIER = re.compile(r"(?<![\w-])(?=[\w-]{1,16}(?![\w-]))(?=[\w-]*\d)\w+(?:-\w+)+")


def teach(environment: Environment) -> None:
    """Make templates speak."""
    environment.policies["ext.i18n.trimmed"] = True
    environment.add_extension("jinja2.ext.i18n")
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.finalize = tell
    environment.globals.update(gettext=_gettext, ngettext=_ngettext, pgettext=_pgettext)
    environment.globals.update(lang=lang, said=said, words=Words, spoken=spoken, language_names=NAMES, relations=_RELATIONS)
    environment.globals.update(alternates_of=alternates_of, demand=demand)
    environment.filters.update(number=_number, day=_day, month=_month, join=_joined, whole=_whole)


def lang(text: object) -> Markup:
    """The attribute that says in which language a text is, where that is not the page's (WCAG 2.2, success criterion 3.1.2)."""
    language = foreign(text)
    return Markup(' lang="{}"').format(language) if language else Markup("")


def said(text: object) -> Markup:
    """A text, in an element that says its language where that is not the page's; of texts that were joined each by itself."""
    if isinstance(text, Joined) and not text.is_sentence:
        return escape(text.separator).join(said(part) for part in text.parts)
    language = foreign(text)
    return Markup('<span lang="{}">{}</span>').format(language, text) if language else escape(tell(text))


def alternates_of(base: str) -> list[tuple[str, str]]:
    """The same page in each language, and for whatever language the browser wishes (`x-default`); none where it has no address.

    Args:
        base: what all addresses begin with.
    """
    speech = spoken()
    if speech.path is None:
        return []
    pages = [(language, speech.query(language)) for language in LANGUAGES] + [("x-default", speech.query())]
    return [(language, f"{base}{speech.path}{query}") for language, query in pages]


def demand(rule: Any) -> Words:
    """What a rule demands, in the language that is spoken where it is told in that."""
    language = next((each for each in (spoken().language, ENGLISH) if each in rule.demands), "")
    return Words(rule.demands.get(language, ""), language)


def _gettext(message: str, /, **values: object) -> Markup:
    """A message of a template; our own words may have elements of HTML, and what fills them is escaped."""
    return _filled(mother().pattern(message), values)


def _pgettext(context: str, message: str, /, **values: object) -> Markup:
    key = f"{context}\x04{message}"
    found = mother().pattern(key)
    return _filled(found if found != key else message, values)


def _ngettext(singular: str, plural: str, number: int, /, **values: object) -> Markup:
    return _filled(mother().counted(singular, plural, number), values)


def _filled(pattern: str, values: dict[str, object]) -> Markup:
    speaker = mother()
    return Markup(pattern) % {name: speaker.value(value) for name, value in values.items()}  # noqa: S704  # our own words


def _joined(values: Iterable[object], separator: str = "") -> Markup:
    return escape(separator).join(str(tell(value)) for value in values)


def _number(value: int) -> str:
    return mother().number(value)


def _day(value: date | datetime) -> str:
    return mother().day(value)


def _month(value: str) -> str:
    return mother().month(value)


def _whole(text: object) -> Markup:
    """A text in which no line breaks an identifier such as `2023-10` at its hyphen."""
    return Markup(_IDENTIFIER.sub(r'<span class="whole">\g<0></span>', str(escape(tell(text)))))  # noqa: S704  # escaped before
