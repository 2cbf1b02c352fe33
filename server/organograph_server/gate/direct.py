"""The direct way: common queries are read, guarded, asked and answered in the event loop, which costs a tenth of the way of the others.

What is not asked in the commonest way (a GET with nothing but `query`, without conditions) is left to the application,
and so is whatever is refused, so that there is one place that says why.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar, cast

from flask import Flask

from organograph_server.answers.finishing import SHARED
from organograph_server.answers.lane import Answer, Environ, FastLane, key_of
from organograph_server.answers.representations import Representations, tag_of
from organograph_server.content.coding import GZIP, coding_for, compressed
from organograph_server.content.formats import GRAPH_FORMATS, HTML, TABLE_FORMATS, TRUTH_FORMATS, Choice, choose
from organograph_server.errors import RequestRefused
from organograph_server.gate.requests import Request
from organograph_server.gate.versioned import is_sound
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Question, plainly_examined
from organograph_server.service import FAILED, Service, is_lasting
from organograph_server.walls import wire
from organograph_server.walls.exchange import Reply
from organograph_server.walls.walled import WalledEngine

_KEY = "organograph.direct"
_ASKING = "query="
# Longer queries are examined by a worker, so that they hold up nobody.
_LONGEST = 4_096
LONG_ANSWER = 65_536
"""Bytes from which an answer is finished in a thread, so that it holds up nobody."""
# Conditions, a body, and the address of a version.
_LEFT = (
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_CONTENT_ENCODING",
    "HTTP_TRANSFER_ENCODING",
    "CONTENT_LENGTH",
    "organograph.version",
)
# Python 3.11 looks members up anew each time.
_OK = HTTPStatus.OK
_FORMATS = {"SELECT": TABLE_FORMATS, "ASK": TRUTH_FORMATS, "CONSTRUCT": GRAPH_FORMATS, "DESCRIBE": GRAPH_FORMATS}


class Plain(NamedTuple):
    """A common query.

    Args:
        question: what is asked.
        choice: the format of the answer.
    """

    question: Question
    choice: Choice


S = TypeVar("S")


class Asked(Generic[S]):
    """A request for whose query a worker has an order, and which is told the answer as a future is (walls.exchange.Reply).

    Args:
        request: which.
        plain: its query.
        shift: whose engine is asked.
        direct: that asks it.
        began: when it came, by time.perf_counter.
        tell: takes this, and the answer or why there is none.
    """

    __slots__ = ("_is_told", "_tell", "began", "direct", "plain", "request", "shift")

    def __init__(self, request: Request, plain: Plain, shift: S, direct: Direct, began: float, tell: Tell[S]) -> None:
        self.request, self.plain, self.shift, self.direct, self.began, self._tell = request, plain, shift, direct, began, tell
        self._is_told = False

    def done(self) -> bool:
        """Whether it was told already."""
        return self._is_told

    def cancelled(self) -> bool:
        """Never: who goes away is told to its asker."""
        return False

    def set_result(self, answer: wire.Message, /) -> None:
        """Be told the answer."""
        self._is_told = True
        self._tell(self, answer)

    def set_exception(self, error: BaseException, /) -> None:
        """Be told why there is none."""
        self._is_told = True
        self._tell(self, error)


Tell = Callable[[Asked[S], "wire.Message | BaseException"], None]


class Direct:
    """Answers common queries itself.

    Args:
        serving: the dataset that queries ask.
        kept: tells when answers last changed.
        lane: keeps answers that are asked for again.
    """

    def __init__(self, serving: Service, kept: Representations, lane: FastLane) -> None:
        self._serving = serving
        self._limits = serving.settings.query_limits
        self._kept = kept
        self._lane = lane
        self._doors = {f"/{door.prefix}sparql": door.prefix for door in serving.doors.values()}

    @classmethod
    def of(cls, app: Flask) -> Direct:
        """What answers common queries beside an application."""
        return cast(Direct, app.extensions[_KEY])

    def attach(self, app: Flask) -> None:
        """Stand beside an application."""
        app.extensions[_KEY] = self

    def read(self, environ: Environ) -> Plain | None:
        """The query of a request; None where the application must say what comes of it."""
        door, query = self._doors.get(environ["PATH_INFO"]), environ["QUERY_STRING"]
        if door is None or not _is_common(environ, query):
            return None
        text = decoded(query[len(_ASKING) :])
        examined = None if text is None else plainly_examined(text, self._limits)
        if examined is None:
            return None
        try:
            choice = _choice(examined.form, environ.get("HTTP_ACCEPT"))
            if "HTTP_ACCEPT_ENCODING" in environ:
                coding_for(environ["HTTP_ACCEPT_ENCODING"], 0)
        except RequestRefused:
            return None
        return None if choice.format is HTML else Plain(Question(door, examined.text, choice.format), choice)

    def ask(self, plain: Plain, environ: Environ, asker: Asker, answer: Reply) -> bool:
        """Ask a query.

        Args:
            plain: the query.
            environ: of its request.
            asker: who waits for the answer.
            answer: is told it later.

        Returns:
            Whether it was asked: otherwise the application must say why not.
        """
        serving, engine = self._serving, self._serving.engine
        if not isinstance(engine, WalledEngine) or not engine.is_at_hand():
            return False
        try:
            serving.budget.check(asker.client)
            engine.ask_here(plain.question, asker, answer)
        except RequestRefused as error:
            environ[FAILED] = error
            return False
        return True

    def spend(self, asker: Asker, began: float) -> None:
        """Take from a client the time that its query took since it came, by time.perf_counter."""
        self._serving.budget.spend(asker.client, time.perf_counter() - began)

    def answer(self, plain: Plain, environ: Environ, content: bytes) -> Answer:
        """The answer to a query, of which this is the content."""
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        coding = "" if accepted is None else coding_for(accepted, len(content))
        lasting = is_lasting(plain.question.text)
        answer = self._finished(content, plain.choice, coding, lasting)
        if lasting and self._serving.asked.again(key_of(environ)):
            self._lane.keep(environ, answer)
        return answer

    def _finished(self, content: bytes, choice: Choice, coding: str, lasting: bool) -> Answer:
        if coding == GZIP:
            content = compressed(content)
        content_type = choice.content_type
        # What is of the moment has changed since any date.
        modified = self._kept.modified(content_type) if lasting else None
        shared = _shared(content_type, coding, modified, self._kept.version)
        length, tag = len(content), tag_of(content_type, hashlib.sha256(content).hexdigest())
        fields = [("Content-Length", str(length)), ("ETag", f'"{tag}"'), *shared.fields]
        return Answer(_OK, fields, content, b'%bContent-Length: %d\r\nETag: "%b"\r\n' % (shared.head, length, tag.encode()))


def decoded(encoded: str) -> str | None:
    """A value of a query string (application/x-www-form-urlencoded); None where it is not written as most are.

    An escape of the query string is an escape of a character to Python's decoder, which is quicker than one of the library.
    """
    if "\\" in encoded:
        return None
    try:
        return encoded.replace("+", " ").replace("%", "\\x").encode("ascii").decode("unicode_escape").encode("latin-1").decode()
    except UnicodeError:
        return None


def _is_common(environ: Environ, query: str) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ["SCRIPT_NAME"]
        and query.startswith(_ASKING)
        and "&" not in query
        and len(query) <= _LONGEST
        and environ.keys().isdisjoint(_LEFT)
        and is_sound(environ)
    )


@lru_cache(maxsize=256)
def _choice(form: str, accept: str | None) -> Choice:
    return choose(_FORMATS[form], accept)


@lru_cache(maxsize=256)
def _shared(content_type: str, coding: str, modified: datetime | None, version: str) -> Answer:
    """What all answers of a type share."""
    fields = [
        ("Content-Type", content_type),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept, Accept-Encoding"),
        *([("Content-Encoding", coding)] if coding else []),
        *([("Last-Modified", format_datetime(modified, usegmt=True))] if modified else []),
        *SHARED.items(),
        ("Dataset-Version", version),
    ]
    written = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return Answer(HTTPStatus.OK, fields, b"", f"HTTP/1.1 200 OK\r\n{written}".encode())
