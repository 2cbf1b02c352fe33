"""The process that holds the dataset and forks a worker whenever the server asks for one.

It is told all it needs over its socket, reads no request of a client, and has one thread, so that what it forks is sound.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import sys
import traceback
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NoReturn

from pyoxigraph import Quad, RdfFormat, Store, parse

from organograph_server.dataset.largefile import LargeFile
from organograph_server.query.asking import LocalEngine
from organograph_server.query.doors import Door
from organograph_server.walls import wire
from organograph_server.walls.worker import Answer, Begin, Bounds, answered, work

# Bytes of a large file that are read at once.
_PIECE = 1 << 24


def main() -> None:
    """Keep workers for the server at the other end of the socket that standard input is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    server = socket.socket(fileno=os.dup(0))
    head, body = wire.receive(server.fileno())
    doors, bounds = [Door(**door) for door in head["doors"]], Bounds(**head["bounds"])
    if head["disk"]:
        # A store on disk has threads, so that each worker opens its own, before it can open nothing any more.
        keep(server, partial(_opened, head, doors), bounds)
        return
    quads = _Written(_by_property(body)) if head["file"] is None else OfFile(LargeFile(head["file"]))
    engine = LocalEngine(quads, head["base"], doors, head["most"])
    engine.start()
    # Workers inherit no descriptor of the file.
    del body, quads
    gc.collect()
    # The pages of what is there now are shared with all workers as long as nobody writes to them.
    gc.freeze()
    keep(server, lambda: partial(answered, engine), bounds)


def _opened(head: wire.Head, doors: Sequence[Door]) -> Answer:
    engine = LocalEngine(Store.read_only(head["disk"]), head["base"], doors, head["most"])
    engine.start()
    return partial(answered, engine)


class _Written:
    """Quads in N-Quads, read anew each time that they are gone through, so that no term of them is kept."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[Quad]:
        return parse(self._body, format=RdfFormat.N_QUADS)


class OfFile:
    """The same of a large file, of which never more than a piece is held."""

    def __init__(self, file: LargeFile) -> None:
        self._file, self._server = file, os.getppid()

    def __iter__(self) -> Iterator[Quad]:
        stream = self._file.stream()
        while lines := stream.readlines(_PIECE):
            if os.getppid() != self._server:
                # Nobody will ask; the socket, which says so too, is looked at only when all is read.
                os._exit(0)
            yield from parse(_by_property(b"".join(lines)), format=RdfFormat.N_QUADS)


def _by_property(body: bytes) -> bytes:
    """The quads in another order, in which the store keeps them: what has one property lies together, and most queries go through that."""
    lines: list[bytes] = body.split(b"\n")
    lines.sort(key=lambda line: line.split(b" ", 2)[1::-1])
    return b"\n".join(lines)


def keep(server: socket.socket, begin: Begin, bounds: Bounds) -> None:
    """Fork a worker for each byte that comes, and send the server its socket and its number; end with the server.

    Args:
        server: the socket to it.
        begin: opens what a worker answers orders by.
        bounds: what it may use.
    """
    while server.recv(1):
        near, far = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:
            near.close()
            far.close()
            server.send(wire.NO_PROCESS)
            continue
        if pid == 0:
            _begin(far.fileno(), begin, bounds)
        far.close()
        handle = os.pidfd_open(pid)
        socket.send_fds(server, [pid.to_bytes(8, "big")], [near.fileno(), handle])
        near.close()
        os.close(handle)
        _bury()


def _begin(fd: int, begin: Begin, bounds: Bounds) -> NoReturn:
    try:
        work(fd, begin, bounds)
    except BaseException:  # nothing of the keeper may go on in its child
        traceback.print_exc()
    os._exit(1)


def _bury() -> None:
    """Let go of the workers that have ended. Until then their numbers belong to nobody else."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    with contextlib.suppress(ConnectionError, EOFError):  # the server may end at any moment
        main()
    sys.exit(0)
