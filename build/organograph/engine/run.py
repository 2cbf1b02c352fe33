"""One run of compiled shapes over one graph."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from organograph.engine.data import Data
from organograph.engine.paths import Path, walker
from organograph.engine.queries import NotHere
from organograph.engine.shapes import Result, Shape, Values
from organograph.engine.terms import SHAPES_GRAPH, Term
from organograph.engine.values import Make, Remembered, Test


class Run:
    """What is worked out once while shapes run over a graph.

    Args:
        data: the graph.
        shapes_graph: the graph of shapes, for queries that look into it.
    """

    def __init__(self, data: Data, shapes_graph: Sequence[tuple[Term, Term, Term]] = ()) -> None:
        self.data = data
        self.shapes_graph = shapes_graph
        self._targets: dict[tuple[tuple[str, Term], ...], list[int]] = {}
        self._values: dict[tuple[Path | None, int], tuple[Collection[int], Values]] = {}
        self._focus: dict[int, Collection[int]] = {}
        self._tests: dict[int, Test] = {}
        self._conforming: dict[int, Remembered] = {}

    def targets(self, shape: Shape) -> list[int]:
        """The nodes that a shape is about (SHACL section 2.1.3), each once."""
        found = self._targets.get(shape.targets)
        if found is None:
            found = list(dict.fromkeys(number for word, term in shape.targets for number in self._target(word, term)))
            self._targets[shape.targets] = found
        return found

    def _target(self, word: str, term: Term) -> Collection[int]:
        if word == "targetClass":
            return self.data.instances(term)
        if word == "targetSubjectsOf":
            return self.data.forward(term).keys()
        return self.data.backward(term).keys() if word == "targetObjectsOf" else (self.data.number(term),)

    def check(self, shape: Shape, focus: Collection[int]) -> Iterator[Result]:
        """What does not hold of nodes."""
        if shape.off or not focus:
            return
        values = self.values(shape, focus)
        for constraint in shape.constraints:
            yield from constraint(self, shape, values)

    def values(self, shape: Shape, focus: Collection[int]) -> Values:
        """The values of each node, remembered for shapes that have their path and their nodes in common."""
        place = (shape.path, id(focus))
        known = self._values.get(place)
        if known is not None:
            return known[1]
        if shape.path is None:
            values: Values = {node: (node,) for node in focus}
        else:
            walk = walker(self.data, shape.path)
            values = {node: walk(node) for node in focus}
        if len(focus) > 1 and (shape.path is None or shape.path.predicate is None):  # a single step is as fast as remembering it
            self._values[place] = (focus, values)  # the nodes are kept, so that no other list takes their place
            self._focus[id(values)] = focus
        return values

    def focus(self, shape: Shape, values: Values) -> Collection[int]:
        """The nodes that a shape's own property shapes are about: all its values."""
        if shape.path is None:
            return self._focus.get(id(values)) or list(values)
        return list(dict.fromkeys(value for found in values.values() for value in found))

    def test(self, make: Make) -> Test:
        """The test of a value, made once."""
        found = self._tests.get(id(make))
        if found is None:
            found = self._tests[id(make)] = make(self.data)
        return found

    def conforming(self, shape: Shape) -> Test:
        """The test whether a node conforms to a shape (SHACL section 3.4.1), asked once of each node."""
        found = self._conforming.get(id(shape))
        if found is None:
            found = self._conforming[id(shape)] = Remembered(lambda node: next(self.check(shape, (node,)), None) is None)
        return found.__getitem__

    def in_graph(self, node: int) -> bool:
        """Whether the graph holds a node; shapes can be about others."""
        return node < self.data.size

    def ask(self, head: Mapping[str, str], query: str) -> pyoxigraph.QuerySolutions:
        """The rows of a query.

        Raises:
            NotHere: it asks what SPARQL has no words for, such as what a text is the subject of.
        """
        try:
            rows = self._store.query(query, prefixes={**head})
        except SyntaxError as error:
            raise NotHere("a query with a text in the place of a thing") from error
        if not isinstance(rows, pyoxigraph.QuerySolutions):
            raise NotHere("a query that is no SELECT")
        return rows

    def asks(self, head: Mapping[str, str], query: str) -> bool:
        """The answer to a question."""
        try:
            return bool(self._store.query(query, prefixes={**head}))
        except SyntaxError as error:
            raise NotHere("a query with a text in the place of a thing") from error

    @cached_property
    def _store(self) -> pyoxigraph.Store:
        store = self.data.store
        if self.shapes_graph:
            store.bulk_extend(Quad(s, p, o, SHAPES_GRAPH) for s, p, o in self.shapes_graph)  # type: ignore[arg-type]
        return store

    def written(self, term: Term | None, near: int | None) -> int | None:
        """The number of a term that a query found, as it was written; of several forms the one that a node has."""
        forms = self.data.written.get(term) if isinstance(term, Literal) else None
        if term is None or not forms:
            return None if term is None else self.data.number(term)
        if len(forms) == 1 and self.data.known(term) is None:
            return forms[0]
        held = {value for _, objects in self.data.outgoing(near) for value in objects} if near is not None else set()
        return next((form for form in (*forms, self.data.number(term)) if form in held), forms[0])

    def result(
        self,
        shape: Shape,
        component: NamedNode,
        focus: int,
        value: int | None = None,
        path: Term | None = None,
        messages: tuple[Literal, ...] = (),
    ) -> Result:
        """A result about a node and a value."""
        terms = self.data.terms
        said = None if value is None else terms[value]
        return Result(terms[focus], path or shape.path_node, said, component, shape.node, shape.severity, shape.messages + messages)
