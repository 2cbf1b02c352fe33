"""Constraints that ask by other shapes (SHACL sections 4.6 and 4.7): not, and, or, xone, node, property and qualified values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as Nodes

from pyoxigraph import NamedNode

from organograph.engine.description import Description, Unusable
from organograph.engine.focus import Values
from organograph.engine.run import Run
from organograph.engine.shapes import ByProperty, Constraint, OfValues, Shape, Wrong
from organograph.engine.terms import Term, sh, shown
from organograph.engine.values import whole_number

Find = Callable[[Term], Shape]
"""Finds the shape that a node stands for."""


def nested_constraints(shapes: Description, node: Term, find: Find) -> Iterator[tuple[Constraint, list[Shape]]]:
    """What a shape asks by other shapes, and by which.

    Raises:
        Unusable: a parameter is not what it must be.
    """
    for other in shapes.objects(node, sh("property")):
        if not shapes.objects(other, sh("path")):
            raise Unusable(f"{shown(node)} lists {shown(other)}, which no file defines")
        held = find(other)
        yield _property(held), [held]
    for word, component, listed, wrong in _LOGICAL:
        for other in shapes.objects(node, sh(word)):
            members = [find(member) for member in (shapes.items(other) if listed else [other])]
            yield _by(sh(component), members, wrong), members
    yield from _qualified(shapes, node, find)


def _some_fail(values: Nodes[int], failing: Iterator[Nodes[int]]) -> Nodes[int]:
    return set[int]().union(*failing)


def _all_fail(values: Nodes[int], failing: Iterator[Nodes[int]]) -> Nodes[int]:
    for failed in failing:
        values = values & failed
    return values


def _not_one_holds(values: Nodes[int], failing: Iterator[Nodes[int]]) -> Nodes[int]:
    holding = Counter(value for failed in failing for value in values - failed)
    return {value for value in values if holding[value] != 1}


_LOGICAL: Sequence[tuple[str, str, bool, Callable[[Nodes[int], Iterator[Nodes[int]]], Nodes[int]]]] = (
    ("node", "NodeConstraintComponent", False, _some_fail),
    ("not", "NotConstraintComponent", False, lambda values, failing: values - next(failing)),
    ("and", "AndConstraintComponent", True, _some_fail),
    ("or", "OrConstraintComponent", True, _all_fail),
    ("xone", "XoneConstraintComponent", True, _not_one_holds),
)
"""The constraints that join shapes, and which of some values are wrong by those that fail each of the shapes."""


def _property(held: Shape) -> Constraint:
    return ByProperty(sh("PropertyConstraintComponent"), lambda run, values: run.failing(held, values), held)


def _by(component: NamedNode, members: list[Shape], wrong: Callable[[Nodes[int], Iterator[Nodes[int]]], Nodes[int]]) -> Constraint:
    return OfValues(component, lambda run, values: wrong(values, (run.failing(member, values) for member in members)))


def _qualified(shapes: Description, node: Term, find: Find) -> Iterator[tuple[Constraint, list[Shape]]]:
    least = [whole_number(number, "qualifiedMinCount") for number in shapes.objects(node, sh("qualifiedMinCount"))]
    most = [whole_number(number, "qualifiedMaxCount") for number in shapes.objects(node, sh("qualifiedMaxCount"))]
    if not shapes.objects(node, sh("path")) or not (least or most):
        return  # without a path the parameters mean nothing
    for other in shapes.objects(node, sh("qualifiedValueShape")):
        wanted = find(other)
        siblings = [find(term) for term in _siblings(shapes, node, other)] if shapes.holds(node, sh("qualifiedValueShapesDisjoint")) else []
        yield _counted(wanted, siblings, min(most, default=None), max(least, default=0)), [wanted, *siblings]


def _siblings(shapes: Description, node: Term, own: Term) -> dict[Term, None]:
    """The qualified shapes beside one's own (SHACL section 4.7.3)."""
    beside = (held for parent in shapes.subjects(sh("property"), node) for held in shapes.objects(parent, sh("property")))
    found = dict.fromkeys(term for held in beside for term in shapes.objects(held, sh("qualifiedValueShape")))
    found.pop(own, None)
    return found


def _counted(wanted: Shape, siblings: list[Shape], most: int | None, least: int) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        counted = set(values.distinct) - run.failing(wanted, values.distinct)
        for sibling in siblings:
            counted &= run.failing(sibling, values.distinct)
        for focus, found in values.everything():
            number = sum(1 for value in found if value in counted)
            if number < least:
                yield Wrong(sh("QualifiedMinCountConstraintComponent"), focus)
            if most is not None and number > most:
                yield Wrong(sh("QualifiedMaxCountConstraintComponent"), focus)

    return check
