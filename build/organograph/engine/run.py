"""One run of compiled shapes over one graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as Nodes
from functools import cached_property

import pyoxigraph
from pyoxigraph import Literal, Quad

from organograph.engine.data import Data
from organograph.engine.focus import Linked, Values, Walked
from organograph.engine.paths import Path, walker
from organograph.engine.queries import NotHere
from organograph.engine.select import Joining
from organograph.engine.shapes import ByProperty, OfValues, Result, Shape, Wrong
from organograph.engine.terms import SHAPES_GRAPH, Term


class Run:
    """What is worked out once while shapes run over a graph.

    Args:
        data: the graph.
        shapes_graph: the graph of shapes, for queries that look into it.
    """

    def __init__(self, data: Data, shapes_graph: Sequence[tuple[Term, Term, Term]] = ()) -> None:
        self.data = data
        self.shapes_graph = shapes_graph
        self._targets: dict[tuple[tuple[str, Term], ...], Nodes[int]] = {}
        self._values: dict[tuple[Path | None, int], Values] = {}

    def targets(self, shape: Shape) -> Nodes[int]:
        """The nodes that a shape is about (SHACL section 2.1.3), each once."""
        found = self._targets.get(shape.targets)
        if found is None:
            parts = [self._target(word, term) for word, term in shape.targets]
            found = parts[0] if len(parts) == 1 else dict.fromkeys(number for part in parts for number in part).keys()
            self._targets[shape.targets] = found
        return found

    def _target(self, word: str, term: Term) -> Nodes[int]:
        if word == "targetClass":
            return self.data.instances(term)
        if word == "targetSubjectsOf":
            return self.data.forward(term).first.keys()
        return self.data.backward(term).first.keys() if word == "targetObjectsOf" else {self.data.number(term)}

    def check(self, shape: Shape, focus: Nodes[int]) -> Iterator[Result]:
        """What does not hold of nodes."""
        yield from self.own(shape, focus)
        if shape.properties and not shape.off and focus:
            values = self.values(shape, focus)
            for held in shape.properties:
                yield from self.check(held, values.distinct)

    def own(self, shape: Shape, focus: Nodes[int]) -> Iterator[Result]:
        """The same without what its property shapes find."""
        if shape.off or not focus:
            return
        values = self.values(shape, focus)
        for constraint in shape.constraints:
            if not isinstance(constraint, ByProperty):
                yield from (self._result(shape, wrong) for wrong in constraint(self, shape, values))

    def failing(self, shape: Shape, nodes: Nodes[int]) -> Nodes[int]:
        """Those of some nodes that do not conform to a shape (SHACL section 3.4.1)."""
        if shape.off or not nodes:
            return set()
        values, found = self.values(shape, nodes), set[int]()
        for constraint in shape.constraints:
            if isinstance(constraint, OfValues):
                wrong = constraint.wrong(self, values.distinct)
                found.update(wrong if shape.path is None else (focus for focus, _ in values.holding(wrong)))
            else:
                found.update(wrong.focus for wrong in constraint(self, shape, values))
        return found

    def values(self, shape: Shape, focus: Nodes[int]) -> Values:
        """The values of each node, remembered for shapes that have their path and their nodes in common."""
        place = (shape.path, id(focus))  # the nodes are kept with their values, so that no other set takes their place
        if place not in self._values:
            self._values[place] = self._reached(shape.path, focus)
        return self._values[place]

    def _reached(self, path: Path | None, focus: Nodes[int]) -> Values:
        if path is None:
            return Values(focus)
        if path.predicate is not None:
            return Linked(focus, self.data.forward(path.predicate))
        if path.kind == "inverse" and path.parts[0].predicate is not None:
            return Linked(focus, self.data.backward(path.parts[0].predicate))
        return Walked(focus, walker(self.data, path))

    def forget(self) -> None:
        """Let go of the values of nodes, which at a million of them take much memory."""
        self._values.clear()

    @cached_property
    def joining(self) -> Joining:
        """What joins patterns of queries, with what it learns of paths."""
        return Joining(self.data)

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
        forms = self.data.forms(term) if isinstance(term, Literal) else None
        if term is None or not forms:
            return None if term is None else self.data.number(term)
        if len(forms) == 1 and self.data.known(term) is None:
            return forms[0]
        held = {value for _, objects in self.data.outgoing(near) for value in objects} if near is not None else set()
        return next((form for form in (*forms, self.data.number(term)) if form in held), forms[0])

    def _result(self, shape: Shape, wrong: Wrong) -> Result:
        terms = self.data.terms
        value = None if wrong.value is None else terms[wrong.value]
        path, messages = wrong.path or shape.path_node, shape.messages + wrong.messages
        return Result(terms[wrong.focus], path, value, wrong.component, shape.node, shape.severity, messages)
