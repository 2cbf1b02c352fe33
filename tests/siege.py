"""A server in a process of its own that is attacked, and what can be seen of it from outside."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from canary import Canary

FIXED = (
    b"GET /sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Fo%20%7D%20ORDER%20BY%20%3Fs%20%3Fo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
    b"Accept: text/csv\r\n\r\n"
)
"""A query whose answer is the same before, during and after all attacks."""
_GREETING = re.compile(r" at (http://\S+)/ \(Ctrl-C stops\)")


@dataclass(frozen=True)
class Besieged:
    """A server that runs.

    Args:
        address: where, without a slash at the end.
        process: its process.
    """

    address: str
    process: subprocess.Popen[str]

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self.process.pid

    def connected(self, patience: float = 20) -> socket.socket:
        """A connection to it."""
        where = urlsplit(self.address)
        return socket.create_connection((where.hostname, where.port), timeout=patience)

    def answer(self, request: bytes, patience: float = 30, *, ends: bool = False) -> bytes:
        """What comes back for these bytes until the server ends the connection; `ends` is to say that nothing more is sent."""
        with self.connected(patience) as connection:
            found: list[bytes] = []
            try:
                connection.sendall(request)
                if ends:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65_536):
                    found.append(piece)
            except ConnectionError:
                pass  # it may end the connection while it is still being sent to
            return b"".join(found)

    def files(self) -> int:
        """How many files, sockets and pipes it has open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def megabytes(self) -> float:
        """The memory that it has of its own."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"RssAnon:\s+(\d+)", status)[0]) / 1024

    def workers(self) -> list[int]:
        """The processes that answer queries, and that have not ended."""
        return [worker for keeper in children(self.pid) for worker in children(keeper)]


@contextmanager
def besieged(dataset: Path, **settings: object) -> Iterator[Besieged]:
    """A server of a dataset with some settings, until the block ends."""
    command = [str(Path(sys.executable).parent / "organograph"), "serve", str(dataset), "--port", "0"]
    environ = {name: value for name, value in os.environ.items() if name not in ("HOST", "PORT")}
    environ |= {f"ORGANOGRAPH_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout
        greeting = process.stdout.readline()
        try:
            found = _GREETING.search(greeting)
            assert found, greeting
            yield Besieged(found[1], process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that have not ended."""
    return [child for child in started(pid) if _state(child) not in ("Z", "")]


def corpses(pid: int) -> list[int]:
    """The processes that a process has started, that have ended, and that nobody has buried."""
    return [child for child in started(pid) if _state(child) == "Z"]


def started(pid: int) -> list[int]:
    """The processes that a process has started, ended or not."""
    found: list[int] = []
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, told.read_text().split())
        except OSError:
            continue
    return found


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


class Watch:
    """Asks all the time whether a server serves, over one connection for each question, and keeps the longest wait.

    Args:
        server: which.
    """

    def __init__(self, server: Besieged) -> None:
        self._server = server
        self._longest = 0.0
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._thread.start()

    def longest(self) -> float:
        """The longest wait since this was asked last, in seconds; a question that still waits is counted too."""
        with self._lock:
            found, self._longest = max(self._longest, time.monotonic() - self._begun), 0.0
        return found

    def close(self) -> None:
        """Ask no more."""
        self._over.set()
        self._thread.join(timeout=60)

    def _ask(self) -> None:
        request = b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
        while not self._over.wait(0.05):
            self._begun = time.monotonic()
            try:
                right = self._server.answer(request).startswith(b"HTTP/1.1 200 ")
            except OSError:
                right = False
            with self._lock:
                waited = time.monotonic() - self._begun if right else float("inf")
                self._longest, self._begun = max(self._longest, waited), time.monotonic()


@dataclass(frozen=True)
class Siege:
    """A server, a canary, who watches both, and how the server was before: its open files, and its answer to FIXED."""

    server: Besieged
    canary: Canary
    watch: Watch
    files: int
    fixed: bytes


@contextmanager
def watched(server: Besieged) -> Iterator[Siege]:
    """A server with a canary and a watch beside it, until the block ends."""
    canary, fixed = Canary(), server.answer(FIXED)
    assert fixed.startswith(b"HTTP/1.1 200 ")
    files, watch = server.files(), Watch(server)
    try:
        yield Siege(server, canary, watch, files, content(fixed))
    finally:
        watch.close()
        canary.close()


def content(answer: bytes) -> bytes:
    """The body of an answer."""
    return answer.partition(b"\r\n\r\n")[2]
