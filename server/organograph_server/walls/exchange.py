"""One order to a worker and its answer, as the event loop lets them through."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

from organograph.messages import Message
from organograph_server.errors import EngineFailed, QueryDeadline
from organograph_server.query.asker import Asker
from organograph_server.walls import wire
from organograph_server.walls.handles import Worker
from organograph_server.walls.terms import late

# What has had so much processor time is no common query any more: it goes on with what others leave. On a busy machine common
# queries take longer by the clock, and are not to suffer for it, up to a limit.
_COMMON_SECONDS = 0.1
_COMMON_BY_THE_CLOCK = 1.0
# A worker that has been at work on a query for so long gives back the orders that it has ahead, likewise.
_STUCK = 0.05
_STUCK_BY_THE_CLOCK = 0.25


class Reply(Protocol):
    """What is told the answer to an order, or why there is none, in the event loop; a future is one."""

    def done(self) -> bool:
        """Whether it was told already."""

    def cancelled(self) -> bool:
        """Whether nobody wants to know any more."""

    def set_result(self, answer: wire.Message, /) -> None:
        """Tell the answer."""

    def set_exception(self, error: BaseException, /) -> None:
        """Tell why there is none."""


@dataclass(eq=False, slots=True)
class Order:
    """What a worker is to answer.

    Args:
        message: as it goes over the socket.
        asker: who waits for the answer.
        seconds: until the answer must be there, waiting for a worker included.
        answer: is told the answer, or why there is none.
        begun: when it was asked for, on the clock that is monotonic.
    """

    message: bytes
    asker: Asker
    seconds: float
    answer: Reply
    begun: float = field(default_factory=time.monotonic)

    def is_late(self, now: float) -> bool:
        """Whether the answer should have been there."""
        return now >= self.begun + self.seconds

    def late(self) -> QueryDeadline:
        """The refusal then."""
        return late(self.seconds)

    def refuse(self, error: BaseException) -> None:
        """Say why there is no answer."""
        if not self.answer.done():
            self.answer.set_exception(error)


class Exchange:
    """An order that a worker has, at work on it or on one before it.

    Args:
        worker: which answers.
        order: what.
        since: since when it has been at work on it, on the clock that is monotonic; at first since when it has it.
    """

    __slots__ = ("_had", "_seen", "order", "since", "worker")

    def __init__(self, worker: Worker, order: Order, since: float) -> None:
        self.worker, self.order, self.since = worker, order, since
        self._seen = self._had = 0.0

    def is_common(self, now: float) -> bool:
        """Whether the query is still a common one; what it had of the processor counts from when this is asked first."""
        if not self._seen:
            self._seen, self._had = now, self.worker.processor_seconds()
            return True
        return not self.is_costly() and now < self._seen + _COMMON_BY_THE_CLOCK

    def is_costly(self, seconds: float = _COMMON_SECONDS) -> bool:
        """Whether the query has had so much of the processor that others go first; on a busy machine others come late, too."""
        return self.worker.processor_seconds() - self._had >= seconds

    def is_stuck(self, now: float) -> bool:
        """Whether the worker is to give back the orders that it has ahead; it costs a fork, so not where others have the processor."""
        if not self._seen:
            return False
        return now >= self.since + _STUCK_BY_THE_CLOCK or (now >= self.since + _STUCK and self.is_costly(_STUCK / 2))


def ended() -> EngineFailed:
    """The refusal of an order whose worker ended."""
    return EngineFailed(
        Message("The query made the engine end: most likely it needed more memory than a query may have."),
        "Ask for less: bind more, join less, or sort fewer rows.",
    )
