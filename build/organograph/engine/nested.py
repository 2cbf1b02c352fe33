"""Constraints that ask by other shapes (SHACL sections 4.6 and 4.7): not, and, or, xone, node, property and qualified values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode

from organograph.engine.description import Description, Unusable
from organograph.engine.run import Run
from organograph.engine.shapes import Constraint, Result, Shape, Values
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
    for word, component, listed, enough in _LOGICAL:
        for other in shapes.objects(node, sh(word)):
            members = [find(member) for member in (shapes.items(other) if listed else [other])]
            yield _by(sh(component), members, enough), members
    yield from _qualified(shapes, node, find)


_LOGICAL: Sequence[tuple[str, str, bool, Callable[[int, int], bool]]] = (
    ("node", "NodeConstraintComponent", False, lambda held, all_: held == all_),
    ("not", "NotConstraintComponent", False, lambda held, all_: held == 0),
    ("and", "AndConstraintComponent", True, lambda held, all_: held == all_),
    ("or", "OrConstraintComponent", True, lambda held, all_: held > 0),
    ("xone", "XoneConstraintComponent", True, lambda held, all_: held == 1),
)


def _property(held: Shape) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Result]:
        yield from run.check(held, run.focus(shape, values))

    return check


def _by(component: NamedNode, members: list[Shape], enough: Callable[[int, int], bool]) -> Constraint:
    number = len(members)

    def check(run: Run, shape: Shape, values: Values) -> Iterator[Result]:
        tests = [run.conforming(member) for member in members]
        for focus, found in values.items():
            for value in found:
                if not enough(sum(test(value) for test in tests), number):
                    yield run.result(shape, component, focus, value)

    return check


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
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Result]:
        holds, others = run.conforming(wanted), [run.conforming(sibling) for sibling in siblings]
        for focus, found in values.items():
            number = sum(1 for value in found if holds(value) and not any(other(value) for other in others))
            if number < least:
                yield run.result(shape, sh("QualifiedMinCountConstraintComponent"), focus)
            if most is not None and number > most:
                yield run.result(shape, sh("QualifiedMaxCountConstraintComponent"), focus)

    return check
