"""Reads a request of the HTTP server (RSGI) as WSGI tells it (PEP 3333), and its body up to a limit."""

from __future__ import annotations

import io
import sys
from collections.abc import AsyncIterable, Iterable
from functools import lru_cache
from typing import Protocol

from organograph_server.lane import Environ

# These concern one connection, or are of a proxy that nobody here knows.
_LEFT_OUT = frozenset({"connection", "keep-alive", "te", "trailer", "upgrade", "proxy", "forwarded"})
_OF_PROXIES = ("proxy-", "x-forwarded-")
# So many bytes more than allowed are read.
_DROPPED = 16 * 1024 * 1024
# Longer names of fields are not remembered, so that nobody fills memory with them.
_COMMON_NAME = 64
# What cannot be read as text is there all the same, and names nothing.
_UNREADABLE = "\xff"


class BodyBroken(Exception):
    """A body ended before its end."""


class Fields(Protocol):
    """The header fields of a request."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Name and value of each that is text."""

    def keys(self) -> Iterable[str]:
        """The name of each."""

    def __len__(self) -> int:
        """How many names there are."""


class Scope(Protocol):
    """A request as the HTTP server tells it (RSGI 1.6); the path is decoded, and what is no UTF-8 in it replaced."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    headers: Fields


def environ_of(scope: Scope) -> Environ:
    """What a request asks for: the part of its environ that a kept answer depends on.

    Of a field that is sent several times the values are joined. What one connection or an unknown proxy adds is left out, and so is
    a name with an underscore, which would be taken for another.
    """
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _bytes_as_text(scope.path),
        "QUERY_STRING": _bytes_as_text(scope.query_string),
        "SERVER_PROTOCOL": "HTTP/1.1" if scope.http_version == "1.1" else "HTTP/1.0",
    }
    fields = scope.headers
    for name, value in fields.items():
        if key := _key(name):
            known = environ.get(key)
            environ[key] = value if known is None else _joined(name, known, value)
    # The server does not tell the values that have bytes beyond ASCII.
    for name in fields.keys():  # noqa: SIM118  # it is no mapping
        if (key := _key(name)) and key not in environ:
            environ[key] = _UNREADABLE
    return environ


def complete(environ: Environ, scope: Scope) -> None:
    """Add to an environ what a WSGI application needs; the body is empty as yet."""
    environ["SERVER_NAME"], environ["SERVER_PORT"] = _host_and_port(scope.server)
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = _host_and_port(scope.client)
    environ |= {
        "SERVER_SOFTWARE": "organograph",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


async def read_body(environ: Environ, pieces: AsyncIterable[bytes], limit: int) -> None:
    """Read the body of a request into its environ; of one that is longer than the limit only what shows that it is.

    Most senders look for an answer when they have sent all, so some of what is too long is read and dropped.

    Args:
        environ: of the request.
        pieces: of the body. The server ends it with an empty piece, and where it breaks off with two of them.
        limit: bytes.

    Raises:
        BodyBroken: it ended before its end.
    """
    chunked = environ.pop("HTTP_TRANSFER_ENCODING", None) is not None
    declared = int(environ.get("CONTENT_LENGTH", 0))
    if not chunked and (declared == 0 or declared > limit + _DROPPED or (declared > limit and "HTTP_EXPECT" in environ)):
        return
    read, size, ends = bytearray(), 0, 0
    async for piece in pieces:
        if size <= limit:
            read += piece
        size += len(piece)
        ends += not piece
        if size > limit + _DROPPED:
            break
    if ends > 1 or (not chunked and size != declared):
        raise BodyBroken
    environ["CONTENT_LENGTH"] = str(size)
    environ["wsgi.input"] = io.BytesIO(read)


def _key(name: str) -> str | None:
    """The environ's name of a field, whose name is in small letters; None for one that is left out."""
    return _remembered(name) if len(name) <= _COMMON_NAME else _made(name)


def _made(name: str) -> str | None:
    if "_" in name or name in _LEFT_OUT or name.startswith(_OF_PROXIES):
        return None
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


_remembered = lru_cache(maxsize=1024)(_made)


def _joined(name: str, known: str, value: str) -> str:
    """The values of a field that was sent twice, as one (RFC 9110 section 5.3); two lengths that differ the server refuses itself."""
    return known if name == "content-length" else f"{known}{'; ' if name == 'cookie' else ', '}{value}"


def _bytes_as_text(text: str) -> str:
    """The bytes of a text in UTF-8, each as one letter, as PEP 3333 wants it."""
    return text if text.isascii() else text.encode().decode("latin-1")


def _host_and_port(address: str) -> tuple[str, str]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), port
