"""The language that the present request asks for: by parameter, else by its Accept-Language field, else that of the dataset."""

from __future__ import annotations

from functools import partial
from typing import cast

from flask import Flask, current_app, g, request

from organograph_server.dataset.facts import NAME, Facts
from organograph_server.dataset.publication import Publication
from organograph_server.languages.choosing import choose_language, language_for
from organograph_server.languages.links import PARAMETER
from organograph_server.languages.speaking import ENGLISH, LANGUAGES, Speech

_KEY = "organograph.language"
_SPOKEN = ("text/html", "image/svg+xml")


def attach(app: Flask, publication: Publication | None) -> None:
    """Let an application speak the language of its dataset to who asks for none."""
    app.extensions[_KEY] = _own(publication) if publication is not None else ENGLISH


def chooser(app: Flask) -> partial[str]:
    """What chooses a language by an Accept-Language field, as the application does."""
    return partial(choose_language, offers=LANGUAGES, default=default_language(app))


def default_language(app: Flask | None = None) -> str:
    """The language of who asks for none that there is: that of the dataset."""
    return cast(str, (app or current_app).extensions.get(_KEY, ENGLISH))


def is_spoken(content_type: str) -> bool:
    """Whether an answer is read by people, and so is told in their language: pages and charts, never data."""
    return content_type.partition(";")[0] in _SPOKEN


def by_parameter() -> str | None:
    """The language that `?lang=` names; None where it names none that there is, or is not there."""
    return language_for(request.args.get(PARAMETER, ""), LANGUAGES)


def asked_speech(path: str | None = None, others: str = "") -> Speech:
    """How the answer is to be told; it depends on the Accept-Language field where no parameter names a language.

    Who sees another language than that of the dataset, chosen or not, has links that keep it, so that each language is one page.

    Args:
        path: of the page, without the ending of its format; None for what has no address of its own, such as a problem.
        others: what else the address asks for, as a query.
    """
    named = by_parameter()
    default = default_language()
    g.depends_on_language = g.get("depends_on_language", False) or named is None
    language = named or choose_language(request.headers.get("Accept-Language"), LANGUAGES, default)
    return Speech(language, language if named or language != default else "", path, others)


def _own(publication: Publication) -> str:
    """The language in which the latest edition names the organization, where pages speak it."""
    published = publication.published
    names = Facts(publication.quads, [published.latest.iri]).values(published.organization, NAME)
    found = (language_for(name.language, LANGUAGES) for name in names)
    known = [language for language in found if language]
    return ENGLISH if ENGLISH in known or not known else known[0]
