"""The event loop that looks after an engine: the server's, or one of its own where queries are asked without a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar, cast

Found = TypeVar("Found")


class Home:
    """An event loop, chosen when it is needed first.

    Args:
        name: of the thread that a loop of its own has.
        begin: what to do first with the loop.
    """

    def __init__(self, name: str, begin: Callable[[asyncio.AbstractEventLoop], object] = lambda loop: None) -> None:
        self._name, self._begin = name, begin
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let it be this loop, unless there is one already."""
        with self._lock:
            if self._loop is None:
                self._loop = loop
                self._begin(loop)

    def is_here(self) -> bool:
        """Whether it is the loop that this is asked in."""
        return self._loop is asyncio.get_running_loop()

    def run(self, made: Coroutine[Any, Any, Found]) -> Found:
        """What a coroutine gives in the loop, for a thread that waits for it."""
        return asyncio.run_coroutine_threadsafe(made, self._found()).result()

    def close(self, end: Callable[[], object]) -> None:
        """Do something last in the loop, and stop it if it is its own; in any thread."""
        with self._lock, suppress(RuntimeError):  # a server's loop may be closed already
            if self._own is not None:
                self._own.call_soon_threadsafe(lambda: (end(), cast(asyncio.AbstractEventLoop, self._own).stop()))
            elif self._loop is not None:
                self._loop.call_soon_threadsafe(end)

    def _found(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = self._own = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._own,), name=self._name, daemon=True).start()
                self._begin(self._own)
            return self._loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped, and end whatever is still under way."""
    loop.run_forever()
    loop.run_until_complete(_ended(asyncio.all_tasks(loop)))
    loop.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and wait until they have ended."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
