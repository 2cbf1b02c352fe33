"""Long answers: within room that all share until they are taken, and not for ever to readers who do not take them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from httpclient import Client
from organograph_server.app import create_app
from organograph_server.errors import Overloaded
from organograph_server.gate import connection as connections
from organograph_server.gate.room import LONG, Booking, Room
from organograph_server.settings import Settings
from serving import listening, small_dataset

_SIZE = 20_000_000


def long_answer(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """An application whose answer is long."""
    start_response("200 OK", [])
    return [b"a" * _SIZE]


@contextmanager
def reading(address: str, path: str = "/") -> Iterator[socket.socket]:
    """A connection on which a request was sent, and of whose answer nothing is read as yet."""
    where = urlsplit(address)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(30)
        connection.connect((where.hostname, where.port))
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\nAccept: text/csv\r\nConnection: close\r\n\r\n".encode())
        yield connection


def whole(connection: socket.socket) -> bytes:
    """All that comes until the connection ends, by an error or without one."""
    found: list[bytes] = []
    try:
        while piece := connection.recv(65_536):
            found.append(piece)
    except ConnectionError:
        pass
    return b"".join(found)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Tells that the server has ended a connection; readers need not be waited for."""
    happened, abort = threading.Event(), connections.Connection.abort

    def told(connection: connections.Connection) -> None:
        abort(connection)
        happened.set()

    monkeypatch.setattr(connections.Connection, "abort", told)
    monkeypatch.setattr(connections, "PATIENCE_FOR_READERS", 0.5)
    monkeypatch.setattr(connections, "SLOWEST", 1_000_000_000)
    return happened


def test_long_answers_come_whole() -> None:
    """With their length, also to readers who take little at a time."""
    with listening(long_answer) as address:
        answer = Client(address).get("/")
        assert (answer.fields["Content-Length"], len(answer.body), set(answer.body)) == (str(_SIZE), _SIZE, {ord("a")})
        with reading(address) as connection:
            head, _, body = whole(connection).partition(b"\r\n\r\n")
            assert (head[:12], len(body)) == (b"HTTP/1.1 200", _SIZE)


def test_who_does_not_read_is_not_waited_for(ended: threading.Event) -> None:
    """The connection is ended before the announced length, so that no reader takes a part for the whole; others are served."""
    with listening(long_answer) as address, reading(address) as connection:
        assert ended.wait(30)
        head, _, body = whole(connection).partition(b"\r\n\r\n")
        assert b"content-length: %d" % _SIZE in head.lower()
        assert len(body) < _SIZE


def test_who_does_not_read_shorter_answers_either_is_not_waited_for(ended: threading.Event) -> None:
    """Answers that need no room are not left in memory for ever, however many were asked for."""

    def shorter(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"a" * (LONG - 1)]

    with listening(shorter) as address:
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n" * 40)
            assert ended.wait(30)
            assert whole(connection).count(b"a") < 40 * (LONG - 1)


def test_room_is_shared_and_given_back() -> None:
    """A long answer has room while others leave it, or where there is no other; short ones need none."""
    room = Room(3 * LONG)
    first, second, third = (Booking(room) for _ in range(3))
    first.take(2 * LONG)
    second.take(LONG - 1)
    with pytest.raises(Overloaded) as refusal:
        second.take(2 * LONG)
    assert refusal.value.details["retry_after"] > 0
    first.leave()
    first.leave()
    third.take(9 * LONG)
    assert room.taken == 9 * LONG
    third.leave()
    assert room.taken == 0
    second.take(LONG)
    second.hold(LONG // 2)
    second.hold(2 * LONG)
    assert room.taken == 2 * LONG
    second.leave()
    assert room.taken == 0


def test_readers_of_long_answers_fill_no_memory(tmp_path: Path) -> None:
    """While one holds all the room, the next is told when to try again; when the first goes, it is served."""
    settings = Settings(dataset=small_dataset(tmp_path), max_held_bytes=1_000_000)
    query = quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000")
    with listening(create_app(settings)) as address:
        with reading(address, f"/sparql?query={query}") as holder:
            assert holder.recv(12) == b"HTTP/1.1 200"
            answer = Client(address).get(f"/sparql?query={query}%23other", "text/csv")
            assert (answer.status, int(answer.fields["Retry-After"]) > 0) == (503, True)
            assert Client(address).sparql("ASK {}").status == 200
        for _ in range(100):
            if (answer := Client(address).get(f"/sparql?query={query}%23other", "text/csv")).status == 200:
                break
            time.sleep(0.1)
        assert answer.body.count(b"\n") == 30_001
