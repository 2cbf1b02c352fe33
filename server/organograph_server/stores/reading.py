"""Lets workers read what clients ask of a store, and what a store answers; where there are no walls, this process does it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from organograph_server.content.formats import Format
from organograph_server.errors import RequestRefused
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Examined, examined
from organograph_server.query.foreign import Sendable, rewritten, sendable
from organograph_server.query.guard import Limits
from organograph_server.query.store import Dataset
from organograph_server.walls import wire
from organograph_server.walls.walled import SHORT, WalledEngine, to_examine

Found = TypeVar("Found")


class Reading:
    """Reads queries and answers.

    Args:
        base: what relative IRIs of queries start from.
        most: bytes that an answer may have.
        walled: whose workers do it; None where there are none.
    """

    def __init__(self, base: str, most: int, walled: WalledEngine | None) -> None:
        self._base, self._most, self._walled = base, most, walled

    @property
    def walls(self) -> Sequence[str]:
        """The walls that stand around what reads."""
        return self._walled.walls if self._walled else ()

    def start(self) -> None:
        """Have a worker ready.

        Raises:
            EngineFailed: there is none to be had.
        """
        if self._walled is not None:
            self._walled.start()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be looked after by an event loop."""
        if self._walled is not None:
            self._walled.attach(loop)

    def close(self) -> None:
        """End the workers."""
        if self._walled is not None:
            self._walled.close()

    async def examined(self, query: str, limits: Limits, asker: Asker) -> Examined:
        """Let the guard look at a query, a long one by a worker; see Engine."""
        if self._walled is None or len(query) <= SHORT:
            return examined(query, limits)
        head, text = await self._walled.told(*to_examine(query, limits), asker)
        return Examined(text.decode(), head["form"])

    async def sendable(self, text: str, asker: Asker) -> Sendable:
        """Read a query; see foreign.sendable."""
        if self._walled is None:
            return await _in_thread(lambda: sendable(text, self._base))
        head, body = await self._walled.told({"ask": "sendable", "base": self._base}, text.encode(), asker)
        named = None if head["dataset"] is None else Dataset(tuple(head["dataset"]["default"]), tuple(head["dataset"]["named"]))
        return Sendable(body.decode(), head["form"], named, head["names_graphs"])

    async def rewritten(self, content: bytes, media_type: str, query_form: str, form: Format, asker: Asker) -> bytes:
        """Write an answer anew; see foreign.rewritten."""
        if self._walled is None:
            return await _in_thread(lambda: rewritten(content, media_type, query_form, form, self._most))
        order = {"ask": "rewritten", "type": media_type, "query_form": query_form, "form": form.name, "most": self._most}
        return (await self._walled.told(order, content, asker))[1]


async def _in_thread(read: Callable[[], Found]) -> Found:
    """What reading gives in a thread, which must keep what the engine's library made there.

    Raises:
        RequestRefused: it gives none.
    """

    def caught() -> tuple[Found | None, wire.Head]:
        try:
            return read(), {}
        except RequestRefused as error:
            return None, wire.refusal(error)

    found, refusal = await asyncio.to_thread(caught)
    if refusal:
        raise wire.refused(refusal)
    return cast(Found, found)
