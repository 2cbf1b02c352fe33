"""How many queries a store is asked at once, and how many wait for that."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from organograph_server.walls.terms import Terms, overloaded


class Turns:
    """Places at a store. All of it runs in one event loop.

    Args:
        terms: on what terms workers are lent, which hold for places likewise.
    """

    def __init__(self, terms: Terms) -> None:
        self._places, self._terms = terms.quick + terms.slow, terms
        self._turn = asyncio.Semaphore(self._places)
        self._asked = self._waiting = 0

    def load(self) -> Mapping[str, int]:
        """How many queries are asked and wait, and how many places are free."""
        return {"asked": self._asked, "waiting": self._waiting, "free": self._places - self._asked}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Have a place.

        Raises:
            Overloaded: too many wait, or none came free in time.
        """
        if self._turn.locked() and self._waiting >= self._terms.waiting:
            raise overloaded(f"{self._waiting} queries wait already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._terms.patience):
                await self._turn.acquire()
        except TimeoutError:
            raise overloaded(f"the store answered no other query in {self._terms.patience:g} seconds") from None
        finally:
            self._waiting -= 1
        self._asked += 1
        try:
            yield
        finally:
            self._asked -= 1
            self._turn.release()
