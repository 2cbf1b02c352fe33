"""Who waits for an answer, and whether still."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Asker:
    """Who waits for an answer.

    Args:
        gone: waits until it has gone; None where nobody can tell, unless it is told by `leave`.

    Attributes:
        is_gone: whether it has.
    """

    __slots__ = ("_gone", "_watch", "is_gone")

    def __init__(self, gone: Callable[[], Awaitable[None]] | None = None) -> None:
        self._gone = gone
        self._watch: asyncio.Future[None] | None = None
        self.is_gone = False

    def watch(self) -> None:
        """Notice from now on when it goes; to be called in the event loop, and only for those whose answers are not at hand."""
        if self._watch is None and self._gone is not None:
            self._watch = asyncio.ensure_future(self._until_gone(self._gone))

    def leave(self) -> None:
        """Have gone."""
        self.is_gone = True

    def close(self) -> None:
        """Watch no more, since it is answered."""
        if self._watch is not None:
            self._watch.cancel()

    async def _until_gone(self, gone: Callable[[], Awaitable[None]]) -> None:
        await gone()
        self.is_gone = True
