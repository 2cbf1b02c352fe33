"""Last-Modified and conditions by date: what they are taken from, and what has none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from httpclient import Client
from organograph.releases import Releases
from organograph_server.app import create_app
from organograph_server.dataset.published import read_current
from organograph_server.settings import Settings
from serving import listening, small_dataset
from test_caching import AFTER, CHANGED, UNIT, dated_dataset


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset, which knows when it last changed."""
    with listening(create_app(Settings(dataset=dated_dataset(tmp_path_factory.mktemp("server"))))) as address:
        yield Client(address)


def test_what_the_build_was_not_told_the_files_tell(tmp_path: Path) -> None:
    """A dataset without a date is dated by when it was written, and files by the latest of them, as static files are."""
    directory = small_dataset(tmp_path)
    os.utime(directory / "manifest.json", (1735689600.9, 1735689600.9))
    (tmp_path / "one.ttl").write_text("<a:a> <a:b> 1 .", "utf-8")
    (tmp_path / "two.ttl").write_text("<a:a> <a:b> 2 .", "utf-8")
    os.utime(tmp_path / "one.ttl", (1, 1))
    os.utime(tmp_path / "two.ttl", (1735689600, 1735689600))
    files = (tmp_path / "one.ttl", tmp_path / "two.ttl")
    for chosen, path in (
        (Settings(dataset=directory), f"{UNIT}.ttl"),
        (Settings(dataset=directory), "/.well-known/void"),
        (Settings(files=files, base="http://here.example/"), "/rdf-graph-store?default"),
    ):
        with listening(create_app(chosen)) as address:
            assert Client(address).get(path).fields["Last-Modified"] == CHANGED


def test_a_rollback_is_a_change(tmp_path: Path) -> None:
    """Who has seen a later release is not told that nothing changed since, though the release that is current again is older."""
    files = {}
    for name, issued in (("old", "2025-01-01T00:00:00Z"), ("new", "2025-01-02T00:00:00Z")):
        directory = dated_dataset(tmp_path / name, issued)
        files[name] = {path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
    releases = Releases(tmp_path / "releases")
    releases.publish(files["old"])
    assert read_current(releases.root).changed == datetime(2025, 1, 1, tzinfo=UTC)
    releases.publish(files["new"])
    assert read_current(releases.root).changed == datetime(2025, 1, 2, tzinfo=UTC)
    since = datetime.fromisoformat(releases.rollback().when)
    assert read_current(releases.root).changed == since > datetime(2025, 1, 2, tzinfo=UTC)


def test_what_changes_otherwise_than_the_data_has_not_their_date(client: Client) -> None:
    """A query of the moment, and what the software alone makes, are not told to be as old as the data."""
    moment, lasting = (f"/sparql?query={quote(query)}" for query in ("SELECT (NOW() AS ?now) {}", "ASK {}"))
    for path in (moment, f"{moment}&format=csv", "/robots.txt", "/static/style.css", "/openapi.json", "/sparql", "/query"):
        answer = client.get(path, **{"If-Modified-Since": AFTER})
        assert (answer.status, answer.fields["Last-Modified"]) == (200, None), path
    assert client.get(lasting, **{"If-Modified-Since": AFTER}).status == 304


def test_a_post_is_never_told_that_nothing_changed(client: Client) -> None:
    """To If-None-Match a POST is answered 412, and If-Modified-Since it does not heed (RFC 9110 sections 13.1.2 and 13.1.3)."""
    kind = {"Content-Type": "application/sparql-query"}
    tag = client.ask("POST", "/sparql", kind, b"ASK {}").fields["ETag"]
    assert client.ask("POST", "/sparql", kind | {"If-None-Match": tag}, b"ASK {}").status == 412
    assert client.ask("POST", "/sparql", kind | {"If-None-Match": '"other"'}, b"ASK {}").status == 200
    assert client.ask("POST", "/sparql", kind | {"If-Modified-Since": AFTER}, b"ASK {}").status == 200
