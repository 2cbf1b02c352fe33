"""Bad input over a real socket: a refusal with a sentence, never a failure, never a field built from what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from httpclient import Client
from organograph_server.content.weblinks import WebLink
from serving import listening, small_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def asked(client: Client, target: bytes, *fields: bytes) -> tuple[int, bytes, bytes]:
    """Status, fields and body of a request sent as these bytes."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: here", b"Connection: close", *fields]
    head, _, body = client.raw(b"\r\n".join(lines) + b"\r\n\r\n").partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head, body


@pytest.mark.parametrize(
    ("target", "fields", "status"),
    [
        (b"/doc/unit/legal-affairs", [b"Accept: garbage"], 406),
        (b"/doc/unit/legal-affairs", [b"Accept: \xff\xfe;;;,q="], 406),
        (b"/doc/unit/legal-affairs?format=%0d%0aSet-Cookie:x", [], 406),
        (b"/id/unit/legal-affairs?format=%0d%0aSet-Cookie:x", [], 406),
        (b"/doc/unit/%zz", [], 404),
        (b"/doc/unit/%ff", [], 404),
        (b"/id/unit/a%0d%0aSet-Cookie:x", [], 404),
        (b"/id/unit/a%3E%3Bx", [], 404),
        (b"/id/unit/legal-affairs%3E", [], 404),
        (b"/doc/unit/a%3Eb.ttl", [], 404),
        (b"/edition/1999-01", [], 404),
        (b"/edition/1999-01/doc/unit/legal-affairs", [], 404),
        (b"/edition/2022-06%0d%0aSet-Cookie:x/doc/unit/legal-affairs", [], 404),
        (b"/edition/latest.%0d%0aSet-Cookie:x", [], 404),
        (b"/edition/latest/doc/unit/a%0d%0aSet-Cookie:x", [], 404),
        (b"/timegate/http://evil.example/", [], 404),
        (b"/timegate/doc/unit/legal-affairs", [b"Accept-Datetime: no date"], 400),
        (b"/timegate/doc/unit/legal-affairs", [b"Accept-Datetime: Wed, 31 Feb 2022 00:00:00 GMT"], 400),
        (b"/timemap/doc/unit/a%0d%0aSet-Cookie:x", [], 404),
        (b"/doc/unit/legal-affairs", [b"X-Long: " + b"a" * 8_200], 431),
        (b"/doc/unit/legal-affairs", [b"Accept: " + b"text/turtle;q=0.1," * 3_000], 431),
        (b"/doc/unit/legal-affairs", [b"Cookie: " + b"a=b; " * 4_000], 431),
        (b"/doc/unit/legal-affairs", [b"X-%d: %s" % (number, b"a" * 8_000) for number in range(9)], 431),
        (b"/version/%0d%0aSet-Cookie:x/catalogue", [], 404),
        (b"/static/..%2fapp.py", [], 404),
    ],
)
def test_bad_requests_are_refused_with_a_sentence(client: Client, target: bytes, fields: list[bytes], status: int) -> None:
    """Each is a 4xx that says what is wrong, and no field holds what was sent."""
    got, head, body = asked(client, target, *fields)
    assert got == status
    assert b"Set-Cookie" not in head
    assert b"evil.example" not in head
    assert re.search(rb'"[A-Z][^"]* [^"]*\.', body)
    assert client.get("/healthz").status == 200


@pytest.mark.parametrize(
    "fields",
    [
        [b"Host: evil.example"],
        [b"Host: evil.example:99999999999"],
        [b"Host: \xff\xfe"],
        [b"Host: a b<>"],
        [b"Host:"],
        [b"X-Forwarded-Host: evil.example", b"X-Forwarded-Proto: gopher", b"X-Forwarded-For: evil.example", b"X-Forwarded-Port: 1"],
        [b"X-Forwarded-Prefix: /evil.example"],
        [b"Forwarded: host=evil.example;proto=gopher"],
        [b"X-Original-URL: /evil.example", b"X-Rewrite-URL: /evil.example"],
    ],
)
@pytest.mark.parametrize(
    "path",
    [b"/", b"/id/unit/legal-affairs", b"/doc/unit/legal-affairs", b"/timegate/doc/unit/legal-affairs", b"/edition/latest", b"//", b"/x"],
)
def test_addresses_come_from_the_base_alone(client: Client, path: bytes, fields: list[bytes]) -> None:
    """Neither Host nor what proxies add shows in any field or body."""
    lines = [b"GET " + path + b" HTTP/1.1", b"Connection: close", *fields]
    if not any(field.startswith(b"Host:") for field in fields):
        lines.append(b"Host: here")
    answer = client.raw(b"\r\n".join(lines) + b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.1 [234]", answer), answer[:200]
    assert b"evil.example" not in answer
    assert b"gopher" not in answer
    assert b"//here" not in answer


def test_a_request_without_host_is_refused(client: Client) -> None:
    """HTTP/1.1 demands the field; HTTP/1.0 does not."""
    assert client.raw(b"GET /catalogue HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert client.raw(b"GET /catalogue HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200")


def test_an_absolute_target_is_answered_as_its_path(client: Client) -> None:
    """A request as to a proxy is answered for its path, and its host is not believed."""
    got, head, _ = asked(client, b"http://evil.example/id/unit/legal-affairs")
    assert got == 303
    assert b"\r\nlocation: /doc/unit/legal-affairs\r\n" in head.lower()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["doc", "id", "edition", "latest", "2022-06", "timegate", "timemap", "unit", "legal-affairs", "version"]),
        max_size=6,
    ),
    st.binary(max_size=12),
    st.sampled_from([b"", b".ttl", b"?format=", b"?page=", b"#"]),
)
def test_no_address_fails_the_server(client: Client, steps: list[str], strange: bytes, end: bytes) -> None:
    """Whatever the path is made of, the answer is none of 5xx, and no line of it comes from the request."""
    quoted = b"".join(b"%%%02x" % byte for byte in strange)
    got, head, _ = asked(client, b"/" + b"/".join(step.encode() for step in steps) + quoted + end + quoted)
    assert got < 500
    assert all(re.match(rb"[A-Za-z-]+: ", line) for line in head.split(b"\r\n")[1:])


def test_links_hold_no_raw_input() -> None:
    """Targets and anchors of the Link field encode whatever would end them."""
    link = str(WebLink('http://a.example/x>y\r\nz "é', "type", anchor='b"c\r\n>'))
    assert link == '<http://a.example/x%3Ey%0D%0Az%20%22%C3%A9>; rel="type"; anchor="b%22c%0D%0A%3E"'


@pytest.mark.parametrize(
    "path", ["/doc/unit/legal-affairs", "/timegate/doc/unit/legal-affairs", "/edition/2021-09.csv", "/data/dataset.nq", "/x"]
)
def test_scripts_of_other_sites_may_send_and_read(client: Client, path: str) -> None:
    """A preflight allows the fields of negotiation in format and time, and scripts may read those of the answer."""
    preflight = client.ask("OPTIONS", path, {"Origin": "http://other.example", "Access-Control-Request-Headers": "accept-datetime"})
    answer = client.get(path)
    assert answer.fields["Access-Control-Allow-Origin"] == "*"
    for name in ("ETag", "Link", "Memento-Datetime", "Content-Location", "Location", "Vary"):
        assert name in answer.fields["Access-Control-Expose-Headers"]
    for name in ("Accept", "Accept-Datetime", "If-None-Match"):
        assert name in preflight.fields["Access-Control-Allow-Headers"].split(", ")
    assert preflight.status == (404 if path == "/x" else 200)
    assert json.loads(client.get("/x").body)["status"] == 404
