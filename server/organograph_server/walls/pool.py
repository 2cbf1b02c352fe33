"""The side of the server: lends workers to queries, keeps their time, and ends those that take too long or that nobody waits for."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from organograph_server.asker import Asker
from organograph_server.errors import ClientGone, Overloaded, RequestRefused
from organograph_server.walls import wire
from organograph_server.walls.exchange import Exchange, Order, ended
from organograph_server.walls.forks import Forks
from organograph_server.walls.handles import Worker

# After so many answers a worker makes room for a fresh one, which shares its memory with the keeper again.
_ANSWERS_EACH = 5_000
# Seconds from one look at what is under way to the next.
_LOOK = 0.02
# A worker whose answers come within so many seconds is given the next orders before it is asked for them, so that it never waits.
_BRISK = 0.01
_AHEAD = 4
# After so many seconds it must give them back.
_STUCK = 0.05
_SHORT = 8_192


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
    """Workers, all of whom one event loop looks after, so that nothing is locked; only starting one takes a thread.

    Args:
        told: makes what the keeper must know.
        terms: on what terms workers are lent.
    """

    def __init__(self, told: Callable[[], tuple[wire.Head, bytes]], terms: Terms) -> None:
        self._forks, self._terms = Forks(told), terms
        # Workers that are free, beside those that the event loop has not met yet.
        self._free: list[Worker] = []
        self._fresh: deque[Worker] = deque()
        self._at_work: dict[Worker, deque[Exchange]] = {}
        self._starting: set[Order] = set()
        self._waiting: deque[Order] = deque()
        self._quick = self._slow = 0
        self._clock: asyncio.TimerHandle | None = None

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

    def ask(self, message: bytes, asker: Asker) -> asyncio.Future[wire.Message]:
        """Let a worker answer.

        Args:
            message: the order.
            asker: who waits for the answer.

        Returns:
            What will be the answer, or one of these refusals. QueryDeadline: it takes too long. Overloaded: no worker came free in
            time, or too many take long already. EngineFailed: the worker ended, or none is to be had. ClientGone: nobody waits any more.

        Raises:
            Overloaded: too many wait.
        """
        terms, loop = self._terms, asyncio.get_running_loop()
        if self._quick >= terms.quick and len(self._waiting) >= terms.waiting:
            raise _overloaded(f"{len(self._waiting)} queries wait already")
        order = Order(message, asker, terms.seconds, loop.create_future())
        if self._clock is None:
            self._clock = loop.call_later(_LOOK, self._look)
        self._waiting.append(order)
        self._go_on()
        return order.answer

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

    def _go_on(self) -> None:
        """Let workers have what waits, as far as there are places."""
        while self._waiting:
            has_place = self._quick < self._terms.quick
            worker = None if has_place else self._brisk()
            if not has_place and (worker is None or len(self._waiting[0].message) > _SHORT):
                return
            order = self._waiting.popleft()
            if order.answer.done():
                continue
            if worker is not None:
                self._add(worker, order)
            else:
                self._quick += 1
                self._lend(order)

    def _brisk(self) -> Worker | None:
        """A worker that may have one more order ahead."""
        best, fewest = None, _AHEAD
        for worker, exchanges in self._at_work.items():
            if worker.is_brisk and len(exchanges) < fewest and exchanges[-1].is_sent:
                best, fewest = worker, len(exchanges)
        return best

    def _add(self, worker: Worker, order: Order) -> None:
        """Give a worker one more order; if it has ended, that is read soon, and the order goes to another."""
        exchange = Exchange(worker, order)
        with suppress(OSError):
            exchange.send()
        self._at_work[worker].append(exchange)

    def _lend(self, order: Order) -> None:
        """Lend a worker to an order that has its place."""
        while self._fresh:
            self._meet(self._fresh.popleft())
        while self._free:
            if self._begin(self._free.pop(), order):
                return
        self._starting.add(order)
        started = asyncio.get_running_loop().run_in_executor(None, self._forks.worker)
        started.add_done_callback(lambda _: self._started(order, started))

    def _started(self, order: Order, started: asyncio.Future[Worker]) -> None:
        self._starting.discard(order)
        if isinstance(error := started.exception(), RequestRefused):
            order.refuse(error)
        else:
            worker = started.result()
            self._meet(worker)
            if not order.answer.done():
                self._free.remove(worker)
                if self._begin(worker, order):
                    return
                order.refuse(ended())
        self._leave(slow=False)

    def _meet(self, worker: Worker) -> None:
        """Listen to a worker from now on."""
        coming = wire.Incoming(worker.fd, self._terms.most)
        asyncio.get_running_loop().add_reader(worker.fd, self._read, worker, coming)
        self._free.append(worker)

    def _begin(self, worker: Worker, order: Order) -> bool:
        """Let a worker begin; whether it could."""
        exchange = Exchange(worker, order)
        try:
            if not exchange.send():
                asyncio.get_running_loop().add_writer(worker.fd, self._send, exchange)
        except OSError:
            self._dismiss(worker)
            return False
        self._at_work[worker] = deque((exchange,))
        return True

    def _send(self, exchange: Exchange) -> None:
        # That a worker has ended is read.
        with suppress(OSError):
            if not exchange.send():
                return
        asyncio.get_running_loop().remove_writer(exchange.worker.fd)

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
            self._go_on()
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
            self._waiting.appendleft(exchanges.pop().order)

    def _dismiss(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(worker.fd)
        loop.remove_writer(worker.fd)
        worker.end()

    def _leave(self, *, slow: bool) -> None:
        """Leave a place to others."""
        self._slow -= slow
        self._quick -= not slow
        self._go_on()

    def _look(self) -> None:
        """Look at all that is under way, again and again as long as there is anything."""
        now = time.monotonic()
        for exchange in [found[0] for found in self._at_work.values() if found[0].since <= now - _LOOK]:
            if exchange.since <= now - _STUCK:
                self._take_back(exchange.worker)
            self._judge(exchange, now)
        self._go_on()
        for order in [found for found in (*self._starting, *self._waiting) if found.begun <= now - _LOOK]:
            if order.asker.is_gone:
                order.refuse(_gone())
            elif order.is_late(now):
                order.refuse(order.late())
            elif order not in self._starting and now >= order.begun + self._terms.patience:
                order.refuse(_overloaded(f"no worker came free in {self._terms.patience:g} seconds"))
        self._waiting = deque(order for order in self._waiting if not order.answer.done())
        busy = self._at_work or self._starting or self._waiting
        self._clock = asyncio.get_running_loop().call_later(_LOOK, self._look) if busy else None

    def _judge(self, exchange: Exchange, now: float) -> None:
        order, worker = exchange.order, exchange.worker
        if order.asker.is_gone or order.answer.cancelled():
            self._give_up(exchange, _gone())
        elif order.is_late(now):
            self._give_up(exchange, order.late())
        elif not worker.slow and not exchange.is_common(now):
            self._demote(exchange)

    def _demote(self, exchange: Exchange) -> None:
        """Let what takes long give its place among the quick to another query."""
        if self._slow >= self._terms.slow:
            self._give_up(exchange, _overloaded(f"{self._slow} queries that take long are at work already"))
            return
        self._slow += 1
        exchange.worker.demote()
        self._leave(slow=False)


def _overloaded(why: str) -> Overloaded:
    return Overloaded(f"The server is busy: {why}.", "Try again in a moment.", retry_after=1)


def _gone() -> ClientGone:
    return ClientGone("Nobody waits for the answer any more.")
