"""What came is no HTTP, or none that is read here: the refusal, and what can be refused before it has come whole."""

from __future__ import annotations

import time
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus

from organograph_server.answers.problems import bare_problem

LONGEST_TARGET = 65_534
"""Characters of the address in a request line."""
LONGEST_HEAD = 524_288
"""Bytes of a head; our own limits (organograph_server.routes.front), which answer with a problem, are narrower."""
# A method and a version stand beside the address.
_LONGEST_LINE = LONGEST_TARGET + 1_000


class NoHttp(Exception):
    """What came is no request, or one that is not read here.

    Args:
        message: what is wrong with it.
        status: to refuse it with.
    """

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.message, self.status = message, status

    @property
    def written(self) -> bytes:
        """The answer to it, after which the connection ends."""
        told = bare_problem(self.status, self.message, "Send a request as HTTP/1.1 has it (RFC 9112).")
        lines = (
            f"HTTP/1.1 {self.status} {self.status.phrase}",
            "content-type: application/problem+json",
            f"content-length: {len(told)}",
            "cache-control: no-store",
            "x-content-type-options: nosniff",
            "server: organograph",
            "connection: close",
            f"date: {date_of(int(time.time()))}",
        )
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode() + told


def long_target() -> NoHttp:
    """The address is too long."""
    return NoHttp("The address of the request is too long.", HTTPStatus.REQUEST_URI_TOO_LONG)


def many_fields() -> NoHttp:
    """The head is too long."""
    return NoHttp("The request has too many header fields, or too long ones.", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)


def check_begun(buffer: bytearray) -> bool:
    """Refuse what has come of a head if it cannot become one, so that nobody waits for its end.

    Args:
        buffer: what has come, without the end of a head in it.

    Returns:
        That it is not there whole.

    Raises:
        NoHttp: it is too long, or it is something else, such as the handshake of TLS.
    """
    if len(buffer) > LONGEST_HEAD:
        raise many_fields()
    end = buffer.find(b"\n", 0, _LONGEST_LINE)
    if end < 0 and len(buffer) > _LONGEST_LINE:
        raise long_target()
    begins = buffer in (bytearray(), bytearray(b"\r")) or b"!" <= buffer[:1] <= b"~"
    if not begins or (end >= 0 and buffer[end - 1 : end] != b"\r"):
        raise NoHttp("What came is no request of HTTP/1.1.")
    return False


@lru_cache(maxsize=2)
def date_of(second: int) -> str:
    """A time in seconds as header fields have it."""
    return formatdate(second, usegmt=True)
