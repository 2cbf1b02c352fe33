"""A connection that also gives large files, piece by piece, as fast as its client takes them."""

from __future__ import annotations

import asyncio
import time

from organograph_server.answers.lane import Answer
from organograph_server.dataset.largefile import LargeFile
from organograph_server.gate.connection import PATIENCE_FOR_READERS, SLOWEST, Connection
from organograph_server.gate.http1 import written_head

# Bytes that are read at once.
_PIECE = 1 << 20


class PiecewiseConnection(Connection):
    """A connection, in the event loop, over which files go that are never held whole."""

    async def stream(self, answer: Answer, name: str, file: LargeFile) -> int:
        """Answer with a large file, of which no more is read than the client takes.

        Args:
            answer: without content, but with its length.
            name: the number of the request.
            file: the content.

        Returns:
            The bytes of it that went out.
        """
        sent, head = 0, written_head(answer, name, lasts=self._lasts, is_new=self._is_new)
        while sent < file.size and not self._transport.is_closing():
            # A disk may take its time, which the loop has not.
            piece = await asyncio.to_thread(file.read, sent, sent + _PIECE)
            if not piece:
                # It was cut short, which only the end of the connection tells.
                self.abort()
                break
            self._taken_until = time.monotonic() + PATIENCE_FOR_READERS + len(piece) / SLOWEST
            self._transport.writelines([head, piece])
            sent, head = sent + len(piece), b""
            await self.taken()
        self._asker = None
        if not self._transport.is_closing():
            self._given()
        return sent
