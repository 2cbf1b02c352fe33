"""Room for long answers: how many bytes of them are held at once, from when they are made until their readers have taken them."""

from __future__ import annotations

from threading import Lock

from organograph.messages import Message
from organograph_server.errors import Overloaded

LONG = 1_048_576
"""Bytes from which an answer counts; of shorter ones there are no more than connections."""


class Room:
    """Room that all long answers share.

    Args:
        limit: bytes; a single answer that is longer has room while there is no other.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._taken = limit, 0
        self._lock = Lock()

    @property
    def taken(self) -> int:
        """How many bytes are held now."""
        return self._taken

    def change(self, size: int) -> bool:
        """Take room for some bytes, or give it back where they are less than 0; whether there was room."""
        with self._lock:
            if size > 0 and self._taken and self._taken + size > self._limit:
                return False
            self._taken += size
        return True


class Booking:
    """The room that one request has.

    Args:
        room: which it is part of.
    """

    def __init__(self, room: Room) -> None:
        self._room, self._size = room, 0

    def hold(self, size: int) -> None:
        """Have room for an answer as it is given, of which a part may have been taken already.

        Raises:
            Overloaded: there is none.
        """
        if size >= LONG and size > self._size:
            self.take(size - self._size if self._size else size)

    def take(self, size: int) -> None:
        """Take room for an answer, where it is long.

        Raises:
            Overloaded: there is none.
        """
        if size < LONG and not self._size:
            return
        if not self._room.change(size):
            message = Message("The server is busy: readers of long answers have not taken them yet.")
            raise Overloaded(message, "Try again in a moment, or ask for less: LIMIT and OFFSET divide it.", retry_after=5)
        self._size += size

    def leave(self) -> None:
        """Give back all room."""
        if self._size:
            self._room.change(-self._size)
            self._size = 0
