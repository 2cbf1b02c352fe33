"""The fast lane: gives again what the application has already answered to an equal request, without asking it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from threading import Lock
from typing import Any

from organograph_server.content.conditions import evaluate

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Any], Iterable[bytes]]
Key = tuple[str, ...]

_METHODS = frozenset({"GET", "HEAD"})
# Conditions that are seldom asked are left to the application.
_LEFT = ("HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")
# Of a 304 these are left out (RFC 9110 section 15.4.5).
_OF_CONTENT = frozenset({"content-type", "content-length", "content-encoding", "content-language", "last-modified"})
KEEP = "organograph.keep"
# Bytes that an entry takes beside its texts, so that many small ones are bounded too.
_ENTRY = 3_000
_DEPENDS = "accept-language"


FILES = "organograph.files"
"""In the environment of a request, where large files are put that are answers, for who gives them piece by piece."""


@dataclass
class Answer:
    """A whole answer, which nobody changes.

    Args:
        status: its number.
        fields: names and values, as WSGI gives them.
        content: its body.
        written: what `head` gives, where it is known already.
    """

    status: int
    fields: list[tuple[str, str]]
    content: bytes
    written: bytes = b""

    @cached_property
    def head(self) -> bytes:
        """Its head as it goes over a connection (RFC 9112 section 4), but for the fields of the connection and the empty line.

        Raises:
            ValueError: a field has a line break in it, or a character that it must not have.
        """
        if self.written:
            return self.written
        length = any(name.lower() == "content-length" for name, _ in self.fields) or self.status in (204, 304)
        fields = self.fields if length else [*self.fields, ("Content-Length", str(len(self.content)))]
        written = "".join([f"{name}: {value}\r\n" for name, value in fields])
        if written.count("\n") != len(fields) or written.count("\r") != len(fields) or "\0" in written:
            raise ValueError("A header field has a line break in it.")
        return f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\n{written}".encode("latin-1")


@dataclass(frozen=True)
class _Kept:
    """What requests for one representation are answered with.

    Args:
        tag: its entity tag without quotes; "" where it has none.
        whole: for GET.
        head: for HEAD.
        unchanged: for who has it already.
    """

    tag: str
    whole: Answer
    head: Answer
    unchanged: Answer

    @classmethod
    def of(cls, answer: Answer) -> _Kept:
        """From the answer to GET."""
        tag = next((value.strip('"') for name, value in answer.fields if name.lower() == "etag"), "")
        rest = [field for field in answer.fields if field[0].lower() not in _OF_CONTENT]
        return cls(tag, answer, replace(answer, content=b""), Answer(HTTPStatus.NOT_MODIFIED, rest, b""))


class FastLane:
    """Keeps whole answers that the application has marked with KEEP; those used longest ago go first.

    Args:
        wsgi: the application.
        is_sound: whether a request may pass without the application looking at it.
        limit: how many bytes are kept.
        language_of: the language that is given to who sends an Accept-Language field, or none.
    """

    def __init__(self, wsgi: Wsgi, is_sound: Callable[[Environ], bool], limit: int, language_of: Callable[[str | None], str]) -> None:
        self._wsgi = wsgi
        self._is_sound = is_sound
        self._limit = limit
        self._language_of = language_of
        self._size = 0
        # What depends on the language is kept by language; what does not never looks at that field.
        self._kept: OrderedDict[Key, _Kept | None] = OrderedDict()
        self._lock = Lock()

    def kept(self, environ: Environ) -> Answer | None:
        """The answer to a request, where an equal one has been answered; None where the application must be asked."""
        if not self._may_pass(environ):
            return None
        key = key_of(environ)
        with self._lock:
            found = self._kept.get(key)
            if found is None and key in self._kept:
                found = self._kept.get(key := self._in_language(key, environ))
            if found is None:
                return None
            self._kept.move_to_end(key)
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and evaluate({"If-None-Match": known}, found.tag, None) == HTTPStatus.NOT_MODIFIED:
            return found.unchanged
        return found.whole if environ["REQUEST_METHOD"] == "GET" else found.head

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request."""
        answer = self.kept(environ)
        if answer is None:
            if environ["REQUEST_METHOD"] != "GET" or not self._may_pass(environ):
                return self._wsgi(environ, start_response)
            key = key_of(environ)
            answer = asked(self._wsgi, environ)
            if KEEP in environ and answer.status == HTTPStatus.OK:
                if _depends_on_language(answer):
                    self._note(key)
                    key = self._in_language(key, environ)
                self._keep(key, answer)
        start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(answer.fields))
        return [answer.content] if answer.content else []

    def _may_pass(self, environ: Environ) -> bool:
        return environ["REQUEST_METHOD"] in _METHODS and environ.keys().isdisjoint(_LEFT) and self._is_sound(environ)

    def keep(self, environ: Environ, answer: Answer) -> None:
        """Give this answer again to requests like this one."""
        self._keep(key_of(environ), answer)

    def _in_language(self, key: Key, environ: Environ) -> Key:
        return (*key, self._language_of(environ.get("HTTP_ACCEPT_LANGUAGE")))

    def _note(self, key: Key) -> None:
        """Remember that answers to such requests depend on their language."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = None
                self._size += _size(key, None)

    def _keep(self, key: Key, answer: Answer) -> None:
        size = _size(key, answer)
        with self._lock:
            if key in self._kept or size > self._limit:
                return
            self._kept[key] = _Kept.of(replace(answer, fields=[field for field in answer.fields if field[0].lower() != "date"]))
            self._size += size
            while self._size > self._limit:
                gone, found = self._kept.popitem(last=False)
                self._size -= _size(gone, found.whole if found else None)


def asked(wsgi: Wsgi, environ: Environ) -> Answer:
    """The whole answer of a WSGI application (PEP 3333)."""
    told: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start_response(status: str, fields: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
        told.append((status, fields))
        return written.append

    given = wsgi(environ, start_response)
    try:
        content = b"".join(given)
    finally:
        if hasattr(given, "close"):
            given.close()
    status, fields = told[-1]
    return Answer(int(status[:3]), fields, b"".join(written) + content)


def key_of(environ: Environ) -> Key:
    """What an answer may depend on; requests that differ in nothing else get the same."""
    # A field that is not there and one that is empty may mean different things.
    get = environ.get
    return (
        get("SCRIPT_NAME", "\0"),
        get("PATH_INFO", "\0"),
        get("QUERY_STRING", "\0"),
        get("HTTP_ACCEPT", "\0"),
        get("HTTP_ACCEPT_ENCODING", "\0"),
        get("HTTP_ACCEPT_PROFILE", "\0"),
    )


def _depends_on_language(answer: Answer) -> bool:
    return any(name.lower() == "vary" and _DEPENDS in value.lower() for name, value in answer.fields)


def _size(key: Key, answer: Answer | None) -> int:
    fields = answer.fields if answer else ()
    return _ENTRY + len(answer.content if answer else b"") + sum(map(len, key)) + sum(len(name) + len(value) for name, value in fields)
