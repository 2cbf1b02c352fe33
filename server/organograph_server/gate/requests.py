"""A request as it comes and when it has come whole, and those between whom it goes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from organograph_server.answers.lane import Answer, Environ
from organograph_server.gate.http1 import Chunks, Head
from organograph_server.query.asker import Asker
from organograph_server.query.clients import Proxies, client_of


class Fault(Enum):
    """What may be wrong with a body."""

    BROKEN = "it ended before its end"
    LATE = "it did not come in time"


@dataclass(slots=True)
class Body:
    """A body that is coming.

    Args:
        head: of its request.
        limit: bytes that it may have.
        chunks: read it, where it comes in chunks.
        since: when its head was there.
        size: bytes that have come.
        kept: of these, those that are kept.
    """

    head: Head
    limit: int
    chunks: Chunks | None
    since: float = field(default_factory=time.monotonic)
    size: int = 0
    kept: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Request:
    """A request that has come whole.

    Args:
        environ: what it asks for, as WSGI tells it (PEP 3333).
        asker: who waits for the answer.
        connection: that it came over, and by which it is answered.
        size: bytes of its body; of one that is too long at least one more than are allowed.
        body: of what is too long, a part.
        fault: why there is no body.
    """

    environ: Environ
    asker: Asker
    connection: Answering
    size: int = 0
    body: bytes = b""
    fault: Fault | None = None


def asker_of(environ: Environ) -> Asker:
    """Who waits for the answer to a request."""
    return Asker(client_of(environ["REMOTE_ADDR"]))


class Answering(Protocol):
    """What a request came over."""

    def give(self, answer: Answer, name: str) -> None:
        """Answer the request that is being answered; its number is told."""

    def complete(self, environ: Environ) -> None:
        """Tell an environ between whom it is."""

    def finish(self) -> None:
        """Let it be the last request that comes over it."""

    async def taken(self) -> None:
        """Wait until the client has taken all, or has gone."""


class Taker(Protocol):
    """What takes requests.

    Attributes:
        proxies: those that are believed when they tell whom they ask for.
        hosts: those that are served; see Settings.
    """

    proxies: Proxies | None
    hosts: frozenset[str]

    def longest(self, environ: Environ) -> int:
        """How many bytes the body of a request may have that is coming; the request is taken afterwards, whatever comes of it."""

    def take(self, request: Request) -> None:
        """Answer a request, now or later."""
