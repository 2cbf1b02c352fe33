"""Asks a store queries by the SPARQL 1.1 Protocol (section 2.1, by form), again where that may help, and tells what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from organograph_server.query.foreign import TABLES
from organograph_server.query.store import Dataset
from organograph_server.stores.client import Client, Reply, TooLarge, Unreachable
from organograph_server.stores.contract import CHECKED, MARKER, Marker

_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
# Seconds until a query is asked again, at most: a query changes nothing, so it may be. By chance, so that many do not come at once.
_PAUSES = (0.1, 0.5)
# Seconds until a marker is read again that has nothing in it: a store that replaces a graph in two steps, as Virtuoso does, is in between.
_GAPS = (0.05, 0.1, 0.2, 0.4)
_MOST_OF_MARKER = 4_194_304
_MOST_TOLD = 200
_OK, _BAD_REQUEST, _TIMEOUT, _TOO_MANY, _UNAVAILABLE, _GATEWAY_TIMEOUT = 200, 400, 408, 429, 503, 504


class Trouble(Exception):
    """A store that cannot be used.

    Args:
        reason: in a few words.
        may_pass: whether it may be otherwise in a moment.
        is_sure: whether it says something of the store, and not of this query alone.
        status: of its answer, where that is the reason; else 0.
    """

    def __init__(self, reason: str, *, may_pass: bool = False, is_sure: bool = True, status: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.may_pass, self.is_sure, self.status = reason, may_pass, is_sure, status


class Late(Exception):
    """The store says that the query takes too long."""


class Unanswered(Exception):
    """The store can do nothing with the query.

    Args:
        reason: as the store tells it, in at most a line.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Endpoint:
    """Where a store is asked.

    Args:
        client: asks it.
        timeout: parameter by which it is told how long a query may take; see Settings.
    """

    def __init__(self, client: Client, timeout: str = "") -> None:
        self._client, self._timeout = client, timeout

    async def ask(self, query: str, dataset: Dataset, types: Iterable[str], most: int, seconds: float) -> Reply:
        """Ask a query, and again after a moment where the store was not reached or is busy.

        Args:
            query: standard SPARQL.
            dataset: the graphs that it is asked of, which are told by the protocol.
            types: of the answer, the best first.
            most: bytes of the answer.
            seconds: until it must be there.

        Raises:
            Trouble: the store cannot be used.
            Late: the store says that it takes too long.
            Unanswered: the store can do nothing with it.
            TooLarge: the answer has more bytes.
            TimeoutError: the time is over.
        """
        body, kinds = self._form(query, dataset, seconds), tuple(types)
        async with asyncio.timeout(seconds):
            for pause in _PAUSES:
                try:
                    return await self._once(body, kinds, most, seconds)
                except Trouble as trouble:
                    if not trouble.may_pass:
                        raise
                await asyncio.sleep(random.uniform(pause / 4, pause))  # noqa: S311  # nothing is to be kept from anybody
            return await self._once(body, kinds, most, seconds)

    async def marker(self, seconds: float, *, again: bool = False) -> Marker:
        """What the store says that it holds.

        Args:
            seconds: until it must say so.
            again: whether to ask again where that may help.

        Raises:
            Trouble: the store cannot be used.
        """
        kinds, dataset = (next(iter(TABLES)),), Dataset((MARKER,))
        try:
            async with asyncio.timeout(seconds):
                for pause in (*_GAPS, 0):
                    asked = self.ask(CHECKED, dataset, kinds, _MOST_OF_MARKER, seconds) if again else self._marker(dataset, kinds, seconds)
                    marker = Marker.read((await asked).content)
                    if marker.whole:
                        break
                    await asyncio.sleep(pause)
                return marker
        except TimeoutError as error:
            raise Trouble("it does not answer in time") from error
        except (Late, Unanswered, TooLarge, ValueError) as error:
            raise Trouble("it does not answer what it holds") from error

    async def _marker(self, dataset: Dataset, kinds: Sequence[str], seconds: float) -> Reply:
        return await self._once(self._form(CHECKED, dataset, seconds), kinds, _MOST_OF_MARKER, seconds)

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()

    def _form(self, query: str, dataset: Dataset, seconds: float) -> bytes:
        pairs = [("query", query)]
        pairs += [("default-graph-uri", iri) for iri in dict.fromkeys(dataset.default)]
        pairs += [("named-graph-uri", iri) for iri in dict.fromkeys(dataset.named)]
        if self._timeout:
            name, _, value = self._timeout.partition("=")
            pairs.append((name, value.format(seconds=max(1, round(seconds)), milliseconds=round(1_000 * seconds))))
        return urlencode(pairs).encode("ascii")

    async def _once(self, body: bytes, kinds: Sequence[str], most: int, seconds: float) -> Reply:
        fields = _FORM | {"Accept": ", ".join(f"{kind};q={1 - number / 10:g}" for number, kind in enumerate(kinds))}
        try:
            reply = await self._client.ask("POST", body, fields, most, seconds)
        except Unreachable as error:
            raise Trouble(str(error), may_pass=True) from error
        _check(reply, kinds)
        return reply


def _check(reply: Reply, kinds: Sequence[str]) -> None:
    """Let only whole answers of a kind that was asked for pass."""
    status = reply.status
    if status == _BAD_REQUEST:
        raise Unanswered(_line(reply))
    if status in (_TIMEOUT, _GATEWAY_TIMEOUT):
        raise Late
    if status in (_TOO_MANY, _UNAVAILABLE):
        raise Trouble(f"it answers with status {status}", may_pass=True)
    if status != _OK:
        raise Trouble(f"it answers with status {status}", is_sure=status < 500, status=status)
    # By these Virtuoso tells that an answer with status 200 is a part of one: it was late, or has as many rows as are allowed.
    if "x-sql-state" in reply.fields:
        raise Late
    if "x-sparql-maxrows" in reply.fields:
        raise Trouble("it gives a part of an answer, since it limits rows", is_sure=False)
    if "content-length" not in reply.fields and reply.fields.get("transfer-encoding", "").lower() != "chunked":
        raise Trouble("it does not tell where its answers end, so that a part of one would pass for the whole")
    if reply.fields.get("content-encoding", "identity").lower() != "identity":
        raise Trouble("it packs its answers, which was not asked for")
    if reply.media_type not in kinds:
        raise Trouble(f"it answers with the type {reply.media_type[:80]!r}")


def _line(reply: Reply) -> str:
    """The first line of a text that says what is wrong."""
    text = reply.content[: 10 * _MOST_TOLD].decode("utf-8", "replace") if reply.media_type.startswith("text/plain") else ""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "it does not say why")
    return "".join(sign for sign in line if sign.isprintable())[:_MOST_TOLD].rstrip(".")
