"""Constraints of SHACL Core that look at all values of a focus node together, or at what lies beside them (sections 4.2 to 4.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from organograph.engine.description import Description
from organograph.engine.focus import Values
from organograph.engine.literals import key, less
from organograph.engine.run import Run
from organograph.engine.shapes import Constraint, OfValues, Shape, Wrong
from organograph.engine.terms import Term, sh
from organograph.engine.values import Wrong as WrongValues
from organograph.engine.values import value_tests, whole_number


def core_constraints(shapes: Description, node: Term) -> Iterator[Constraint]:
    """What a shape asks by SHACL Core, but for what it asks by other shapes.

    Raises:
        Unusable: a parameter is not what it must be.
    """
    for word in _ONCE:
        shapes.one(node, sh(word))
    for component, wrong in value_tests(shapes, node):
        yield _each(sh(component), wrong)
    for number in shapes.objects(node, sh("minCount")):
        yield _at_least(whole_number(number, "minCount"))
    for number in shapes.objects(node, sh("maxCount")):
        yield _at_most(whole_number(number, "maxCount"))
    for value in shapes.objects(node, sh("hasValue")):
        yield _has(value)
    if shapes.holds(node, sh("uniqueLang")):
        yield _one_of_a_language
    for other in shapes.objects(node, sh("equals")):
        yield _equals(other)
    for other in shapes.objects(node, sh("disjoint")):
        yield _disjoint(other)
    for word, component, or_equal in _ORDERS:
        for other in shapes.objects(node, sh(word)):
            yield _ordered(other, sh(component), or_equal)
    if shapes.holds(node, sh("closed")):
        yield _closed(_known_properties(shapes, node))


_ONCE = (
    "datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "minLength",
    "maxLength", "languageIn", "uniqueLang", "in", "closed", "ignoredProperties", "deactivated", "severity",
)  # fmt: skip
"""What a shape may say once only (sections 2.1, 4.1 to 4.8)."""

_ORDERS = (("lessThan", "LessThanConstraintComponent", False), ("lessThanOrEquals", "LessThanOrEqualsConstraintComponent", True))


def _each(component: NamedNode, wrong: WrongValues) -> Constraint:
    return OfValues(component, lambda run, values: wrong(run.data, values))


def _at_least(number: int) -> Constraint:
    component = sh("MinCountConstraintComponent")

    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        if number > 0:
            yield from (Wrong(component, focus) for focus in values.without())
        if number > 1:
            yield from (Wrong(component, focus) for focus, found in values.items() if len(found) < number)

    return check


def _at_most(number: int) -> Constraint:
    component = sh("MaxCountConstraintComponent")

    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        held = values.several() if number > 0 else values.items()
        return (Wrong(component, focus) for focus, found in held if len(found) > number)

    return check


def _has(value: Term) -> Constraint:
    component = sh("HasValueConstraintComponent")

    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        wanted = run.data.number(value)
        for focus, found in values.everything():
            if wanted not in found:
                yield Wrong(component, focus)

    return check


def _one_of_a_language(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
    terms = run.data.terms
    for focus, found in values.several():
        tags = Counter((term.language or "").lower() for term in (terms[value] for value in found) if isinstance(term, Literal))
        for tag, number in tags.items():
            if tag and number > 1:
                yield Wrong(sh("UniqueLangConstraintComponent"), focus)


def _equals(other: Term) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        links = run.data.forward(other)
        for focus, found in values.everything():
            for value in set(found).symmetric_difference(links[focus]):
                yield Wrong(sh("EqualsConstraintComponent"), focus, value)

    return check


def _disjoint(other: Term) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        links = run.data.forward(other)
        for focus, found in values.items():
            for value in set(found).intersection(links[focus]):
                yield Wrong(sh("DisjointConstraintComponent"), focus, value)

    return check


def _ordered(other: Term, component: NamedNode, or_equal: bool) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        links, terms = run.data.forward(other), run.data.terms
        for focus, found in values.items():
            limits = [key(terms[limit]) for limit in links[focus]]
            for value in found if limits else ():
                if not all(less(key(terms[value]), limit, or_equal) for limit in limits):
                    yield Wrong(component, focus, value)

    return check


def _closed(known: list[Term]) -> Constraint:
    def check(run: Run, shape: Shape, values: Values) -> Iterator[Wrong]:
        allowed, terms = {run.data.number(term) for term in known}, run.data.terms
        for focus, found in values.items():
            for predicate, objects in (link for value in found for link in run.data.outgoing(value)):
                if predicate not in allowed:
                    for object_ in objects:
                        yield Wrong(sh("ClosedConstraintComponent"), focus, object_, terms[predicate])

    return check


def _known_properties(shapes: Description, node: Term) -> list[Term]:
    known = [path for held in shapes.objects(node, sh("property")) for path in shapes.objects(held, sh("path"))]
    for listed in shapes.objects(node, sh("ignoredProperties")):
        known += shapes.items(listed)
    return [term for term in known if isinstance(term, NamedNode)]
