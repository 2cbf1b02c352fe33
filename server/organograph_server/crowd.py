"""Keeps one client from taking all connections: where few are left, those on which it asks nothing are ended."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Set

from organograph_server.connection import Peer, connections, open_files

# Seconds from one look to the next, and for which a connection may stay without a whole request where few are left.
_LOOK = 0.25
_PATIENCE = 1.0


class Crowd:
    """The connections that are open at some ports.

    Args:
        ports: at which is listened.
        most: connections that may be open.
        answered: the clients that are being answered; it changes.
    """

    def __init__(self, ports: frozenset[int], most: int, answered: Set[Peer]) -> None:
        self._ports, self._answered = ports, answered
        self._many, self._allowed = 3 * most // 4, most // 2
        self._since: dict[Peer, float] = {}

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(_LOOK)
            self.look()

    def look(self) -> int:
        """End what stands in the way of others; how many connections that were."""
        if open_files() < self._many:
            self._since.clear()
            return 0
        found, now = connections(self._ports), time.monotonic()
        self._since = {peer: self._since.get(peer, now) for peer in found if peer not in self._answered}
        if len(found) < self._many:
            return 0
        (host, number), *_ = Counter(host for host, _ in found).most_common(1)
        if number <= self._allowed:
            return 0
        ended = [peer for peer, since in self._since.items() if peer[0] == host and now - since >= _PATIENCE]
        for peer in ended:
            found[peer].end()
        return len(ended)
