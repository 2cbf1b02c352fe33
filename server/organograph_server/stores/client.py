"""Asks one server over HTTP/1.1: within a time, up to a size, and nobody else.

There is no code here that follows a redirect, takes a proxy from the environment, or unpacks what is packed.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import h11

from organograph_server.stores.credentials import Credentials

_PIECE = 65_536
_MOST_FIELDS = 32_768
_CONNECTING = 3.0


class Unreachable(Exception):
    """The server was not reached, went away, or does not speak HTTP."""


class TooLarge(Exception):
    """The answer has more bytes than it may."""


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Args:
        status: of the answer.
        fields: its fields, by their names in small letters; of one that comes twice the last.
        content: the whole body.
    """

    status: int
    fields: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """Its type without parameters."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()


class _Connection:
    """A connection to the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MOST_FIELDS)
        self.was_idle = self.is_answered = False

    async def ask(self, request: h11.Request, body: bytes, most: int) -> Reply:
        """Send a request, and read the answer to its end."""
        self.is_answered = False
        self._writer.write(self.state.send(request) or b"")
        self._writer.write((self.state.send(h11.Data(body)) or b"") + (self.state.send(h11.EndOfMessage()) or b""))
        await self._writer.drain()
        head: h11.Response | None = None
        pieces: list[bytes] = []
        size = 0
        while not isinstance(event := await self._event(), h11.EndOfMessage):
            if isinstance(event, h11.Response):
                head = event
            elif isinstance(event, h11.Data):
                pieces.append(bytes(event.data))
                size += len(event.data)
                if size > most:
                    raise TooLarge
            elif isinstance(event, h11.ConnectionClosed):
                raise Unreachable("it closed the connection")
        if head is None:
            raise Unreachable("it gave no answer")
        fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        return Reply(head.status_code, fields, b"".join(pieces))

    async def _event(self) -> Any:
        while (event := self.state.next_event()) is h11.NEED_DATA:
            piece = await self._reader.read(_PIECE)
            self.is_answered = self.is_answered or bool(piece)
            self.state.receive_data(piece)
        return event

    def renew(self) -> bool:
        """Be ready for another request, if that can be."""
        if self.state.our_state is not h11.DONE or self.state.their_state is not h11.DONE or self._reader.at_eof():
            return False
        self.state.start_next_cycle()
        self.was_idle = True
        return True

    async def end(self) -> None:
        """End it, whatever is under way."""
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


class Client:
    """Asks one server. All of it runs in one event loop, so nothing is locked.

    Args:
        address: whole; its query goes with each request.
        credentials: who asks.
    """

    def __init__(self, address: str, credentials: Credentials) -> None:
        self._split: SplitResult = urlsplit(address)
        self._credentials = credentials
        self._idle: list[_Connection] = []
        self._trust = ssl.create_default_context() if self._split.scheme == "https" else None

    async def ask(self, method: str, body: bytes, fields: Mapping[str, str], most: int, seconds: float, query: str = "") -> Reply:
        """Send a request, and wait for the whole answer.

        Args:
            method: GET, POST, PUT or DELETE.
            body: of the request.
            fields: of the request, beside those that every request has.
            most: bytes that the body of the answer may have.
            seconds: until the answer must be there; then the connection is cut.
            query: what stands behind the `?` of the address.

        Raises:
            Unreachable: the server was not reached, went away, or does not speak HTTP.
            TooLarge: the body has more bytes.
            TimeoutError: the time is over.
        """
        async with asyncio.timeout(seconds):
            target = self._target(query)
            while True:
                who = self._credentials.told(method, target)
                reply = await self._asked(method, body, {**fields, **who}, most, target)
                if not self._credentials.learns(reply.status, reply.fields.get("www-authenticate", ""), who):
                    return reply

    async def close(self) -> None:
        """End the connections that are idle."""
        while self._idle:
            await self._idle.pop().end()

    async def _asked(self, method: str, body: bytes, fields: Mapping[str, str], most: int, target: str) -> Reply:
        request = h11.Request(method=method, target=target, headers=self._fields(fields, body))
        while True:
            connection = self._idle.pop() if self._idle else await self._connected()
            try:
                reply = await connection.ask(request, body, most)
            except (OSError, EOFError, h11.RemoteProtocolError, Unreachable) as error:
                await connection.end()
                # The server may close a connection that is idle at any time; then nothing was read, and another is taken.
                if connection.was_idle and not connection.is_answered:
                    continue
                raise Unreachable(_reason(error)) from error
            except BaseException:
                await connection.end()
                raise
            if connection.renew():
                self._idle.append(connection)
            else:
                await connection.end()
            return reply

    async def _connected(self) -> _Connection:
        where = self._split
        port = where.port or (443 if self._trust else 80)
        try:
            async with asyncio.timeout(_CONNECTING):
                reader, writer = await asyncio.open_connection(where.hostname, port, ssl=self._trust)
        except TimeoutError as error:
            raise Unreachable("it takes no connection") from error
        except (OSError, ssl.CertificateError) as error:
            raise Unreachable(_reason(error)) from error
        return _Connection(reader, writer)

    def _target(self, query: str) -> str:
        whole = "&".join(part for part in (self._split.query, query) if part)
        return f"{self._split.path or '/'}{f'?{whole}' if whole else ''}"

    def _fields(self, fields: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
        host = self._split.netloc
        common = {"Host": host, "User-Agent": "organograph", "Accept-Encoding": "identity", "Content-Length": str(len(body))}
        return [*common.items(), *fields.items()]


def _reason(error: BaseException) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
