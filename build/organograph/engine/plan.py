"""Compiles a graph of shapes (W3C SHACL, Recommendation of 20 July 2017) into a plan that runs over any graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from organograph.engine.components import component_constraints
from organograph.engine.core import core_constraints
from organograph.engine.data import Data
from organograph.engine.description import Description, Unusable
from organograph.engine.nested import nested_constraints
from organograph.engine.paths import read_path
from organograph.engine.prefixes import head_of
from organograph.engine.queries import NotHere
from organograph.engine.run import Run
from organograph.engine.shapes import Constraint, Result, Shape
from organograph.engine.sparql import query
from organograph.engine.terms import CLASS, OWL, TYPE, Term, sh, shown
from organograph.links import unwatched

_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_BEYOND = ("js", "target", "expression")
"""What the engine leaves to others: SHACL-JS, and targets and expressions of SHACL Advanced Features."""


@dataclass
class Report:
    """What a run found.

    Args:
        results: the validation results.
        handed_over: the shapes that the engine cannot run, and why; their results are missing.
    """

    results: list[Result] = field(default_factory=list)
    handed_over: dict[Term, str] = field(default_factory=dict)


class Plan:
    """Shapes made ready to run.

    Args:
        shapes: all of them.
        graph: what they were compiled from, where queries look into it.
    """

    def __init__(self, shapes: Iterable[Shape], graph: list[tuple[Term, Term, Term]]) -> None:
        known = list(shapes)
        self.named = [shape.node for shape in known]
        self.shapes = [shape for shape in known if shape.targets]
        self._graph = graph
        self._walks = {shape.node: shape for shape in known if shape.path is not None and shape.path.predicate is None}

    def run(self, data: Data) -> Report:
        """Find what does not hold of a graph.

        Raises:
            Unusable: a shape fails while it runs.
        """
        report, run = Report(), self.run_over(data)
        with unwatched():
            for shape in self.shapes:
                if shape.why_not:
                    report.handed_over[shape.node] = shape.why_not
                    continue
                try:
                    report.results += list(run.check(shape, run.targets(shape)))
                except NotHere as reason:
                    report.handed_over[shape.node] = str(reason)
                run.forget()
        report.results = list(dict.fromkeys(report.results))
        return report

    def run_over(self, data: Data) -> Run:
        """A run of these shapes that has not begun."""
        return Run(data, self._graph)

    def way(self, data: Data, shape: Term, focus: Term) -> tuple[str, tuple[Term, ...]] | None:
        """A shape's path in the words of SPARQL, and what stands at its end from a node; None where it is one property, or none."""
        known = self._walks.get(shape)
        if known is None or known.path is None:
            return None
        start = data.number(focus)
        found = dict(self.run_over(data).values(known, {start}).everything()).get(start, ())
        return known.path.sparql().removeprefix("(").removesuffix(")"), tuple(data.terms[number] for number in found)

    def looked_at(self, data: Data) -> Mapping[Term, int]:
        """How many nodes each shape with targets, and each property shape of such, is about."""
        return _counted(Run(data), self.shapes) if self._is_flat else _walked(Run(data), self.shapes)

    @cached_property
    def _is_flat(self) -> bool:
        """Whether property shapes are about the targets themselves, and ask nothing of their values by others."""
        return not any(shape.path or held.properties for shape in self.shapes for held in shape.properties)


def _counted(run: Run, shapes: Iterable[Shape]) -> Mapping[Term, int]:
    """How many nodes each shape is about, shape by shape: the nodes of many shapes at once take much memory."""
    holders: dict[Term, list[Shape]] = {}
    for shape in shapes:
        for held in (shape, *shape.properties) if not _is_targeted_by_others(shape) else ():
            holders.setdefault(held.node, []).append(shape)
    return {node: _number(run, about) for node, about in holders.items()}


def _number(run: Run, shapes: Sequence[Shape]) -> int:
    if len({shape.targets for shape in shapes}) == 1:
        return len(run.targets(shapes[0]))
    return len({node for shape in shapes for node in run.targets(shape)})


def _walked(run: Run, shapes: Iterable[Shape]) -> Mapping[Term, int]:
    """The same where shapes are about the values of others."""
    found: dict[Term, set[int]] = {}
    waiting = [(shape, {*run.targets(shape)}) for shape in shapes if not _is_targeted_by_others(shape)]
    while waiting:
        shape, nodes = waiting.pop()
        new = nodes - found.setdefault(shape.node, set())
        found[shape.node] |= new
        if new and shape.properties:
            values = run.values(shape, new).distinct
            waiting += [(held, {*values}) for held in shape.properties]
    return {node: len(nodes) for node, nodes in found.items()}


