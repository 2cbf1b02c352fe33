"""The side of the server: lends an inspector to each upload, keeps its time, and ends it afterwards, whatever came of it."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from organograph.messages import Message
from organograph_server.errors import EngineFailed, Overloaded, QueryDeadline
from organograph_server.walls import wire
from organograph_server.walls.exchange import Exchange
from organograph_server.walls.handles import Keeper, Worker
from organograph_server.walls.worker import Bounds

MODULE = "organograph_server.steward.keeper"
_NICE = 10
# A keeper does everything once before it forks the first, which takes two seconds, and a minute where forty others want to.
_BEGINNING_SECONDS = 240.0
_SMALLER = Message("Send less at a time, or check it with `organograph check` on your machine.")


@dataclass(frozen=True)
class Terms:
    """On what terms inspectors are lent.

    Args:
        at_once: inspectors.
        patience: seconds that an upload waits for one.
        seconds: that the longest order may take.
        memory: bytes that one may use.
        most: bytes of an answer.
    """

    at_once: int
    patience: float
    seconds: float
    memory: int
    most: int


class Inspectors:
    """Inspectors that are forked by a keeper, which starts with the first that is needed.

    Args:
        terms: on what terms they are lent.
    """

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._places = threading.Semaphore(terms.at_once)
        self._forking = threading.Lock()
        self._keeper: Keeper | None = None
        self._is_closed = False
        self.walls: Sequence[str] = ()

    def start(self) -> None:
        """Have the keeper ready, and the walls known.

        Raises:
            EngineFailed: there is no inspector to be had.
        """
        self._fork().end()

    def ask(self, head: wire.Head, body: bytes, seconds: float, gone: int | None = None) -> tuple[wire.Head, bytes]:
        """Let an inspector answer.

        Args:
            head: of the order.
            body: what was sent.
            seconds: until the answer must be there.
            gone: a file descriptor that can be read once nobody waits for the answer any more.

        Raises:
            RequestRefused: what the inspector refused; or it took too long, ended, or is not to be had.
        """
        with self._lent() as worker:
            # It is nobody's common query: it keeps its place until it is over, and gives way to documents and queries.
            worker.slow = True
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
            exchange = Exchange(worker, time.monotonic() + seconds, seconds, gone, lambda: None)
            try:
                told, content = exchange.run(head, body, self._terms.most)
            except QueryDeadline as error:
                message = Message("What was sent was not checked within %(seconds)s seconds.", seconds=f"{seconds:g}")
                raise QueryDeadline(message, _SMALLER, limit=seconds) from error
            except EngineFailed as error:
                message = Message(
                    "What was sent made its inspector end: most likely it needed more than %(limit)s bytes of memory.",
                    limit=self._terms.memory,
                )
                raise EngineFailed(message, _SMALLER, limit=self._terms.memory) from error
        if "refused" in told:
            raise wire.refused(told)
        return told, content

    def close(self) -> None:
        """End the keeper, with whom everything ends that it has forked; nothing begins any more."""
        with self._forking:
            self._is_closed = True
            if self._keeper is not None:
                self._keeper.close()
                self._keeper = None

    @contextlib.contextmanager
    def _lent(self) -> Iterator[Worker]:
        """An inspector for one upload."""
        if not self._places.acquire(timeout=self._terms.patience):
            message = Message("The server is busy: %(number)s uploads are being checked.", number=self._terms.at_once)
            raise Overloaded(message, "Try again soon.", retry_after=5)
        try:
            worker = self._fork()
            try:
                yield worker
            finally:
                worker.end()
        finally:
            self._places.release()

    def _fork(self) -> Worker:
        for _ in range(2):
            with self._forking:
                if self._is_closed:
                    break
                try:
                    if self._keeper is None:
                        terms = self._terms
                        told = {"bounds": asdict(Bounds(terms.seconds, terms.memory))}
                        self._keeper = Keeper(told, module=MODULE, patience=_BEGINNING_SECONDS)
                    worker = self._keeper.fork()
                except BlockingIOError:
                    break
                except (OSError, EOFError):
                    self._keeper = None
                    continue
            try:
                self.walls = wire.receive(worker.fd)[0]["walls"]
            except (OSError, EOFError):
                worker.end()
                continue
            os.set_blocking(worker.fd, False)
            return worker
        raise EngineFailed("Uploads cannot be checked now.", "Try again later.", retry_after=5)
