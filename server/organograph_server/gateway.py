"""The gateway: takes requests from the HTTP server (RSGI), gives kept answers at once, and asks the application for the others."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, Protocol

from flask import Flask

from organograph_server.asker import Asker
from organograph_server.connection import Connection, Peer, peer_of
from organograph_server.direct import Direct, Plain
from organograph_server.environ import BodyBroken, Scope, complete, environ_of, read_body
from organograph_server.errors import Overloaded
from organograph_server.lane import Answer, Environ, Wsgi, asked
from organograph_server.metrics import TRAFFIC
from organograph_server.problems import FAILURE, bare_problem
from organograph_server.room import LONG, Booking, Room
from organograph_server.service import ASKER, BOOKING, Service
from organograph_server.settings import Settings
from organograph_server.shifts import Shift
from organograph_server.traffic import FIELD, Traffic
from organograph_server.walls.handles import has_walls

_LOG = logging.getLogger(__name__)
# A body comes within this many seconds, or its sender is told that it took too long.
_PATIENCE = 30
# The reader of a long answer takes so many bytes in a second, beside that patience.
_SLOWEST = 131_072
_LOOK_SECONDS = 0.25
_NOBODY_READS = Answer(HTTPStatus.SERVICE_UNAVAILABLE, [], b"")


class Reply(Protocol):
    """What the HTTP server lends for answering one request (RSGI 1.6)."""

    def __aiter__(self) -> Any:
        """The body, piece by piece."""

    async def client_disconnect(self) -> None:
        """Wait until the client has gone."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""


class Gateway:
    """An RSGI application over a WSGI application.

    Documents and queries have threads of their own, so that queries, which may take long, never hold up documents.

    Args:
        shift: the application.
        settings: how many threads they have, and how long a body may be.
        traffic: counts what passes.

    Attributes:
        answered: the clients that are being answered now.
    """

    def __init__(self, shift: Shift, settings: Settings, traffic: Traffic) -> None:
        self._shift = shift
        self.traffic = traffic
        self._room = Room(settings.max_held_bytes)
        self.answered: set[Peer] = set()
        self._readings: set[asyncio.Future[None]] = set()
        self._longest_body = settings.max_body_bytes
        self._documents = ThreadPoolExecutor(settings.threads, "document")
        self._queries = ThreadPoolExecutor(query_threads(settings), "query")

    async def __call__(self, scope: Scope, reply: Reply) -> None:
        """Answer a request."""
        began, name = time.perf_counter(), self.traffic.name()
        booking, peer = Booking(self._room), peer_of(scope.client)
        self.answered.add(peer)
        kind, answer = await self._answer(scope, reply, booking)
        if len(answer.content) >= LONG:
            # A task of its own, since this one is over for the HTTP server as soon as it has the answer.
            reading = asyncio.ensure_future(_until_taken(booking, len(answer.content), peer, reply))
            self._readings.add(reading)
            reading.add_done_callback(lambda _: self.answered.discard(peer))
            reading.add_done_callback(self._readings.discard)
        else:
            booking.leave()
            self.answered.discard(peer)
        reply.response_bytes(answer.status, [*answer.fields, (FIELD, name)], answer.content)
        self.traffic.passed(name, scope, kind, answer, began)

    def begin(self) -> None:
        """Begin to answer; to be called in the event loop."""
        self._shift.begin()

    def relieve(self, shift: Shift) -> None:
        """Let another application answer from now on; to be called in the event loop."""
        shift.begin()
        self._shift, before = shift, self._shift
        before.relieve()

    def close(self) -> None:
        """Begin nothing more."""
        for pool in (self._documents, self._queries):
            pool.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, scope: Scope, reply: Reply, booking: Booking) -> tuple[str, Answer]:
        """How a request is answered: from what is kept, as a document or as a query, and with what."""
        kind = "kept"
        try:
            environ = environ_of(scope)
            environ[BOOKING] = booking
            # A request has one application from its beginning to its end, whatever relieves it meanwhile.
            shift = self._shift
            answer = shift.kept(environ)
            if answer is None and shift.direct is not None and (plain := shift.direct.read(environ)) is not None:
                kind = "query"
                answer = await self._directly(shift, shift.direct, plain, environ, scope, reply)
            if answer is None:
                kind = "query" if _is_query(environ) else "document"
                answer = await self._asked(shift, environ, scope, reply)
            booking.hold(len(answer.content))
        except Overloaded as error:
            again = ("retry-after", str(error.details["retry_after"]))
            return kind, _refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.message, error.cure, again)
        except Exception:
            _LOG.exception("A request could not be answered.")
            return kind, _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, *FAILURE)
        return kind, answer

    async def _asked(self, shift: Shift, environ: Environ, scope: Scope, reply: Reply) -> Answer:
        """The application's answer."""
        complete(environ, scope)
        try:
            async with asyncio.timeout(_PATIENCE):
                await read_body(environ, reply, self._longest_body)
        except TimeoutError:
            return _refusal(HTTPStatus.REQUEST_TIMEOUT, "The body of the request did not come in time.", "Send it without pauses.")
        except BodyBroken:
            return _refusal(HTTPStatus.BAD_REQUEST, "The body of the request breaks off.", "Send it whole.")
        with shift:
            return await self._answered(shift.wsgi, environ, reply)

    async def _answered(self, wsgi: Wsgi, environ: Environ, reply: Reply) -> Answer:
        loop = asyncio.get_running_loop()
        if not _is_query(environ):
            return await loop.run_in_executor(self._documents, asked, wsgi, environ)
        environ[ASKER] = asker = Asker(partial(_left, reply))
        asker.watch()
        try:
            return await loop.run_in_executor(self._queries, _asked_by_somebody, wsgi, environ)
        finally:
            asker.close()

    async def _directly(self, shift: Shift, direct: Direct, plain: Plain, environ: Environ, scope: Scope, reply: Reply) -> Answer | None:
        """The answer to a common query; None where the application must be asked."""
        environ["REMOTE_ADDR"] = peer_of(scope.client)[0]
        environ[ASKER] = asker = Asker(partial(_left, reply))
        try:
            with shift:
                return await direct.answer(plain, environ, self._documents)
        finally:
            asker.close()


