"""What search engines are told: every page is listed, each exists, and nothing that answers queries is crawled."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from httpclient import HTML, Client
from organograph_server.routes.discovery import LIMIT, whole_map, written
from serving import Running

SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def addresses(document: bytes) -> list[str]:
    """The addresses that a site map or an index of site maps lists."""
    return [found.text or "" for found in ElementTree.fromstring(document).iter(f"{SPACE}loc")]


def test_the_site_map_lists_each_thing_once_and_every_page_exists(client: Client) -> None:
    """Every thing of the dataset has one page in the site map, and every page of it is HTML for a browser."""
    answer = client.get("/sitemap.xml")
    assert (answer.status, answer.media_type) == (200, "application/xml")
    found = addresses(answer.body)
    base = found[0]
    assert len(found) == len(set(found))
    dump = parse(client.get("/data/dataset.nq").body, format=RdfFormat.N_QUADS)
    named = {quad.subject.value for quad in dump if isinstance(quad.subject, NamedNode)}
    things = {iri.replace(f"{base}id/", f"{base}doc/") for iri in named if iri.startswith(f"{base}id/") and "#" not in iri}
    assert len(things) > 200
    assert things == {address for address in found if address.startswith(f"{base}doc/")}
    for address in found:
        page = client.get("/" + address.removeprefix(base), HTML)
        assert (page.status, page.media_type) == (200, "text/html"), address


def test_robots_lead_to_the_site_map_and_away_from_queries(client: Client) -> None:
    """A crawler that keeps to robots.txt may read all pages of the site map, and asks no endpoint."""
    answer = client.get("/robots.txt")
    assert (answer.status, answer.media_type) == (200, "text/plain")
    robots = RobotFileParser()
    robots.parse(answer.text.splitlines())
    (listing,) = robots.site_maps() or []
    base = listing.removesuffix("sitemap.xml")
    assert all(robots.can_fetch("any", address) for address in addresses(client.get("/sitemap.xml").body))
    for path in ("sparql?query=ASK{}", "edition/2022-06/sparql", "rdf-graph-store?default", "version/x/ns", "timegate/ns"):
        assert not robots.can_fetch("any", base + path), path


def test_a_site_map_that_is_not_there_is_not_found(client: Client) -> None:
    """One list suffices here, so there are no parts."""
    for number in ("1", "2", "9" * 40):
        assert client.get(f"/sitemap-{number}.xml").status == 404


def test_more_pages_than_one_list_may_have_are_listed_in_parts() -> None:
    """An index names as many parts as hold all pages, and addresses are escaped."""
    pages = [f"http://example.org/doc/{number}" for number in range(LIMIT + 1)]
    index = whole_map(pages, "http://example.org/")
    assert ElementTree.fromstring(index).tag == f"{SPACE}sitemapindex"
    assert addresses(index) == ["http://example.org/sitemap-1.xml", "http://example.org/sitemap-2.xml"]
    assert ElementTree.fromstring(whole_map(pages[:LIMIT], "http://example.org/")).tag == f"{SPACE}urlset"
    assert addresses(written("urlset", "url", ["http://example.org/?a&b<c"])) == ["http://example.org/?a&b<c"]
