"""The server over a real socket: caching, problems, and what strange requests get."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from httpclient import HTML, Client
from organograph_server.dataset.published import Published, PublishedFile
from serving import listening, small_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset."""
    with listening(small_app(tmp_path_factory.mktemp("server"))) as address:
        yield Client(address)


def test_tags_are_strong_and_spare_the_body(client: Client) -> None:
    """Each representation has its own strong tag; with If-None-Match the answer is 304 without body, with the same fields."""
    tags = set()
    for accept in ("text/turtle", "application/ld+json", HTML):
        answer = client.get("/doc/unit/legal-affairs", accept)
        tag = answer.fields["ETag"]
        assert tag.startswith('"')
        of_pages = ", Accept-Language" if accept == HTML else ""
        assert answer.fields["Vary"] == f"Accept, Accept-Encoding, Accept-Profile{of_pages}"
        again = client.get("/doc/unit/legal-affairs", accept, **{"If-None-Match": f'"other", W/{tag}'})
        assert (again.status, again.body, again.fields["ETag"], again.fields["Vary"]) == (
            304,
            b"",
            tag,
            answer.fields["Vary"],
        )
        assert again.fields["Content-Location"] == answer.fields["Content-Location"]
        tags.add(tag)
    assert len(tags) == 3


def test_tags_and_bytes_outlive_the_server(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two servers of equal datasets give equal tags and equal bytes."""
    seen = []
    for name in ("first", "second"):
        with listening(small_app(tmp_path_factory.mktemp(name))) as address:
            answers = [Client(address).get(f"/doc/unit/legal-affairs.{ending}") for ending in ("ttl", "rdf", "jsonld", "html")]
            seen.append([(answer.fields["ETag"], answer.body) for answer in answers])
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    "path",
    ["/", "/id/unit/legal-affairs", "/doc/unit/legal-affairs", "/edition/2022-06", "/healthz", "/sparql?query=ASK%7B%7D", "/nothing"],
)
def test_head_is_get_without_body(client: Client, path: str) -> None:
    """HEAD gives the fields of GET."""
    got, head = client.get(path), client.ask("HEAD", path)
    assert head.body == b""
    assert head.status == got.status
    ignored = {"date", "x-request-id"}
    assert {k: v for k, v in head.fields.items() if k.lower() not in ignored} == {
        k: v for k, v in got.fields.items() if k.lower() not in ignored
    }


def test_scripts_of_other_sites_may_read(client: Client) -> None:
    """Every answer, problems too, allows other origins; a preflight is answered."""
    for path in ("/doc/unit/legal-affairs", "/nothing", "/healthz"):
        assert client.get(path).fields["Access-Control-Allow-Origin"] == "*"
    preflight = client.ask("OPTIONS", "/sparql", {"Origin": "http://other.example", "Access-Control-Request-Method": "POST"})
    assert preflight.status == 200
    assert "POST" in preflight.fields["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "application/problem+json"),
        ("text/turtle", "text/turtle"),
        ("application/sparql-results+json", "application/problem+json"),
        ("application/json", "application/json"),
        (HTML, "text/html"),
        ("text/plain", "text/plain"),
    ],
)
def test_unknown_things_are_a_problem_in_the_negotiated_format(client: Client, accept: str | None, media_type: str) -> None:
    """An unknown resource is 404 with a sentence, in the format that the client reads."""
    for path in ("/doc/unit/nobody", "/id/unit/nobody", "/edition/1999-01", "/nothing"):
        answer = client.get(path, accept)
        of_pages = ", Accept-Language" if media_type == "text/html" else ""
        assert (answer.status, answer.media_type, answer.fields["Vary"]) == (404, media_type, f"Accept{of_pages}")
    assert "nobody" in client.get("/doc/unit/nobody", accept).text


def test_what_cannot_be_given_is_406_with_what_can(client: Client) -> None:
    """A format that is not there is refused with a list of those that are."""
    for answer in (client.get("/doc/unit/legal-affairs", "image/png"), client.get("/doc/unit/legal-affairs?format=word")):
        assert answer.status == 406
        assert "text/turtle" in json.loads(answer.body)["available"]


def test_other_methods_are_refused(client: Client) -> None:
    """A document cannot be changed; the answer says what it can."""
    answer = client.ask("DELETE", "/doc/unit/legal-affairs")
    assert (answer.status, answer.media_type) == (405, "application/problem+json")
    assert "GET" in answer.fields["Allow"]


STRANGE = [
    b"GET /doc/unit/%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/a%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /id/unit/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /data/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /data/%2e%2e/manifest.json HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /static/../app.py HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/%3Cscript%3E HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n",
    b"GET /doc/unit/legal-affairs%00.ttl HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET //doc//unit//legal-affairs HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=%ff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=ASK%7B%7D&default-graph-uri=a%0d%0ab HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?query=ASK%7B%7D%00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /sparql?" + b"a&" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /doc/unit/nobody?format=%0d%0a HTTP/1.1\r\nHost: x\r\nAccept: \xff\xfe;;;,q=\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: x\r\nAccept: " + b"text/turtle;q=0.1," * 3_000 + b"\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"\xff\", W/\r\n\r\n",
    b"GET /doc/unit/legal-affairs HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: gopher\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\nquery=%ff",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 4\r\n\r\nASK\xff",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 3\r\n\r\n--b",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: \xff\r\nContent-Length: 0\r\n\r\n",
]  # fmt: skip


@pytest.mark.parametrize("request_bytes", STRANGE)
def test_strange_requests_never_fail_the_server(client: Client, request_bytes: bytes) -> None:
    """Whatever the bytes, the answer is none of 5xx, carries no field or address of theirs, and the server goes on."""
    head, _, body = client.raw(request_bytes.replace(b"Host:", b"Connection: close\r\nHost:")).partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] [234]", head), head
    assert b"Set-Cookie" not in head
    assert b"evil.example" not in head + body
    assert b"Traceback" not in body
    assert b"<script>" not in body
    assert client.get("/healthz").status == 200


def test_health_names_the_dataset(client: Client) -> None:
    """The state of the server tells which data it serves."""
    state = json.loads(client.get("/healthz").body)
    assert state["status"] == "ok"
    assert state["editions"] == ["2021-09", "2022-06"]
    assert state["triples"] == len(client.get("/data/dataset.nq").text.splitlines())
    assert re.fullmatch("[0-9a-f]{64}", state["dataset_sha256"])


def test_failures_tell_nothing_of_the_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure of the server's own is a problem without a trace of the code."""
    app = small_app(tmp_path)

    def broken(published: Published, file: PublishedFile) -> bytes:
        raise RuntimeError(f"{file.path} of {published.directory}")

    monkeypatch.setattr(Published, "read", broken)
    answer = app.test_client().get("/edition/2022-06.ttl")
    assert answer.status_code == 500
    assert "logged" in answer.get_json()["detail"]
    assert str(tmp_path) not in answer.text
