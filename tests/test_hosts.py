"""The hosts that a server answers for: whoever names another is told so, whichever way the answer would have come."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from httpclient import HTML, Client
from organograph_server.app import create_app
from organograph_server.gate.versioned import is_misdirected
from organograph_server.settings import Settings
from serving import listening, small_dataset
from test_caching import UNIT

HOSTS = frozenset({"data.example.org", "localhost:8000", "[::1]"})


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server that answers for some names alone."""
    with listening(create_app(Settings(dataset=small_dataset(tmp_path_factory.mktemp("hosts")), hosts=HOSTS))) as address:
        yield Client(address)


@pytest.mark.parametrize("path", [UNIT, "/sparql?query=ASK%7B%7D", "/", "/nowhere", "/static/style.css"])
def test_another_name_is_misdirected(client: Client, path: str) -> None:
    """A document, a query, a page and a file are given by a name that is known, again from what is kept, and by no other."""
    for _ in range(2):
        known = client.get(path, None, Host="Data.Example.org:443")
        assert known.status in (200, 404)
        refused = client.get(path, None, Host="evil.example")
        assert refused.status == 421
        told = json.loads(refused.body)
        assert told["detail"] == "This server does not answer for evil.example."
        assert "ORGANOGRAPH_HOSTS" in told["cure"]


@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("http://data.example.org/nowhere", "evil.example", 404),
        ("http://evil.example/nowhere", "data.example.org", 421),
        ("http://evil@data.example.org/nowhere", "data.example.org", 421),
        ("http:///nowhere", "data.example.org", 421),
        ("http://data.example.org/nowhere", "data.example.org\r\nHost: data.example.org", 421),
    ],
)
def test_a_whole_address_names_the_host(client: Client, address: str, host: str, status: int) -> None:
    """And not the field beside it (RFC 9112 section 3.2.2), of which there still is exactly one."""
    told = client.raw(f"GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert told.startswith(f"HTTP/1.1 {status} ".encode())


def test_watchers_ask_by_any_name(client: Client) -> None:
    """Who looks whether the server serves may ask by its address."""
    assert [client.get(path, None, Host="10.1.2.3:8000").status for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_page_tells_it_in_french(client: Client) -> None:
    """The refusal is a page to a browser, in its language."""
    answer = client.get("/", HTML, Host="evil.example", **{"Accept-Language": "fr"})
    assert answer.status == 421
    assert "Ce serveur ne répond pas pour evil.example." in answer.text


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("data.example.org", False),
        ("DATA.example.org:8443", False),
        ("localhost:8000", False),
        ("localhost", True),
        ("localhost:80", True),
        ("[::1]:8000", False),
        ("data.example.org.evil", True),
        ("", True),
        (None, False),
    ],
)
def test_which_names_are_meant(host: str | None, expected: bool) -> None:
    """A name is served with any port unless one is set; HTTP/1.0 need name none."""
    environ = {"PATH_INFO": "/"} | ({} if host is None else {"HTTP_HOST": host})
    assert is_misdirected(environ, HOSTS) is expected
    assert not is_misdirected(environ, frozenset())


def test_the_setting_is_read_from_the_environment() -> None:
    """Names stand between commas or spaces; none is any."""
    assert Settings.from_environment({"ORGANOGRAPH_HOSTS": "Data.example.org, localhost:8000"}).hosts == {
        "data.example.org",
        "localhost:8000",
    }
    assert Settings.from_environment({}).hosts == frozenset()
