"""The feed of editions and changes for readers of news (Atom, RFC 4287), dated by what the evidence supports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response

from organograph.names import OG, ORG, PREFIXES
from organograph_server.errors import ResourceUnknown
from organograph_server.facts import TYPE, Facts, last_part
from organograph_server.mementos import LATEST, history
from organograph_server.publication import Publication, current
from organograph_server.responses import represent

blueprint = Blueprint("feed", __name__)

PATH = "changes.atom"
TYPE_OF_FEED = "application/atom+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_SOURCE = PREFIXES["dcterms"] + "source"
# What XML 1.0 has no place for (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Entry:
    """One piece of news.

    Args:
        iri: the thing it is about, which is also what names the entry.
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


@blueprint.get(f"/{PATH}")
def feed() -> Response:
    """Give the feed: an entry for each edition and each change, the latest first.

    Raises:
        ResourceUnknown: no edition has a date, and then nothing that came with one has.
    """
    publication = current()
    if not (entries := news(publication)):
        raise ResourceUnknown("No edition of this dataset is dated, so there is no feed of changes.", "Read the catalogue, /catalogue.")
    return represent(TYPE_OF_FEED, lambda: written(publication, entries), (PATH,))


def news(publication: Publication) -> list[Entry]:
    """What the feed tells, the latest first; nothing where no edition is dated."""
    return sorted(_entries(publication), key=lambda entry: (entry.updated, entry.iri), reverse=True)


def _entries(publication: Publication) -> Iterator[Entry]:
    """The news of each edition whose beginning is known: itself, and the changes that led to it."""
    quads, published = publication.quads, publication.published
    facts = Facts(quads, [published.catalogue])
    found = history(quads, published, LATEST)
    for memento in found.mementos if found else ():
        edition = memento.edition
        documents = [facts.label(iri) for iri in facts.iris(edition.iri, _SOURCE)]
        told = f"The structure as of {edition.not_before}, as far as known. Documents: {'; '.join(documents)}."
        yield Entry(edition.iri, f"Edition {edition.identifier}: {edition.title}", memento.since, edition.iri, told, OG.Edition.value)
        for iri in facts.subjects(OG.toEdition.value, edition.iri):
            yield _change(publication, facts, iri, memento.since)


def _change(publication: Publication, facts: Facts, iri: str, since: datetime) -> Entry:
    kinds = [kind for kind in facts.iris(iri, TYPE) if kind != ORG.ChangeEvent.value]
    was, became = (
        [facts.label(thing) for term in terms for thing in facts.iris(iri, term.value)]
        for terms in ((ORG.originalOrganization, OG.originalPost), (ORG.resultingOrganization, OG.resultingPost))
    )
    told = " ".join(f"{word}: {'; '.join(names)}." for word, names in (("Was", was), ("Became", became)) if names)
    page = publication.iri(f"doc/{iri.removeprefix(publication.iri('id/'))}")
    return Entry(iri, facts.label(iri), since, page, told, next(iter(kinds), ORG.ChangeEvent.value))


def written(publication: Publication, entries: Sequence[Entry]) -> bytes:
    """A feed as a document of Atom.

    Args:
        publication: what it is of.
        entries: at least one, the latest first.
    """
    published = publication.published
    facts = Facts(publication.quads, [published.latest.iri, published.catalogue])
    name, address = facts.label(published.organization), publication.iri(PATH)
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": "en"})
    _texts(root, id=address, title=f"{name}: editions and changes of the structure", updated=_moment(entries[0].updated))
    _texts(SubElement(root, "author"), name=name, uri=published.organization)
    SubElement(root, "link", {"rel": "self", "type": TYPE_OF_FEED, "href": address})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": published.names.base})
    for licence in publication.licences:
        SubElement(root, "link", {"rel": "license", "href": licence})
    for entry in entries:
        node = SubElement(root, "entry")
        _texts(node, id=entry.iri, title=entry.title, updated=_moment(entry.updated))
        SubElement(node, "link", {"rel": "alternate", "href": entry.page})
        SubElement(node, "category", {"term": entry.category, "label": last_part(entry.category)})
        _texts(node, summary=entry.summary)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)


def _moment(when: datetime) -> str:
    """A moment as RFC 3339 writes it, which Atom demands (section 3.3)."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")
