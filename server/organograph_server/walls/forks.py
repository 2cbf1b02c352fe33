"""New workers: from a keeper that is started with the first, and again where it was ended."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

from organograph_server.errors import EngineFailed
from organograph_server.walls import wire
from organograph_server.walls.handles import Keeper, Worker


class Forks:
    """Starts workers, one at a time, in whatever thread asks for one.

    Args:
        begin: starts a keeper.
        failed: the refusal where there is no worker to be had.

    Attributes:
        walls: the names of the walls that the last worker has raised; none while there has been no worker.
    """

    def __init__(self, begin: Callable[[], Keeper], failed: str = "The query engine cannot be started.") -> None:
        self._begin, self._failed = begin, failed
        self._lock = threading.Lock()
        self._keeper: Keeper | None = None
        self._is_closed = False
        self.walls: Sequence[str] = ()

    def worker(self) -> Worker:
        """A new worker.

        Raises:
            EngineFailed: it does not come, from a second keeper neither.
        """
        for _ in range(2):
            try:
                with self._lock:
                    if self._is_closed:
                        break
                    if self._keeper is None:
                        self._keeper = self._begin()
                    if self._is_closed:
                        break
                    worker = self._keeper.fork()
            except BlockingIOError:
                break
            except (OSError, EOFError):
                self._keeper = None
                continue
            try:
                self.walls = wire.receive(worker.fd)[0]["walls"]
            except (OSError, EOFError):
                # Only this one; the others go on.
                worker.end()
            else:
                os.set_blocking(worker.fd, False)
                return worker
        raise EngineFailed(self._failed, "Try again later.", retry_after=5)

    def close(self) -> None:
        """End the keeper, with whom everything ends that it has forked; nothing begins any more."""
        self._is_closed = True
        # One that reads a large dataset may be at that for minutes.
        if (keeper := self._keeper) is not None:
            keeper.kill()
        # Whoever is just starting a keeper has it first, so that none is left.
        with self._lock:
            if self._keeper is not None:
                self._keeper.close()
                self._keeper = None
