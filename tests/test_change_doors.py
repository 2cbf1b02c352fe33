"""How the stream of changes is asked for over a real socket: formats, conditions, links between its doors, and addresses that are none."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from httpclient import HTML, Client
from serving import Running


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.mark.parametrize(
    "path",
    [
        "/changes/2022-06/0",
        "/changes/2022-06/1",
        "/changes/2022-06/02",
        "/changes/2022-06/-1",
        "/changes/2022-06/4",
        "/changes/2022-06/2/3",
        "/changes/2022-06/%D9%A2",
        "/changes/2022-06/%00",
        "/changes/2022-06/" + "9" * 3_000,
        "/changes/2022-06/x.ttl",
        "/changes/2022-06.exe",
        "/changes/latest",
        "/changes/%0d%0aX: y",
        "/changes.rdf",
        "/changes.exe",
        "/changes/",
    ],
)
def test_addresses_that_are_none_are_refused(client: Client, path: str) -> None:
    """A page that is not there is told in a sentence."""
    answer = client.get(path.replace(" ", "%20"))
    assert answer.status == 404
    assert json.loads(answer.body)["detail"].endswith(".")


def test_pages_are_cached_and_packed_like_all_else(client: Client) -> None:
    """A page has a strong tag, is given once to who has it, and is packed on request; it is never called immutable."""
    answer = client.get("/changes/2022-06", "application/trig")
    assert answer.fields["Cache-Control"] == "no-cache"
    assert "Accept" in answer.fields["Vary"]
    assert client.get("/changes/2022-06", "application/trig", **{"If-None-Match": answer.fields["ETag"]}).status == 304
    packed = client.get("/changes/2022-06", "application/trig", **{"Accept-Encoding": "gzip"})
    assert packed.fields["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == answer.body
    assert client.get("/changes/2022-06", "image/png").status == 406
    assert "immutable" not in answer.text


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, "application/trig"),
        ("*/*", "application/trig"),
        ("application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6", "application/n-quads"),
        ("text/turtle, */*;q=0.5", "application/trig"),
        ("text/turtle, application/ld+json", "application/ld+json"),
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        (HTML, "text/html"),
        ("application/atom+xml", "application/atom+xml"),
    ],
)
def test_formats_that_have_graphs_come_first(client: Client, accept: str | None, given: str) -> None:
    """A client that reads datasets is never given triples alone, in which it would miss the states; one that reads nothing else is."""
    assert client.get("/changes/2021-09", accept).media_type == given


def test_the_doors_lead_to_one_another(client: Client) -> None:
    """The home page, the stream, the feed of news and the pages link to each other."""
    assert re.search(r'href="\./changes"', client.get("/", HTML).text)
    entry = client.get("/changes", HTML)
    assert re.search(r'href="\./changes\.atom"', entry.text)
    assert '</changes.atom>; rel="alternate"; type="application/atom+xml"' in entry.fields["Link"]
    second = client.get("/changes/2022-06/2", HTML)
    for link in ('</changes/2022-06>; rel="prev"', '</changes/2022-06/3>; rel="next"', '</changes>; rel="collection"'):
        assert link in second.fields["Link"]
    for path in re.findall(r'href="([^"]+)"', entry.text + second.text):
        if not path.startswith("http"):
            # Both pages refer to the root, one from the root itself and one from three levels below.
            assert client.get("/" + re.sub(r"^(\.\./)*(\./)?", "", path)).status in (200, 303), path
