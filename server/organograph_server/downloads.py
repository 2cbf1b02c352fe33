"""What files a dataset can be had as: their addresses, and the size and hash of the very bytes that are given there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import current_app

from organograph_server import feed
from organograph_server.formats import HTML, STORE_FORMATS
from organograph_server.graphs import graph_document
from organograph_server.mementos import LATEST
from organograph_server.publication import Publication
from organograph_server.published import PublishedFile
from organograph_server.representations import Representations
from organograph_server.responses import measured


@dataclass(frozen=True)
class Download:
    """One file.

    Args:
        name: the path that it is told by, which no other download has.
        label: what people call its format.
        media_type: without parameters.
        access: IRI of what leads to it.
        addresses: IRIs where its bytes are, the same at each.
        size: in bytes, before any coding.
        sha256: of the bytes, in hexadecimal.
        graph: whether the Graph Store Protocol gives it too.
    """

    name: str
    label: str
    media_type: str
    access: str
    addresses: tuple[str, ...]
    size: int
    sha256: str
    graph: bool = False


def graph_downloads(publication: Publication, iri: str) -> Iterator[Download]:
    """A graph in each format but HTML, which is a page; where a file of the dataset has the same bytes, at its address too."""
    document = graph_document(publication, iri)
    files = publication.published.graphs[iri]
    access = publication.iri(document.path)
    for form in document.formats:
        if form is HTML:
            continue
        made = measured(document, form)
        name = f"{document.path}.{form.name}"
        same = [f"data/{file.path}" for ending, file in files.items() if ending == form.name and file.sha256 == made.sha256]
        addresses = tuple(publication.iri(path) for path in (name, *same))
        yield Download(name, form.label, form.media_type, access, addresses, made.size, made.sha256, form in STORE_FORMATS)


def latest_downloads(publication: Publication) -> Iterator[Download]:
    """The latest edition at the addresses that lead to it as long as it is the latest."""
    latest = publication.published.latest
    for found in graph_downloads(publication, latest.iri):
        name = found.name.replace(f"edition/{latest.identifier}", LATEST, 1)
        yield Download(name, found.label, found.media_type, publication.iri(LATEST), (publication.iri(name),), found.size, found.sha256)


def file_download(publication: Publication, file: PublishedFile) -> Download:
    """A file of the dataset."""
    name = f"data/{file.path}"
    address = publication.iri(name)
    return Download(name, PurePosixPath(file.path).name, file.media_type, address, (address,), file.size, file.sha256)


def feed_download(publication: Publication) -> Iterator[Download]:
    """The feed of editions and changes, where there is one."""
    if entries := feed.news(publication):
        made = Representations.of(current_app).measure((feed.PATH,), lambda: feed.written(publication, entries))
        address = publication.iri(feed.PATH)
        yield Download(feed.PATH, "Atom", feed.TYPE_OF_FEED, address, (address,), made.size, made.sha256)
