"""The direct way: common queries are read, guarded, asked and answered here, which costs a third of the way through the application.

What is not asked in the commonest way (a GET with nothing but `query`, without conditions) is left to the application,
and so is whatever is refused, so that there is one place that says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

from organograph_server.asking import Question
from organograph_server.coding import GZIP, coding_for, compressed
from organograph_server.errors import RequestRefused
from organograph_server.finishing import SHARED
from organograph_server.formats import GRAPH_FORMATS, HTML, TABLE_FORMATS, TRUTH_FORMATS, Choice, choose
from organograph_server.guard import examine
from organograph_server.head import FORMS, read_head
from organograph_server.lane import Answer, Environ, Wsgi
from organograph_server.representations import Finished, Representations
from organograph_server.service import FAILED, Service, key_of
from organograph_server.versioned import is_sound

_ASKING = "query="
# Longer queries are examined by a worker, so that they hold up nobody.
_LONGEST = 4_096
# Conditions, a body, and the address of a version.
_LEFT = (
    "HTTP_IF_MATCH",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "organograph.version",
)
_FORMATS = {"SELECT": TABLE_FORMATS, "ASK": TRUTH_FORMATS, "CONSTRUCT": GRAPH_FORMATS, "DESCRIBE": GRAPH_FORMATS}


class Direct:
    """Answers common queries itself, and hands the other requests on.

    Args:
        wsgi: the application.
        serving: the dataset that queries ask.
        kept: tells when answers last changed.
    """

    def __init__(self, wsgi: Wsgi, serving: Service, kept: Representations) -> None:
        self._wsgi = wsgi
        self._serving = serving
        self._kept = kept
        self._doors = {f"/{door.prefix}sparql": door.prefix for door in serving.doors.values()}

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        answer = self._answer(environ)
        if answer is None:
            return self._wsgi(environ, start_response)
        start_response("200 OK", answer.fields)
        return [answer.content]

    def _answer(self, environ: Environ) -> Answer | None:
        """The answer to a common query; None where the application must say what comes of a request."""
        door, query = self._doors.get(environ["PATH_INFO"]), environ["QUERY_STRING"]
        if door is None or not _is_common(environ, query):
            return None
        try:
            return self._asked(environ, door, query[len(_ASKING) :])
        except (RequestRefused, UnicodeDecodeError):
            return None

    def _asked(self, environ: Environ, door: str, encoded: str) -> Answer | None:
        serving = self._serving
        text = examine(unquote_plus(encoded, errors="strict"), serving.settings.query_limits)
        form = read_head(text).form
        if form not in FORMS:
            return None
        choice = _choice(form, environ.get("HTTP_ACCEPT"))
        accepted = environ.get("HTTP_ACCEPT_ENCODING")
        coding_for(accepted, 0)
        question = Question(door, text, choice.format)
        key = key_of(environ["PATH_INFO"], question, choice)
        if choice.format is HTML or not serving.engine.walls or serving.is_kept(key):
            return None
        try:
            content = serving.ask(question, environ)
        except RequestRefused as error:
            environ[FAILED] = error
            return None
        # What is of the moment has changed since any date.
        modified = self._kept.modified(choice.content_type) if key else None
        return _answer_of(content, choice, coding_for(accepted, len(content)), modified, self._kept.version)


def _is_common(environ: Environ, query: str) -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ["SCRIPT_NAME"]
        and query.startswith(_ASKING)
        and "&" not in query
        and query.isascii()
        and len(query) <= _LONGEST
        and environ.keys().isdisjoint(_LEFT)
        and is_sound(environ)
    )


@lru_cache(maxsize=256)
def _choice(form: str, accept: str | None) -> Choice:
    return choose(_FORMATS[form], accept)


def _answer_of(content: bytes, choice: Choice, coding: str, modified: datetime | None, version: str) -> Answer:
    if coding == GZIP:
        content = compressed(content)
    fields = [
        ("Content-Type", choice.content_type),
        ("Content-Length", str(len(content))),
        ("ETag", f'"{Finished.of(content).tag(choice.content_type)}"'),
        ("Cache-Control", "no-cache"),
        ("Vary", "Accept, Accept-Encoding"),
        *([("Content-Encoding", coding)] if coding else []),
        *([("Last-Modified", format_datetime(modified, usegmt=True))] if modified else []),
        *SHARED.items(),
        ("Dataset-Version", version),
    ]
    return Answer(HTTPStatus.OK, fields, content)
