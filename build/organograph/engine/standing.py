"""A check that goes on: what each rule finds of each thing is kept, and asked again where statements that it reads have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as Nodes
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from organograph.engine.changing import Changing, Numbers
from organograph.engine.description import Description
from organograph.engine.plan import Plan
from organograph.engine.queries import NotHere, named
from organograph.engine.reads import Anything, Read, behind, reads_of_targets, reads_of_values
from organograph.engine.run import Run
from organograph.engine.select.reads import reads_of_query
from organograph.engine.shapes import Constraint, Result, Shape
from organograph.engine.sparql import Ask, Query
from organograph.engine.terms import SUBCLASS, Term
from organograph.links import unwatched

_Triples = Iterable[tuple[Term, Term, Term]]


class NotKept(Exception):
    """The check cannot go on: a shape is not run by this engine, so that all has to be checked as a whole."""


@dataclass(eq=False)
class Part:
    """A part of a shape with targets: what it asks by itself, or one of its property shapes.

    Args:
        shape: the shape with targets.
        held: the property shape, or None for what the shape asks by itself.
        whole: whether all its targets are asked whenever something changes, since it cannot be told what it reads.
        found: what it found, by focus node of the shape.
    """

    shape: Shape
    held: Shape | None
    whole: bool = False
    found: dict[int, list[Result]] = field(default_factory=dict)

    def results(self, run: Run, focus: Nodes[int]) -> Iterator[Result]:
        """What does not hold of nodes."""
        return run.own(self.shape, focus) if self.held is None else run.check(self.held, focus)


class Standing:
    """A graph, shapes, and what these find of it.

    Args:
        plan: the shapes, made ready to run.
        shapes: the graph that they were made from.
        data: the graph.

    Raises:
        NotKept: a shape is not run by this engine.
        Unusable: a shape fails while it runs.
    """

    def __init__(self, plan: Plan, shapes: _Triples, data: Changing) -> None:
        self.data = data
        self._plan = plan
        self._parts = list(_parts(plan))
        self._readers: dict[Term | None, list[tuple[Part, Read]]] = {}
        described = Description(shapes)
        for part in self._parts:
            self._note(part, described)
        self._looked: Mapping[Term, int] | None = None
        self._ask(dict.fromkeys(self._parts))

    def _note(self, part: Part, described: Description) -> None:
        """Note by which statements a part may come to find something else."""
        try:
            reads = dict.fromkeys((*reads_of_targets(part.shape.targets), *_reads_of(part, described)))
        except Anything:
            part.whole = True
            return
        for read in reads:
            self._readers.setdefault(read.predicate, []).append((part, read))

    def change(self, come: _Triples, gone: _Triples) -> set[int]:
        """Ask again what the change of some statements can reach.

        Args:
            come: what is stated now; what was stated before, too, is then stated once more.
            gone: what is no longer stated.

        Returns:
            the numbers of all terms in statements that came or went.
        """
        data = self.data
        new, old = data.come(come), data.leaving(gone)
        passing = {*new}.intersection(old)
        changed = [triple for triple in (*new, *old) if triple not in passing]
        asked = self._reached(changed)
        data.let_go(old)
        if any(data.terms[predicate] == SUBCLASS for _, predicate, _ in changed):
            asked = dict.fromkeys(self._parts)
        if changed:
            self._looked = None
            self._ask(asked)
        return {number for triple in changed for number in triple}

    def _reached(self, changed: list[Numbers]) -> dict[Part, set[int] | None]:
        """The parts that statements are read by, each with the nodes about which it may find something else; None for all."""
        found: dict[Part, set[int] | None] = {part: None for part in self._parts if part.whole}
        terms = self.data.terms
        for subject, predicate, value in changed:
            for name in (terms[predicate], None):
                for part, read in self._readers.get(name, ()):
                    if not read.fits(terms[subject], terms[value]) or found.get(part, ()) is None:
                        continue
                    if read.way is None:
                        found[part] = None
                    else:
                        nodes = found.setdefault(part, set())
                        assert nodes is not None  # noqa: S101 - asked before
                        nodes.update(read.starts(self.data, subject, value))
        return found

    def _ask(self, asked: Mapping[Part, set[int] | None]) -> None:
        run, before = self._plan.run_over(self.data), None
        with unwatched():
            for part, nodes in asked.items():
                if part.shape is not before:
                    run.forget()
                    before = part.shape
                targets = run.targets(part.shape)
                focus = targets if nodes is None else {node for node in nodes if node in targets}
                for node in [*part.found] if nodes is None else nodes:
                    part.found.pop(node, None)
                self._keep(part, run, focus)

    def _keep(self, part: Part, run: Run, focus: Nodes[int]) -> None:
        try:
            for result in part.results(run, focus):
                part.found.setdefault(self.data.number(result.focus), []).append(result)
        except NotHere as reason:
            raise NotKept(str(reason)) from reason

    @property
    def results(self) -> list[Result]:
        """All that was found."""
        return list(dict.fromkeys(result for part in self._parts for results in part.found.values() for result in results))

    @property
    def always_whole(self) -> list[Term]:
        """The shapes that are asked of all their targets whatever changes, since it cannot be told what they read."""
        return [(part.held or part.shape).node for part in self._parts if part.whole]

    def looked_at(self) -> Mapping[Term, int]:
        """How many nodes each shape with targets, and each property shape of such, is about."""
        if self._looked is None:
            self._looked = self._plan.looked_at(self.data)
        return self._looked


def _parts(plan: Plan) -> Iterator[Part]:
    for shape in plan.shapes:
        if shape.why_not:
            raise NotKept(shape.why_not)
        if shape.off:
            continue
        yield Part(shape, None)
        for held in shape.properties:
            yield Part(shape, held, whole=shape.path is not None or bool(held.properties))


def _reads_of(part: Part, described: Description) -> Iterator[Read]:
    if part.whole:
        raise Anything
    if part.held is not None:
        return reads_of_shape(part.held, described)
    uses = [*part.shape.uses]
    for held in part.shape.properties:
        uses.remove(held)
    return reads_by_itself(part.shape, uses, described)


def reads_of_shape(shape: Shape, described: Description) -> Iterator[Read]:
    """What a shape reads, with all that it asks by other shapes.

    Args:
        shape: the shape, which asks nothing of itself.
        described: the graph that it was made from.

    Raises:
        Anything: it cannot be told.
    """
    return reads_by_itself(shape, shape.uses, described)


def reads_by_itself(shape: Shape, uses: list[Shape], described: Description) -> Iterator[Read]:
    """The same, of the shapes that it asks by only some.

    Args:
        shape: the shape.
        uses: the shapes that it asks by, as far as they are wanted.
        described: the graph that they were made from.

    Raises:
        Anything: it cannot be told.
    """
    if shape.off:
        return
    yield from reads_of_values(described, shape.node, shape.path)
    for constraint in shape.constraints:
        yield from _reads_of_query(constraint)
    for used in uses:
        yield from behind(shape.path, reads_of_shape(used, described))


def _reads_of_query(constraint: Constraint) -> Iterator[Read]:
    if isinstance(constraint, Query) and constraint.finder is not None:
        yield from reads_of_query(constraint.finder.query)
    elif isinstance(constraint, Query | Ask):
        names = named([*constraint.body], constraint.head)
        if names is None:
            raise Anything
        yield from (Read(None, NamedNode(name)) for name in sorted(names))
