"""Two servers of one directory of releases behind nginx, configured by docs/deploy/: nothing lost, nothing mixed, whatever changes."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from httpclient import HTML, Client
from ledger import Ledger
from marked import PLAIN, QUERY, SPARQL, marks, release
from organograph.releases import Releases
from readers import Readers, behind_nginx
from stores import STORES

UNIT = "/doc/unit/legal-affairs"
PATHS = (f"{UNIT}.ttl", "same", "/edition/2022-06.nt", "new", "/doc/body/council.html", "POST")
"""What is asked for in turn; of queries one that is always the same, one that was never asked before, and one in a body."""


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, bytes]]:
    """Two releases that differ."""
    folder = tmp_path_factory.mktemp("releases")
    return [release(folder, mark) for mark in ("A", "B")]


@contextmanager
def asking(client: Client, ledger: Ledger, query: str = QUERY) -> Iterator[None]:
    """Four clients that ask all the time, until the block ends; then each has asked for everything."""
    over, turns = threading.Event(), [0] * 4
    threads = [threading.Thread(target=_ask, args=(client, ledger, query, number, turns, over)) for number in range(len(turns))]
    for thread in threads:
        thread.start()
    try:
        yield
        wait_for(lambda: min(turns) > 2 * len(PATHS))
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=120)


def _ask(client: Client, ledger: Ledger, query: str, number: int, turns: list[int], over: threading.Event) -> None:
    where, known = urlsplit(client.address), dict[str, str | None]()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
    while not over.is_set():
        turns[number] += 1
        path = PATHS[(turns[number] + number) % len(PATHS)]
        tag = known.get(path) if turns[number] % 3 == 0 else None
        try:
            if path == "POST":
                connection.request("POST", "/sparql", query, {"Content-Type": "application/sparql-query"})
            else:
                queries = {"same": query, "new": f"{query} # {number} {turns[number]}"}
                address = f"/sparql?query={quote(queries[path])}" if path in queries else path
                connection.request("GET", address, headers={"If-None-Match": tag} if tag else {})
            answer = connection.getresponse()
            known[path] = ledger.enter(path, answer, answer.read(), tag)
        except (OSError, http.client.HTTPException) as error:
            ledger.lost.append(f"{path} {error!r}")
            connection.close()
    connection.close()


def wait_for(has_come: Callable[[], object], why: str = "it has not come") -> None:
    """Wait until something has come, for two minutes at most."""
    until = time.monotonic() + 120
    while not has_come():
        assert time.monotonic() < until, why
        time.sleep(0.02)


def now(readers: Readers) -> list[str]:
    """The version of each server."""
    return [str(json.loads(reader.client.get("/healthz").body)["version"]) for reader in readers.servers]


def test_rolling_publishing_loses_and_mixes_nothing(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """While releases are rolled out server by server, each answer is whole, of one release, and the one that its version and tag name."""
    root, ledger = tmp_path / "live", Ledger()
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx") as readers, asking(readers.client, ledger):
        for turn in range(1, 5):
            name = Releases(root).publish(releases[turn % 2]).name
            told = readers.roll()
            assert told.stdout.count(f" serves release {name}\n") == 2, told.stderr
        Releases(root).rollback()
        assert readers.roll().returncode == 0
    assert (ledger.lost, ledger.mixed) == ([], [])
    assert ledger.unchanged > 0


def test_restarting_servers_one_by_one_loses_nothing(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """While each server is told to stop and started anew, no request is lost, be it a query in a POST."""
    root, ledger = tmp_path / "live", Ledger()
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx", drain_seconds=3) as readers, asking(readers.client, ledger):
        for reader in (*readers.servers, readers.servers[0]):
            reader.stop()
            before = ledger.requests
            wait_for(lambda before=before: ledger.requests > before + 20)
            reader.start()
    assert (ledger.lost, ledger.mixed) == ([], [])


@pytest.mark.parametrize("store", STORES)
def test_servers_of_one_store_lose_and_mix_nothing(tmp_path: Path, releases: list[dict[str, bytes]], store: str) -> None:
    """While releases are loaded into the store that all servers ask, and rolled out, each answer is whole and of one release."""
    root, ledger = tmp_path / "live", Ledger()
    (tmp_path / "store").mkdir()
    with STORES[store](tmp_path / "store") as running:
        environ = {f"ORGANOGRAPH_{name.upper()}": value for name, value in {"store": running.place, **running.loads}.items()}

        def publish(turn: int) -> str:
            """Publish a release and load it."""
            name = Releases(root).publish(releases[turn % 2]).name
            command = [str(Path(sys.executable).parent / "organograph"), "load", str(root)]
            told = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environ)
            assert told.returncode == 0, told.stderr
            return name

        publish(0)
        with behind_nginx(root, tmp_path / "nginx", store=running.place) as readers, asking(readers.client, ledger, PLAIN):
            for turn in range(1, 4):
                name = publish(turn)
                told = readers.roll()
                assert told.stdout.count(f" serves release {name}\n") == 2, told.stderr
    assert (ledger.lost, ledger.mixed) == ([], [])


def test_who_reads_a_version_has_it_while_one_server_does(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """Amid a rolling publication both versions are given, each below its address, whichever server is asked first; links stay there."""
    root = tmp_path / "live"
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx", version_seconds=0) as readers:
        kept = f"/version/{now(readers)[0]}{UNIT}.ttl"
        assert marks(readers.client.get(kept).text) == {"A"}
        Releases(root).publish(releases[1])
        assert readers.roll(readers.servers[0]).returncode == 0
        new, old = now(readers)
        assert new != old
        for turn in range(8):
            for version, mark in ((old, "A"), (new, "B")):
                # Never asked before, so that no cache can answer.
                for path in (f"{UNIT}.ttl?turn={turn}", f"/sparql?query={quote(f'{QUERY} # {turn}')}"):
                    answer = readers.client.get(f"/version/{version}{path}")
                    assert (answer.status, marks(answer.text), answer.fields["Dataset-Version"]) == (200, {mark}, version)
        page = readers.client.get(f"/version/{old}/edition/2022-06?page=1", "text/turtle")
        assert f"</version/{old}/" in page.fields["Link"]
        # Without a version each answer is of one release, and the servers take turns.
        seen = {marks(readers.client.get(f"{UNIT}.ttl?plain={turn}").text).pop() for turn in range(8)}
        assert seen == {"A", "B"}
        # In the end the old one is gone, but for what is kept, which never changes.
        assert readers.roll().returncode == 0
        assert readers.client.get(f"/version/{old}/catalogue").status == 404
        assert marks(readers.client.get(kept).text) == {"A"}


def test_a_broken_release_stops_at_the_first_server(
    tmp_path: Path, releases: list[dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a server does not take a release up, the roll says so, and those after it are not asked to."""
    root, curl = tmp_path / "live", tmp_path / "bin/curl"
    first = Releases(root).publish(releases[0]).name
    curl.parent.mkdir()
    # A minute in no time.
    for name in ("curl", "sleep"):
        (curl.parent / name).write_text("#!/bin/sh\nexit 1\n" if name == "curl" else "#!/bin/sh\n")
        (curl.parent / name).chmod(0o755)
    with behind_nginx(root, tmp_path / "nginx") as readers:
        broken = Releases(root).publish(releases[1]).name
        (root / "releases" / broken / "catalogue.ttl").write_bytes(b"")
        monkeypatch.setenv("PATH", f"{curl.parent}:/usr/bin:/bin")
        told = readers.roll()
        assert told.returncode == 1
        assert f"has not taken up release {broken}" in told.stderr
        assert "as they were" in told.stderr
        wait_for(lambda: "notice" in json.loads(readers.servers[0].client.get("/healthz").body))
        told_now = [json.loads(reader.client.get("/healthz").body) for reader in readers.servers]
        assert [state["release"] for state in told_now] == [first, first]
        assert "notice" not in told_now[1]
        assert marks(readers.client.get(f"{UNIT}.ttl").text) == {"A"}


