"""Many connections: one client that takes them all and asks nothing locks nobody out."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from httpclient import Client
from organograph_server import listening as listeners
from organograph_server.connection import connections, peer_of
from organograph_server.crowd import Crowd
from serving import listening, small_app

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").is_dir(), reason="this system does not list open files, so connections are not found"
)


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server for 20 connections, which waits for requests longer than any client of this test."""
    monkeypatch.setattr(listeners, "_CONNECTIONS", 20)
    monkeypatch.setattr(listeners, "_PATIENCE", 300_000)
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


def test_a_few_idle_connections_are_left_alone(address: str) -> None:
    """They may be used again."""
    with connected(address, b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n") as idle:
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        time.sleep(2)
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        assert b"HTTP/1.1 200" in b"".join(iter(lambda: idle.recv(65_536), b""))


def test_who_is_being_answered_is_never_disconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many connections only those on which nothing is asked are ended, and only where they are too many."""
    monkeypatch.setattr("organograph_server.crowd._PATIENCE", 0.0)
    with ExitStack() as held, socket.create_server(("127.0.0.1", 0), backlog=20) as listener:
        port = listener.getsockname()[1]
        clients = [held.enter_context(connected(f"http://127.0.0.1:{port}/")) for _ in range(10)]
        for _ in clients:
            held.enter_context(listener.accept()[0])
        asking = clients[0].getsockname()[:2]
        ports = frozenset({port})
        assert {client.getsockname()[:2] for client in clients} == connections(ports).keys()
        assert Crowd(ports, 100, {asking}).look() == 0
        assert Crowd(ports, 10, {asking}).look() == 9
        assert clients[1].recv(1) == b""
        clients[0].settimeout(0.2)
        with pytest.raises(TimeoutError):
            clients[0].recv(1)


def test_clients_are_named_by_address_and_port() -> None:
    """In both families of addresses."""
    assert (peer_of("127.0.0.1:80"), peer_of("[::1]:80"), peer_of("::1:80"), peer_of("unknown")) == (
        ("127.0.0.1", 80),
        ("::1", 80),
        ("::1", 80),
        ("", 0),
    )
