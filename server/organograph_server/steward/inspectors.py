"""The side of the server: lends an inspector to each upload, keeps its time, and ends it afterwards, whatever came of it."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from organograph.messages import Message
from organograph_server.errors import EngineFailed, Overloaded, QueryDeadline
from organograph_server.query.asker import Asker
from organograph_server.walls import wire
from organograph_server.walls.forks import Forks
from organograph_server.walls.handles import Keeper, Worker
from organograph_server.walls.terms import gone
from organograph_server.walls.worker import Bounds

MODULE = "organograph_server.steward.keeper"
_NICE = 10
# Seconds from one look at who waits for an answer to the next.
_LOOK_SECONDS = 0.1
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
        told = {"bounds": asdict(Bounds(terms.seconds, terms.memory))}
        self._forks = Forks(lambda: Keeper(told, module=MODULE, patience=_BEGINNING_SECONDS), "Uploads cannot be checked now.")

    @property
    def walls(self) -> Sequence[str]:
        """The walls that stand around the last inspector; none while there has been none."""
        return self._forks.walls

    def start(self) -> None:
        """Have the keeper ready, and the walls known.

        Raises:
            EngineFailed: there is no inspector to be had.
        """
        self._forks.worker().end()

    def ask(self, head: wire.Head, body: bytes, seconds: float, asker: Asker | None = None) -> wire.Message:
        """Let an inspector answer.

        Args:
            head: of the order.
            body: what was sent.
            seconds: until the answer must be there.
            asker: who waits for the answer.

        Raises:
            RequestRefused: what the inspector refused; or it took too long, ended, or is not to be had.
        """
        with self._lent() as worker:
            # It gives way to documents and queries.
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, worker.pid, _NICE)
            worker.post(wire.packed(head, body))
            try:
                told, content = _exchanged(worker, asker or Asker(), time.monotonic() + seconds, self._terms.most)
            except TimeoutError as error:
                message = Message("What was sent was not checked within %(seconds)s seconds.", seconds=f"{seconds:g}")
                raise QueryDeadline(message, _SMALLER, limit=seconds) from error
            except (OSError, EOFError) as error:
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
        self._forks.close()

    @contextlib.contextmanager
    def _lent(self) -> Iterator[Worker]:
        """An inspector for one upload."""
        if not self._places.acquire(timeout=self._terms.patience):
            message = Message("The server is busy: %(number)s uploads are being checked.", number=self._terms.at_once)
            raise Overloaded(message, "Try again soon.", retry_after=5)
        try:
            worker = self._forks.worker()
            try:
                yield worker
            finally:
                worker.end()
        finally:
            self._places.release()


def _exchanged(worker: Worker, asker: Asker, until: float, most: int) -> wire.Message:
    """What an inspector says to the order that is posted to it; this thread waits for it.

    Raises:
        TimeoutError: it is not there at its time.
        OSError: the inspector ended, or says more than it may.
        EOFError: the inspector ended.
        ClientGone: nobody waits any more.
    """
    coming, answers = wire.Incoming(worker.fd, most), list[wire.Message]()
    poll = select.poll()
    poll.register(worker.fd, select.POLLIN if worker.send() else select.POLLIN | select.POLLOUT)
    while not answers:
        if time.monotonic() >= until:
            raise TimeoutError
        if asker.is_gone:
            raise gone()
        for _, events in poll.poll(min(_LOOK_SECONDS, max(0.0, until - time.monotonic())) * 1_000 + 1):
            if events & select.POLLOUT and worker.send():
                poll.modify(worker.fd, select.POLLIN)
            if events & ~select.POLLOUT:
                answers += coming.read()
    return answers[0]
