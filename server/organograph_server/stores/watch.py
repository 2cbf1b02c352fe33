"""Knows whether a store can be asked: it looks every few seconds, and at once after something went wrong (a circuit breaker).

Where it cannot be asked, queries are refused without being sent, so that nobody waits for a store that is down and no store is
overrun that comes up. Whether it can again is tried by looks alone, and not by queries of clients.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from organograph.messages import Message
from organograph_server.errors import StoreFailed
from organograph_server.stores.contract import Marker
from organograph_server.stores.endpoint import Trouble
from organograph_server.stores.states import LOST, OK, UNKNOWN, WITHOUT

_LOG = logging.getLogger(__name__)
EVERY = 2.5
"""Seconds from one look to the next, and that a look may take."""
_SOON = 0.5
_FAULTS = 3
_CURE = Message("Try again in a moment. Documents are given all the same.")


class Watch:
    """What is known of a store. All of it runs in one event loop; only `state` and `why` are read elsewhere.

    Args:
        look: reads the marker.
        key: of the publication that is served.

    Attributes:
        state: OK, UNKNOWN, LOST or WITHOUT.
        why: what is wrong, in a few words.
    """

    def __init__(self, look: Callable[[], Awaitable[Marker]], key: str) -> None:
        self._look, self._key = look, key
        self._looking: asyncio.Future[None] | None = None
        self._hurry = asyncio.Event()
        self._faults = 0
        self._marker = Marker()
        self.state, self.why = UNKNOWN, ""

    async def run(self) -> None:
        """Look again and again."""
        while True:
            await self.look()
            self._hurry.clear()
            try:
                async with asyncio.timeout(_SOON if self._faults and self.state == OK else EVERY):
                    await self._hurry.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Look now; who comes while somebody looks waits for that."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._seen())
        await asyncio.shield(self._looking)

    async def marker(self) -> Marker:
        """The marker as it was seen last.

        Raises:
            StoreFailed: the store cannot be asked now.
        """
        if self.state in (UNKNOWN, WITHOUT):
            await self.look()
        if self.state != OK:
            raise self.refusal()
        return self._marker

    def see(self, marker: Marker) -> None:
        """Take note of the marker."""
        self._faults = 0
        self._marker = marker
        if self._key in marker.whole:
            self._be(OK)
        else:
            self._be(WITHOUT, "it does not hold the publication that is served; `organograph load` puts it there")

    def fault(self, trouble: Trouble) -> None:
        """Take note that something went wrong: the store is looked at now, and after some faults no more is sent to it before."""
        if trouble.is_sure:
            self._count(trouble)
        self._hurry.set()

    async def _seen(self) -> None:
        try:
            self.see(await self._look())
        except Trouble as trouble:
            self._count(trouble)

    def _count(self, trouble: Trouble) -> None:
        """One fault may have any reason, such as a machine that is busy; several in a row are the store's."""
        self._faults += 1
        if self.state != OK or self._faults >= _FAULTS:
            self._be(LOST, trouble.reason)

    def _be(self, state: str, why: str = "") -> None:
        """Know another state, and say so once."""
        if state != self.state and (state, self.state) != (OK, UNKNOWN):
            _LOG.warning("The store that answers queries is %s%s.", state, f": {why}" if why else "")
        self.state, self.why = state, why

    def refusal(self) -> StoreFailed:
        """Why nothing is asked now."""
        if self.state == WITHOUT:
            return failed(Message("The store that answers queries does not hold this publication yet."))
        return failed(Message("The store that answers queries cannot be reached."))


def failed(message: str) -> StoreFailed:
    """The refusal of a query that the store does not answer now, with what is wrong."""
    return StoreFailed(message, _CURE, retry_after=5)
