"""Listens at addresses of this machine, and serves a gateway there until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
from collections.abc import Sequence
from typing import Any

from organograph_server.errors import AddressUnavailable
from organograph_server.gate.crowd import Crowd
from organograph_server.gate.gateway import Gateway
from organograph_server.gate.pieces import PiecewiseConnection
from organograph_server.settings import Settings

# Connections that are open at once at one address; more of them wait.
_CONNECTIONS = 400
# Each connection needs a file descriptor; most systems give 1,024 unless asked for more.
_FILES = 4_096
_WAITING = 1_024
# Connections that are taken at once, before others are looked at again.
_AT_ONCE = 32
# Seconds in which requests that are being answered may end.
_GRACE = 10
# Seconds to wait where no connection can be accepted.
_PAUSE = 0.1


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


def _most_connections() -> int:
    """Connections that may be open at once at one address: they leave half of the files to all else, where the system gives few."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _CONNECTIONS if soft == resource.RLIM_INFINITY else min(_CONNECTIONS, soft // 2)


class Front:
    """Serves a gateway at sockets, in the event loop that it is run in.

    Args:
        gateway: answers the requests.
        sockets: that listen; they are closed at the end.
    """

    def __init__(self, gateway: Gateway, sockets: Sequence[socket.socket]) -> None:
        self._gateway = gateway
        self._doors = [_Door(gateway, listening) for listening in sockets]
        self._stopped = asyncio.Event()
        self._leaving: asyncio.TimerHandle | None = None

    async def run(self) -> bool:
        """Serve until it is told to stop; then accept nothing more, and let end what is being answered.

        Returns:
            Whether all of that ended in ten seconds.
        """
        self._gateway.begin()
        watching = [asyncio.ensure_future(door.crowd.watch()) for door in self._doors]
        for door in self._doors:
            door.open()
        await self._stopped.wait()
        for door in self._doors:
            door.close()
        for watch in watching:
            watch.cancel()
        ending = [asyncio.ensure_future(door.crowd.empty()) for door in self._doors]
        _, unfinished = await asyncio.wait(ending, timeout=_GRACE)
        self._gateway.close()
        for still in unfinished:
            still.cancel()
        return not unfinished

    def leave(self, seconds: float) -> None:
        """Let it end after a while in which it still answers, and says that it is going; at once where it was told already.

        To be called in its event loop.

        Args:
            seconds: that a balancer needs to send nothing more.
        """
        if self._leaving is None and seconds:
            self._gateway.traffic.is_going = True
            self._leaving = asyncio.get_running_loop().call_later(seconds, self.stop)
        else:
            self.stop()

    def stop(self) -> None:
        """Let it end; to be called in its event loop."""
        self._gateway.traffic.is_going = True
        self._stopped.set()


class _Door:
    """A socket that listens, and the connections that came by it."""

    def __init__(self, gateway: Gateway, listening: socket.socket) -> None:
        self._gateway, self._listening = gateway, listening
        self._most = _most_connections()
        self.crowd = Crowd(self._most, self._go_on)
        self._is_open = self._is_accepting = False
        self._tasks: set[asyncio.Task[object]] = set()

    def open(self) -> None:
        """Accept connections."""
        self._listening.setblocking(False)
        self._is_open = True
        self._go_on()

    def close(self) -> None:
        """Accept none any more, and let those end that are there."""
        self._is_open = False
        self._pause()
        self._listening.close()
        self.crowd.finish()

    def _go_on(self) -> None:
        if self._is_open and not self._is_accepting:
            self._is_accepting = True
            asyncio.get_running_loop().add_reader(self._listening.fileno(), self._accept)

    def _pause(self) -> None:
        if self._is_accepting:
            self._is_accepting = False
            asyncio.get_running_loop().remove_reader(self._listening.fileno())

    def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(_AT_ONCE):
            if len(self._tasks) + self.crowd.number >= self._most:
                self._pause()
                return
            try:
                accepted, _ = self._listening.accept()
            except BlockingIOError:
                return
            except OSError:
                # No more files, or a connection that is gone already: after a while it may be otherwise.
                self._pause()
                loop.call_later(_PAUSE, self._go_on)
                return
            accepted.setblocking(False)
            # Answers go out at once; the loop itself asks for that only of servers of its own.
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task: asyncio.Task[object] = loop.create_task(loop.connect_accepted_socket(self._connection, accepted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _connection(self) -> PiecewiseConnection:
        return PiecewiseConnection(self._gateway, self.crowd)


def _addresses(settings: Settings) -> list[tuple[int, Any]]:
    found = socket.getaddrinfo(settings.host or None, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((entry[0], entry[4]) for entry in found))


def _reason(failure: OSError | UnicodeError) -> str:
    if isinstance(failure, OSError) and failure.errno:
        # The numbers of look-ups that fail are below zero, and have their own words.
        return os.strerror(failure.errno) if failure.errno > 0 else str(failure.strerror)
    return str(failure)
