"""Addresses of representations: Content-Location where formats have no endings, lists of media types, and the latest edition by name."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from httpclient import Client
from serving import BASE, listening, small_app

CATALOGUE = quote(f"{BASE}catalogue", safe="")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/.well-known/void", "/.well-known/void?format=ttl"),
        ("/sparql", "/sparql?format=ttl"),
        ("/edition/2021-09/sparql", "/edition/2021-09/sparql?format=ttl"),
        ("/edition/latest/sparql", "/edition/2022-06/sparql?format=ttl"),
        ("/query", "/query?format=ttl"),
        ("/query/chain-of-command", "/query/chain-of-command?format=html"),
        ("/query/search?text=a%26b%20%C3%BC", "/query/search?text=a%26b%20%C3%BC&format=csv"),
        ("/rdf-graph-store?default", "/rdf-graph-store?default=&format=ttl"),
        (
            f"/rdf-graph-store?graph={quote(BASE + 'catalogue', safe='')}",
            f"/rdf-graph-store?graph={quote(BASE + 'catalogue', safe='')}&format=ttl",
        ),
    ],
)
def test_what_has_no_endings_says_by_parameter_where_its_format_is(client: Client, path: str, place: str) -> None:
    """Content-Location leads everybody, whatever he accepts, to the bytes and the tag that were chosen."""
    answer = client.get(path)
    assert (answer.status, answer.fields["Content-Location"]) == (200, place)
    again = client.get(place, "application/trig;q=0.1")
    assert (again.status, again.body, again.fields["ETag"]) == (200, answer.body, answer.fields["ETag"])


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("text/turtle,application/ld+json", "text/turtle"),
        ("image/png,%20application/n-triples", "application/n-triples"),
        ("text/turtle;q=0.2,application/ld%2Bjson;q=0.9", "application/ld+json"),
        ("application/ld+json;q=1", "application/ld+json"),
        ("image/png,text/csv", None),
        ("text/turtle;q=0", None),
    ],
)
def test_the_parameter_of_media_types_takes_a_list(client: Client, wanted: str, given: str | None) -> None:
    """`_mediatype` may list media types with weights, as the Accept field does (Content Negotiation by Profile, section 7.2)."""
    answer = client.get(f"/doc/unit/legal-affairs?_mediatype={wanted}", "text/html")
    assert (answer.status, answer.media_type) == ((200, given) if given else (406, "text/html"))


def test_the_latest_edition_can_be_asked_by_that_name(client: Client) -> None:
    """Its endpoint and its graph store answer as those of the edition do, also to who follows nothing."""
    count = quote("SELECT (COUNT(*) AS ?all) { ?s ?p ?o }")
    for path in (f"sparql?query={count}", "rdf-graph-store?default", "sparql"):
        latest, same = (client.get(f"/edition/{name}/{path}", "text/csv, text/turtle;q=0.5") for name in ("latest", "2022-06"))
        assert (latest.status, latest.body) == (200, same.body)


@pytest.mark.parametrize("host", ["a b", "a/b", "a,b", "user@host", '"', "a:b", "[::1", "a:1:2"])
def test_a_host_that_is_none_is_refused(client: Client, host: str) -> None:
    """What cannot be the name of a host is 400, as HTTP/1.1 demands (RFC 9112 section 3.2)."""
    answer = client.get("/robots.txt", Host=host)
    assert (answer.status, "Host field" in answer.text) == (400, True)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "my_service.local", "x", "a%20b", "x:"])
def test_any_host_that_is_one_is_answered(client: Client, host: str) -> None:
    """Which host it is makes no difference."""
    assert client.get("/robots.txt", Host=host).status == 200


def test_two_hosts_are_refused(client: Client) -> None:
    """A request that names two hosts is 400, also where an equal one was answered before (RFC 9112 section 3.2)."""
    request = b"GET /robots.txt HTTP/1.1\r\nHost: one\r\n%sConnection: close\r\n\r\n"
    assert client.raw(request % b"").startswith(b"HTTP/1.1 200 ")
    answer = client.raw(request % b"Host: two\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"several Host fields" in answer
