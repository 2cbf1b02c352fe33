"""How much time a client may let queries take: a store of seconds for each, which fills up again as time passes."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import Lock

from organograph.messages import Counted
from organograph_server.errors import BudgetSpent

_MINUTE = 60.0
_CLIENTS = 10_000
_UNLIMITED = nullcontext()


class Budget:
    """The budgets of all clients; of very many those seen longest ago are forgotten, and then are full.

    Args:
        seconds: of queries in a minute for each client; 0 for no limit.
        clock: seconds that never go back.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = seconds, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spent(self, client: str) -> AbstractContextManager[None]:
        """Take from a client the time that the block takes, if it has seconds left.

        Raises:
            BudgetSpent: it has none.
        """
        return self._spent(client) if self._most else _UNLIMITED

    @contextmanager
    def _spent(self, client: str) -> Iterator[None]:
        self.check(client)
        begun = self._clock()
        try:
            yield
        finally:
            self.spend(client, self._clock() - begun)

    def check(self, client: str) -> None:
        """Let a client ask, if it has seconds left.

        Raises:
            BudgetSpent: it has none.
        """
        if not self._most:
            return
        with self._lock:
            left = self._now(client)
        if left <= 0:
            wait = math.ceil((-left + 0.01 * self._most) * _MINUTE / self._most)
            raise BudgetSpent(
                Counted(
                    "Your queries have taken the %(most)s second that they may take in a minute.",
                    "Your queries have taken the %(most)s seconds that they may take in a minute.",
                    math.ceil(self._most),
                    most=f"{self._most:g}",
                ),
                Counted("Ask again in %(number)s second, or ask for less.", "Ask again in %(number)s seconds, or ask for less.", wait),
                retry_after=wait,
                limit=self._most,
            )

    def spend(self, client: str, seconds: float) -> None:
        """Take from a client the time that a query took."""
        if not self._most:
            return
        with self._lock:
            self._left[client] = (self._now(client) - seconds, self._clock())
            self._left.move_to_end(client)
            if len(self._left) > _CLIENTS:
                self._left.popitem(last=False)

    def _now(self, client: str) -> float:
        left, when = self._left.get(client, (self._most, self._clock()))
        return min(self._most, left + (self._clock() - when) * self._most / _MINUTE)
