"""Writes feeds of news as Atom (RFC 4287), also divided into archives that lead to one another (RFC 5005)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from organograph_server.dataset.facts import Facts, last_part
from organograph_server.dataset.publication import Publication

TYPE_OF_FEED = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_HISTORY = "http://purl.org/syndication/history/1.0"
# What XML 1.0 has no place for (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One piece of news.

    Args:
        iri: what names the entry.
        title: in words.
        updated: since when the evidence supports it, in UTC.
        page: where people read of it.
        summary: what happened.
        category: IRI of the kind of news.
    """

    iri: str
    title: str
    updated: datetime
    page: str
    summary: str
    category: str


@dataclass(frozen=True)
class Feed:
    """A feed, or one of the archives of a feed.

    Args:
        path: where it is, from the root of this server.
        iri: what names it.
        title: in words, after the name of the organization.
        page: where people read the same.
        entries: at least one, the latest first.
        links: relation, media type and address of what else it leads to.
        is_archive: whether it is an archive, and so of interest only to who wants all.
    """

    path: str
    iri: str
    title: str
    page: str
    entries: Sequence[Entry]
    links: Sequence[tuple[str, str, str]] = ()
    is_archive: bool = False


def written(publication: Publication, feed: Feed) -> bytes:
    """A feed as a document of Atom.

    Args:
        publication: what it is of.
        feed: what is in it.
    """
    published = publication.published
    name = Facts(publication.quads, [published.latest.iri, published.catalogue]).label(published.organization)
    spaces = {"xmlns": _ATOM} | ({"xmlns:fh": _HISTORY} if feed.is_archive else {})
    root = Element("feed", {**spaces, "xml:lang": "en"})
    _texts(root, id=feed.iri, title=f"{name}: {feed.title}", updated=_moment(max(entry.updated for entry in feed.entries)))
    if feed.is_archive:
        SubElement(root, "fh:archive")
    _texts(SubElement(root, "author"), name=name, uri=published.organization)
    own = [("self", TYPE_OF_FEED, publication.iri(feed.path)), ("alternate", "text/html", feed.page)]
    for relation, media_type, address in (*own, *feed.links):
        SubElement(root, "link", {"rel": relation, "type": media_type, "href": address})
    for licence in publication.licences:
        SubElement(root, "link", {"rel": "license", "href": licence})
    for entry in feed.entries:
        _entry(SubElement(root, "entry"), entry)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _entry(node: Element, entry: Entry) -> None:
    _texts(node, id=entry.iri, title=entry.title, updated=_moment(entry.updated))
    SubElement(node, "link", {"rel": "alternate", "href": entry.page})
    SubElement(node, "category", {"term": entry.category, "label": last_part(entry.category)})
    _texts(node, summary=entry.summary)


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)


def _moment(when: datetime) -> str:
    """A moment as RFC 3339 writes it, which Atom demands (section 3.3)."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
