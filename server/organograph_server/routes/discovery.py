"""What search engines read first: robots.txt (RFC 9309), and the site map of all pages (sitemaps.org, Sitemaps XML format)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.responses import represent
from organograph_server.api.operations import answers
from organograph_server.api.values import listed
from organograph_server.dataset.publication import Publication, current
from organograph_server.dataset.reforms import reforms
from organograph_server.errors import ResourceUnknown
from organograph_server.profiles.prof import LIST
from organograph_server.routes import reports, savedqueries
from organograph_server.routes.changes import stream
from organograph_server.service import service

blueprint = Blueprint("discovery", __name__)
for_things = Blueprint("sitemap", __name__)

_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XML = "application/xml"
# One site map may list no more; then there are several, and a list of them.
LIMIT = 50_000


@blueprint.get("/robots.txt")
@answers("text/plain")
def robots() -> Response:
    """Tell crawlers where the pages are listed, and to leave alone what answers queries and what names a version."""
    serving = service()
    asked = (f"{door.prefix}{name}" for door in serving.doors.values() for name in ("sparql", "rdf-graph-store"))
    root = urlsplit(serving.base).path
    searched = ("search", "reconcile") if serving.publication is not None else ()
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in (*asked, *searched, "version/", "timegate/"))]
    if serving.publication is not None:
        lines += ["", f"Sitemap: {serving.base}sitemap.xml"]
    text = "\n".join([*lines, ""])
    return represent("text/plain; charset=utf-8", text.encode, ("robots.txt",), dated=False)


@for_things.get("/sitemap.xml")
@answers(_XML)
def sitemap() -> Response:
    """List the pages; where they are too many for one list, list the lists."""
    publication = current()
    return represent(_XML, lambda: whole_map(pages(publication), publication.published.names.base), ("sitemap.xml",))


@for_things.get("/sitemap-<int:number>.xml")
@answers(_XML, parameters=(listed("number", "Which part.", lambda _: _parts(current())),))
def part(number: int) -> Response:
    """List one part of the pages, where they are too many for one list."""
    found = pages(current())
    if str(number) not in _parts(current()):
        raise ResourceUnknown(Message("There is no site map %(number)s.", number=number), "All that there are are listed at /sitemap.xml.")
    return represent(_XML, lambda: written("urlset", "url", found[(number - 1) * LIMIT : number * LIMIT]), ("sitemap", str(number)))


def _parts(publication: Publication) -> list[str]:
    """The numbers of the parts; there are none where one list has room for all pages."""
    amount = len(pages(publication))
    return [str(number) for number in range(1, -(-amount // LIMIT) + 1)] if amount > LIMIT else []


def pages(publication: Publication) -> list[str]:
    """The addresses of all pages that people read: catalogues, terms, rules, profiles, queries, editions, changes, reforms, all else."""
    published, things = publication.published, publication.iri("id/")
    listed = [publication.iri(name) for name in ("about", "dcat", "ns", *(["shapes"] if publication.ruleset.graphs else []), LIST, "query")]
    queries = [query.iri for query in savedqueries.known().by_name.values()]
    fixed = [published.names.base, published.catalogue, *listed, *queries, *(edition.iri for edition in published.editions)]
    fixed += [publication.iri(path) for path in (*stream().paths, *reforms().paths)]
    fixed += [f"{edition.iri}/chart" for edition in published.editions]
    fixed += [publication.iri(path) for _, path in reports.reported_editions(publication)]
    documents = [publication.iri(f"doc/{iri.removeprefix(things)}") for iri in publication.quads.owners(things)]
    return list(dict.fromkeys([*fixed, *documents]))


def whole_map(found: Sequence[str], base: str, limit: int = LIMIT) -> bytes:
    """The site map of pages, or the index of its parts.

    Args:
        found: the addresses of the pages.
        base: where the parts stand below.
        limit: how many pages one list may have.
    """
    if len(found) <= limit:
        return written("urlset", "url", found)
    return written("sitemapindex", "sitemap", [f"{base}sitemap-{number}.xml" for number in range(1, -(-len(found) // limit) + 1)])


def written(root: str, entry: str, addresses: Sequence[str]) -> bytes:
    """Addresses as a document of the Sitemaps XML format.

    Args:
        root: `urlset` or `sitemapindex`.
        entry: what stands around each address, `url` or `sitemap`.
        addresses: of pages or of site maps.
    """
    lines = (f"  <{entry}><loc>{escape(address)}</loc></{entry}>" for address in addresses)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_SPACE}">', *lines, f"</{root}>", ""]).encode()
