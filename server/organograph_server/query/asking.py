"""How a dataset is asked: the question, and the engine that answers what comes by them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Protocol

from pyoxigraph import NamedNode, Quad, Store

from organograph_server.content.formats import GRAPH_FORMATS, TABLE_FORMATS, TRUTH_FORMATS, Format
from organograph_server.query.asker import Asker
from organograph_server.query.counts import Counted, Counts, count
from organograph_server.query.doors import Door
from organograph_server.query.forms import Forms
from organograph_server.query.guard import Limits, examine, is_plain
from organograph_server.query.head import gives_graph, plain_form, read_head
from organograph_server.query.store import Dataset, QueryStore

ANSWERS: Mapping[str, Format] = {form.name: form for form in (*GRAPH_FORMATS, *TABLE_FORMATS, *TRUTH_FORMATS)}
"""The formats of answers by their names."""


class Question(NamedTuple):
    """A query that the guard has let pass.

    Args:
        door: the prefix of the door that it comes by.
        text: the query.
        form: a format of RDF for CONSTRUCT and DESCRIBE, else one of results.
        dataset: the graphs that the request names; None where it names none, so that the query's own FROM holds.
    """

    door: str
    text: str
    form: Format
    dataset: Dataset | None = None


class Examined(NamedTuple):
    """A query that the guard has let pass.

    Args:
        text: to evaluate, and no other.
        form: of the query; see Head.
    """

    text: str
    form: str

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph and no table."""
        return gives_graph(self.form)


def examined(query: str, limits: Limits) -> Examined:
    """Let the guard look at a query here; see Engine."""
    return plainly_examined(query, limits) or _examined(examine(query, limits))


def plainly_examined(query: str, limits: Limits) -> Examined | None:
    """The same for a query that looks like most, in a few microseconds; None for others, whatever is to be said of them."""
    form = plain_form(query) if is_plain(query, limits) else ""
    return Examined(query, form) if form else None


def _examined(text: str) -> Examined:
    return Examined(text, read_head(text).form)


class Engine(Protocol):
    """What answers."""

    @property
    def walls(self) -> Sequence[str]:
        """The names of the walls that stand around it."""

    @property
    def state(self) -> Mapping[str, str]:
        """What it is, and whether it can answer: `engine`, and where it may be lost `state` and `reason`."""

    def start(self) -> None:
        """Be ready to answer.

        Raises:
            EngineFailed: it cannot be started.
        """

    def close(self) -> None:
        """Let go of what it holds."""

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be looked after by an event loop from now on."""

    def examined(self, query: str, limits: Limits, asker: Asker | None = None) -> Examined:
        """Let the guard look at a query, and read its head.

        Args:
            query: text as the client sent it.
            limits: what it may have.
            asker: who waits for the answer.

        Raises:
            RequestRefused: see guard.examine; or there is too much to do.
        """

    def answer(self, question: Question, asker: Asker | None = None) -> bytes:
        """Answer a query.

        Args:
            question: the query.
            asker: who waits for the answer.

        Returns:
            The whole answer.

        Raises:
            RequestRefused: it cannot be read, cannot be answered, or goes beyond a limit.
        """

    def load(self) -> Mapping[str, int]:
        """How many queries there are by what they are at, and how many workers are free."""

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""


class LocalEngine:
    """The engine in this very process.

    Args:
        quads: the dataset as written, or a store on disk that `store.fill` has filled.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        most: how many bytes an answer may have.
    """

    def __init__(self, quads: Iterable[Quad] | Store, base: str, doors: Iterable[Door], most: int) -> None:
        self._quads, self._base, self._doors, self._most = quads, base, [*doors], most

    @property
    def walls(self) -> Sequence[str]:
        """None: a query has all that this process has."""
        return ()

    @property
    def state(self) -> Mapping[str, str]:
        """What it is."""
        return {"engine": "memory"}

    def start(self) -> None:
        """Make the store, and all else that queries share; the dataset as written is not needed any more then."""
        _ = self._store
        self._quads = ()

    def close(self) -> None:
        """Do nothing; the store goes with the engine."""

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Do nothing: there is nothing to look after."""

    def load(self) -> Mapping[str, int]:
        """Nothing: queries are not counted here."""
        return {}

    def examined(self, query: str, limits: Limits, asker: Asker | None = None) -> Examined:
        """Let the guard look at a query; see Engine."""
        return examined(query, limits)

    def answer(self, question: Question, asker: Asker | None = None) -> bytes:  # it cannot be stopped here
        """Answer a query; see Engine."""
        return self._store.query(question.text, question.form, question.dataset, question.door)

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""
        store = self._store
        return Counted(count(store.default_graph(door)), {iri: count(store.graph(NamedNode(iri))) for iri in store.graphs})

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return count(self._store.whole())

    @cached_property
    def _store(self) -> QueryStore:
        """What answers; made when the first query comes."""
        if isinstance(self._quads, Store):
            return QueryStore(self._quads, self._base, self._doors, most=self._most)
        forms = Forms(self._quads)
        store = QueryStore(self._quads, self._base, self._doors, restored=forms.restored, most=self._most)
        store.prepare(forms.changed)
        return store
