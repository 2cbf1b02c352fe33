"""Listens at addresses of this machine, and serves a gateway there until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
import sys
from collections.abc import Sequence
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.net import SocketHolder
from granian.server.embed import Server

from organograph_server.crowd import Crowd
from organograph_server.errors import AddressUnavailable
from organograph_server.gateway import Gateway
from organograph_server.settings import Settings

# Connections that are open at once at one address; more of them wait.
_CONNECTIONS = 400
# Each connection needs a file descriptor, and two more while it asks a query; most systems give 1,024 unless asked for more.
_FILES = 4_096
_WAITING = 1_024
# Milliseconds until the header fields of a request must be there, and that a connection may stay without a request.
_PATIENCE = 20_000
# Wider than our own limits (organograph_server.front), which answer with a problem.
_HEADER_BUFFER = 524_288
# Seconds in which requests that are being answered may end.
_GRACE = 10


def listen(settings: Settings) -> list[socket.socket]:
    """Sockets at every address of the host that this machine has.

    Raises:
        AddressUnavailable: the host has none here, or the port is in use at one of them.
    """
    listening: list[socket.socket] = []
    failure: OSError | UnicodeError | None = None
    try:
        for family, address in _addresses(settings):
            try:
                listening.append(socket.create_server(address, family=family, backlog=_WAITING))
            except OSError as error:
                failure = error
    except (OSError, UnicodeError) as error:
        failure = error
    if failure is None or (listening and getattr(failure, "errno", None) != errno.EADDRINUSE):
        return listening
    for opened in listening:
        opened.close()
    raise AddressUnavailable(
        f"The server cannot listen at {settings.host!r}, port {settings.port}: {_reason(failure)}.",
        "Stop what uses the port, or choose another with --port and --host.",
    ) from failure


def address_of(listening: socket.socket) -> str:
    """The address of what listens, which ends in a slash."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def allow_connections() -> None:
    """Let this process have as many files open as its connections may need, if the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Front:
    """Serves a gateway at sockets, in the event loop that it is run in.

    Args:
        gateway: answers the requests.
        sockets: that listen; they are closed at the end.
    """

    def __init__(self, gateway: Gateway, sockets: Sequence[socket.socket]) -> None:
        self._gateway = gateway
        self._sockets = sockets
        self._servers = [_Server(gateway, listening) for listening in sockets]
        self._stopped = asyncio.Event()

    async def run(self) -> bool:
        """Serve until it is told to stop; then accept nothing more, and let end what is being answered.

        Returns:
            Whether all of that ended in ten seconds.
        """
        self._gateway.begin()
        serving = [asyncio.ensure_future(server.serve()) for server in self._servers]
        stopped = asyncio.ensure_future(self._stopped.wait())
        ports = frozenset(listening.getsockname()[1] for listening in self._sockets)
        watching = asyncio.ensure_future(Crowd(ports, _CONNECTIONS * len(ports), self._gateway.answered).watch())
        await asyncio.wait([*serving, stopped], return_when=asyncio.FIRST_COMPLETED)
        for server, listening in zip(self._servers, self._sockets, strict=True):
            server.stop()
            listening.close()
        watching.cancel()
        finished, unfinished = await asyncio.wait(serving, timeout=_GRACE)
        self._gateway.close()
        for still in unfinished:
            still.cancel()
        for ended in finished:
            ended.result()
        return not unfinished

    def stop(self) -> None:
        """Let it end; to be called in its event loop."""
        self._stopped.set()


class _Server(Server):  # type: ignore[misc]  # its types are not read
    """The HTTP server, at a socket that listens already."""

    def __init__(self, gateway: Gateway, listening: socket.socket) -> None:
        super().__init__(
            gateway,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=_WAITING,
            backpressure=_CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=_PATIENCE, max_buffer_size=_HEADER_BUFFER),
            log_enabled=False,
        )
        self._listening = listening

    def _init_shared_socket(self) -> None:
        # The HTTP server closes what it is given, so it gets a descriptor of its own.
        waiting = (_WAITING,) if sys.platform == "linux" else ()
        self._shd = SocketHolder(os.dup(self._listening.fileno()), False, *waiting)


def _addresses(settings: Settings) -> list[tuple[int, Any]]:
    found = socket.getaddrinfo(settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((entry[0], entry[4]) for entry in found))


def _reason(failure: OSError | UnicodeError) -> str:
    if isinstance(failure, OSError) and failure.errno:
        # The numbers of look-ups that fail are below zero, and have their own words.
        return os.strerror(failure.errno) if failure.errno > 0 else str(failure.strerror)
    return str(failure)
