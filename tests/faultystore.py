"""A store that misbehaves as a test says: it answers what it holds, and everything else rightly, wrongly, slowly or not at all."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from organograph_server.stores.contract import MARKER

JSON = "application/sparql-results+json"
ANSWER = json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "42"}}]}}).encode()
# Longer than any answer that a test allows.
_HUGE = 4_000_000


class FaultyStore(ThreadingHTTPServer):
    """The store.

    Args:
        key: of the publication that it says it holds.

    Attributes:
        mode: what it does with queries: a key of MODES.
        marks: whether it says what it holds whatever the mode.
        gaps: how often it says that it holds nothing, each time before it says what it holds.
        asked: how many queries came, those for the marker apart.
        left: is set once a client closed its connection while it waited for an answer.
        over: is to be set for all that still wait.
        elsewhere: where it redirects to.
        fields: of the last request, in small letters.
        form: of the last query.
    """

    daemon_threads = True

    def __init__(self, key: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key, self.mode, self.marks, self.asked = key, "sound", True, 0
        self.left, self.over = threading.Event(), threading.Event()
        self.gaps = 0
        self._looks = 0
        self.elsewhere = ""
        self.fields: Mapping[str, str] = {}
        self.form: Mapping[str, list[str]] = {}

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients go away as they like."""

    def marker(self) -> bytes:
        """What it says that it holds."""
        self._looks += 1
        is_there = self._looks % (self.gaps + 1) == 0
        pairs = [("whole", f"0 {self.key} 1"), ("named", f"{self.key} 1"), ("trait", "closed")] if is_there else []
        told = [{"property": {"value": f"urn:organograph:store:{name}"}, "value": {"value": value}} for name, value in pairs]
        return json.dumps({"head": {"vars": ["property", "value"]}, "results": {"bindings": told}}).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyStore

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""

    def do_POST(self) -> None:
        """Answer a query."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        form = parse_qs(body.decode())
        is_marker = form.get("default-graph-uri") == [MARKER]
        if not is_marker:
            self.server.asked += 1
            self.server.form = form
            self.server.fields = {name.lower(): value for name, value in self.headers.items()}
        if is_marker and (self.server.marks or self.server.mode == "sound"):
            self.tell(self.server.marker())
        else:
            MODES[self.server.mode](self)

    def tell(self, content: bytes, kind: str = JSON, status: int = 200, **fields: str) -> None:
        """Give a whole answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **fields}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def wait(self) -> None:
        """Say nothing until the client goes."""
        self.connection.settimeout(0.1)
        while not self.server.over.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        else:
            self.close_connection = True
            return
        self.server.left.set()
        self.close_connection = True

    def reset(self) -> None:
        """Break the connection off."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.connection.close()
        self.close_connection = True

    def drip(self) -> None:
        """Begin an answer, and give a byte of it now and then."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: 1000000\r\n\r\n")
        gone = threading.Event()
        with suppress(OSError):
            while not gone.wait(0.1):
                self.wfile.write(b" ")
        self.server.left.set()
        self.close_connection = True

    def half(self) -> None:
        """Give half of an answer, and close."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: {len(ANSWER)}\r\n\r\n".encode() + ANSWER[:20])
        self.close_connection = True

    def unending(self) -> None:
        """Give an answer that ends with the connection, and so might be half of one."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nConnection: close\r\n\r\n".encode() + ANSWER)
        self.close_connection = True

    def huge(self) -> None:
        """Give an answer without an end, piece by piece."""
        self.wfile.write(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        with suppress(OSError):
            for _ in range(_HUGE // 1_000):
                self.wfile.write(b"3e8\r\n" + b" " * 1_000 + b"\r\n")
        self.close_connection = True

    def no_http(self) -> None:
        """Give what is no HTTP."""
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.close_connection = True

    def long_fields(self) -> None:
        """Give header fields without an end."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with suppress(OSError):
            for number in range(100_000):
                self.wfile.write(b"X-%d: more\r\n" % number)
        self.close_connection = True

    def busy_once(self) -> None:
        """Be busy, and then no more."""
        self.server.mode = "sound"
        self.tell(b"", "text/plain", 503)


MODES: Mapping[str, Callable[[_Handler], None]] = {
    "sound": lambda asked: asked.tell(ANSWER),
    "silent": _Handler.wait,
    "reset": _Handler.reset,
    "slow": _Handler.drip,
    "half": _Handler.half,
    "unending": _Handler.unending,
    "huge": _Handler.huge,
    "no http": _Handler.no_http,
    "long fields": _Handler.long_fields,
    "wrong type": lambda asked: asked.tell(b"<p>It works!</p>", "text/html"),
    "no type": lambda asked: asked.tell(ANSWER, ""),
    "garbage": lambda asked: asked.tell(ANSWER[:-1]),
    "another kind": lambda asked: asked.tell(b'{"head": {}, "boolean": true}'),
    "redirect": lambda asked: asked.tell(b"", status=307, Location=asked.server.elsewhere),
    "fails": lambda asked: asked.tell(b"", status=500),
    "is gone": lambda asked: asked.tell(b"", status=404),
    "packed": lambda asked: asked.tell(ANSWER, Content_Encoding="gzip"),
    "a part for want of time": lambda asked: asked.tell(ANSWER, X_SQL_State="S1TAT"),
    "a part for its rows": lambda asked: asked.tell(ANSWER, X_SPARQL_MaxRows="1"),
    "refuses": lambda asked: asked.tell(b"cannot do\x07 that\nsecret", "text/plain", 400),
    "late": lambda asked: asked.tell(b"", status=504),
    "busy": lambda asked: asked.tell(b"", status=503),
    "busy once": _Handler.busy_once,
}
"""What it may do."""


@contextmanager
def faulty_store(key: str) -> Iterator[FaultyStore]:
    """A store that misbehaves, until the block ends."""
    with FaultyStore(key) as store:
        thread = threading.Thread(target=store.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield store
        finally:
            store.over.set()
            store.shutdown()
            thread.join()
