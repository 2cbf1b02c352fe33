"""The connections that are open: those waited for too long are ended, and where few are left, those of who has most and asks nothing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable

from organograph_server.gate.connection import Connection

# Seconds from one look to the next, and for which a connection may stay without a whole request where few are left.
_LOOK = 0.25
_PATIENCE = 1.0


class Crowd:
    """The connections that are open.

    Args:
        most: connections that may be.
        left: what to do when there is room for one more.
    """

    def __init__(self, most: int, left: Callable[[], None] = lambda: None) -> None:
        self._most, self._left = most, left
        self._open: dict[Connection, None] = {}

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self._open)

    def opened(self, connection: Connection) -> None:
        """A connection is there."""
        self._open[connection] = None

    def closed(self, connection: Connection) -> None:
        """It is not there any more."""
        self._open.pop(connection, None)
        self._left()

    def finish(self) -> None:
        """End every connection as soon as it was answered what it has asked."""
        for connection in [*self._open]:
            connection.finish()

    async def empty(self) -> None:
        """Wait until none is open."""
        while self._open:
            await asyncio.sleep(0.01)

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(_LOOK)
            now = time.monotonic()
            for connection in [one for one in self._open if one.is_overdue(now)]:
                connection.lose_patience()
            self.look(now)

    def look(self, now: float) -> int:
        """End what stands in the way of others; how many connections that were."""
        if len(self._open) < 3 * self._most // 4:
            return 0
        (host, number), *_ = Counter(one.host for one in self._open).most_common(1)
        if number <= self._most // 2:
            return 0
        idle = [one for one in self._open if one.host == host and one.idle_since is not None and now >= one.idle_since + _PATIENCE]
        for connection in idle:
            connection.abort()
        return len(idle)
