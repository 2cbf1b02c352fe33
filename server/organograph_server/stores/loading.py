"""Puts a publication into a store by the SPARQL 1.1 Graph Store Protocol, so that no answer is of two publications.

The order is: the default graphs, under names of their own, while everything that was there is answered from; then the marker without
the published graphs, these graphs, and the marker with all. A loading that is cut off leaves the store without published graphs, or
with those before, and is begun again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote

from pyoxigraph import BlankNode, RdfFormat, Triple, serialize

from organograph_server.errors import StoreUnloadable
from organograph_server.query.store import Dataset
from organograph_server.stores.client import Client, TooLarge, Unreachable
from organograph_server.stores.contract import ASKED, MARKER, TRIALS, TWIN, TWINS, Marker, default_graph, is_of, only_value
from organograph_server.stores.endpoint import Endpoint, Late, Trouble, Unanswered
from organograph_server.stores.holdings import Holdings

KEPT = 2
"""How many publications stay in a store: the one that is loaded, and those that servers may still ask."""
# Triples that are sent at once. Stores read pieces of this size at once, whatever they make of a whole register.
_PIECE = 50_000
_TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}  # N-Triples is Turtle, which every store reads
_TABLE = ("application/sparql-results+json",)
_MOST_TOLD = 16_777_216
_PAUSES = (0.2, 1.0, 5.0)
_DONE = (200, 201, 204)
_GONE = (*_DONE, 202, 404)
_BUSY = (429, 503)
_CURE = "Mend that and load again; until then servers answer from what is whole."

Tell = Callable[[int, int], None]
"""Is told how many triples are loaded, and of how many."""


def _untold(done: int, of: int) -> None:
    """Nobody wants to know."""


class Loading:
    """One loading of one publication.

    Args:
        holdings: the publication.
        endpoint: where the store is asked.
        graphs: where it has its graphs.
        keep: how many publications stay.
        seconds: for each request.
        tell: is told how far it is.
    """

    def __init__(
        self, holdings: Holdings, endpoint: Endpoint, graphs: Client, keep: int = KEPT, seconds: float = 600, tell: Tell = _untold
    ) -> None:
        self._holdings, self._endpoint, self._graphs = holdings, endpoint, graphs
        self._keep, self._seconds, self._tell = keep, seconds, tell
        self._done, self._all = 0, 0
        self._number = secrets.token_hex(8)
        self._last = Marker()

    async def run(self) -> Marker:
        """Load it; gives what the store holds then.

        Raises:
            StoreUnloadable: it could not be loaded.
        """
        try:
            return await self._run()
        except Trouble as trouble:
            raise StoreUnloadable(f"The store cannot be used: {trouble.reason}.", _CURE) from trouble
        except (Late, Unanswered, TooLarge, TimeoutError, ValueError) as error:
            raise StoreUnloadable(f"The store does not answer what it holds: {error or 'it takes too long'}.", _CURE) from error
        finally:
            await self._endpoint.close()
            await self._graphs.close()

    async def _run(self) -> Marker:
        self._last = marker = await self._marker()
        self._all = sum(1 for name in self._holdings.graphs for _ in self._holdings.graph(name))
        marker = await self._join(marker)
        return await self._forget(await self._publish(marker))

    async def _join(self, marker: Marker) -> Marker:
        """Put the default graphs beside those of other publications; where they are whole already, nothing is done to them."""
        key, defaults = self._holdings.key, {default_graph(self._holdings.key, door): door for door in self._holdings.doors}
        others = {name: number for name, number in marker.whole.items() if name != key}
        if key in marker.whole:
            return replace(marker, whole=others | {key: marker.whole[key]})
        self._all += sum(len([*self._holdings.default_graph(door)]) for door in defaults.values())
        # What is about to be written is told first, so that it is removed one day even if this is cut off.
        marker = await self._mark(replace(marker, defaults=tuple(sorted({*marker.defaults, *defaults}))))
        for name, door in defaults.items():
            await self._put(name, self._holdings.default_graph(door))
        return await self._mark(replace(marker, whole=others | {key: self._number}))

    async def _publish(self, marker: Marker) -> Marker:
        """Put the published graphs in the place of those before."""
        names = {*marker.graphs, *self._holdings.graphs}
        marker = await self._mark(replace(marker, named="", graphs=tuple(sorted(names))))
        for name in self._holdings.graphs:
            await self._put(name, (quad.triple for quad in self._holdings.graph(name)))
        for name in sorted(names - self._holdings.names):
            await self._remove(name)
        await self._put(TWIN, [TWINS])
        traits = await self._traits()
        named = f"{self._holdings.key} {self._number}"
        return await self._mark(replace(marker, named=named, graphs=tuple(self._holdings.graphs), traits=traits))

    async def _forget(self, marker: Marker) -> Marker:
        """Remove the default graphs of publications that are not kept; before, nobody is told any more that they are whole."""
        kept = dict([*marker.whole.items()][-self._keep :])
        gone = [name for name in marker.defaults if not is_of(name, kept)]
        if kept != marker.whole or gone:
            marker = await self._mark(replace(marker, whole=kept))
            for name in gone:
                await self._remove(name)
            marker = await self._mark(replace(marker, defaults=tuple(name for name in marker.defaults if name not in gone)))
        return marker

    async def _marker(self) -> Marker:
        reply = await self._endpoint.ask(ASKED, Dataset((MARKER,)), _TABLE, _MOST_TOLD, self._seconds)
        return Marker.read(reply.content)

    async def _traits(self) -> frozenset[str]:
        """How the store answers, as far as answers must be known for that."""
        found: set[str] = set()
        for trait, (query, dataset, value) in TRIALS.items():
            reply = await self._endpoint.ask(query, dataset, _TABLE, _MOST_TOLD, self._seconds)
            found |= {trait} if only_value(reply.content) == value else set()
        return frozenset(found)

    async def _mark(self, marker: Marker) -> Marker:
        """Change the marker, which nobody else may have changed.

        Raises:
            StoreUnloadable: somebody has.
        """
        if await self._marker() != self._last:
            raise StoreUnloadable("Another publication is being loaded into the store.", "Wait for its end, and load again.")
        await self._send("PUT", MARKER, marker.written(), _DONE)
        self._last = marker
        return marker

    async def _put(self, name: str, triples: Iterable[Triple]) -> None:
        """Put a graph in the place of what is there, in pieces; one with blank nodes in one piece, which keeps them together."""
        found = [*triples]
        size = len(found) if any(isinstance(term, BlankNode) for triple in found for term in triple) else _PIECE
        method = "PUT"
        for start in range(0, max(len(found), 1), max(size, 1)):
            piece = found[start : start + size]
            await self._send(method, name, serialize(piece, format=RdfFormat.N_TRIPLES) or b"", _DONE)
            method = "POST"
            self._done += len(piece)
            self._tell(min(self._done, self._all), self._all)

    async def _remove(self, name: str) -> None:
        await self._send("DELETE", name, b"", _GONE)

    async def _send(self, method: str, name: str, body: bytes, expected: tuple[int, ...]) -> None:
        """Change a graph, and again after a moment where the store was not reached or is busy: twice is the same as once.

        Raises:
            StoreUnloadable: it was not changed.
        """
        why = ""
        for pause in (*_PAUSES, 0):
            try:
                reply = await self._graphs.ask(method, body, _TURTLE, _MOST_TOLD, self._seconds, f"graph={quote(name, safe='')}")
            except (Unreachable, TimeoutError) as error:
                why = str(error) or "it takes too long"
            except TooLarge:
                why = "it answers too much"
                break
            else:
                if reply.status in expected:
                    return
                why = f"it answers {method} with status {reply.status}"
                if reply.status not in _BUSY:
                    break
            await asyncio.sleep(pause)
        raise StoreUnloadable(f"The graph {name} could not be changed in the store: {why}.", _CURE)
