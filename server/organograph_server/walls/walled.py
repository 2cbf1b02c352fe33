"""The engine behind walls: every query is answered by a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

from organograph_server.dataset.largefile import LargeFile
from organograph_server.errors import EngineFailed
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Examined, Question, examined
from organograph_server.query.counts import Counted, Counts
from organograph_server.query.doors import Door
from organograph_server.query.guard import Limits
from organograph_server.walls import wire
from organograph_server.walls.exchange import Reply
from organograph_server.walls.home import Home
from organograph_server.walls.pool import Pool
from organograph_server.walls.terms import Terms
from organograph_server.walls.worker import Bounds

# When it is worth to ask again while a large dataset is read.
_READING_SECONDS = 30
SHORT = 4_096
"""Characters of a query that the guard has read before a worker would have been asked."""


class WalledEngine:
    """What answers by workers.

    Args:
        quads: gives the dataset as written, in N-Quads.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        most: how many bytes an answer may have.
        memory: how many bytes a worker may have for a query.
        terms: on what terms workers are lent.
        disk: a store on disk that each worker opens instead; "" for none.
        is_large: whether reading the dataset takes so long that no query should wait for it.
    """

    def __init__(
        self,
        quads: Callable[[], bytes | LargeFile],
        base: str,
        doors: Iterable[Door],
        most: int,
        memory: int,
        terms: Terms,
        disk: str = "",
        *,
        is_large: bool = False,
    ) -> None:
        bounds = asdict(Bounds(terms.seconds, memory))
        told: wire.Head = {"base": base, "doors": [asdict(door) for door in doors], "most": most, "bounds": bounds, "disk": disk}
        self._pool = Pool(lambda: (told, quads()), terms)
        self._home = Home("workers")
        self._is_large, self._is_starting = is_large, False

    @property
    def walls(self) -> Sequence[str]:
        """The walls that stand around the workers; none while there has been no worker."""
        return self._pool.walls

    @property
    def state(self) -> Mapping[str, str]:
        """What it is."""
        return {"engine": "memory"}

    def start(self) -> None:
        """Have a worker ready.

        Raises:
            EngineFailed: there is none to be had.
        """
        self._is_starting = True
        try:
            self._pool.start()
        finally:
            self._is_starting = False

    def close(self) -> None:
        """End the workers and their keeper."""
        self._pool.close()
        self._home.close(self._pool.end)

    def load(self) -> Mapping[str, int]:
        """How many queries there are by what they are at, and how many workers are free."""
        return self._pool.load()

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let an event loop look after the workers; without one they get one of their own when the first query is asked in a thread."""
        self._home.attach(loop)

    def examined(self, query: str, limits: Limits, asker: Asker | None = None) -> Examined:
        """Let the guard look at a query; see Engine. A long one takes a worker's time, so that it holds up no other request."""
        if len(query) <= SHORT:
            return examined(query, limits)
        head, text = self._asked(wire.packed(*to_examine(query, limits)), asker)
        return Examined(text.decode(), head["form"])

    def answer(self, question: Question, asker: Asker | None = None) -> bytes:
        """Answer a query; see Engine."""
        return self._asked(wire.order(question), asker)[1]

    def is_at_hand(self) -> bool:
        """Whether workers are looked after by the event loop that this is asked in."""
        return self._home.is_here() and bool(self.walls)

    def ask_here(self, question: Question, asker: Asker, answer: Reply) -> None:
        """Let a query be answered in the event loop that looks after the workers; what is told is for `content_of`.

        Raises:
            Overloaded: too many wait.
        """
        self._pool.ask(wire.order(question), asker, answer)

    async def told(self, head: wire.Head, body: bytes, asker: Asker) -> wire.Message:
        """What a worker says to any order, in the event loop that looks after the workers.

        Raises:
            RequestRefused: it says why it cannot say more.
        """
        return _content(await self._awaited(wire.packed(head, body), asker))

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""
        return wire.counted(self._asked(wire.packed({"ask": "counted", "door": door}))[0])

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return Counts(**self._asked(wire.packed({"ask": "whole"}))[0])

    def _asked(self, order: bytes, asker: Asker | None = None) -> wire.Message:
        """What a worker says, for a thread that waits for it.

        Raises:
            EngineFailed: the dataset is large, and being read.
        """
        if self._is_large and self._is_starting:
            raise EngineFailed("The query engine is still reading the data.", "Try again later.", retry_after=_READING_SECONDS)
        return _content(self._home.run(self._awaited(order, asker or Asker())))

    async def _awaited(self, order: bytes, asker: Asker) -> wire.Message:
        answer: asyncio.Future[wire.Message] = asyncio.get_running_loop().create_future()
        self._pool.ask(order, asker, answer)
        return await answer


def content_of(told: wire.Message | BaseException) -> bytes:
    """The answer to a query.

    Raises:
        RequestRefused: it is a refusal.
        BaseException: it is one.
    """
    if isinstance(told, BaseException):
        raise told
    return _content(told)[1]


def _content(answer: wire.Message) -> wire.Message:
    """An answer that is no refusal.

    Raises:
        RequestRefused: it is one.
    """
    if "refused" in answer[0]:
        raise wire.refused(answer[0])
    return answer


def to_examine(query: str, limits: Limits) -> wire.Message:
    """The order to examine a query."""
    return {"ask": "examined", "limits": asdict(limits)}, query.encode("utf-8", "surrogatepass")
