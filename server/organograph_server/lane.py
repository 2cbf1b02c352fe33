"""The fast lane: gives again what the application has already answered to an equal request, without asking it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from threading import Lock
from typing import Any

from organograph_server.conditions import evaluate

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Key = tuple[str, ...]

# What an answer may depend on; requests that differ in nothing else get the same.
_PARTS = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_PROFILE")
# Conditions that are seldom asked are left to the application.
_LEFT = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
# Of a 304 these are left out (RFC 9110 section 15.4.5).
_OF_CONTENT = frozenset({"content-type", "content-length", "content-encoding", "last-modified"})
KEEP = "organograph.keep"


@dataclass(frozen=True)
class Answer:
    """An answer as WSGI gives it."""

    fields: list[tuple[str, str]]
    content: bytes

    @property
    def tag(self) -> str:
        """Its entity tag without quotes; "" where it has none."""
        return next((value.strip('"') for name, value in self.fields if name.lower() == "etag"), "")


class FastLane:
    """Keeps whole answers that the application has marked with KEEP; those used longest ago go first.

    Args:
        wsgi: the application.
        is_sound: whether a request may pass without the application looking at it.
        limit: how many bytes are kept.
    """

    def __init__(self, wsgi: Wsgi, is_sound: Callable[[Environ], bool], limit: int) -> None:
        self._wsgi = wsgi
        self._is_sound = is_sound
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or any(name in environ for name in _LEFT) or not self._is_sound(environ):
            return self._wsgi(environ, start_response)
        # A field that is not there and one that is empty may mean different things.
        key = tuple(environ.get(name, "\0") for name in _PARTS)
        with self._lock:
            if (answer := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
        if answer is None:
            return self._asked(key, environ, start_response)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and evaluate({"If-None-Match": known}, answer.tag, None) == HTTPStatus.NOT_MODIFIED:
            start_response("304 NOT MODIFIED", [field for field in answer.fields if field[0].lower() not in _OF_CONTENT])
            return []
        start_response("200 OK", list(answer.fields))
        return [answer.content] if environ["REQUEST_METHOD"] == "GET" else []

    def _asked(self, key: Key, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Let the application answer, and keep the answer where it says so."""
        told: list[tuple[str, list[tuple[str, str]]]] = []

        def listen(status: str, fields: list[tuple[str, str]], *rest: Any) -> Any:
            told.append((status, fields))
            return start_response(status, fields, *rest)

        given = self._wsgi(environ, listen)
        if environ["REQUEST_METHOD"] != "GET" or KEEP not in environ or not told or not told[0][0].startswith("200"):
            return given
        content = b"".join(given)
        if hasattr(given, "close"):
            given.close()
        self._keep(key, Answer([field for field in told[0][1] if field[0].lower() != "date"], content))
        return [content]

    def _keep(self, key: Key, answer: Answer) -> None:
        size = _size(key, answer)
        with self._lock:
            if key in self._kept or size > self._limit:
                return
            self._kept[key] = answer
            self._size += size
            while self._size > self._limit:
                self._size -= _size(*self._kept.popitem(last=False))


def _size(key: Key, answer: Answer) -> int:
    return len(answer.content) + sum(map(len, key)) + sum(len(name) + len(value) for name, value in answer.fields)
