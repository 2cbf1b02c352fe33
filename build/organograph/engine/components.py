"""Constraint components that shapes define by queries (SHACL section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from organograph.engine.description import Description, Unusable
from organograph.engine.prefixes import head_of
from organograph.engine.shapes import Constraint
from organograph.engine.sparql import ask, query
from organograph.engine.terms import Term, sh, shown

_RESERVED = frozenset({"this", "shapesGraph", "currentShape", "path", "PATH", "value"})


def component_constraints(shapes: Description, node: Term, path: str | None) -> Iterator[Constraint]:
    """What a shape asks by components of its own graph.

    Raises:
        Unusable: a component is ill-formed.
    """
    for component in dict.fromkeys(shapes.instances(sh("ConstraintComponent"))):
        found = _validator(shapes, component, path is not None)
        if found is not None and isinstance(component, NamedNode):
            for given in _given(shapes, component, node):
                yield _constraint(shapes, component, found, path, {**given, "currentShape": node})


def _validator(shapes: Description, component: Term, has_path: bool) -> Term | None:
    """The validator for a shape of that kind (SHACL section 6.2.3)."""
    words = ("propertyValidator" if has_path else "nodeValidator", "validator")
    return next((found for word in words for found in shapes.objects(component, sh(word))), None)


def _given(shapes: Description, component: Term, node: Term) -> Iterator[Mapping[str, Term]]:
    """The values of the parameters, where a shape has all that are needed; of a single one each value."""
    given: dict[str, list[Term]] = {}
    for parameter in shapes.objects(component, sh("parameter")):
        path = shapes.one(parameter, sh("path"))
        if not isinstance(path, NamedNode):
            raise Unusable(f"a parameter of {shown(component)} must have an IRI as sh:path")
        name = re.split(r"[#/:]", path.value)[-1]
        if name in _RESERVED:
            raise Unusable(f"Parameter name {name} cannot be used")
        values = shapes.objects(node, path)
        if not values and not shapes.holds(parameter, sh("optional")):
            return
        if values:
            given[name] = values
    if len(given) == 1:
        ((name, values),) = given.items()
        yield from ({name: value} for value in values)
    elif given:
        yield {name: values[0] for name, values in given.items()}


def _constraint(shapes: Description, component: NamedNode, validator: Term, path: str | None, given: Mapping[str, Term]) -> Constraint:
    head = head_of(shapes, validator)
    messages = tuple(text for text in shapes.objects(validator, sh("message")) if isinstance(text, Literal))
    asked, selected = shapes.text(validator, sh("ask")), shapes.text(validator, sh("select"))
    try:
        if asked is not None:
            return ask(head, asked, component, messages, given)
        if selected is not None:
            return query(head, selected, path, component, messages, given)
    except Unusable as error:
        raise Unusable(f"The query of {shown(component)} {error}") from error
    raise Unusable(f"The validator of {shown(component)} has no query")
