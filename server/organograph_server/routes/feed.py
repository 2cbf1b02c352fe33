"""The feed of editions and changes for readers of news (Atom, RFC 4287), dated by what the evidence supports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, Response

from organograph.names import OG, ORG, PREFIXES
from organograph_server.answers.responses import represent
from organograph_server.api.operations import answers
from organograph_server.content.formats import TRIG
from organograph_server.dataset.facts import TYPE, Facts
from organograph_server.dataset.mementos import LATEST, history
from organograph_server.dataset.publication import Publication, current
from organograph_server.errors import ResourceUnknown
from organograph_server.routes.changes import stream
from organograph_server.stream.atom import TYPE_OF_FEED, Entry, Feed, written
from organograph_server.stream.eventstream import PATH as STREAM
from organograph_server.views.changes import ARCHIVE_ENDING, FEED

blueprint = Blueprint("feed", __name__)

_SOURCE = PREFIXES["dcterms"] + "source"


@blueprint.get(f"/{FEED}")
@answers(TYPE_OF_FEED, also=(HTTPStatus.NOT_FOUND,))
def feed() -> Response:
    """Give the feed: an entry for each edition and each change, the latest first; its archives have the versions of things.

    Raises:
        ResourceUnknown: no edition has a date, and then nothing that came with one has.
    """
    publication = current()
    if not (entries := news(publication)):
        raise ResourceUnknown("No edition of this dataset is dated, so there is no feed of changes.", "Read the catalogue, /catalogue.")
    return represent(TYPE_OF_FEED, lambda: feed_bytes(publication, entries), (FEED,))


def feed_bytes(publication: Publication, entries: Sequence[Entry]) -> bytes:
    """The feed as it is given.

    Args:
        publication: what it is of.
        entries: at least one, the latest first.
    """
    nodes = stream().nodes
    links = [("related", TRIG.media_type, publication.iri(STREAM))]
    # RFC 5005 section 4: who wants more than the news goes back from here, archive by archive.
    links += [("prev-archive", TYPE_OF_FEED, f"{publication.iri(nodes[-1].path)}{ARCHIVE_ENDING}")] if nodes else []
    address = publication.iri(FEED)
    whole = Feed(FEED, address, "editions and changes of the structure", publication.published.names.base, entries, links)
    return written(publication, whole)


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
