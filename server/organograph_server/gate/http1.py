"""HTTP/1.1 as it goes over a connection (RFC 9112): heads of requests, bodies in chunks, and heads of answers."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from organograph_server.answers.lane import Answer, Environ
from organograph_server.gate.nohttp import LONGEST_TARGET, NoHttp, date_of, long_target, many_fields
from organograph_server.query.clients import FIELDS

HEAD_SIZE = "organograph.head"
"""In the environment of a request: how many bytes its head has."""
_MOST_FIELDS = 100
# Bytes of fields that are remembered with what they tell.
_COMMON_FIELDS = 1_024
# Longer names of fields are not remembered, so that nobody fills memory with them.
_COMMON_NAME = 64
# What cannot be read as text is there all the same, and names nothing.
_UNREADABLE = "\xff"
# These concern one connection, or are of a proxy that nobody here knows.
_LEFT_OUT = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "proxy", "forwarded"})
_OF_PROXIES = ("proxy-", "x-forwarded-")
_OF_FRAMING = frozenset({"connection", "transfer-encoding", "content-length", "expect", *FIELDS})
_NOBODY: Mapping[str, str] = {}
_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
# Addresses have no sign that ends an IRI in other texts.
_REQUEST_LINE = re.compile(rf"({_NAME}) ([!-;=?-~]+) HTTP/([0-9])\.([0-9])")
# Bytes beyond ASCII are allowed in a value (RFC 9110 section 5.5), control characters but tab are not.
_FIELD = re.compile(rf"({_NAME}):([\t\x20-\x7e\x80-\xff]*)")
_WHOLE_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://([^/?#]*)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]*)?")
_LONGEST_CHUNK_LINE = 4_096


@dataclass(slots=True)
class Head:
    """The head of a request.

    Args:
        environ: what is asked for, as WSGI tells it (PEP 3333).
        lasts: whether the connection is to be used again.
        length: bytes of the body; None where it comes in chunks.
        expects: whether the sender waits until it is told to go on.
        forwarded: what is told of whom it is sent for, by fields in small letters; anybody may have written that.
    """

    environ: Environ
    lasts: bool
    length: int | None
    expects: bool
    forwarded: Mapping[str, str]


def read_head(head: bytes) -> Head:
    """Read the head of a request.

    Of a field that is sent several times the values are joined. What one connection or an unknown proxy adds is left out, and so is
    a name with an underscore, which would be taken for another.

    Args:
        head: up to the empty line, without it.

    Raises:
        NoHttp: it is none.
    """
    first, _, lines = head.partition(b"\r\n")
    method, path, query, minor, host = _request_line(first.decode("latin-1"))
    # A client sends the same fields again and again.
    told = (_told_again if len(lines) <= _COMMON_FIELDS else _told)(lines, minor == "1")
    environ: Environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1" if minor == "1" else "HTTP/1.0",
        HEAD_SIZE: len(head),
        **told.environ,
    }
    # A whole address names the host, and not the field (RFC 9112 section 3.2.2); who sends no such field, or several, is refused.
    if host is not None and "," not in environ.get("HTTP_HOST", ","):
        environ["HTTP_HOST"] = host
    return Head(environ, told.lasts, told.length, told.expects, told.forwarded)


def _told(lines: bytes, is_new: bool) -> Head:
    """What the fields of a request tell, of HTTP/1.1 or of what was before it."""
    environ: Environ = {}
    framing = _fields(lines.decode("latin-1").split("\r\n"), environ) if lines else {}
    return Head(environ, *_framing(framing, is_new), {name: framing[name] for name in FIELDS if name in framing} or _NOBODY)


_told_again = lru_cache(maxsize=512)(_told)


def _request_line(line: str) -> tuple[str, str, str, str, str | None]:
    """Method, path, query, minor version, and the host where the address is whole."""
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        raise NoHttp("The request does not begin with a method, an address and a version of HTTP.")
    method, target, major, minor = found.groups()
    if major != "1":
        # Not 505, which may be sent (RFC 9112 section 2.3), but says that the server is at fault.
        raise NoHttp("This server speaks HTTP/1.1 and HTTP/1.0 alone.")
    if len(target) > LONGEST_TARGET:
        raise long_target()
    host: str | None = None
    if not target.startswith("/") and target != "*":
        whole = _WHOLE_ADDRESS.match(target)
        if whole is None:
            raise NoHttp("The address in the request begins neither with a slash nor with a scheme and a host.")
        host, target = whole[1], target[whole.end() :]
        target = target if target.startswith("/") else f"/{target}"
    path, _, query = target.partition("#")[0].partition("?")
    if "%" in path:
        path = unquote(path, errors="replace").encode().decode("latin-1")
    # What comes after HTTP/1.1 is read as that (RFC 9110 section 2.5).
    return method, path, query, min(minor, "1"), host


def _fields(lines: list[str], environ: Environ) -> dict[str, str]:
    """Put the fields into an environ; those that say how the request goes over the connection."""
    if len(lines) > _MOST_FIELDS:
        raise many_fields()
    framing: dict[str, str] = {}
    for line in lines:
        found = _FIELD.fullmatch(line)
        if found is None:
            raise NoHttp("A line of the header is no field: a name, a colon and a value without control characters.")
        name, value = found[1].lower(), found[2].strip(" \t")
        if not value.isascii():
            value = _UNREADABLE
        if name in _OF_FRAMING:
            if name in framing:
                value = _again(name, framing[name], value)
                environ.pop(_key(name) or "", None)
            framing[name] = value
        if key := _key(name):
            known = environ.get(key)
            environ[key] = value if known is None else f"{known}{'; ' if name == 'cookie' else ', '}{value}"
    return framing


def _again(name: str, known: str, value: str) -> str:
    """What a field means that may be given once, or several times alike."""
    if name == "content-length" and value != known:
        raise NoHttp("The request has two lengths.")
    return value if name == "content-length" else f"{known}, {value}"


def _framing(framing: dict[str, str], is_new: bool) -> tuple[bool, int | None, bool]:
    """Whether the connection lasts, the length of the body, and whether the sender waits (RFC 9112 section 6.3)."""
    wishes = [wish.strip() for wish in framing.get("connection", "").lower().split(",")]
    lasts = "close" not in wishes if is_new else "keep-alive" in wishes
    expects = is_new and framing.get("expect", "").lower() == "100-continue"
    coding, length = framing.get("transfer-encoding"), framing.get("content-length", "0")
    if coding is not None:
        if coding.lower() != "chunked" or "content-length" in framing or not is_new:
            raise NoHttp("The request has a transfer coding that is not read here, or a length beside it.")
        return lasts, None, expects
    if not _LENGTH.fullmatch(length):
        raise NoHttp("The length of the request is no number.")
    return lasts, int(length), expects


def _key(name: str) -> str | None:
    """The environ's name of a field, whose name is in small letters; None for one that is left out."""
    return _remembered(name) if len(name) <= _COMMON_NAME else _made(name)