def compile_shapes(triples: Iterable[tuple[Term, Term, Term]]) -> Plan:
    """Make the shapes of a graph ready to run.

    Args:
        triples: the graph of shapes.

    Raises:
        Unusable: a shape is ill-formed (SHACL section 3.4), or its query is not SPARQL or not allowed.
    """
    graph = list(triples)
    try:
        return _Compiler(Description(graph)).plan(graph)
    except RecursionError as error:
        raise Unusable("The shapes are nested too deeply to be read") from error


class _Compiler:
    def __init__(self, shapes: Description) -> None:
        self._shapes = shapes
        self._found: dict[Term, Shape] = {}

    def plan(self, graph: list[tuple[Term, Term, Term]]) -> Plan:
        for node in self._nodes():
            self.shape(node)
        for shape in self._found.values():
            if not shape.why_not:
                shape.why_not = _why_not(shape)
        asks_of_shapes = any("shapesGraph" in text.value for text in self._queries())
        return Plan(self._found.values(), graph if asks_of_shapes else [])

    def _queries(self) -> Iterator[Literal]:
        for word in ("select", "ask"):
            for node in self._shapes.subjects(sh(word)):
                yield from (text for text in self._shapes.objects(node, sh(word)) if isinstance(text, Literal))

    def _nodes(self) -> Iterator[Term]:
        for kind in ("NodeShape", "PropertyShape"):
            yield from self._shapes.instances(sh(kind))
        for word in (*_TARGETS, "target"):
            yield from self._shapes.subjects(sh(word))

    def shape(self, node: Term) -> Shape:
        """The shape that a node stands for, compiled once."""
        if node not in self._found:
            if isinstance(node, Literal):
                raise Unusable(f"{shown(node)} is no shape")
            severity = self._shapes.one(node, sh("severity")) or sh("Violation")
            made = self._found[node] = Shape(node, severity, targets=tuple(self._targets(node)), messages=self._messages(node))
            made.off = self._shapes.holds(node, sh("deactivated"))
            self._add_path(made)
            made.constraints += self._constraints(made)
            made.why_not = next((f"it uses sh:{word}" for word in _BEYOND if self._shapes.objects(node, sh(word))), "")
        return self._found[node]

    def _targets(self, node: Term) -> Iterator[tuple[str, Term]]:
        for word in (*_TARGETS, "target"):
            yield from ((word, term) for term in self._shapes.objects(node, sh(word)))
        if any(kind in self._metaclasses for kind in self._shapes.objects(node, TYPE)):
            yield "targetClass", node

    @cached_property
    def _metaclasses(self) -> dict[Term, None]:
        return {**self._shapes.subclasses(CLASS), NamedNode(f"{OWL}Class"): None}

    def _add_path(self, shape: Shape) -> None:
        shape.path_node = self._shapes.one(shape.node, sh("path"))
        if shape.path_node is not None:
            shape.path = read_path(self._shapes, shape.path_node)
        elif sh("PropertyShape") in self._shapes.objects(shape.node, TYPE):
            raise Unusable(f"The property shape {shown(shape.node)} must include one `sh:path`")

    def _messages(self, node: Term) -> tuple[Literal, ...]:
        return tuple(text for text in self._shapes.objects(node, sh("message")) if isinstance(text, Literal))

    def _constraints(self, shape: Shape) -> Iterator[Constraint]:
        yield from core_constraints(self._shapes, shape.node)
        for constraint, used in nested_constraints(self._shapes, shape.node, self.shape):
            shape.uses += used
            yield constraint
        shape.properties += [self.shape(held) for held in self._shapes.objects(shape.node, sh("property"))]
        path = None if shape.path is None else shape.path.sparql()
        for node in self._shapes.objects(shape.node, sh("sparql")):
            text = self._shapes.text(node, sh("select"))
            if text is None:
                raise Unusable(f"The query of {shown(shape.node)} has no sh:select")
            if not self._shapes.holds(node, sh("deactivated")):
                component, given = sh("SPARQLConstraintComponent"), {"currentShape": shape.node}
                try:
                    yield query(head_of(self._shapes, node), text, path, component, self._messages(node), given)
                except Unusable as error:
                    raise Unusable(f"The query of {shown(shape.node)} {error}") from error
        yield from component_constraints(self._shapes, shape.node, path)


def _is_targeted_by_others(shape: Shape) -> bool:
    """Whether only others can tell what a shape is about."""
    return any(word == "target" for word, _ in shape.targets)


def _why_not(shape: Shape) -> str:
    """Why a shape cannot be run: one that it uses cannot, or uses it in turn, which SHACL leaves open (section 3.4.3)."""
    waiting, seen = list(shape.uses), set[int]()
    while waiting:
        used = waiting.pop()
        if used is shape:
            return "it asks for itself"
        if used.why_not:
            return used.why_not
        if id(used) not in seen:
            seen.add(id(used))
            waiting += used.uses
    return ""
