"""On what terms workers are lent, and the refusals where they are not."""

from __future__ import annotations

from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.errors import ClientGone, Overloaded, QueryDeadline


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


def overloaded(why: str) -> Overloaded:
    """The refusal where too much is asked at once."""
    return Overloaded(Message("The server is busy: %(why)s.", why=why), "Try again in a moment.", retry_after=1)


def gone() -> ClientGone:
    """The refusal where nobody waits for the answer."""
    return ClientGone("Nobody waits for the answer any more.", "Keep your side of the connection open until it is there.")


def late(seconds: float) -> QueryDeadline:
    """The refusal of a query that takes longer than it may."""
    return QueryDeadline(
        Message("The query was not answered within %(seconds)s seconds.", seconds=f"{seconds:g}"),
        "Ask for less: bind more, avoid patterns that share no variable, or add a LIMIT to a subquery.",
        limit=seconds,
    )
