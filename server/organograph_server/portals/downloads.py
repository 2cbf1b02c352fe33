"""What files a dataset can be had as: their addresses, and the size and hash of the very bytes that are given there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from flask import current_app

from organograph.messages import Joined
from organograph_server.answers.representations import Measure, Representations
from organograph_server.answers.responses import measured
from organograph_server.content.formats import STORE_FORMATS, Format
from organograph_server.dataset.mementos import LATEST
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition, PublishedFile
from organograph_server.profiles.table import DEFAULT, Profile
from organograph_server.routes import feed
from organograph_server.routes.graphs import graph_document
from organograph_server.routes.profiled import Profiled, in_profile
from organograph_server.stream.atom import TYPE_OF_FEED
from organograph_server.views.changes import FEED
from organograph_server.views.offers import Offer, file_offer, offers


@dataclass(frozen=True)
class Download:
    """An offer whose bytes have been counted.

    Args:
        offer: what is offered; no other download has its path.
        access: IRI of what leads to it.
        addresses: IRIs where its bytes are, the same at each.
        size: in bytes, before any coding.
        sha256: of the bytes, in hexadecimal.
        profile: what it conforms to; None for what is no edition in RDF.
    """

    offer: Offer
    access: str
    addresses: tuple[str, ...]
    size: int
    sha256: str
    profile: Profile | None = None

    @property
    def name(self) -> str:
        """The path that it is told by."""
        return self.offer.path

    @property
    def label(self) -> str:
        """What people call its format."""
        return self.offer.label

    @property
    def media_type(self) -> str:
        """Without parameters."""
        return self.offer.media_type

    @property
    def graph(self) -> bool:
        """Whether the Graph Store Protocol gives it too."""
        return self.offer.form in STORE_FORMATS


def graph_downloads(publication: Publication, iri: str) -> Iterator[Download]:
    """A graph in each format but HTML, which is a page; where a file of the dataset has the same bytes, at its address too.

    Of a large dataset only what was built as a file is told: to make all else, only to count it, would take minutes.
    """
    document = graph_document(publication, iri)
    published = publication.published
    files = published.graphs[iri]
    access = publication.iri(document.path)
    for offer in offers(document.path, document.formats):
        form = cast(Format, offer.form)
        file = files.get(form.name)
        if file is None and publication.is_large:
            continue
        made = Measure(file.size, file.sha256) if file and published.large(file) else measured(document, form)
        same = [f"data/{file.path}" for ending, file in files.items() if ending == form.name and file.sha256 == made.sha256]
        addresses = tuple(publication.iri(path) for path in (offer.path, *same))
        profile = DEFAULT if published.edition(iri) and form in STORE_FORMATS else None
        yield Download(replace(offer, size=made.size), access, addresses, made.size, made.sha256, profile)


def profile_downloads(publication: Publication, edition: Edition) -> Iterator[Download]:
    """An edition in each other profile, in the format that this is given in first; none of a large dataset."""
    profiled, document = Profiled.of_edition(publication, edition), graph_document(publication, edition.iri)
    for profile in () if publication.is_large else profiled.others:
        form = profile.formats[0]
        made = measured(in_profile(profiled, document, profile), form)
        label = Joined(", ", [profile.title, form.label])
        offer = Offer(f"{document.path}.{form.name}?_profile={profile.token}", label, form.media_type, made.size)
        address = publication.iri(offer.path)
        yield Download(offer, f"{publication.iri(document.path)}", (address,), made.size, made.sha256, profile)


def latest_downloads(publication: Publication) -> Iterator[Download]:
    """The latest edition at the addresses that lead to it as long as it is the latest."""
    latest = publication.published.latest
    for found in graph_downloads(publication, latest.iri):
        name = found.name.replace(f"edition/{latest.identifier}", LATEST, 1)
        # The Graph Store Protocol knows no graph of this name.
        offer = replace(found.offer, path=name, form=None)
        yield Download(offer, publication.iri(LATEST), (publication.iri(name),), found.size, found.sha256, found.profile)


def file_download(publication: Publication, file: PublishedFile) -> Download:
    """A file of the dataset."""
    offer = file_offer(file)
    address = publication.iri(offer.path)
    return Download(offer, address, (address,), file.size, file.sha256)


def feed_download(publication: Publication) -> Iterator[Download]:
    """The feed of editions and changes, where there is one."""
    if entries := feed.news(publication):
        made = Representations.of(current_app).measure((FEED,), lambda: feed.feed_bytes(publication, entries))
        address = publication.iri(FEED)
        yield Download(Offer(FEED, "Atom", TYPE_OF_FEED, made.size), address, (address,), made.size, made.sha256)
