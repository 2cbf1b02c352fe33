"""Starts servers on free ports, waits until they answer and until they have nothing more to do, and ends them with all their processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from peers import Missing
from processes import processor_seconds


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Args:
        name: for the tables.
        address: of what it was first asked.
        ready: seconds from start to the first answer.
        process: its id.
    """

    name: str
    address: str
    ready: float
    process: int


def free_port() -> int:
    """A port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def hosted(
    name: str, path: str, command: Callable[[int], list[str]], fields: Mapping[str, str] | None = None, patience: float = 180
) -> Iterator[Server]:
    """A server on a free port, from its first answer on.

    Args:
        name: for the tables.
        path: what is asked for.
        command: what starts it on a port.
        fields: of the request.
        patience: seconds within which it must answer.

    Raises:
        Missing: it ends instead of answering, or does not answer.
    """
    port = free_port()
    words = command(port)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True)
        try:
            yield _begun(name, f"http://127.0.0.1:{port}{path}", process, fields or {}, patience, said)
        finally:
            _end(process)


def _begun(name: str, address: str, process: subprocess.Popen[bytes], fields: Mapping[str, str], patience: float, said: IO[str]) -> Server:
    """The server, once it answers."""
    begun = time.perf_counter()
    while not _answers(address, fields):
        if process.poll() is not None:
            said.seek(0)
            told = " ".join(said.read()[-300:].split()) or "nothing"
            raise Missing(f"{name} does not start; it ends with status {process.returncode} and says: {told}")
        if time.perf_counter() - begun > patience:
            raise Missing(f"{name} does not answer within {patience:.0f} s of its start.")
        time.sleep(0.005)
    return Server(name, address, time.perf_counter() - begun, process.pid)


def settled(server: Server, patience: float = 120) -> bool:
    """Wait until a server has nothing more to do, such as what was asked and not waited for.

    Returns:
        whether it came to that within so many seconds.
    """
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        before = processor_seconds(server.process)
        time.sleep(0.25)
        if processor_seconds(server.process) - before <= 0.03:
            return True
    return False


def _answers(address: str, fields: Mapping[str, str]) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=dict(fields)), timeout=60) as answer:
            return bool(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        # Some answer so until they have read their data.
        return False
    except OSError:
        return False


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server, kindly first, with the processes that it started."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
