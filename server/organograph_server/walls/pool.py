"""The side of the server: lends workers to queries, keeps their time, and ends those that take too long or that nobody waits for."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from organograph_server.dataset.largefile import LargeFile
from organograph_server.errors import RequestRefused
from organograph_server.query.asker import Asker
from organograph_server.walls import wire
from organograph_server.walls.exchange import Exchange, Order, Reply, ended
from organograph_server.walls.forks import Forks
from organograph_server.walls.handles import Keeper, Worker
from organograph_server.walls.terms import Terms, gone, overloaded
from organograph_server.walls.turns import Turns, yielding

# After so many answers a worker makes room for a fresh one, which shares its memory with the keeper again.
_ANSWERS_EACH = 50_000
# Seconds from one look at what is under way to the next.
_LOOK = 0.02
# A worker whose answers come within so many seconds is given the next orders before it is asked for them, so that it never waits.
_BRISK = 0.01
_AHEAD = 8
_SHORT = 8_192


class Pool:
    """Workers, all of whom one event loop looks after, so that nothing is locked; only starting one takes a thread.

    Args:
        told: makes what the keeper must know.
        terms: on what terms workers are lent.
    """

    def __init__(self, told: Callable[[], tuple[wire.Head, bytes | LargeFile]], terms: Terms) -> None:
        self._forks, self._terms = Forks(lambda: Keeper(*told())), terms
        # Workers that are free, beside those that the event loop has not met yet.
        self._free: list[Worker] = []
        self._fresh: deque[Worker] = deque()
        self._at_work: dict[Worker, deque[Exchange]] = {}
        self._starting: set[Order] = set()
        self._waiting = Turns()
        self._quick = self._slow = 0
        self._clock: asyncio.TimerHandle | None = None
        self._next: asyncio.Handle | None = None

    @property
    def walls(self) -> Sequence[str]:
        """The names of the walls that stand; none while there has been no worker."""
        return self._forks.walls

    def start(self) -> None:
        """Have the first worker ready, so that its walls are known; in any thread.

        Raises:
            EngineFailed: there is none to be had.
        """
        self._fresh.append(self._forks.worker())

    def ask(self, message: bytes, asker: Asker, answer: Reply) -> None:
        """Let a worker answer.

        Args:
            message: the order.
            asker: who waits for the answer.
            answer: is told it later, or a refusal. QueryDeadline: it takes too long. Overloaded: no worker came free in time, or too many
                take long already. EngineFailed: the worker ended, or none is to be had. ClientGone: nobody waits any more.

        Raises:
            Overloaded: too many wait.
        """
        terms = self._terms
        if self._quick >= terms.quick and len(self._waiting) >= terms.waiting:
            if (displaced := self._waiting.displaced(asker.client)) is None:
                raise overloaded(f"{len(self._waiting)} queries wait already")
            displaced.refuse(overloaded("many queries of this client wait already"))
        if self._clock is None:
            self._clock = asyncio.get_running_loop().call_later(_LOOK, self._look)
        self._waiting.append(Order(message, asker, terms.seconds, answer))
        self._soon()

    def load(self) -> Mapping[str, int]:
        """How many queries are quick, take long, and wait, and how many workers are free."""
        free = len(self._free) + len(self._fresh)
        return {"quick": self._quick, "slow": self._slow, "waiting": len(self._waiting), "free": free}

    def end(self) -> None:
        """End all workers; in the event loop."""
        for exchanges in [*self._at_work.values()]:
            self._give_up(exchanges[0], ended())
        while self._free:
            self._dismiss(self._free.pop())

    def close(self) -> None:
        """End the keeper, with whom everything ends that it has forked; in any thread, and nothing begins any more."""
        self._forks.close()
        while self._fresh:
            self._fresh.pop().end()

    def _soon(self) -> None:
        """Go on when all has been taken in that is there at the moment, so that a worker gets its next orders in one piece."""
        if self._next is None:
            self._next = asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """Let workers have what waits, as far as there are places."""
        self._next = None
        given: dict[Worker, bool] = {}
        now = time.monotonic()
        while self._waiting:
            has_place = self._quick < self._terms.quick
            ahead = None if has_place or len(self._waiting.next().message) > _SHORT else self._brisk()
            if not has_place and ahead is None:
                break
            order = self._waiting.take()
            if order.answer.done():
                continue
            self._quick += has_place
            if (worker := ahead or self._free_worker()) is None:
                self._start_for(order)
            else:
                given.setdefault(worker, ahead is None)
                self._at_work.setdefault(worker, deque()).append(Exchange(worker, order, now))
                worker.post(order.message)
        for worker, was_free in given.items():
            self._send(worker, was_free=was_free)

    def _brisk(self) -> Worker | None:
        """A worker that may have one more order ahead."""
        best, fewest = None, _AHEAD
        for worker, exchanges in self._at_work.items():
            if worker.is_brisk and len(exchanges) < fewest:
                best, fewest = worker, len(exchanges)
        return best

    def _free_worker(self) -> Worker | None:
        while self._fresh:
            self._meet(self._fresh.popleft())
        return self._free.pop() if self._free else None

    def _send(self, worker: Worker, *, was_free: bool = False) -> None:
        """Send a worker what is for it."""
        try:
            if not worker.send():
                asyncio.get_running_loop().add_writer(worker.fd, self._send_on, worker)
        except OSError:
            # It has ended. If it was at work, that is read, and told to who asked; else its orders go to others.
            if was_free:
                self._waiting.put_back(*(exchange.order for exchange in reversed(self._at_work.pop(worker))))
                self._dismiss(worker)
                self._leave(slow=False)

    def _send_on(self, worker: Worker) -> None:
        asyncio.get_running_loop().remove_writer(worker.fd)
        self._send(worker)

    def _start_for(self, order: Order) -> None:
        """Start a worker for an order that has its place."""
        self._starting.add(order)
        started = asyncio.get_running_loop().run_in_executor(None, self._forks.worker)
        started.add_done_callback(lambda _: self._started(order, started))

    def _started(self, order: Order, started: asyncio.Future[Worker]) -> None:
        self._starting.discard(order)
        if (error := started.exception()) is not None:
            order.refuse(error)
        else:
            self._meet(started.result())
            order.begun = time.monotonic()
            self._waiting.put_back(order)
        self._leave(slow=False)

    def _meet(self, worker: Worker) -> None:
        """Listen to a worker from now on."""
        coming = wire.Incoming(worker.fd, self._terms.most)
        asyncio.get_running_loop().add_reader(worker.fd, self._read, worker, coming)
        self._free.append(worker)

    def _read(self, worker: Worker, coming: wire.Incoming) -> None:
        try:
            for answer in coming.read():
                self._answered(worker, answer)
        except BlockingIOError:
            return
        except (OSError, EOFError):
            self._lose(worker)

    def _answered(self, worker: Worker, answer: wire.Message) -> None:
        """An answer has come.

        Raises:
            OSError: nothing was asked.
        """
        if (exchanges := self._at_work.get(worker)) is None:
            raise OSError(errno.EPROTO, os.strerror(errno.EPROTO))
        exchange, now = exchanges.popleft(), time.monotonic()
        if not exchange.order.answer.done():
            exchange.order.answer.set_result(answer)
        worker.answers += 1
        worker.is_brisk = now - exchange.since < _BRISK and not worker.slow and worker.answers < _ANSWERS_EACH
        if exchanges:
            exchanges[0].since = now
            self._soon()
            return
        del self._at_work[worker]
        if worker.slow or worker.retires or worker.answers >= _ANSWERS_EACH:
            self._dismiss(worker)
        else:
            self._free.append(worker)
        self._leave(slow=worker.slow)

    def _lose(self, worker: Worker) -> None:
        """A worker has ended, or is to end."""
        if worker in self._at_work:
            self._give_up(self._at_work[worker][0], ended())
        elif worker in self._free:
            self._free.remove(worker)
            self._dismiss(worker)

    def _give_up(self, exchange: Exchange, error: RequestRefused) -> None:
        """End a worker, whatever it is at."""
        self._take_back(exchange.worker)
        del self._at_work[exchange.worker]
        self._dismiss(exchange.worker)
        exchange.order.refuse(error)
        self._leave(slow=exchange.worker.slow)

    def _take_back(self, worker: Worker) -> None:
        """Let others have the orders of a worker but the one that it is at work on; it ends with that."""
        exchanges = self._at_work[worker]
        worker.retires = worker.retires or len(exchanges) > 1
        worker.is_brisk = False
        while len(exchanges) > 1:
            self._waiting.put_back(exchanges.pop().order)
        self._soon()

    def _dismiss(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(worker.fd)
        loop.remove_writer(worker.fd)
        worker.end()

    def _leave(self, *, slow: bool) -> None:
        """Leave a place to others."""
        self._slow -= slow
        self._quick -= not slow
        self._soon()

    def _look(self) -> None:
        """Look at all that is under way, again and again as long as there is anything."""
        now = time.monotonic()
        for exchange in [found[0] for found in self._at_work.values() if found[0].since <= now - _LOOK]:
            if exchange.worker not in self._at_work:
                continue  # it has just given its place to another
            if exchange.is_stuck(now):
                self._take_back(exchange.worker)
            self._judge(exchange, now)
        for order in [found for found in (*self._starting, *self._waiting) if found.begun <= now - _LOOK]:
            if order.asker.is_gone:
                order.refuse(gone())
            elif order in self._starting:
                # It has its time from when there is a worker: a machine may start slowly.
                continue
            elif order.is_late(now):
                order.refuse(order.late())
            elif now >= order.begun + self._terms.patience:
                order.refuse(overloaded(f"no worker came free in {self._terms.patience:g} seconds"))
        self._waiting.tidy()
        busy = self._at_work or self._starting or self._waiting
        self._clock = asyncio.get_running_loop().call_later(_LOOK, self._look) if busy else None

    def _judge(self, exchange: Exchange, now: float) -> None:
        order, worker = exchange.order, exchange.worker
        if order.asker.is_gone or order.answer.cancelled():
            self._give_up(exchange, gone())
        elif order.is_late(now):
            self._give_up(exchange, order.late())
        elif not worker.slow and not exchange.is_common(now):
            self._demote(exchange)
        elif worker.slow and not worker.is_last and exchange.is_costly():
            worker.demote()

    def _demote(self, exchange: Exchange) -> None:
        """Let what takes long give its place among the quick to another query."""
        if self._slow >= self._terms.slow:
            if (yields := yielding(self._at_work, exchange.order.asker.client)) is None:
                self._give_up(exchange, overloaded(f"{self._slow} queries that take long are at work already"))
                return
            self._give_up(yields, overloaded("many queries of this client take long, and others wait"))
        self._slow += 1
        exchange.worker.slow = True
        if exchange.is_costly():
            exchange.worker.demote()
        self._leave(slow=False)
