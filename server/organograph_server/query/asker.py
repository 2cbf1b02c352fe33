"""Who waits for an answer, and whether still."""

from __future__ import annotations


class Asker:
    """Who waits for an answer.

    Args:
        client: for whom; "" for the server itself.

    Attributes:
        is_gone: whether it has gone; may be told in any thread.
    """

    __slots__ = ("client", "is_gone")

    def __init__(self, client: str = "") -> None:
        self.client = client
        self.is_gone = False

    def go(self) -> None:
        """Go away."""
        self.is_gone = True
