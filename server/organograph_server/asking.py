"""How a dataset is asked: the doors to it, and the engine that answers what comes by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from pyoxigraph import DefaultGraph, NamedNode, Quad

from organograph_server.counts import Counted, Counts, count
from organograph_server.formats import GRAPH_FORMATS, TABLE_FORMATS, TRUTH_FORMATS, Format
from organograph_server.forms import Forms
from organograph_server.guard import Limits, examine
from organograph_server.head import gives_graph, read_head
from organograph_server.store import Dataset, QueryStore

ANSWERS: Mapping[str, Format] = {form.name: form for form in (*GRAPH_FORMATS, *TABLE_FORMATS, *TRUTH_FORMATS)}
"""The formats of answers by their names."""


@dataclass(frozen=True)
class Door:
    """One way to ask a dataset: what its default graph is, and where its addresses begin.

    Args:
        prefix: stands before `sparql` and `rdf-graph-store`: "" or "edition/2022-06/".
        label: what the default graph is, in words.
        default: the named graphs that are part of it, beside the triples that stand in no named graph.
        union: whether it has all of them.
    """

    prefix: str
    label: str
    default: tuple[str, ...] = ()
    union: bool = False


@dataclass(frozen=True)
class Question:
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


@dataclass(frozen=True)
class Examined:
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
    text = examine(query, limits)
    return Examined(text, read_head(text).form)


class Engine(Protocol):
    """What answers."""

    @property
    def walls(self) -> Sequence[str]:
        """The names of the walls that stand around it."""

    def start(self) -> None:
        """Be ready to answer.

        Raises:
            EngineFailed: it cannot be started.
        """

    def close(self) -> None:
        """Let go of what it holds."""

    def examined(self, query: str, limits: Limits, gone: int | None = None) -> Examined:
        """Let the guard look at a query, and read its head.

        Args:
            query: text as the client sent it.
            limits: what it may have.
            gone: a file descriptor that can be read once nobody waits for the answer any more.

        Raises:
            RequestRefused: see guard.examine; or there is too much to do.
        """

    def answer(self, question: Question, gone: int | None = None) -> bytes:
        """Answer a query.

        Args:
            question: the query.
            gone: a file descriptor that can be read once nobody waits for the answer any more.

        Returns:
            The whole answer.

        Raises:
            RequestRefused: it cannot be read, cannot be answered, or goes beyond a limit.
        """

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""


class LocalEngine:
    """The engine in this very process.

    Args:
        quads: the dataset as written.
        base: what relative IRIs of queries start from.
        doors: the ways to ask it.
        most: how many bytes an answer may have.
    """

    def __init__(self, quads: Iterable[Quad], base: str, doors: Iterable[Door], most: int) -> None:
        self._quads, self._base, self._most = quads, base, most
        self._doors = {door.prefix: door for door in doors}
        self._stores: dict[str, QueryStore] = {}

    @property
    def walls(self) -> Sequence[str]:
        """None: a query has all that this process has."""
        return ()

    def start(self) -> None:
        """Make the stores of all doors, and all else that queries share."""
        for prefix in self._doors:
            self.store(prefix)
        self._forms.prepare()

    def close(self) -> None:
        """Do nothing; the stores go with the engine."""

    def examined(self, query: str, limits: Limits, gone: int | None = None) -> Examined:
        """Let the guard look at a query; see Engine."""
        return examined(query, limits)

    def answer(self, question: Question, gone: int | None = None) -> bytes:  # it cannot be stopped here
        """Answer a query; see Engine."""
        return self.store(question.door).query(question.text, question.form, question.dataset)

    def counted(self, door: str) -> Counted:
        """What the graphs hold, as queries by a door see them."""
        store = self.store(door)
        graphs = sorted({quad.graph_name.value for quad in self._quads if isinstance(quad.graph_name, NamedNode)})
        return Counted(count(store.graph(DefaultGraph())), {iri: count(store.graph(NamedNode(iri))) for iri in graphs})

    def whole(self) -> Counts:
        """What all graphs hold together, each triple counted once."""
        return count(self.store(next(iter(self._doors))).whole())

    def store(self, prefix: str) -> QueryStore:
        """What answers the queries that come by a door; made when the first does."""
        if prefix not in self._stores:
            door = self._doors[prefix]
            restored = self._forms.restored
            self._stores[prefix] = QueryStore(self._quads, self._base, door.default, union=door.union, restored=restored, most=self._most)
        return self._stores[prefix]

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self._quads)
