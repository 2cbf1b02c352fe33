"""One order to a worker and its answer, within its time."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable

from organograph.messages import Message
from organograph_server.errors import ClientGone, EngineFailed, QueryDeadline
from organograph_server.walls import wire
from organograph_server.walls.handles import Worker

# What has had so much processor time is no common query any more: it goes on with what others leave. On a busy machine common
# queries take longer by the clock, and are not to suffer for it, up to a limit.
_COMMON_SECONDS = 0.1
_COMMON_BY_THE_CLOCK = 1.0


class Exchange:
    """One order and its answer.

    Args:
        worker: which answers.
        until: when the answer must be there, on the clock that is monotonic.
        seconds: how long that was when it was asked for; waiting for a worker is part of it.
        gone: a file descriptor that can be read once nobody waits for the answer any more.
        demote: what to do when it is no common query any more; may raise to give it up.
    """

    def __init__(self, worker: Worker, until: float, seconds: float, gone: int | None, demote: Callable[[], None]) -> None:
        self._worker, self._until, self._seconds, self._gone, self._demote = worker, until, seconds, gone, demote
        self._begun, self._used = time.monotonic(), worker.processor_seconds()
        self._poll = select.poll()
        if gone is not None:
            self._poll.register(gone, select.POLLIN | select.POLLHUP)

    def run(self, head: wire.Head, body: bytes, most: int) -> tuple[wire.Head, bytes]:
        """Send the order and wait for its answer.

        Args:
            head: of the order.
            body: of the order.
            most: bytes that the answer may have.

        Raises:
            QueryDeadline: it takes too long.
            EngineFailed: the worker ended.
            ClientGone: nobody waits any more.
        """
        fd = self._worker.fd
        try:
            rest = memoryview(wire.packed(head, body))
            self._poll.register(fd, select.POLLOUT)
            while rest:
                self._wait()
                rest = rest[os.write(fd, rest) :]
            self._poll.modify(fd, select.POLLIN)
            return wire.receive(fd, self._wait, most)
        except (OSError, EOFError) as error:
            message = Message("The query made the engine end: most likely it needed more memory than a query may have.")
            raise EngineFailed(message, "Ask for less: bind more, join less, or sort fewer rows.") from error

    def _wait(self) -> None:
        """Wait until the socket is ready."""
        while True:
            now = time.monotonic()
            if now >= self._until:
                raise QueryDeadline(
                    Message("The query was not answered within %(seconds)s seconds.", seconds=f"{self._seconds:g}"),
                    "Ask for less: bind more, avoid patterns that share no variable, or add a LIMIT to a subquery.",
                    limit=self._seconds,
                )
            until = self._until if self._worker.slow else min(self._until, self._common_until(now))
            ready = self._poll.poll(max(0.0, until - now) * 1_000 + 1)
            if any(fd == self._gone for fd, _ in ready):
                raise ClientGone("Nobody waits for the answer any more.")
            if ready:
                return

    def _common_until(self, now: float) -> float:
        """Until when it may go on as a common query, as far as can be told now; where it is none any more, it is demoted."""
        left = (
            _COMMON_SECONDS - (self._worker.processor_seconds() - self._used) if now >= self._begun + _COMMON_SECONDS else _COMMON_SECONDS
        )
        if left <= 0 or now >= self._begun + _COMMON_BY_THE_CLOCK:
            self._demote()
            return self._until
        return min(now + left, self._begun + _COMMON_BY_THE_CLOCK)
