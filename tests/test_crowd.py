"""Many connections: one client that takes them all and asks nothing locks nobody out."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from httpclient import Client
from organograph_server.gate import listening as listeners
from organograph_server.gate.crowd import Crowd
from serving import listening, small_app


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server for 20 connections, which waits for requests longer than any client of this test."""
    monkeypatch.setattr(listeners, "_CONNECTIONS", 20)
    monkeypatch.setattr("organograph_server.gate.connection._PATIENCE", 300.0)
    with listening(small_app(tmp_path)) as found:
        yield found


def connected(address: str, sent: bytes = b"") -> socket.socket:
    """A connection on which something was sent."""
    where = urlsplit(address)
    connection = socket.create_connection((where.hostname, where.port), timeout=20)
    connection.sendall(sent)
    return connection


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHo"])
def test_who_asks_nothing_locks_nobody_out(address: str, sent: bytes) -> None:
    """Twice as many connections as there may be, on which nothing or half a request comes: the next client is answered all the same."""
    with ExitStack() as held:
        for _ in range(40):
            held.enter_context(connected(address, sent))
        assert Client(address).get("/healthz").status == 200


@pytest.mark.parametrize(("files", "most"), [(60, 30), (200, 100), (1_024, 400), (resource.RLIM_INFINITY, 400)])
def test_few_files_leave_room_for_all_else(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system gives a process few files, connections take half of them at most."""
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert listeners._most_connections() == most


def test_a_few_idle_connections_are_left_alone(address: str) -> None:
    """They may be used again."""
    with connected(address, b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n") as idle:
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(2)
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200" in b"".join(iter(lambda: idle.recv(65_536), b""))


class Held:
    """A connection as the crowd sees it."""

    def __init__(self, host: str, idle_since: float | None) -> None:
        self.host, self.idle_since = host, idle_since
        self.is_ended = False

    def abort(self) -> None:
        """End."""
        self.is_ended = True


def test_who_is_being_answered_is_never_disconnected() -> None:
    """Of many connections only idle ones of the client with most are ended, and only where they are too many."""
    answered, idle, fresh = Held("greedy", None), [Held("greedy", 10.0) for _ in range(8)], Held("greedy", 99.9)
    other = Held("modest", 10.0)
    for most, ended in ((100, 0), (12, 8)):
        crowd = Crowd(most)
        for one in (answered, *idle, fresh, other):
            crowd.opened(one)  # type: ignore[arg-type]  # it is all that the crowd sees
        assert crowd.look(100.0) == ended
    assert [one.is_ended for one in (answered, fresh, other)] == [False] * 3
    assert all(one.is_ended for one in idle)


def test_each_client_has_its_half() -> None:
    """Where no client has more than half of all connections, none is ended."""
    crowd = Crowd(10)
    for number in range(10):
        crowd.opened(Held(f"client {number % 2}", 0.0))  # type: ignore[arg-type]  # it is all that the crowd sees
    assert crowd.look(100.0) == 0
