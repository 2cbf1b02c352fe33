"""The gateway between the HTTP server and the application: requests arrive as they were sent, and nobody waits for others."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from httpclient import Client
from organograph_server.answers.lane import Answer, Environ
from organograph_server.app import create_app
from organograph_server.errors import ClientGone
from organograph_server.gate import connection as connections
from organograph_server.gate import listening as listeners
from organograph_server.gate.direct import Asked
from organograph_server.gate.gateway import Gateway, query_threads
from organograph_server.gate.http1 import read_head
from organograph_server.gate.requests import Request
from organograph_server.gate.shifts import Shift
from organograph_server.gate.traffic import Traffic
from organograph_server.query.asker import Asker
from organograph_server.service import ASKER, Service
from organograph_server.settings import Settings
from organograph_server.walls.handles import has_walls
from organograph_server.walls.walled import WalledEngine
from serving import listening, small_app, small_dataset


def telling(environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
    """An application that tells what it was asked."""
    told = {name: value for name, value in environ.items() if isinstance(value, str)}
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [json.dumps(told | {"body": body.decode("latin-1"), "size": len(body)}).encode()]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """A client of the application that tells."""
    with listening(telling) as address:
        yield Client(address)


def raw(client: Client, first: bytes, *fields: bytes, body: bytes = b"") -> dict[str, Any]:
    """What the application was asked by a request of these lines."""
    lines = [first, b"Connection: close", *fields]
    head, _, content = client.raw(b"\r\n".join(lines) + b"\r\n\r\n" + body).partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.[01] 200", head), head
    told: dict[str, Any] = json.loads(content)
    return told


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        (b"/a/b?c=d&c=%20", "/a/b", "c=d&c=%20"),
        (b"/a%2Fb%20c", "/a/b c", ""),
        (b"/%C3%A9?q=%C3%A9", "/\u00c3\u00a9", "q=%C3%A9"),
        (b"/%0d%0aX:y", "/\r\nX:y", ""),
        (b"/%00", "/\0", ""),
        (b"/%zz%", "/%zz%", ""),
        (b"/%25%32%46", "/%2F", ""),
        (b"/%ff", "/\u00ef\u00bf\u00bd", ""),
        (b"//evil.example/x", "//evil.example/x", ""),
        (b"/a/../b", "/a/../b", ""),
        (b"/a{b}?c={d}|^`", "/a{b}", "c={d}|^`"),
        (b"/a#b?c", "/a", ""),
        (b"http://evil.example/a?b", "/a", "b"),
    ],
)
def test_addresses_arrive_as_they_were_sent(client: Client, target: bytes, path: str, query: str) -> None:
    """The path is decoded once, byte by byte, the query not at all; only what is no UTF-8 is replaced, by U+FFFD."""
    told = raw(client, b"GET " + target + b" HTTP/1.1", b"Host: here")
    assert (told["PATH_INFO"], told["QUERY_STRING"], told["SCRIPT_NAME"]) == (path, query, "")


def test_fields_arrive_as_they_were_sent(client: Client) -> None:
    """Values of one name are joined, in their order; an empty one is there; one that is no text is there, but says nothing."""
    fields = [b"Accept: a/b", b"ACCEPT: c/d", b"Cookie: a=1", b"cookie: b=2", b"X-Empty:", b"Accept-Language: \xc3\xa9"]
    told = raw(client, b"GET / HTTP/1.1", b"Host: here", *fields)
    assert (told["HTTP_ACCEPT"], told["HTTP_COOKIE"], told["HTTP_X_EMPTY"]) == ("a/b, c/d", "a=1; b=2", "")
    assert told["HTTP_ACCEPT_LANGUAGE"] == "\xff"
    assert (told["HTTP_HOST"], told["REMOTE_ADDR"], told["SERVER_PROTOCOL"]) == ("here", "127.0.0.1", "HTTP/1.1")


def test_what_proxies_and_connections_add_is_left_out(client: Client) -> None:
    """So are names with an underscore, which would be taken for others."""
    names = [
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Prefix",
        "Forwarded",
        "Proxy",
        "Keep-Alive",
        "TE",
        "Accept_Encoding",
        "Host_",
    ]
    told = raw(client, b"GET / HTTP/1.1", b"Host: here", *(f"{name}: evil".encode() for name in names))
    assert "evil" not in json.dumps(told)
    assert raw(client, b"GET / HTTP/1.1", b"Host: here", b"Test: a", b"Upgrade-Insecure-Requests: 1").keys() >= {
        "HTTP_TEST",
        "HTTP_UPGRADE_INSECURE_REQUESTS",
    }


def test_every_field_of_an_answer_is_given(client: Client) -> None:
    """Fields of one name stay several, and HEAD has the length of what GET gives."""
    answer = client.get("/")
    assert answer.fields.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert answer.fields["Content-Length"] == str(len(answer.body))


def test_bodies_arrive_whole_and_up_to_a_limit(client: Client) -> None:
    """Sent whole or in chunks; of one that is too long the application is told so much that it can refuse it."""
    assert json.loads(client.ask("POST", "/", {}, b"abc\xff").body)["body"] == "abc\xff"
    chunked = raw(client, b"POST / HTTP/1.1", b"Host: here", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    assert (chunked["body"], chunked["CONTENT_LENGTH"]) == ("abcde", "5")
    limit = Settings().max_body_bytes
    assert json.loads(client.ask("POST", "/", {}, b"a" * limit).body)["size"] == limit
    assert raw(client, b"POST / HTTP/1.1", b"Host: here", b"Content-Length: 3", b"Content-Length: 3", body=b"abc")["body"] == "abc"
    for fields in ({}, {"Transfer-Encoding": "chunked"}):
        body = b"a" * (limit + 5_000_000)
        sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if fields else body
        told = json.loads(client.ask("POST", "/", fields, sent).body)
        assert int(told["CONTENT_LENGTH"]) > limit
        assert told["size"] <= limit + 1_000_000


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ([b"Content-Length: 10"], b"abc"),
        ([b"Transfer-Encoding: chunked"], b"3\r\nabc\r\nzz\r\n"),
    ],
)
def test_broken_bodies_are_not_taken_for_whole_ones(
    client: Client, monkeypatch: pytest.MonkeyPatch, fields: list[bytes], body: bytes
) -> None:
    """A body that breaks off, or does not come, is refused with a sentence."""
    monkeypatch.setattr(connections, "_PATIENCE_FOR_BODIES", 0.2)
    lines = [b"POST / HTTP/1.1", b"Host: here", b"Connection: close", *fields]
    head, _, content = client.raw(b"\r\n".join(lines) + b"\r\n\r\n" + body).partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1\.1 40[08] ", head), head
    assert json.loads(content)["detail"].endswith(".")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /a<b> HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\r\n b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nab", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 100 + b"\r\n", 431),
        (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    ],
)
def test_what_is_no_http_is_refused_by_the_http_server(client: Client, request_bytes: bytes, status: int) -> None:
    """No application sees it; the answer says in a sentence what is wrong, the connection ends, and others go on."""
    head, _, body = client.raw(request_bytes).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), head
    assert b"content-type: application/problem+json\r\ncontent-length: %d\r\n" % len(body) in head
    told = json.loads(body)
    assert (told["status"], told["detail"][-1]) == (status, ".")
    assert client.get("/").status == 200


def test_head_has_no_body(client: Client) -> None:
    """Whatever the application gives, so that the next answer begins where it should."""
    answers = client.raw(b"HEAD /1 HTTP/1.1\r\nHost: here\r\n\r\nHEAD /2 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answers.endswith(b"\r\n\r\n")
    assert b"PATH_INFO" not in answers


def test_connections_serve_several_requests(client: Client) -> None:
    """One after the other, and sent ahead of their answers; HTTP/1.0 gets an answer of its own version."""
    one, last = b"GET /%d HTTP/1.1\r\nHost: here\r\n\r\n", b"GET /9 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
    answers = client.raw(one % 1 + one % 2 + last)
    assert re.findall(rb'"PATH_INFO": "/(\d)"', answers) == [b"1", b"2", b"9"]
    assert client.raw(b"GET / HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 200")


def test_who_sends_no_request_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection without a request is ended after a while, and one with half of a head is told so."""
    monkeypatch.setattr(connections, "_PATIENCE", 0.2)
    with listening(telling) as address:
        assert Client(address).raw(b"") == b""
        assert Client(address).raw(b"GET / HTTP/1.1\r\nHo").startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_who_sends_nothing_more_is_answered(client: Client) -> None:
    """All that was asked before the sending side was closed is answered, and then the connection ends; half of a head is refused."""
    one = b"GET /%d HTTP/1.1\r\nHost: here\r\n\r\n"
    for sent, paths, last in ((one % 1 + one % 2 + one % 3, [b"1", b"2", b"3"], 200), (one % 1 + b"GET", [b"1"], 400)):
        answers = client.raw(sent, ends=True)
        assert re.findall(rb'"PATH_INFO": "/(\d)"', answers) == paths
        assert re.findall(rb"HTTP/1.1 (\d+)", answers)[-1] == b"%d" % last