def test_what_is_kept_is_what_was_asked_for(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """Nginx keeps each format and coding apart, answers conditions itself, and never goes on giving what has changed."""
    root = tmp_path / "live"
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx") as readers:
        client = readers.client
        wanted = [(accept, coding) for accept in ("text/turtle", HTML, "application/ld+json") for coding in ("gzip", "identity")]
        for _ in range(3):
            for accept, coding in wanted:
                answer = client.get(UNIT, accept, **{"Accept-Encoding": coding})
                text = (gzip.decompress(answer.body) if answer.fields["Content-Encoding"] else answer.body).decode()
                assert (answer.status, answer.media_type, marks(text)) == (200, accept.partition(",")[0], {"A"})
                assert (answer.fields["Content-Encoding"] == "gzip") <= (coding == "gzip")
        version = now(readers)[0]
        kept = [client.get(f"/version/{version}{UNIT}.ttl") for _ in range(2)]
        assert [answer.fields["Cache-Status"] for answer in kept] == ["organograph; fwd=miss", "organograph; hit"]
        assert kept[0].body == kept[1].body
        assert client.get(f"/version/{version}{UNIT}.ttl", **{"If-None-Match": kept[0].fields["ETag"]}).status == 304
        before = client.get(f"{UNIT}.ttl")
        Releases(root).publish(releases[1])
        assert readers.roll().returncode == 0
        wait_for(lambda: marks(client.get(f"{UNIT}.ttl").text) == {"B"})
        assert client.get(f"{UNIT}.ttl", **{"If-None-Match": before.fields["ETag"]}).status == 200
        assert client.get("/healthz").fields["Cache-Status"] == client.get("/healthz").fields["Cache-Status"] == "organograph; fwd=bypass"
        assert client.get("/nowhere").status == 404
        assert client.get("/metrics").status == 404


def test_servers_are_told_who_asks_by_nginx_alone(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """What a client writes of whom it asks for never reaches a server, which believes nginx."""
    root, log = tmp_path / "live", tmp_path / "access.log"
    Releases(root).publish(releases[0])
    hostile = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    with behind_nginx(root, tmp_path / "nginx", proxies="127.0.0.1", access_log=log) as readers:
        assert readers.client.get(f"{UNIT}?told", **hostile).status == 200
        assert readers.servers[0].client.get(f"{UNIT}?told", **hostile).status == 200

        def clients() -> list[str]:
            whole = log.read_text().rpartition("\n")[0]
            return [told["client"] for told in map(json.loads, whole.splitlines()) if told["query"] == "told"]

        # A request is logged when it has been answered.
        wait_for(lambda: len(clients()) == 2)
        # Who is behind nginx is on this machine, and so is believed in turn where it comes to a server itself.
        assert clients() == ["127.0.0.1", "203.0.113.9"]


def test_what_is_kept_is_given_where_no_server_is(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """Where all servers are gone, documents that were asked for are given as they were last, and all else is told to come again."""
    root = tmp_path / "live"
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx") as readers:
        before = readers.client.get(f"{UNIT}.ttl").body
        for reader in readers.servers:
            reader.stop()
        for _ in range(3):
            assert readers.client.get(f"{UNIT}.ttl").body == before
        for path in (SPARQL, "/edition/2022-06.nt", "/healthz"):
            answer = readers.client.get(path)
            assert (answer.status, answer.media_type, answer.fields["Retry-After"]) == (503, "application/problem+json", "5")
            assert json.loads(answer.body)["detail"] == "None of the servers answers."
            assert answer.fields["Access-Control-Allow-Origin"] == "*"
        for reader in readers.servers:
            reader.start()
        wait_for(lambda: readers.client.get(SPARQL).status == 200)


def test_who_asks_too_much_is_told_so(tmp_path: Path, releases: list[dict[str, bytes]]) -> None:
    """Beyond its limit a client is answered 429 with a sentence by nginx, and the servers are spared; a body too long is 413."""
    root = tmp_path / "live"
    Releases(root).publish(releases[0])
    with behind_nginx(root, tmp_path / "nginx", is_limited=True) as readers:
        for number in count():
            answer = readers.client.get(f"/sparql?query=ASK%7B%7D&n={number}")
            if answer.status != 200:
                break
            assert number < 100_000
        assert (answer.status, answer.media_type, answer.fields["Retry-After"]) == (429, "application/problem+json", "1")
        assert json.loads(answer.body)["status"] == 429
        assert readers.client.get(f"{UNIT}.ttl").status == 200
        long = readers.client.ask("POST", "/reform", {"Content-Type": "application/sparql-query"}, b" " * 3_000_000)
        assert (long.status, json.loads(long.body)["status"]) == (413, 413)
