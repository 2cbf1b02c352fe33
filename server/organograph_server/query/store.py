"""The query engine over the published quads, read only."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from organograph.messages import Message
from organograph_server.content.formats import Format
from organograph_server.content.writing import answer_too_large, write_graph, write_results
from organograph_server.errors import QueryUnsupported, RequestMalformed
from organograph_server.query.doors import WHOLE, Door
from organograph_server.query.head import Head, read_head
from organograph_server.query.misread import malformed
from organograph_server.query.prepared import Beyond, Graph, Prepared

_MERGED_KEPT = 4
# Quads of a store beyond which the memory that it takes to be prepared is worth more than the time that it saves.
_PREPARED_MOST = 4_000_000
# Quads that are put into a default graph at once.
_AT_ONCE = 100_000
_Default = NamedNode | BlankNode | DefaultGraph
_Results = QuerySolutions | QueryBoolean | QueryTriples


@dataclass(frozen=True)
class Dataset:
    """The graphs that a query is asked of (SPARQL 1.1 section 13.2).

    Args:
        default: IRIs of the graphs that make the default graph.
        named: IRIs of the named graphs.
    """

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


class QueryStore:
    """Quads that can be asked by several doors and that nobody changes.

    All doors share one store. The default graph of the only door is the store's own; of several each has a graph that a blank
    node names, since no query and no request can name a graph by one, and is never among the named graphs that are given.

    Args:
        quads: the dataset, or a store that `fill` has filled.
        base: IRI that relative IRIs of queries are resolved against.
        doors: the ways to ask it.
        restored: gives back triples as they were written.
        most: how many bytes an answer may have.
    """

    def __init__(
        self,
        quads: Iterable[Quad] | Store,
        base: str,
        doors: Sequence[Door] = (WHOLE,),
        *,
        restored: Callable[[Iterable[Triple]], Iterable[Triple]] = iter,
        most: int = sys.maxsize,
    ) -> None:
        self._store = quads if isinstance(quads, Store) else _filled(quads, doors)
        self.base = base
        self._restored = restored
        self._most = most
        self._default = {door.prefix: _default(door, doors) for door in doors}
        hidden = set(self._default.values())
        self._named = [name for name in self._store.named_graphs() if name not in hidden]
        self._merged = lru_cache(_MERGED_KEPT)(self._merge)
        self._prepared: dict[str, Prepared] = {}

    def prepare(self, changed: Iterable[Literal] = ()) -> None:
        """Make ready to answer queries of common forms without the engine, unless the store is very large.

        Args:
            changed: literals of which some were written otherwise than queries see them.
        """
        if len(self._store) > _PREPARED_MOST:
            return
        kept = set(changed)
        for door in self._default:
            # A graph with terms that only the engine knows is left to it.
            with suppress(Beyond):
                self._prepared[door] = Prepared(Graph(self.default_graph(door), kept), self._restored, self._most)

    def is_ready(self, text: str, form: Format, door: str = "") -> bool:
        """Whether a query is answered without the engine."""
        return self._answered(text, form, door) is not None

    @property
    def graphs(self) -> Sequence[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(name.value for name in self._named if isinstance(name, NamedNode))

    def graph(self, name: NamedNode | BlankNode | DefaultGraph) -> Iterator[Triple]:
        """The triples of one graph, as queries see them: literals in the engine's normal form."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def default_graph(self, prefix: str) -> Iterator[Triple]:
        """The triples of a door's default graph, as queries see them."""
        return self.graph(self._default[prefix])

    def whole(self) -> set[Triple]:
        """The triples of all graphs, as queries see them."""
        names = [DefaultGraph(), *self._named]
        return {quad.triple for name in names for quad in self._store.quads_for_pattern(None, None, None, name)}

    def query(self, text: str, form: Format, dataset: Dataset | None = None, door: str = "") -> bytes:
        """Answer a query that the guard has let pass.

        Args:
            text: the query.
            form: a format of RDF for CONSTRUCT and DESCRIBE, else one of results.
            dataset: the graphs that the request names; None where it names none, so that the query's own FROM holds.
            door: the prefix of the door that it comes by.

        Returns:
            The whole answer.

        Raises:
            QueryMalformed: it cannot be read, or not be answered.
            NotAcceptable: the format cannot carry the answer.
            AnswerTooLarge: it has more bytes than the limit.
        """
        try:
            if dataset is None and (found := self._answered(text, form, door)) is not None:
                return self._bounded(found)
            results = self._asked(text, door, dataset)
            if isinstance(results, QueryTriples):
                return self._bounded(write_graph(self._restored(results), form))
            return write_results(results, form, self._most)
        except SyntaxError as error:
            raise malformed(text, str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise QueryUnsupported(Message("The query cannot be answered: %(error)s.", error=error), "Change the query.") from error

    def _answered(self, text: str, form: Format, door: str) -> bytes | None:
        """The answer to a query of a common form; None where the engine is to be asked."""
        prepared = self._prepared.get(door)
        return None if prepared is None else prepared.answer(text, form)

    def _asked(self, text: str, door: str, dataset: Dataset | None) -> _Results:
        if dataset is None:
            if "from" not in text.lower():
                return self._asked_by(door, text)
            head = read_head(text)
            if not head.default and not head.named:
                return self._asked_by(door, text)
            dataset = self._asked_for(head)
        if dataset is None:
            return self._store.query(text, base_iri=self.base)
        named: list[NamedNode | BlankNode] = [_node(iri) for iri in set(dataset.named)]
        if len(set(dataset.default)) > 1:
            merged = self._merged(tuple(sorted(set(dataset.default))), tuple(sorted(set(dataset.named))))
            return merged.query(text, base_iri=self.base, default_graph=[DefaultGraph()], named_graphs=named)
        default: list[_Default] = [_node(iri) for iri in set(dataset.default)]
        return self._store.query(text, base_iri=self.base, default_graph=default, named_graphs=named)

    def _asked_by(self, door: str, text: str) -> _Results:
        """Ask the dataset of a door."""
        default = self._default[door]
        if isinstance(default, DefaultGraph):
            return self._store.query(text, base_iri=self.base)
        # To list many graphs takes time, and whatever asks for one has this word.
        named = self._named if "graph" in text.lower() else []
        return self._store.query(text, base_iri=self.base, default_graph=[default], named_graphs=named)

    def _bounded(self, answer: bytes) -> bytes:
        if len(answer) > self._most:
            raise answer_too_large(self._most)
        return answer

    def _merge(self, default: tuple[str, ...], named: tuple[str, ...]) -> Store:
        """A store whose default graph is a true union of graphs, which the engine itself does not make."""
        store = Store()
        store.bulk_extend(_quad(triple, DefaultGraph()) for triple in self._triples(default))
        for graph in named:
            store.bulk_extend(_quad(triple, _node(graph)) for triple in self._triples([graph]))
        return store

    def _triples(self, graphs: Iterable[str]) -> Iterator[Triple]:
        for graph in graphs:
            yield from self.graph(_node(graph))

    def _asked_for(self, head: Head) -> Dataset | None:
        """The dataset of a query's own clause, where it joins graphs; else None: the engine then reads the clause."""
        if len(head.default) < 2:
            return None
        written = (*head.default, *head.named)
        row = " ".join(f"({iri} AS ?g{number})" for number, iri in enumerate(written))
        (solution,) = self._store.query(f"{head.prologue} SELECT {row} {{}}", base_iri=self.base)  # type: ignore[misc]
        iris = [solution[f"g{number}"].value for number in range(len(written))]
        return Dataset(tuple(iris[: len(head.default)]), tuple(iris[len(head.default) :]))


def fill(store: Store, quads: Callable[[], Iterable[Quad]], doors: Sequence[Door]) -> None:
    """Fill a store on disk with a dataset and the default graph of each door, quad by quad.

    Args:
        store: it is empty.
        quads: gives the dataset, as often as it is asked to.
        doors: the ways to ask it.
    """
    store.bulk_extend(quads())
    for door in doors:
        name, joined = _default(door, doors), {DefaultGraph(), *map(NamedNode, door.default)}
        store.bulk_extend(_quad(quad.triple, name) for quad in quads() if door.union or quad.graph_name in joined)


def _filled(quads: Iterable[Quad], doors: Sequence[Door]) -> Store:
    """A store in memory with the same."""
    store = Store()
    store.bulk_extend(quads)
    for door in doors:
        # Unions made now have no triple twice; the engine would count one of two graphs twice.
        joined, default = _joined(store, door), _default(door, doors)
        while batch := [_quad(quad.triple, default) for quad in islice(joined, _AT_ONCE)]:
            store.bulk_extend(batch)
    return store


def _joined(store: Store, door: Door) -> Iterator[Quad]:
    """What a door's default graph has; for a union also what others have there."""
    if door.union:
        yield from list(store)
        return
    names: list[_Default] = [*map(_node, door.default), DefaultGraph()]
    for name in names:
        yield from store.quads_for_pattern(None, None, None, name)


def _default(door: Door, doors: Sequence[Door]) -> _Default:
    """The name of a door's default graph."""
    if len(doors) == 1:
        return DefaultGraph()
    return BlankNode(f"default{hashlib.sha256(door.prefix.encode()).hexdigest()[:32]}")


def _quad(triple: Triple, graph: _Default) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def _node(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise RequestMalformed(
            Message("%(iri)r cannot be the IRI of a graph: %(error)s.", iri=iri, error=error), "Give a whole IRI."
        ) from error