def test_every_address_of_a_host_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that stands for several addresses is listened at by all of them."""
    with socket.create_server(("127.0.0.2", 0)) as free:
        port = free.getsockname()[1]
    addresses = [(socket.AF_INET, (host, port)) for host in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(listeners, "_addresses", lambda settings: addresses)
    with listening(telling) as address:
        assert address == f"http://127.0.0.1:{port}"
        for where in (address, f"http://127.0.0.2:{port}"):
            told = json.loads(Client(where).get("/a").body)
            assert (f"http://{told['SERVER_NAME']}:{told['SERVER_PORT']}", told["PATH_INFO"]) == (where, "/a")


# So many threads that a test can keep all of them busy.
FEW = Settings(threads=2, query_workers=1, slow_queries=1, max_waiting_queries=1)


class Waiting:
    """An application that lets requests wait until it is released; queries may give up when their clients have gone."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.released = threading.Event()
        self.left = threading.Semaphore(0)
        self.asked: list[str] = []

    def __call__(self, environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        """Wait, but for /quick."""
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path != "/quick":
            self.begun.release()
            if "leaving" in environ["QUERY_STRING"]:
                assert not environ[ASKER].is_gone
                until(lambda: environ[ASKER].is_gone)
                self.left.release()
            else:
                self.released.wait(20)
        start_response("200 OK", [])
        return [path.encode()]


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; twenty seconds are enough for anything here."""
    for _ in range(2_000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("it did not come to hold")


@contextmanager
def sending(client: Client, *paths: str) -> Iterator[list[socket.socket]]:
    """Connections on each of which one request was sent."""
    where = urlsplit(client.address)
    opened = []
    for path in paths:
        connection = socket.create_connection((where.hostname, where.port), timeout=20)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        opened.append(connection)
    try:
        yield opened
    finally:
        for connection in opened:
            connection.close()


@pytest.fixture
def waiting() -> Waiting:
    """An application that lets wait."""
    return Waiting()


@pytest.fixture
def asking(waiting: Waiting) -> Iterator[Client]:
    """A client of it."""
    with listening(waiting, settings=FEW) as address:
        yield Client(address)
        waiting.released.set()


@pytest.mark.parametrize("path", ["/sparql", "/edition/2021-09/sparql", "/query/search"])
def test_queries_never_hold_up_documents(waiting: Waiting, asking: Client, path: str) -> None:
    """However many queries are being answered or wait for it."""
    number = query_threads(FEW)
    with sending(asking, *[path] * (2 * number)) as connections:
        for _ in range(number):
            assert waiting.begun.acquire(timeout=20)
        assert asking.get("/quick").text == "/quick"
        waiting.released.set()
        assert all(connection.recv(100).startswith(b"HTTP/1.1 200") for connection in connections)


def test_a_query_is_told_that_its_client_has_gone(waiting: Waiting, asking: Client) -> None:
    """On the first request of a connection and on a later one; while the client waits it is not."""
    with sending(asking, "/sparql?leaving") as connections:
        assert waiting.begun.acquire(timeout=20)
        connections[0].close()
        assert waiting.left.acquire(timeout=20)
    waiting.released.set()
    with sending(asking, "/sparql") as connections:
        assert connections[0].recv(1000).startswith(b"HTTP/1.1 200")
        connections[0].sendall(b"GET /sparql?leaving HTTP/1.1\r\nHost: here\r\n\r\n")
        for _ in range(2):
            assert waiting.begun.acquire(timeout=20)
        connections[0].close()
        assert waiting.left.acquire(timeout=20)


@pytest.mark.skipif(not has_walls(), reason="this system has no walls for queries, so none can be ended")
def test_who_goes_away_ends_the_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the whole server: a query that would go on for a minute ends when its client goes, by a closed connection alone."""
    app = create_app(Settings(dataset=small_dataset(tmp_path), query_seconds=60))
    engine, begun, ended = Service.of(app).engine, threading.Semaphore(0), Queue[type[BaseException]]()
    assert isinstance(engine, WalledEngine)
    ask, refuse = engine.ask_here, Asked.set_exception

    def watched(*asked: Any) -> None:
        begun.release()
        ask(*asked)

    def refused(asked: Asked[Any], error: BaseException, /) -> None:
        ended.put(type(error))
        refuse(asked, error)

    engine.start()
    monkeypatch.setattr(engine, "ask_here", watched)
    monkeypatch.setattr(Asked, "set_exception", refused)
    endless = quote("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }")
    with listening(app) as address, sending(Client(address), f"/sparql?query={endless}") as connections:
        assert begun.acquire(timeout=20)
        connections[0].close()
        assert ended.get(timeout=20) is ClientGone


class Held:
    """A connection that keeps the status it is answered with."""

    def __init__(self) -> None:
        self.statuses: list[int] = []

    def give(self, answer: Answer, name: str) -> None:
        """Be answered."""
        self.statuses.append(answer.status)

    def complete(self, environ: Environ) -> None:
        """Nothing is missing."""

    def finish(self) -> None:
        """There is no other request."""

    async def taken(self) -> None:
        """All is taken at once."""


def test_an_application_is_kept_for_a_request_that_is_taken_but_not_begun() -> None:
    """When another relieves it at that very moment, and the request before ends in between, the engine is not let go of too early."""
    left = threading.Event()

    async def relieved() -> list[int]:
        shift, connection = Shift(telling, lambda environ: None, left.set), Held()
        gateway = Gateway(shift, Settings(), Traffic())
        shift.hold()  # the request before
        environ = read_head(b"GET /a HTTP/1.1\r\nHost: here").environ | {"REMOTE_ADDR": "", "CONTENT_LENGTH": "0"}
        gateway.take(Request(environ, Asker(), connection))
        gateway._rota.relieve(Shift(telling, lambda environ: None))
        shift.let_go()
        assert not left.wait(timeout=0.2)  # nothing else can happen meanwhile
        while not connection.statuses:
            await asyncio.sleep(0.01)
        gateway.close()
        return connection.statuses

    assert asyncio.run(relieved()) == [200]
    assert left.wait(timeout=30)


def test_a_query_that_nobody_waits_for_is_not_begun(waiting: Waiting, asking: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that went while others were answered costs nothing."""
    number, noticed, go = query_threads(FEW), threading.Semaphore(0), Asker.go

    def noticing(asker: Asker) -> None:
        go(asker)
        noticed.release()

    monkeypatch.setattr(Asker, "go", noticing)
    with sending(asking, *["/sparql"] * number) as held:
        for _ in range(number):
            assert waiting.begun.acquire(timeout=20)
        with sending(asking, "/left/sparql"):
            assert asking.get("/quick").status == 200
        assert noticed.acquire(timeout=20)
        with sending(asking, "/last/sparql") as last:
            waiting.released.set()
            assert last[0].recv(1000).startswith(b"HTTP/1.1 200")
        assert all(connection.recv(100).startswith(b"HTTP/1.1 200") for connection in held)
    assert waiting.asked.count("/last/sparql") == 1
    assert "/left/sparql" not in waiting.asked


def test_nothing_is_left_open(waiting: Waiting, asking: Client) -> None:
    """Queries leave no file descriptor behind, whether they were answered or their clients went."""
    waiting.released.set()
    asking.get("/sparql")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(30):
        asking.get("/sparql")
        with sending(asking, "/sparql?leaving"):
            pass
    for _ in range(10):
        asking.get("/sparql")
    assert len(os.listdir("/proc/self/fd")) < before + 20


def test_kept_answers_need_no_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered before is given while every thread is busy."""
    app = small_app(tmp_path)
    begun, released = threading.Semaphore(0), threading.Event()

    @app.before_request
    def wait() -> None:
        begun.release()
        released.wait(20)

    released.set()
    with listening(app) as address:
        client = Client(address)
        first = client.get("/doc/unit/legal-affairs.ttl")
        released.clear()
        with sending(client, *["/doc/unit/emergencies.ttl"] * 20):
            for _ in range(Settings().threads + 1):
                assert begun.acquire(timeout=20)
            again = client.get("/doc/unit/legal-affairs.ttl")
            released.set()
    assert (again.status, again.body, again.fields["ETag"]) == (200, first.body, first.fields["ETag"])


def test_failures_are_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    """A failure that the application does not tell itself is a problem with status 500, and the connection stays."""

    def failing(environ: Environ, start_response: Callable[..., object]) -> Iterable[bytes]:
        raise RuntimeError(environ["PATH_INFO"])

    with listening(failing) as address:
        for path in ("/secret", "/sparql"):
            answer = Client(address).get(path)
            assert (answer.status, answer.media_type) == (500, "application/problem+json")
            assert "secret" not in answer.text
    assert caplog.text.count("RuntimeError: /") == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_ends_what_it_began(tmp_path: Path, number: signal.Signals) -> None:
    """Told to stop, it accepts nothing more, gives the answers that it owes, ends with status 0 and prints nothing about it."""
    command = [sys.executable, "-c", _SLOW, "--dataset", str(small_dataset(tmp_path)), "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        found = re.search(r"at (http://\S+)/ ", process.stdout.readline())
        assert found
        client = Client(found[1])
        with sending(client, "/sparql?query=ASK%7B%7D", "/healthz") as (query, idle):
            assert idle.recv(100).startswith(b"HTTP/1.1 200")
            assert process.stdout.readline() == "begun\n"
            process.send_signal(number)
            while True:
                try:
                    client.get("/healthz")
                except OSError:
                    break
            process.stdin.write("\n")
            process.stdin.flush()
            assert query.recv(100).startswith(b"HTTP/1.1 200")
        assert process.wait(timeout=20) == 0
        assert process.stderr
        assert process.stderr.read() == ""


def test_what_does_not_end_is_not_waited_for(tmp_path: Path) -> None:
    """The command ends though a query never does."""
    impatient = _SLOW.replace("cli.serve()", "listening._GRACE = 0.2\ncli.serve()")
    command = [sys.executable, "-c", impatient, "--dataset", str(small_dataset(tmp_path)), "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        found = re.search(r"at (http://\S+)/ ", process.stdout.readline())
        assert found
        with sending(Client(found[1]), "/sparql?query=ASK%7B%7D"):
            assert process.stdout.readline() == "begun\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0


_SLOW = """
import sys
from organograph_server import cli
from organograph_server.gate import direct
from organograph_server.gate import gateway
from organograph_server.gate import listening

def slowly(wsgi, environ):
    print("begun", flush=True)
    sys.stdin.readline()
    return gateway.asked(wsgi, environ)

gateway._asked_by_somebody = slowly
direct.Direct.read = lambda direct, environ: None
cli.serve()
"""
