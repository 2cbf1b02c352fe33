"""Measures what a common query costs in the event loop alone: without a network, and with workers that answer at once."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

import click
import uvloop
from loading import CONNECTIONS
from questions import QUERIES
from synthetic import organization

from organograph_server.app import create_app
from organograph_server.gate.connection import Connection
from organograph_server.gate.gateway import Gateway, gateway_of
from organograph_server.query.asker import Asker
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls.exchange import Reply
from organograph_server.walls.walled import WalledEngine

_TURNS = 60


class _Workers:
    """Workers whose answers are there at the next turn of the loop."""

    def __init__(self, size: int) -> None:
        self._content, self._waiting = b"x" * size, list[Reply]()

    def ask(self, message: bytes, asker: Asker, answer: Reply) -> None:
        """Take an order."""
        self._waiting.append(answer)

    def answer(self) -> None:
        """Answer all orders."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.set_result(({}, self._content))


class _Lobby:
    """Knows no connections."""

    def opened(self, connection: Connection) -> None:
        """A connection is there."""

    def closed(self, connection: Connection) -> None:
        """It is not there any more."""


class _Transport(asyncio.Transport):
    """Counts what is written."""

    written = 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """Nothing is buffered."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Count an answer."""
        _Transport.written += 1

    def is_closing(self) -> bool:
        """Never."""
        return False


def _request(key: str, number: int) -> bytes:
    path = QUERIES[key].path().replace("{unit}", str(number % 1_000)).replace("{n}", str(number))
    return f"GET /sparql{path} HTTP/1.1\r\nHost: 127.0.0.1:8000\r\nAccept: {QUERIES[key].fields['Accept']}\r\n\r\n".encode()


async def _all_measured(gateway: Gateway, engine: WalledEngine, rounds: int, size: int) -> None:
    """Tell of each query; in one loop, which the engine stays with."""
    workers = _Workers(size)
    engine.attach(asyncio.get_running_loop())
    engine._pool.ask = workers.ask  # type: ignore[method-assign]
    gateway.begin()
    for key in ("describe", "children", "chain"):
        click.echo(f"{key}: {await _measured(gateway, workers, key, rounds) * 1e6:.1f} microseconds")


async def _measured(gateway: Gateway, workers: _Workers, key: str, rounds: int) -> float:
    """Seconds of the processor for a request, the fewest of some rounds."""
    connections = [Connection(gateway, _Lobby()) for _ in range(CONNECTIONS)]
    for connection in connections:
        connection.connection_made(_Transport({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)}))
    least, number = float("inf"), 0
    for _ in range(rounds):
        number += _TURNS * CONNECTIONS
        requests = [_request(key, number + each) for each in range(_TURNS * CONNECTIONS)]
        before, begun = _Transport.written, time.thread_time()
        for turn in range(_TURNS):
            for connection, request in zip(connections, requests[turn * CONNECTIONS : (turn + 1) * CONNECTIONS], strict=True):
                connection.data_received(request)
            await asyncio.sleep(0)
            workers.answer()
        least = min(least, (time.thread_time() - begun) / len(requests))
        assert _Transport.written - before == len(requests)
    return least


@click.command()
@click.option("--rounds", default=60, show_default=True, help="Of which the one that took least is told.")
@click.option("--size", default=900, show_default=True, help="Bytes of an answer.")
def main(rounds: int, size: int) -> None:
    """Print microseconds of the processor for each request, by query."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "organization.ttl"
        file.write_text("".join(organization(100)), encoding="utf-8")
        app = create_app(Settings(files=(file,)))
        engine = Service.of(app).engine
        assert isinstance(engine, WalledEngine)
        engine.start()
        uvloop.run(_all_measured(gateway_of(app), engine, rounds, size))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
