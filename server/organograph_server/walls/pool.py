"""The side of the server: lends workers to queries, keeps their time, and ends those that take too long or that nobody waits for."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.errors import EngineFailed, Overloaded
from organograph_server.walls import wire
from organograph_server.walls.exchange import Exchange
from organograph_server.walls.handles import Keeper, Worker

# After so many answers a worker makes room for a fresh one, which shares its memory with the keeper again.
_ANSWERS_EACH = 5_000


@dataclass(frozen=True)
class Terms:
    """On what terms workers are lent.

    Args:
        seconds: until an answer must be there, in seconds of the clock.
        quick: workers for common queries at once.
        slow: workers at once for those that take long.
        waiting: queries that may wait for a worker.
        patience: seconds that a query waits for a worker.
        most: bytes of an answer.
    """

    seconds: float
    quick: int
    slow: int
    waiting: int
    patience: float
    most: int


class Pool:
    """Workers that are forked by a keeper, which starts with the first that is needed.

    Args:
        told: makes what the keeper must know.
        terms: on what terms workers are lent.
    """

    def __init__(self, told: Callable[[], tuple[wire.Head, bytes]], terms: Terms) -> None:
        self._told, self._terms = told, terms
        self._free: list[Worker] = []
        self._quick = self._slow = self._waiting = 0
        self._change = threading.Condition()
        self._forking = threading.Lock()
        self._keeper: Keeper | None = None
        self._is_closed = False
        self.walls: Sequence[str] = ()

    def start(self) -> None:
        """Have the first worker ready, so that its walls are known.

        Raises:
            EngineFailed: there is none to be had.
        """
        worker = self._fork()
        with self._change:
            self._free.append(worker)

    def ask(self, head: wire.Head, body: bytes = b"", gone: int | None = None) -> tuple[wire.Head, bytes]:
        """Let a worker answer.

        Args:
            head: of the order.
            body: of the order.
            gone: a file descriptor that can be read once nobody waits for the answer any more.

        Returns:
            Head and body of the answer.

        Raises:
            QueryDeadline: it takes too long.
            Overloaded: too many wait, or take long already.
            EngineFailed: the worker ended, or none is to be had.
            ClientGone: nobody waits any more.
        """
        begun = time.monotonic()
        worker = self._lend()
        try:
            answer = self._exchange(worker, begun, gone).run(head, body, self._terms.most)
        except BaseException:
            self._take_back(worker, sound=False)
            raise
        self._take_back(worker, sound=True)
        return answer

    def load(self) -> Mapping[str, int]:
        """How many queries are quick, take long, and wait, and how many workers are free."""
        with self._change:
            return {"quick": self._quick, "slow": self._slow, "waiting": self._waiting, "free": len(self._free)}

    def close(self) -> None:
        """End all that is not at work, and the keeper, with whom everything ends that it has forked; nothing begins any more."""
        with self._change:
            free, self._free = self._free, []
        for worker in free:
            worker.end()
        # Whoever is just starting a keeper has it first, so that none is left.
        with self._forking:
            self._is_closed = True
            if self._keeper is not None:
                self._keeper.close()
                self._keeper = None

    def _lend(self) -> Worker:
        terms, until = self._terms, time.monotonic() + self._terms.patience
        with self._change:
            if self._quick >= terms.quick and self._waiting >= terms.waiting:
                raise _overloaded(f"{self._waiting} queries wait already")
            self._waiting += 1
            try:
                while self._quick >= terms.quick:
                    if not self._change.wait(until - time.monotonic()):
                        raise _overloaded(f"no worker came free in {terms.patience:g} seconds")
            finally:
                self._waiting -= 1
            self._quick += 1
            while self._free:
                worker = self._free.pop()
                if worker.is_idle():
                    return worker
                worker.end()
        try:
            return self._fork()
        except BaseException:
            self._return_place(slow=False)
            raise

    def _exchange(self, worker: Worker, begun: float, gone: int | None) -> Exchange:
        return Exchange(worker, begun + self._terms.seconds, self._terms.seconds, gone, lambda: self._demote(worker))

    def _demote(self, worker: Worker) -> None:
        """Give its place among the quick to another query.

        Raises:
            Overloaded: too many take long already.
        """
        with self._change:
            if self._slow >= self._terms.slow:
                raise _overloaded(f"{self._slow} queries that take long are at work already")
            self._slow += 1
            self._quick -= 1
            self._change.notify()
        worker.demote()

    def _take_back(self, worker: Worker, *, sound: bool) -> None:
        worker.answers += 1
        if sound and not worker.slow and worker.answers < _ANSWERS_EACH:
            with self._change:
                self._free.append(worker)
                self._quick -= 1
                self._change.notify()
            return
        worker.end()
        self._return_place(slow=worker.slow)

    def _return_place(self, *, slow: bool) -> None:
        with self._change:
            self._slow -= slow
            self._quick -= not slow
            self._change.notify()

    def _fork(self) -> Worker:
        """A new worker.

        Raises:
            EngineFailed: it does not come, from a second keeper neither.
        """
        for _ in range(2):
            try:
                with self._forking:
                    if self._is_closed:
                        break
                    if self._keeper is None:
                        self._keeper = Keeper(*self._told())
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
        raise EngineFailed("The query engine cannot be started.", "Try again later.", retry_after=5)


def _overloaded(why: str) -> Overloaded:
    return Overloaded(Message("The server is busy: %(why)s.", why=why), "Try again in a moment.", retry_after=1)
