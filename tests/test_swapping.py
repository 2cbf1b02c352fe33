"""Releases that are published while the server runs: taken up on SIGHUP, with no request lost and none answered from two."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from httpclient import Client
from marked import QUERY, SPARQL, marks, release
from organograph.releases import Releases
from serving import ENDLESS, serving_process
from siege import children


def version(client: Client) -> str:
    """The version that answers now."""
    return str(json.loads(client.get("/healthz").body)["version"])


@contextmanager
def running(root: Path, **settings: int) -> Iterator[tuple[Client, int]]:
    """A client of `organograph serve` over a directory of releases, and the number of its process."""
    with serving_process("--dataset", root, **settings) as (address, process):
        yield Client(address), process.pid


def taken_up(client: Client, pid: int, before: str) -> str:
    """Let the server read anew, and wait until another version answers."""
    os.kill(pid, signal.SIGHUP)
    for _ in range(2_400):
        if (now := version(client)) != before:
            return now
        time.sleep(0.05)
    pytest.fail("the server has not taken up the release")


def test_a_release_is_taken_up_and_rolled_back(tmp_path: Path) -> None:
    """On SIGHUP the server gives the release that is current: documents, queries, version and field change together, and back."""
    root = tmp_path / "live"
    Releases(root).publish(release(tmp_path, "A"))
    with running(root) as (client, pid):
        first = version(client)
        assert marks(client.sparql(QUERY, "text/csv").text) == {"A"}
        Releases(root).publish(release(tmp_path, "B"))
        assert marks(client.sparql(QUERY, "text/csv").text) == {"A"}
        second = taken_up(client, pid, first)
        answers = [client.get(path) for path in (SPARQL, "/doc/unit/legal-affairs.ttl", "/edition/2022-06.nt", "/doc/body/council.html")]
        assert [(marks(answer.text), answer.fields["Dataset-Version"]) for answer in answers] == [({"B"}, second)] * 4
        Releases(root).rollback()
        assert taken_up(client, pid, second) == first
        assert marks(client.sparql(QUERY, "text/csv").text) == {"A"}


def test_a_broken_release_is_told_and_not_taken_up(tmp_path: Path) -> None:
    """Where the new release is not whole, the one before goes on, and /healthz says why."""
    root = tmp_path / "live"
    Releases(root).publish(release(tmp_path, "A"))
    with running(root) as (client, pid):
        Releases(root).publish(release(tmp_path, "B"))
        current = Releases(root).current
        assert current is not None
        (current / "catalogue.ttl").write_bytes(b"")
        os.kill(pid, signal.SIGHUP)
        for _ in range(2_400):
            if notice := json.loads(client.get("/healthz").body).get("notice"):
                break
            time.sleep(0.05)
        assert current.name in notice
        assert marks(client.sparql(QUERY, "text/csv").text) == {"A"}


def test_a_swap_fills_no_budget(tmp_path: Path) -> None:
    """Who has used up its seconds of queries waits for them, whatever is published meanwhile."""
    root = tmp_path / "live"
    Releases(root).publish(release(tmp_path, "A"))
    with running(root, query_seconds=2, client_seconds=1) as (client, pid):
        assert client.sparql(ENDLESS).status == 504
        Releases(root).publish(release(tmp_path, "B"))
        taken_up(client, pid, version(client))
        assert client.sparql("ASK { ?s ?p ?o }").status == 429


def test_who_reads_a_version_may_finish_in_it(tmp_path: Path) -> None:
    """After a swap the version before is still given below its own address, queries too, until its time is over; then it is unknown."""
    root = tmp_path / "live"
    Releases(root).publish(release(tmp_path, "A"))
    with running(root, version_seconds=3_600) as (client, pid):
        first = version(client)
        Releases(root).publish(release(tmp_path, "B"))
        second = taken_up(client, pid, first)
        for path in (SPARQL, "/doc/unit/legal-affairs.ttl", "/edition/2022-06.nt", "/doc/body/council.html"):
            for each, mark in ((first, "A"), (second, "B")):
                answer = client.get(f"/version/{each}{path}")
                assert (answer.status, marks(answer.text), answer.fields["Dataset-Version"]) == (200, {mark}, each), path
        # The one before the one before goes.
        Releases(root).publish(release(tmp_path, "C"))
        third = taken_up(client, pid, second)
        assert [client.get(f"/version/{each}/catalogue").status for each in (first, second, third)] == [404, 200, 200]
    with running(root, version_seconds=1) as (client, pid):
        Releases(root).rollback()
        taken_up(client, pid, version(client))
        for _ in range(2_400):
            if client.get(f"/version/{third}/catalogue").status == 404:
                break
            time.sleep(0.05)
        assert client.get(f"/version/{third}/catalogue").status == 404


def test_no_request_is_lost_and_none_is_mixed(tmp_path: Path) -> None:
    """While releases change under several clients, each answer is whole and of one release, the one that its field names."""
    root = tmp_path / "live"
    releases = [release(tmp_path, mark) for mark in ("A", "B")]
    Releases(root).publish(releases[0])
    paths = (SPARQL, "/edition/2022-06.nt", "/doc/unit/legal-affairs.ttl", "/sparql?query=" + quote(QUERY + " ORDER BY ?n"))
    with running(root, version_seconds=0) as (client, pid):
        over = threading.Event()
        wrong: list[str] = []
        seen: dict[str, set[str]] = {}
        counted = [0] * 6

        def ask(number: int) -> None:
            while not over.is_set():
                path = paths[counted[number] % len(paths)]
                answer = client.get(path)
                counted[number] += 1
                if answer.status != 200 or len(marks(answer.text)) != 1:
                    wrong.append(f"{path} {answer.status} {marks(answer.text)}")
                seen.setdefault(answer.fields["Dataset-Version"], set()).update(marks(answer.text))

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(counted))]
        for thread in threads:
            thread.start()
        now = version(client)
        for turn in range(8):
            Releases(root).publish(releases[(turn + 1) % 2])
            now = taken_up(client, pid, now)
        over.set()
        for thread in threads:
            thread.join(timeout=60)
        assert wrong == []
        assert sorted(map(sorted, seen.values())) == [["A"], ["B"]]
        assert min(counted) > 8
        # Whoever was relieved has let go of its processes: one keeper is left.
        for _ in range(100):
            if len(children(pid)) <= 1:
                break
            time.sleep(0.1)
        assert len(children(pid)) == 1
