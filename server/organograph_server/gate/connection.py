"""A connection with a client: requests come one after the other, each is answered before the next is looked at."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Protocol, cast

from organograph_server.answers.lane import Answer, Environ
from organograph_server.gate.http1 import Chunks, read_head, written_head
from organograph_server.gate.nohttp import NoHttp, check_begun
from organograph_server.gate.requests import Body, Fault, Request, Taker, asker_of
from organograph_server.gate.versioned import MISDIRECTED, is_misdirected
from organograph_server.query.asker import Asker

# Seconds that a connection may stay without a whole head of a request.
_PATIENCE = 20.0
# A body comes within so many seconds, or its sender is told that it took too long.
_PATIENCE_FOR_BODIES = 30.0
# The reader of an answer takes so many bytes in a second, beside that patience in seconds.
SLOWEST = 131_072
PATIENCE_FOR_READERS = 30.0
# Seconds for a client to close a connection on which nothing more is said.
_PATIENCE_FOR_ENDS = 2.0
# Seconds that a client is still waited for that sends nothing more.
_PATIENCE_FOR_SILENCE = 0.2
# Bytes that are read ahead while a request is being answered.
_AHEAD = 65_536
# Of what is too long so many bytes more are read and dropped, since most senders look for an answer when they have sent all.
_DROPPED = 16 * 1024 * 1024
# Answers up to so many bytes go out in one piece with their heads.
_SHORT = 65_536


class Lobby(Protocol):
    """What knows the connections that are open."""

    def opened(self, connection: Connection) -> None:
        """A connection is there."""

    def closed(self, connection: Connection) -> None:
        """It is not there any more."""


class Connection(asyncio.Protocol):
    """A connection, in the event loop.

    Args:
        taker: answers requests.
        lobby: knows the connections.

    Attributes:
        host: address of the client.
        idle_since: since when no whole request has been there, on the clock that is monotonic; None while one is answered.
    """

    def __init__(self, taker: Taker, lobby: Lobby) -> None:
        self._taker, self._lobby = taker, lobby
        self._buffer = bytearray()
        self._body: Body | None = None
        self._asker: Asker | None = None
        self._lasts = self._is_new = True
        self._is_head = False
        self._taken: asyncio.Future[None] | None = None
        self._taken_until = 0.0
        self._dropping = self._reading = self._paused = self._is_silent = False
        self.host, self._port, self._here = "", 0, ("", 0)
        self.idle_since: float | None = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=0)
        self.host, self._port = (transport.get_extra_info("peername") or ("", 0))[:2]
        self._here = transport.get_extra_info("sockname")[:2]
        self._lobby.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End: whoever was asking has gone."""
        self._lobby.closed(self)
        self._dropping = True
        if self._asker is not None:
            self._asker.go()
        elif self._body is not None:
            self._take(self._body, Fault.BROKEN)
        self.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self._dropping:
            return
        self._buffer += data
        if self._asker is None and self._taken is None:
            self._read()
        elif len(self._buffer) > _AHEAD:
            self._paused = True
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """The client sends nothing more, and may have gone; what it has asked is answered all the same unless that takes long."""
        if self._dropping:
            return False
        self._is_silent = True
        if self._asker is not None:
            self._await_silently(self._asker)
        elif self._body is not None:
            self._take(self._body, Fault.BROKEN)
        else:
            self._read()
        return True

    def pause_writing(self) -> None:
        """Some of an answer is still to be taken."""
        self._taken = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        """All has been taken, or nobody will take it."""
        if self._taken is not None and not self._taken.done():
            self._taken.set_result(None)
            self.idle_since = self.idle_since and time.monotonic()
        self._taken = None
        if self._asker is None and not self._dropping:
            self._read_on()
            self._read()

    async def taken(self) -> None:
        """Wait until the client has taken all, or has gone."""
        if self._taken is not None:
            await self._taken

    def give(self, answer: Answer, name: str) -> None:
        """Answer the request that is being answered.

        Args:
            answer: the answer.
            name: the number of the request.
        """
        self._asker = None
        if self._transport.is_closing():
            return
        head = written_head(answer, name, lasts=self._lasts, is_new=self._is_new)
        content = b"" if self._is_head else answer.content
        self._taken_until = time.monotonic() + PATIENCE_FOR_READERS + len(content) / SLOWEST
        if len(content) <= _SHORT:
            self._transport.write(head + content)
        else:
            self._transport.writelines([head, content])
        self._given()

    def _given(self) -> None:
        """Look at the next request when an answer was given, or end."""
        self.idle_since = time.monotonic()
        if self._lasts:
            self._read_on()
            self._read()
        else:
            self._leave()

    def is_overdue(self, now: float) -> bool:
        """Whether its client has been waited for too long."""
        if self._taken is not None:
            return now >= self._taken_until
        if self._body is not None:
            return now >= self._body.since + _PATIENCE_FOR_BODIES
        patience = _PATIENCE_FOR_ENDS if self._dropping else _PATIENCE
        return self.idle_since is not None and now >= self.idle_since + patience

    def lose_patience(self) -> None:
        """Wait no longer for a request, for the rest of one, or for an answer to be taken."""
        if self._body is not None and self._taken is None:
            self._take(self._body, Fault.LATE)
        elif self._buffer and self._taken is None and not self._dropping:
            self._refuse(NoHttp("The head of the request did not come in time.", HTTPStatus.REQUEST_TIMEOUT))
        else:
            self.abort()

    def abort(self) -> None:
        """End it, whatever it is at."""
        self._transport.abort()

    def finish(self) -> None:
        """End it when the request is answered that is being answered now."""
        self._lasts = False
        if self._asker is None:
            self._transport.close()

    def complete(self, environ: Environ) -> None:
        """Tell an environ between whom it is."""
        environ["REMOTE_PORT"] = str(self._port)
        environ["SERVER_NAME"], environ["SERVER_PORT"] = self._here[0], str(self._here[1])

    def _read(self) -> None:
        """Take requests from the buffer as long as they are answered at once."""
        if self._reading:
            return
        self._reading = True
        # The next request waits until the answer before was taken, so that no client can heap up answers.
        while self._buffer and self._asker is None and self._taken is None and not self._dropping:
            if not (self._begin() if self._body is None else self._continue(self._body)):
                break
        self._reading = False
        if self._is_silent and self._asker is None and self._taken is None and not self._dropping:
            if self._buffer:
                self._refuse(NoHttp("The head of the request breaks off."))
            else:
                self._leave()

    def _begin(self) -> bool:
        """Read the head of a request; whether it was there whole."""
        if self._buffer.startswith(b"\r\n"):  # as RFC 9112 section 2.2 has it
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n")
        try:
            if end < 0:
                return check_begun(self._buffer)
            head = read_head(bytes(self._buffer[:end]))
        except NoHttp as refused:
            self._refuse(refused)
            return False
        del self._buffer[: end + 4]
        self._lasts, self._is_new = self._lasts and head.lasts, head.environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self._is_head = head.environ["REQUEST_METHOD"] == "HEAD"
        proxies = self._taker.proxies
        head.environ["REMOTE_ADDR"] = self.host if proxies is None else proxies.client(self.host, head.forwarded)
        if is_misdirected(head.environ, self._taker.hosts):
            head.environ[MISDIRECTED] = True
        limit, declared = self._taker.longest(head.environ), head.length or 0
        if head.length == 0:
            self._ask(Request(head.environ, asker_of(head.environ), self))
            return True
        self._body = Body(head, limit, Chunks() if head.length is None else None)
        if declared > limit + (0 if head.expects else _DROPPED):
            self._body.size = declared
            self._take(self._body)
            return False
        if head.expects:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _continue(self, body: Body) -> bool:
        """Read on in a body; whether it is all there."""
        try:
            piece = self._piece(body)
        except ValueError:
            self._take(body, Fault.BROKEN)
            return False
        if body.size <= body.limit:
            body.kept += piece
        body.size += len(piece)
        if body.size > body.limit + _DROPPED:
            self._take(body)
            return False
        if body.chunks.is_over if body.chunks is not None else body.size == body.head.length:
            self._body = None
            body.head.environ["CONTENT_LENGTH"] = str(body.size)
            self._ask(Request(body.head.environ, asker_of(body.head.environ), self, body.size, bytes(body.kept)))
            return True
        return False

    def _piece(self, body: Body) -> bytes:
        if body.chunks is not None:
            return body.chunks.read(self._buffer)
        size = (body.head.length or 0) - body.size
        piece = bytes(self._buffer[:size])
        del self._buffer[:size]
        return piece

    def _take(self, body: Body, fault: Fault | None = None) -> None:
        """Let a request be answered whose body has not come whole; the connection then ends."""
        self._body, self._lasts = None, False
        body.head.environ["CONTENT_LENGTH"] = str(body.size)
        self._ask(Request(body.head.environ, asker_of(body.head.environ), self, body.size, bytes(body.kept), fault))

    def _ask(self, request: Request) -> None:
        self._asker, self.idle_since = request.asker, None
        if self._is_silent:
            self._await_silently(request.asker)
        self._taker.take(request)

    def _await_silently(self, asker: Asker) -> None:
        """Let a client that sends nothing more, and most often has gone, wait no longer than for a quick answer."""
        asyncio.get_running_loop().call_later(_PATIENCE_FOR_SILENCE, asker.go)

    def _refuse(self, refused: NoHttp) -> None:
        """Refuse what is no HTTP."""
        self._transport.write(refused.written)
        self._leave()

    def _leave(self) -> None:
        """Say nothing more, and let the client say what it still has to say: otherwise it may not see the answer (RFC 9112 section 9.6)."""
        self._dropping, self.idle_since = True, time.monotonic()
        self._buffer.clear()
        self._read_on()
        (self._transport.close if self._is_silent else self._transport.write_eof)()

    def _read_on(self) -> None:
        if self._paused:
            self._transport.resume_reading()
        self._paused = False
