"""The gateway: takes requests from connections, gives kept answers at once, and asks the application for the others."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from flask import Flask

from organograph_server.errors import Overloaded
from organograph_server.lane import Answer, Environ, Wsgi, asked
from organograph_server.problems import FAILURE, bare_problem
from organograph_server.requests import Fault, Request
from organograph_server.room import LONG, Booking, Room
from organograph_server.service import ASKER, BOOKING, Service
from organograph_server.settings import Settings
from organograph_server.shifts import Shift
from organograph_server.traffic import TRAFFIC, Traffic
from organograph_server.walls.handles import has_walls

_LOG = logging.getLogger(__name__)
_NOBODY_READS = Answer(HTTPStatus.SERVICE_UNAVAILABLE, [], b"")
_FAULTS = {
    Fault.LATE: (HTTPStatus.REQUEST_TIMEOUT, "The body of the request did not come in time.", "Send it without pauses."),
    Fault.BROKEN: (HTTPStatus.BAD_REQUEST, "The body of the request breaks off.", "Send it whole."),
}


class Gateway:
    """Answers requests by a WSGI application, all but what is common in the event loop itself.

    Documents and queries have threads of their own, so that queries, which may take long, never hold up documents.

    Args:
        shift: the application.
        settings: how many threads they have, and how long a body may be.
        traffic: counts what passes.

    Attributes:
        longest_body: bytes.
    """

    def __init__(self, shift: Shift, settings: Settings, traffic: Traffic) -> None:
        self._shift = shift
        self.traffic = traffic
        self.longest_body = settings.max_body_bytes
        self._room = Room(settings.max_held_bytes)
        self._working: set[asyncio.Task[None]] = set()
        self._documents = ThreadPoolExecutor(settings.threads, "document")
        self._queries = ThreadPoolExecutor(query_threads(settings), "query")

    def take(self, request: Request) -> None:
        """Answer a request, now or later."""
        began = time.perf_counter()
        # A request has one application from its beginning to its end, whatever relieves it meanwhile.
        shift = self._shift
        kept = shift.kept(request.environ) if request.fault is None else None
        if kept is not None and len(kept.content) < LONG:
            self._give(request, "kept", kept, began)
            return
        task = asyncio.get_running_loop().create_task(self._answer(shift, request, kept, began))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

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

    def _give(self, request: Request, kind: str, answer: Answer, began: float) -> None:
        name = self.traffic.name()
        request.connection.give(answer, name)
        self.traffic.passed(name, request.environ, kind, answer, began)

    async def _answer(self, shift: Shift, request: Request, kept: Answer | None, began: float) -> None:
        """Answer a request that takes a while, or with much."""
        environ, booking = request.environ, Booking(self._room)
        environ[BOOKING], environ[ASKER] = booking, request.asker
        kind = "kept" if kept is not None else "query" if _is_query(environ) else "document"
        try:
            with shift:
                if request.fault is not None:
                    answer = _refusal(*_FAULTS[request.fault])
                elif kept is not None:
                    answer = kept
                else:
                    plain = shift.direct.read(environ) if shift.direct is not None else None
                    found = await shift.direct.answer(plain, environ, self._documents) if shift.direct and plain else None
                    answer = found or await self._asked(shift.wsgi, request)
                booking.hold(len(answer.content))
                _ = answer.head
        except Overloaded as error:
            again = ("retry-after", str(error.details["retry_after"]))
            answer = _refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.message, error.cure, again)
        except Exception:
            _LOG.exception("A request could not be answered.")
            answer = _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, *FAILURE)
        self._give(request, kind, answer, began)
        if len(answer.content) >= LONG:
            await request.connection.taken()
        booking.leave()

    async def _asked(self, wsgi: Wsgi, request: Request) -> Answer:
        """The application's answer."""
        environ = request.environ
        request.connection.complete(environ)
        _complete(environ, request.body)
        loop = asyncio.get_running_loop()
        if _is_query(environ):
            return await loop.run_in_executor(self._queries, _asked_by_somebody, wsgi, environ)
        return await loop.run_in_executor(self._documents, asked, wsgi, environ)


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


def _complete(environ: Environ, body: bytes) -> None:
    """Add to an environ what a WSGI application needs (PEP 3333)."""
    environ |= {
        "SERVER_SOFTWARE": "organograph",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _asked_by_somebody(wsgi: Wsgi, environ: Environ) -> Answer:
    """The application's answer, unless the client has gone while others were answered."""
    return _NOBODY_READS if environ[ASKER].is_gone else asked(wsgi, environ)


def _refusal(status: HTTPStatus, message: str, cure: str, *more: tuple[str, str]) -> Answer:
    """A problem that the application was not asked for."""
    fields = [("content-type", "application/problem+json"), ("cache-control", "no-store"), ("server", "organograph"), *more]
    return Answer(status, fields, bare_problem(status, message, cure))
