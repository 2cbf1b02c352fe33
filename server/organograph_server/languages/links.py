"""Keeps who has chosen a language in it: the links and forms of a page ask for the same, and its head leads to the others."""

from __future__ import annotations

import re

PARAMETER = "lang"
"""The parameter of an address that asks for a language."""
# Only what we write ourselves is read here: attributes in double quotes, in which the signs of HTML are escaped.
_LINK = re.compile(r'(<a\b[^>]*?\shref=")([^"]*)(")')
_FORM = re.compile(r'<form\b[^>]*\smethod="get"[^>]*>')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
_ENDING = re.compile(r"\.(?!html?$|svg$)[a-z][a-z0-9]*$")
_ASKED = re.compile(r"(?:^|&(?:amp;)?)(lang=|format=(?!html)|_mediatype=|_profile=(?!alt))")
# What answers programs alone is the same in every language.
_DATA = re.compile(r"(?:^|/)(?:data|static)/|(?:^|/)(?:rdf-graph-store|reconcile|healthz|readyz|metrics)$")


def kept_in(page: str, language: str) -> str:
    """A page whose links to other pages, and whose forms, ask for a language.

    Args:
        page: in HTML or SVG.
        language: its tag; "" leaves the page as it is.
    """
    if not language:
        return page
    page = _LINK.sub(lambda link: f"{link[1]}{asking(link[2], language)}{link[3]}", page)
    return _FORM.sub(lambda form: f'{form[0]}<input type="hidden" name="{PARAMETER}" value="{language}">', page)


def asking(link: str, language: str) -> str:
    """A link to a page with the language in its query; one that leads to data, elsewhere or on the same page is left as it is.

    Args:
        link: as it stands in HTML, with its signs escaped.
        language: its tag.
    """
    address, mark, fragment = link.partition("#")
    path, _, query = address.partition("?")
    is_data = _DATA.search(path) or _ENDING.search(path.rpartition("/")[2])
    if not address or _ELSEWHERE.match(link) or is_data or _ASKED.search(query):
        return link
    return f"{path}?{query}{'&amp;' if query else ''}{PARAMETER}={language}{mark}{fragment}"