def _made(name: str) -> str | None:
    if "_" in name or name in _LEFT_OUT or name.startswith(_OF_PROXIES):
        return None
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


_remembered = lru_cache(maxsize=1024)(_made)


class Chunks:
    """A body in chunks (RFC 9112 section 7.1), piece by piece; what comes after its end is left.

    Attributes:
        is_over: whether its end has come.
    """

    def __init__(self) -> None:
        self.is_over = False
        self._in_chunk = self._in_trailer = False
        # Bytes of the chunk that are to come.
        self._left = 0

    def read(self, buffer: bytearray) -> bytes:
        """Take from a buffer what is there of the body.

        Raises:
            ValueError: it is no such body.
        """
        found = bytearray()
        while not self.is_over and (self._content(buffer, found) if self._in_chunk else self._line(buffer)):
            pass
        return bytes(found)

    def _content(self, buffer: bytearray, found: bytearray) -> bool:
        """Take what is there of a chunk; whether that was all of it."""
        taken = min(self._left, len(buffer))
        found += buffer[:taken]
        del buffer[:taken]
        self._left -= taken
        if self._left or len(buffer) < 2:
            return False
        if buffer[:2] != b"\r\n":
            raise ValueError("A chunk is longer than it says.")
        del buffer[:2]
        self._in_chunk = False
        return True

    def _line(self, buffer: bytearray) -> bool:
        """Take a line between chunks; whether it was there whole."""
        end = buffer.find(b"\r\n", 0, _LONGEST_CHUNK_LINE)
        if end < 0:
            if len(buffer) >= _LONGEST_CHUNK_LINE:
                raise ValueError("A line between chunks is too long.")
            return False
        line = bytes(buffer[:end])
        del buffer[: end + 2]
        if self._in_trailer:
            self.is_over = not line
            return True
        size = _CHUNK.fullmatch(line)
        if size is None:
            raise ValueError("A chunk has no size.")
        self._left = int(size[1], 16)
        self._in_trailer = not self._left
        self._in_chunk = not self._in_trailer
        return True


def written_head(answer: Answer, name: str, *, lasts: bool, is_new: bool = True) -> bytes:
    """The head of an answer.

    Args:
        answer: what is given.
        name: the number of the request.
        lasts: whether the connection is used again.
        is_new: whether the request was of HTTP/1.1.
    """
    begin = answer.written or answer.head
    if not is_new:
        begin = b"HTTP/1.0" + begin[8:]
    ending = "" if lasts == is_new else "connection: keep-alive\r\n" if lasts else "connection: close\r\n"
    return begin + f"{ending}x-request-id: {name}\r\ndate: {date_of(int(time.time()))}\r\n\r\n".encode()
