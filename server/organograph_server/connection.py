"""Connections of this process with clients, found among its open files (Linux), since the HTTP server does not lend them."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

Peer = tuple[str, int]
"""Address and port of a client."""


def peer_of(client: str) -> Peer:
    """The client as the HTTP server tells it."""
    host, _, port = client.rpartition(":")
    return host.strip("[]"), int(port) if port.isdigit() else 0


class Connection:
    """The connection with a client; where it cannot be found it counts as open, and is not ended.

    Args:
        peer: the client.
        number: of its file, where it is known already.
    """

    def __init__(self, peer: Peer, number: int | None = None) -> None:
        self._peer = peer
        self._number = number if number is not None else next((found for found in _open_files() if _peer(found) == peer), None)

    def is_open(self) -> bool:
        """Whether it is still there; one that the client has broken off is not."""
        return self._number is None or _peer(self._number) == self._peer

    def end(self) -> None:
        """End it, whatever it is at."""
        if self._number is not None:
            with suppress(OSError), _socket(self._number) as held:
                if held is not None and held.getpeername()[:2] == self._peer:
                    held.shutdown(socket.SHUT_RDWR)


def connections(ports: frozenset[int]) -> dict[Peer, Connection]:
    """The connections at ports of this machine, by client; none where they cannot be found."""
    numbers = _open_files()
    return {peer: Connection(peer, number) for number in numbers if (peer := _peer(number, ports)) is not None}


def open_files() -> int:
    """How many files are open; 0 where nobody knows."""
    return len(_open_files())


def _peer(number: int, ports: frozenset[int] | None = None) -> Peer | None:
    """Who is at the other end of a file, if it is a connection (at one of these ports)."""
    try:
        with _socket(number) as held:
            if held is None or held.family not in (socket.AF_INET, socket.AF_INET6):
                return None
            host, port = held.getpeername()[:2]
            return (host, port) if ports is None or held.getsockname()[1] in ports else None
    except OSError:
        return None


@contextmanager
def _socket(number: int) -> Iterator[socket.socket | None]:
    """The socket of a number, if it is one: a copy, which means the same even if the number is given away meanwhile."""
    copy = os.dup(number)
    if not stat.S_ISSOCK(os.fstat(copy).st_mode):
        os.close(copy)
        yield None
        return
    with socket.socket(fileno=copy) as held:
        yield held


def _open_files() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc/self/fd")]
    except OSError:
        return []
