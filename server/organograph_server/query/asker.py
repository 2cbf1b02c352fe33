"""Who waits for an answer, and whether still."""

from __future__ import annotations


class Asker:
    """Who waits for an answer.

    Attributes:
        is_gone: whether it has gone; may be told in any thread.
    """

    __slots__ = ("is_gone",)

    def __init__(self) -> None:
        self.is_gone = False
