"""The engine behind walls over a store on disk, which each worker opens for itself and only reads."""

from __future__ import annotations

from collections.abc import Mapping

from organograph.messages import Message
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Question
from organograph_server.query.doors import Door
from organograph_server.stores.disk import Disk
from organograph_server.stores.states import OK, WITHOUT
from organograph_server.stores.watch import failed
from organograph_server.walls.exchange import Reply
from organograph_server.walls.terms import Terms
from organograph_server.walls.walled import WalledEngine


class DiskEngine(WalledEngine):
    """What answers by workers that read a store on disk.

    Args:
        disk: has the stores.
        key: of the publication that is served.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        most: how many bytes an answer may have.
        memory: how many bytes a worker may have for a query.
        terms: on what terms workers are lent.
    """

    def __init__(self, disk: Disk, key: str, base: str, doors: list[Door], most: int, memory: int, terms: Terms) -> None:
        super().__init__(bytes, base, doors, most, memory, terms, str(disk.of(key)))
        self._disk, self._key = disk, key

    @property
    def state(self) -> Mapping[str, str]:
        """What it is, and whether its store is there."""
        if self._disk.has(self._key):
            return {"engine": "disk", "state": OK}
        reason = "there is no store of the publication that is served; `organograph load` builds it"
        return {"engine": "disk", "state": WITHOUT, "reason": reason}

    def start(self) -> None:
        """Have a worker ready.

        Raises:
            EngineFailed: there is none to be had, or no store yet.
        """
        self._check()
        super().start()

    def answer(self, question: Question, asker: Asker | None = None) -> bytes:
        """Answer a query; see Engine."""
        self._check()
        return super().answer(question, asker)

    def ask_here(self, question: Question, asker: Asker, answer: Reply) -> None:
        """Let a query be answered in the event loop; otherwise as `answer` does."""
        self._check()
        super().ask_here(question, asker, answer)

    def _check(self) -> None:
        """Let no worker look for what is not there.

        Raises:
            StoreFailed: it is not.
        """
        if not self._disk.has(self._key):
            raise failed(Message("The store that answers queries does not hold this publication yet."))
