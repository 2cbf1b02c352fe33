"""A connection of this process with a client, found among its open files (Linux), since the HTTP server does not lend it."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Connection:
    """The connection with a client; where it cannot be found it counts as open, and is not ended.

    Args:
        client: its address and port, as the HTTP server tells them.
    """

    def __init__(self, client: str) -> None:
        self._client = client
        self._number = next((number for number in _open_files() if self._is(number)), None)

    def is_open(self) -> bool:
        """Whether it is still there; one that the client has broken off is not."""
        return self._number is None or self._is(self._number)

    def end(self) -> None:
        """End it, whatever it is at."""
        if self._number is not None:
            with suppress(OSError), _socket(self._number) as held:
                if held is not None and _names(held, self._client):
                    held.shutdown(socket.SHUT_RDWR)

    def _is(self, number: int) -> bool:
        try:
            with _socket(number) as held:
                return held is not None and _names(held, self._client)
        except OSError:
            return False


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


def _names(held: socket.socket, client: str) -> bool:
    peer = held.getpeername()
    return isinstance(peer, tuple) and client in (f"{peer[0]}:{peer[1]}", f"[{peer[0]}]:{peer[1]}")


def _open_files() -> list[int]:
    try:
        return sorted(map(int, os.listdir("/proc/self/fd")))
    except OSError:
        return []