def gateway_of(app: Flask) -> Gateway:
    """The gateway of our application."""
    settings = Service.of(app).settings
    traffic = app.extensions[TRAFFIC] = Traffic(settings.access_log)
    return Gateway(Shift.of(app), settings, traffic)


def query_threads(settings: Settings) -> int:
    """How many threads queries have: behind walls, where they only wait, one for each that is answered, waits or is to be refused."""
    waiting = settings.query_workers + settings.slow_queries + settings.max_waiting_queries
    return settings.threads + (waiting if has_walls() else 0)


def _is_query(environ: Environ) -> bool:
    path: str = environ["PATH_INFO"]
    return path.endswith("/sparql") or path.startswith("/query/")


def _asked_by_somebody(wsgi: Wsgi, environ: Environ) -> Answer:
    """The application's answer, unless the client has gone while others were answered."""
    return _NOBODY_READS if environ[ASKER].is_gone else asked(wsgi, environ)


async def _until_taken(booking: Booking, size: int, peer: Peer, reply: Reply) -> None:
    """Keep the room of a long answer until its reader has taken it; the connection of one who is too slow is ended."""
    taken, connection = asyncio.ensure_future(_left(reply)), Connection(peer)
    until = time.monotonic() + _PATIENCE + size / _SLOWEST
    # The HTTP server does not tell that a client has gone whom it still sends to.
    while not taken.done() and connection.is_open() and time.monotonic() < until:
        await asyncio.wait([taken], timeout=_LOOK_SECONDS)
    booking.leave()
    if not taken.done():
        taken.cancel()
        connection.end()


async def _left(reply: Reply) -> None:
    """Wait until the client has gone."""
    await reply.client_disconnect()


def _refusal(status: HTTPStatus, message: str, cure: str, *more: tuple[str, str]) -> Answer:
    """A problem that the application was not asked for."""
    fields = [("content-type", "application/problem+json"), ("cache-control", "no-store"), ("server", "organograph"), *more]
    return Answer(status, fields, bare_problem(status, message, cure))
