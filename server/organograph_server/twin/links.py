"""Finds the addresses that an answer names: in its fields, on its page, in its site map or feed, and in its triples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

_TARGET = re.compile(r"<([^<>]*)>(?=\s*;)")
_IN_XML = re.compile(r"<loc>([^<]+)</loc>|\s(?:href|src)=\"([^\"]+)\"")
_IRI = re.compile(r"<([^<>\s]+)>")
_WHERE = {"a": "href", "link": "href", "area": "href", "img": "src", "script": "src", "iframe": "src", "source": "src"}


class _Page(HTMLParser):
    """Collects what a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the address that a tag names."""
        wanted = _WHERE.get(tag)
        self.found += [value for name, value in attrs if name == wanted and value]


def in_field(link: str) -> list[str]:
    """The targets of a Link field (RFC 8288)."""
    return _TARGET.findall(link)


def in_page(text: str) -> list[str]:
    """What a page in HTML leads to."""
    page = _Page()
    page.feed(text)
    return page.found


def in_xml(text: str) -> list[str]:
    """What a site map lists, and a feed leads to."""
    return [re.sub("&amp;", "&", one or other) for one, other in _IN_XML.findall(text)]


def in_triples(text: str) -> Iterator[str]:
    """The IRIs in N-Triples, each once."""
    yield from dict.fromkeys(_IRI.findall(text))


def address_of(link: str, base: str, page: str) -> str | None:
    """The address of a link from the root of the server, without fragment; None where it leads elsewhere.

    Args:
        link: as written.
        base: where the server stands.
        page: the address of what it is written on.
    """
    try:
        full = urldefrag(urljoin(base + page.lstrip("/"), link.strip())).url
        here, there = urlsplit(base), urlsplit(full)
    except ValueError:
        return None
    if (there.scheme, there.netloc) != (here.scheme, here.netloc) or not f"{there.path or '/'}".startswith(here.path):
        return None
    return f"/{there.path[len(here.path) :]}" + (f"?{there.query}" if there.query else "")
