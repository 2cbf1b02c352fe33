"""Servers that are told to stop: they say so, go on for as long as a balancer needs, and lose no request; and servers that begin."""

from __future__ import annotations

import http.client
import json
import signal
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from httpclient import Client
from organograph_server.app import create_app
from organograph_server.errors import EngineFailed
from organograph_server.service import Service
from organograph_server.settings import Settings
from serving import listening, serving_process, small_dataset

DOCUMENT = "/doc/unit/legal-affairs.ttl"


def status(client: Client, path: str) -> tuple[int, str]:
    """What an address for balancers says."""
    answer = client.get(path)
    return answer.status, str(json.loads(answer.body)["status"])


def test_who_is_told_to_stop_says_so_and_goes_on(tmp_path: Path) -> None:
    """After SIGTERM balancers are told 503, all else is answered, and each answer ends its connection; a second signal ends the server."""
    with serving_process(small_dataset(tmp_path), drain_seconds=3_600) as (address, process):
        where = urlsplit(address)
        kept = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        kept.request("GET", DOCUMENT)
        answer = kept.getresponse()
        answer.read()
        assert answer.headers["Connection"] is None
        client = Client(address)
        assert status(client, "/healthz") == (200, "ok")
        process.send_signal(signal.SIGTERM)
        for _ in range(2_400):
            if status(client, "/healthz")[0] != 200:
                break
        assert [status(client, path) for path in ("/healthz", "/readyz")] == [(503, "going away")] * 2
        kept.request("GET", DOCUMENT)
        answer = kept.getresponse()
        assert (answer.status, answer.headers["Connection"], b"Legal Affairs" in answer.read()) == (200, "close", True)
        assert client.sparql("ASK {}", "text/csv").status == 200
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_a_server_is_ready_when_queries_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/readyz says 503 until the engine stands, however often it fails before, while /healthz and documents say 200."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    serving, may_start, tried = Service.of(app), threading.Event(), threading.Event()
    start, failures = serving.engine.start, iter([True, True])

    def starts_late() -> None:
        may_start.wait(30)
        if next(failures, False):
            tried.set()
            raise EngineFailed("The query engine cannot be started.", "Try again later.", retry_after=5)
        start()

    monkeypatch.setattr(serving.engine, "start", starts_late)
    monkeypatch.setattr("organograph_server.service._AGAIN_SECONDS", 0.01)
    with listening(app) as address:
        client = Client(address)
        serving.start()
        assert [status(client, path) for path in ("/healthz", "/readyz")] == [(200, "ok"), (503, "starting")]
        assert client.get(DOCUMENT).status == 200
        may_start.set()
        assert tried.wait(30)
        for _ in range(2_400):
            if status(client, "/readyz")[0] == 200:
                break
            threading.Event().wait(0.05)
        assert status(client, "/readyz") == (200, "ok")


def test_who_waits_for_the_engine_has_it(tmp_path: Path) -> None:
    """A state that is taken up is ready, queries too, before the one before is relieved."""
    serving = Service.of(create_app(Settings(dataset=small_dataset(tmp_path))))
    serving.start(waits=True)
    assert not serving.is_starting
    assert serving.engine.load().get("free", 1) == 1
    serving.close()
