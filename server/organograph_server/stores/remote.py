"""The engine that a store of others is: queries are guarded and read here, answered there, and written anew here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from organograph.messages import Message
from organograph_server.content.writing import answer_too_large
from organograph_server.errors import QueryUnsupported
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Examined, Question
from organograph_server.query.counts import Counted, Counts
from organograph_server.query.foreign import GRAPHS, TABLES, Sendable
from organograph_server.query.guard import Limits
from organograph_server.query.head import gives_graph
from organograph_server.query.store import Dataset
from organograph_server.stores.client import Reply, TooLarge
from organograph_server.stores.contract import CLOSED, MERGES, NOTHING, Marker, default_graph
from organograph_server.stores.endpoint import Endpoint, Late, Trouble, Unanswered
from organograph_server.stores.holdings import Holdings
from organograph_server.stores.reading import Reading
from organograph_server.stores.turns import Turns
from organograph_server.stores.watch import EVERY, Watch, failed
from organograph_server.walls.home import Home
from organograph_server.walls.terms import gone, late

_LOG = logging.getLogger(__name__)
# Seconds from one look to the next whether who asked is still there.
_LOOK = 0.1
# How often a query is asked while publications change.
_TRIES = 2


class RemoteEngine:
    """What answers by a store that speaks the SPARQL 1.1 Protocol.

    Args:
        endpoint: where the store is asked.
        holdings: the publication.
        reading: reads queries and answers.
        turns: how many queries are asked at once.
        seconds: until an answer must be there.
        most: bytes that it may have.
    """

    def __init__(self, endpoint: Endpoint, holdings: Holdings, reading: Reading, turns: Turns, seconds: float, most: int) -> None:
        self._endpoint, self._holdings, self._reading, self._turns = endpoint, holdings, reading, turns
        self._seconds, self._most = seconds, most
        self._watch = Watch(self._looked, holdings.key)
        self._home = Home("store", self._begin)
        self._watching: asyncio.Future[None] | None = None

    @property
    def walls(self) -> Sequence[str]:
        """The walls that stand around what reads queries and answers; around the store stand those that it has itself."""
        return self._reading.walls

    @property
    def state(self) -> Mapping[str, str]:
        """What answers, and how the store is."""
        told = {"engine": "sparql", "state": self._watch.state}
        return told | ({"reason": self._watch.why} if self._watch.why else {})

    def start(self) -> None:
        """Have a worker ready; the store is not waited for, since documents need none.

        Raises:
            EngineFailed: there is none to be had.
        """
        self._reading.start()

    def close(self) -> None:
        """End the workers, and leave the store alone."""
        self._reading.close()
        self._home.close(self._end)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be looked after by an event loop from now on, and watch the store from there."""
        self._home.attach(loop)

    def load(self) -> Mapping[str, int]:
        """How many queries there are by what they are at, and how many places are free."""
        return self._turns.load()

    def examined(self, query: str, limits: Limits, asker: Asker | None = None) -> Examined:
        """Let the guard look at a query; see Engine."""
        return self._home.run(self._reading.examined(query, limits, asker or Asker()))

    def answer(self, question: Question, asker: Asker | None = None) -> bytes:
        """Answer a query; see Engine."""
        return self._home.run(self._in_time(question, asker or Asker()))

    def counted(self, door: str) -> Counted:
        """What the graphs hold; counted here, so that nobody waits for a store."""
        return self._holdings.counted(door)

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return self._holdings.whole()

    async def _in_time(self, question: Question, asker: Asker) -> bytes:
        """Answer a query in the event loop."""
        try:
            async with asyncio.timeout(self._seconds):
                return await _while_waited_for(self._answered(question, asker), asker)
        except (TimeoutError, Late):
            self._watch.fault(Trouble("it does not answer in time", is_sure=False))
            raise late(self._seconds) from None

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._reading.attach(loop)
        loop.call_soon_threadsafe(self._watch_on)

    def _watch_on(self) -> None:
        self._watching = asyncio.ensure_future(self._watched())

    async def _watched(self) -> None:
        """Watch the store until the end, whoever brings it, and leave no connection behind."""
        try:
            await self._watch.run()
        finally:
            await self._endpoint.close()

    def _end(self) -> None:
        if self._watching is not None:
            self._watching.cancel()

    async def _looked(self) -> Marker:
        return await self._endpoint.marker(EVERY)

    async def _answered(self, question: Question, asker: Asker) -> bytes:
        query = await self._reading.sendable(question.text, asker)
        for _ in range(_TRIES):
            before = await self._watch.marker()
            # To look which graphs share triples takes a moment, for which the event loop has no time.
            dataset, is_by_name = await asyncio.to_thread(self._dataset, question, query, before)
            if is_by_name and not before.has_named(self._holdings.key):
                await self._watch.look()
                continue
            async with self._turns.one():
                reply = await self._asked(query, dataset)
            self._watch.see(after := await self._looked_again())
            if after.vouches(before, self._holdings.key, is_by_name):
                return await self._reading.rewritten(reply.content, reply.media_type, query.form, question.form, asker)
        raise failed(Message("The graphs of this publication are not in the store at the moment: another is being loaded, or was."))

    async def _looked_again(self) -> Marker:
        try:
            return await self._endpoint.marker(self._seconds, again=True)
        except Trouble as trouble:
            raise self._failed(trouble) from trouble

    async def _asked(self, query: Sendable, dataset: Dataset) -> Reply:
        types = GRAPHS if gives_graph(query.form) else TABLES
        try:
            return await self._endpoint.ask(query.text, dataset, types, self._most, self._seconds)
        except TooLarge as error:
            raise answer_too_large(self._most) from error
        except Unanswered as error:
            raise QueryUnsupported(
                Message("The store does not answer this query: %(reason)s.", reason=error.reason), "Change the query."
            ) from error
        except Trouble as trouble:
            raise self._failed(trouble) from trouble

    def _failed(self, trouble: Trouble) -> Exception:
        _LOG.warning("The store that answers queries cannot be used: %s.", trouble.reason)
        self._watch.fault(trouble)
        if trouble.is_sure:
            return failed(Message("The store that answers queries cannot be used at the moment."))
        return failed(Message("The store that answers queries failed at this query."))

    def _dataset(self, question: Question, query: Sendable, marker: Marker) -> tuple[Dataset, bool]:
        """The graphs that are asked, by their names in the store, and whether one of them is published under that name.

        Raises:
            QueryUnsupported: the store cannot join them.
        """
        holdings, door = self._holdings, self._holdings.doors_by_prefix[question.door]
        given = question.dataset or query.dataset
        default: tuple[str, ...] = (default_graph(holdings.key, door),)
        named = tuple(holdings.graphs)
        if given is not None:
            default, named = self._known(given.default), self._known(given.named)
            joined = [each for each in holdings.doors if holdings.is_only_named and set(each.default) == set(default)]
            if default and joined:
                default = (default_graph(holdings.key, joined[0]),)
            elif len(default) > 1 and MERGES not in marker.traits and holdings.share(default):
                raise QueryUnsupported(
                    "The store that answers here would count a triple twice that is in two of the graphs that the query asks for.",
                    "Ask a door, or one graph; GRAPH looks into several.",
                )
        named = named if query.names_graphs else ()
        is_by_name = bool(named) or not holdings.names.isdisjoint(default)
        if query.names_graphs and not named and CLOSED not in marker.traits:
            named = (NOTHING,)  # or it would look into all
        return Dataset(default or (NOTHING,), named), is_by_name

    def _known(self, iris: Sequence[str]) -> tuple[str, ...]:
        """Those that are published: a store is asked for no other, which it might fetch."""
        return tuple(iri for iri in dict.fromkeys(iris) if iri in self._holdings.names)


async def _while_waited_for(made: Coroutine[Any, Any, bytes], asker: Asker) -> bytes:
    """What a coroutine gives, as long as somebody waits for it.

    Raises:
        ClientGone: nobody waits any more.
    """
    task = asyncio.ensure_future(made)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK)
            if asker.is_gone and not task.done():
                raise gone()
        return task.result()
    finally:
        task.cancel()
