"""The engine behind walls: every query is answered by a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

from organograph_server.asking import Examined, Question, examined
from organograph_server.counts import Counted, Counts
from organograph_server.doors import Door
from organograph_server.guard import Limits
from organograph_server.walls import wire
from organograph_server.walls.pool import Pool, Terms
from organograph_server.walls.worker import Bounds

# Characters of a query that the guard has read before a worker would have been asked.
_SHORT = 4_096


class WalledEngine:
    """What answers by workers.

    Args:
        quads: gives the dataset as written, in N-Quads.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        most: how many bytes an answer may have.
        memory: how many bytes a worker may have for a query.
        terms: on what terms workers are lent.
    """

    def __init__(self, quads: Callable[[], bytes], base: str, doors: Iterable[Door], most: int, memory: int, terms: Terms) -> None:
        bounds = asdict(Bounds(terms.seconds, memory))
        told: wire.Head = {"base": base, "doors": [asdict(door) for door in doors], "most": most, "bounds": bounds}
        self._pool = Pool(lambda: (told, quads()), terms)

    @property
    def walls(self) -> Sequence[str]:
        """The walls that stand around the workers; none while there has been no worker."""
        return self._pool.walls

    def start(self) -> None:
        """Have a worker ready.

        Raises:
            EngineFailed: there is none to be had.
        """
        self._pool.start()

    def close(self) -> None:
        """End the workers and their keeper."""
        self._pool.close()

    def load(self) -> Mapping[str, int]:
        """How many queries there are by what they are at, and how many workers are free."""
        return self._pool.load()

    def examined(self, query: str, limits: Limits, gone: int | None = None) -> Examined:
        """Let the guard look at a query; see Engine. A long one takes a worker's time, so that it holds up no other request."""
        if len(query) <= _SHORT:
            return examined(query, limits)
        head, text = self._ask({"ask": "examined", "limits": asdict(limits)}, query.encode("utf-8", "surrogatepass"), gone)
        return Examined(text.decode(), head["form"])

    def answer(self, question: Question, gone: int | None = None) -> bytes:
        """Answer a query; see Engine."""
        return self._ask(*wire.order(question), gone)[1]

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""
        return wire.counted(self._ask({"ask": "counted", "door": door})[0])

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return Counts(**self._ask({"ask": "whole"})[0])

    def _ask(self, head: wire.Head, body: bytes = b"", gone: int | None = None) -> tuple[wire.Head, bytes]:
        told, content = self._pool.ask(head, body, gone)
        if "refused" in told:
            raise wire.refused(told)
        return told, content
