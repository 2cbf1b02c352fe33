"""The gateway: takes requests from connections, gives kept answers at once, and asks the application for the others."""

from __future__ import annotations

import asyncio
import io
import logging
import re
import sys
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import cast

from flask import Flask

from organograph_server.answers.lane import FILES, Answer, Environ, Wsgi, asked
from organograph_server.answers.problems import FAILURE, bare_problem
from organograph_server.dataset.largefile import LargeFile
from organograph_server.errors import Overloaded
from organograph_server.gate.direct import LONG_ANSWER, Asked
from organograph_server.gate.pieces import PiecewiseConnection
from organograph_server.gate.requests import Fault, Request
from organograph_server.gate.room import LONG, Booking, Room
from organograph_server.gate.shifts import Rota, Shift
from organograph_server.gate.traffic import TRAFFIC, Traffic
from organograph_server.query.budget import Budget
from organograph_server.service import ASKER, BOOKING, FAILED, Service
from organograph_server.settings import Settings
from organograph_server.steward.door import CHECKING, PUBLISHING, REQUEST_ID, StewardsDoor
from organograph_server.walls import wire
from organograph_server.walls.handles import has_walls
from organograph_server.walls.walled import content_of

_LOG = logging.getLogger(__name__)
# The address of a version may stand before it.
_OF_STEWARDS = re.compile(f"(?:/version/[^/]+)?/(?:{CHECKING}|{PUBLISHING})")
_NOBODY_READS = (HTTPStatus.SERVICE_UNAVAILABLE, "The client sends nothing more, so its answer was given up.", "Keep the connection open.")
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
        door: the steward's, where it is open.
        budget: of clients, which goes on where another application takes over.
    """

    def __init__(
        self, shift: Shift, settings: Settings, traffic: Traffic, door: StewardsDoor | None = None, budget: Budget | None = None
    ) -> None:
        self._rota, self._door, self._budget = Rota(shift, settings.version_seconds), door, budget
        self.traffic = traffic
        self.proxies, self.hosts = settings.proxies, settings.hosts
        self._longest_body = settings.max_body_bytes
        self._room = Room(settings.max_held_bytes)
        self._working: set[asyncio.Task[None]] = set()
        self._documents = ThreadPoolExecutor(settings.threads, "document")
        self._queries = ThreadPoolExecutor(query_threads(settings), "query")
        self._uploads = ThreadPoolExecutor(door.places, "upload") if door else self._documents

    def take(self, request: Request) -> None:
        """Answer a request, now or later."""
        began = time.perf_counter()
        # A request has one application from its beginning to its end, whatever relieves it meanwhile.
        shift = self._rota.on_duty(request.environ["PATH_INFO"])
        kept = shift.kept(request.environ) if request.fault is None else None
        if kept is not None and len(kept.content) < LONG:
            self._give(request, "kept", kept, began, self.traffic.name())
            return
        # From this moment on, and not only from when its answer is begun: others may be the last that its engine waits for.
        shift.hold()
        if kept is not None or request.fault is not None or not self._ask(shift, request, began):
            self._begin(self._answer(shift, request, kept, began))

    def longest(self, environ: Environ) -> int:
        """How many bytes the body of a request may have that is coming; what stewards send gets its place with that."""
        if self._door is None or self._kind(environ) != "upload":
            return self._longest_body
        return self._door.admit(environ)

    def begin(self) -> None:
        """Begin to answer; to be called in the event loop."""
        self._rota.begin()

    def relieve(self, app: Flask) -> None:
        """Let another application answer from now on; to be called in the event loop."""
        app.extensions[TRAFFIC] = self.traffic
        if self._budget is not None:
            Service.of(app).budget = self._budget
        if self._door is not None and (door := StewardsDoor.of(app)) is not None:
            # What requests share goes on; who may do what is as the file says now.
            self._door.rights = door.rights
            self._door.attach(app)
        self._rota.relieve(Shift.of(app))

    def close(self) -> None:
        """Begin nothing more."""
        for pool in (self._documents, self._queries, self._uploads):
            pool.shutdown(wait=False, cancel_futures=True)
        if self._door is not None:
            self._door.inspectors.close()

    def _give(self, request: Request, kind: str, answer: Answer, began: float, name: str) -> None:
        if self.traffic.is_going:
            # Who is told so sends its next request over another connection, and so to another server.
            request.connection.finish()
        request.connection.give(answer, name)
        self.traffic.passed(name, request.environ, kind, answer, began)

    async def _stream(self, connection: PiecewiseConnection, answer: Answer, file: LargeFile, name: str) -> int:
        """Give a large file piece by piece, for which no room is needed; the bytes of it that were given."""
        if self.traffic.is_going:
            connection.finish()
        try:
            return await connection.stream(answer, name, file)
        except Exception:
            _LOG.exception("A file could not be given.")
            connection.abort()
            return 0

    def _begin(self, answering: Coroutine[object, object, None]) -> None:
        """Let something be answered that takes a while."""
        task = asyncio.get_running_loop().create_task(answering)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    def _ask(self, shift: Shift, request: Request, began: float) -> bool:
        """Have a common query answered directly; whether it is one."""
        direct = shift.direct
        if direct is None or (plain := direct.read(request.environ)) is None:
            return False
        return direct.ask(plain, request.environ, request.asker, Asked(request, plain, shift, direct, began, self._told))

    def _told(self, asked: Asked[Shift], told: wire.Message | BaseException) -> None:
        """Give the answer to a common query, or ask the application why there is none; nothing is raised to who tells it."""
        request, shift, direct, finish = asked.request, asked.shift, asked.direct, None
        try:
            direct.spend(request.asker, asked.began)
            content = content_of(told)
            finish = partial(direct.answer, asked.plain, request.environ, content)
            answer = finish() if len(content) < LONG_ANSWER else None
        except Exception as error:  # which the application tells as one of its own
            request.environ[FAILED], answer = error, None
        if answer is None:
            self._begin(self._answer(shift, request, None, asked.began, finish))
            return
        try:
            self._give(request, "query", answer, asked.began, self.traffic.name())
        except Exception:
            _LOG.exception("An answer could not be given.")
        shift.let_go()

    async def _answer(
        self, shift: Shift, request: Request, kept: Answer | None, began: float, finish: Callable[[], Answer] | None = None
    ) -> None:
        """Answer a request that takes a while, or with much, and let go of the shift; an answer may be there already but for its finish."""
        environ, booking, name = request.environ, Booking(self._room), self.traffic.name()
        files: list[LargeFile] = []
        environ |= {BOOKING: booking, ASKER: request.asker, REQUEST_ID: name}
        if isinstance(request.connection, PiecewiseConnection):
            environ[FILES] = files
        kind = "kept" if kept is not None else self._kind(environ)
        try:
            answer = kept or await self._made(shift, request, kind, finish)
            booking.hold(len(answer.content))
            _ = answer.head
        except Overloaded as error:
            again = ("retry-after", str(error.details["retry_after"]))
            answer = _refusal(HTTPStatus.SERVICE_UNAVAILABLE, error.message, error.cure, again)
        except Exception:
            _LOG.exception("A request could not be answered.")
            answer = _refusal(HTTPStatus.INTERNAL_SERVER_ERROR, *FAILURE)
        finally:
            shift.let_go()
            if self._door is not None:
                self._door.leave(environ)
        if files and answer.status == HTTPStatus.OK and environ["REQUEST_METHOD"] == "GET":
            given = await self._stream(cast(PiecewiseConnection, request.connection), answer, files[0], name)
            self.traffic.passed(name, environ, kind, answer, began, given)
            return
        self._give(request, kind, answer, began, name)
        if len(answer.content) >= LONG:
            await request.connection.taken()
        booking.leave()

    async def _made(self, shift: Shift, request: Request, kind: str, finish: Callable[[], Answer] | None) -> Answer:
        """What is finished, or the application makes, for a request."""
        if request.fault is not None:
            return _refusal(*_FAULTS[request.fault])
        environ, loop = request.environ, asyncio.get_running_loop()
        if finish is not None and FAILED not in environ:
            return await loop.run_in_executor(self._documents, finish)
        request.connection.complete(environ)
        _complete(environ, request.body)
        if kind == "document":
            return await loop.run_in_executor(self._documents, asked, shift.wsgi, environ)
        pool = self._queries if kind == "query" else self._uploads
        return await loop.run_in_executor(pool, _asked_by_somebody, shift.wsgi, environ)

    def _kind(self, environ: Environ) -> str:
        path: str = environ["PATH_INFO"]
        if self._door is not None and environ["REQUEST_METHOD"] == "POST" and _OF_STEWARDS.fullmatch(path):
            return "upload"
        return "query" if path.endswith("/sparql") or path.startswith("/query/") else "document"


def gateway_of(app: Flask) -> Gateway:
    """The gateway of our application."""
    serving = Service.of(app)
    traffic = app.extensions[TRAFFIC] = Traffic(serving.settings.access_log)
    return Gateway(Shift.of(app), serving.settings, traffic, StewardsDoor.of(app), serving.budget)


def query_threads(settings: Settings) -> int:
    """How many threads queries have: behind walls, where they only wait, one for each that is answered, waits or is to be refused."""
    waiting = settings.query_workers + settings.slow_queries + settings.max_waiting_queries
    return settings.threads + (waiting if has_walls() else 0)


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
    return _refusal(*_NOBODY_READS) if environ[ASKER].is_gone else asked(wsgi, environ)


def _refusal(status: HTTPStatus, message: str, cure: str, *more: tuple[str, str]) -> Answer:
    """A problem that the application was not asked for."""
    fields = [("content-type", "application/problem+json"), ("cache-control", "no-store"), ("server", "organograph"), *more]
    return Answer(status, fields, bare_problem(status, message, cure))
