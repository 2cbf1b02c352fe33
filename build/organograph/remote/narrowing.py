"""Patterns that leave the things which may be at fault: at least all that are, so that whoever judges what is left finds the same.

A pattern may leave sound things, but never drop one at fault. Where SPARQL compares values and SHACL compares terms, where stores write
literals anew, or where they read regular expressions differently, no pattern is told, but a reason, and all things are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pyoxigraph import Literal, NamedNode

from organograph.engine.description import Description
from organograph.engine.paths import Path
from organograph.engine.shapes import Shape
from organograph.engine.sparql import Query
from organograph.engine.terms import SHACL, XSD, Term, sh
from organograph.remote.asking import Reasoned, written
from organograph.statements import Graph
from organograph.statements import Term as GraphTerm


class Unpushed(Reasoned):
    """No pattern narrows a shape."""


@dataclass(frozen=True)
class Narrowed:
    """Queries that leave what may be at fault.

    Args:
        groups: groups that each bind `?this`, beside its target, to what may be at fault.
        queries: SELECT queries that do, each with its prefixes.
    """

    groups: tuple[str, ...]
    queries: tuple[tuple[Mapping[str, str], str], ...] = ()


@dataclass(frozen=True)
class _Asked:
    """What a parameter is narrowed by.

    Args:
        value: of the parameter.
        shapes: the graph of shapes.
        node: the shape.
        path: its path as SPARQL writes it; "" for the thing itself.
        below: tells a class and its subclasses.
    """

    value: Term
    shapes: Description
    node: Term
    path: str
    below: Callable[[Term], Sequence[Term]]

    def each(self, condition: str) -> str:
        """A value for which a condition holds."""
        if not self.path:
            return f"FILTER ({condition.replace('?value', '?this')})"
        return f"?this {self.path} ?value FILTER ({condition})"

    def counted(self, having: str) -> str:
        """Things by how many values they have; a value may be counted twice where two graphs state it."""
        return f"{{ SELECT ?this WHERE {{ ?this {self.path} ?value }} GROUP BY ?this HAVING ({having}) }}"


def narrowed(graph: Graph, shapes: Description, shape: Shape, below: Callable[[Term], Sequence[Term]], alone: bool) -> Narrowed:
    """What may be at fault of the targets of a shape, or by one of its property shapes.

    Args:
        graph: the graph of shapes.
        shapes: the same as it is described.
        shape: what asks.
        below: tells a class and its subclasses.
        alone: its property shapes are asked by themselves.

    Raises:
        Unpushed: nothing narrows it.
    """
    path = "" if shape.path is None else _walked(shape.path)
    groups: list[str] = []
    for word, value in _parameters(graph, shapes, shape.node):
        if word == "property" and alone:
            continue
        if word not in _PATTERNS:
            raise Unpushed(_REASONS.get(word, "sh:%(word)s is judged here"), word=word)
        found = _PATTERNS[word](_Asked(value, shapes, shape.node, path, below))
        groups += [found] if found else []
    return Narrowed(tuple(groups), tuple(_queries(shape)))


def _parameters(graph: Graph, shapes: Description, node: Term) -> list[tuple[str, Term]]:
    """The parameters of SHACL of a shape, by their local names."""
    if any(True for _ in shapes.instances(sh("ConstraintComponent"))):
        raise Unpushed("the shapes bring components of their own")
    found = [
        (predicate.value.removeprefix(SHACL), value)
        for predicate, value in graph.about(cast(GraphTerm, node))
        if predicate.value.startswith(SHACL)
    ]
    return [(word, value) for word, value in found if word not in _SAYING]


_SAYING = frozenset(
    {
        *("path", "name", "description", "message", "severity", "order", "group", "defaultValue", "deactivated"),
        *("flags", "ignoredProperties", "sparql", "targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"),
    }
)
"""What a shape says that is no constraint, or belongs to one; queries are taken as they were read."""


def _walked(path: Path) -> str:
    if _repeats(path):
        raise Unpushed("its path repeats")
    return path.sparql()


def _repeats(path: Path) -> bool:
    return path.kind in ("zeroOrMore", "oneOrMore", "zeroOrOne") or any(map(_repeats, path.parts))


def _queries(shape: Shape) -> list[tuple[Mapping[str, str], str]]:
    found = []
    for constraint in shape.constraints:
        if isinstance(constraint, Query):
            if not constraint.once or constraint.given:
                raise Unpushed("its query must be asked of each thing by itself")
            found.append((constraint.head, "".join(word.text for word in constraint.body)))
    return found


def _min_count(asked: _Asked) -> str:
    number = _number(asked)
    without = f"FILTER NOT EXISTS {{ ?this {asked.path} ?value }}"
    if number <= 1 or not asked.path:
        return without if number == 1 and asked.path else ""
    raise Unpushed("SPARQL may count a value twice that two graphs state")


def _max_count(asked: _Asked) -> str:
    return asked.counted(f"COUNT(?value) > {_number(asked)}") if asked.path else ""


def _class(asked: _Asked) -> str:
    classes = ", ".join(map(written, asked.below(asked.value)))
    thing = "?value" if asked.path else "?this"
    condition = f"NOT EXISTS {{ {thing} a ?class FILTER (?class IN ({classes})) }}"
    return f"?this {asked.path} ?value FILTER {condition}" if asked.path else f"FILTER {condition}"


def _datatype(asked: _Asked) -> str:
    if asked.value == NamedNode(f"{XSD}string"):
        return asked.each(f"!isLiteral(?value) || LANG(?value) != '' || DATATYPE(?value) != {asked.value}")
    if asked.value == NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"):
        return asked.each("!isLiteral(?value) || LANG(?value) = ''")
    raise Unpushed("whether a literal is well written is judged here")


def _node_kind(asked: _Asked) -> str:
    kinds = {"IRI": "!isIRI(?value) || isBlank(?value)", "Literal": "!isLiteral(?value)", "BlankNodeOrIRI": "isLiteral(?value)"}
    name = asked.value.value.removeprefix(SHACL) if isinstance(asked.value, NamedNode) else ""
    if name not in kinds:
        raise Unpushed("blank nodes are judged here")
    return asked.each(kinds[name])


def _in(asked: _Asked) -> str:
    members = asked.shapes.items(asked.value)
    if not all(map(_is_plain, members)):
        raise Unpushed("literals that are not texts are judged here")
    # Not by IN, which fails where a literal is compared with another kind of literal, and so would leave it out.
    return asked.each(f"!({' || '.join(f'sameTerm(?value, {written(member)})' for member in members)})") if members else asked.each("true")


def _has_value(asked: _Asked) -> str:
    if not _is_plain(asked.value) or not asked.path:
        raise Unpushed("literals that are not texts are judged here")
    return f"FILTER NOT EXISTS {{ ?this {asked.path} {asked.value} }}"


def _unique_lang(asked: _Asked) -> str:
    tag = "LCASE(LANG(?value))"
    return (
        f"{{ SELECT ?this WHERE {{ ?this {asked.path} ?value FILTER (isLiteral(?value) && LANG(?value) != '') "
        f"BIND ({tag} AS ?tag) }} GROUP BY ?this ?tag HAVING (COUNT(?value) > 1) }}"
    )


def _disjoint(asked: _Asked) -> str:
    return f"?this {asked.path} ?value . ?this {asked.value} ?value" if asked.path else f"?this {asked.value} ?this"


def _closed(asked: _Asked) -> str:
    if not asked.shapes.holds(asked.node, sh("closed")):
        return ""
    known = [path for held in asked.shapes.objects(asked.node, sh("property")) for path in asked.shapes.objects(held, sh("path"))]
    known += [term for listed in asked.shapes.objects(asked.node, sh("ignoredProperties")) for term in asked.shapes.items(listed)]
    named = ", ".join(str(term) for term in known if isinstance(term, NamedNode))
    thing = f"?this {asked.path} ?value . ?value" if asked.path else "?this"
    return f"{thing} ?property ?object" + (f" FILTER (?property NOT IN ({named}))" if named else "")


def _number(asked: _Asked) -> int:
    return int(asked.value.value) if isinstance(asked.value, Literal) else 0


def _is_plain(term: Term) -> bool:
    """Whether every store takes a term for the same only if it is the same."""
    return isinstance(term, NamedNode) or (isinstance(term, Literal) and term.datatype.value == f"{XSD}string")


_PATTERNS: Mapping[str, Callable[[_Asked], str]] = {
    "minCount": _min_count,
    "maxCount": _max_count,
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "in": _in,
    "hasValue": _has_value,
    "uniqueLang": _unique_lang,
    "disjoint": _disjoint,
    "closed": _closed,
}
"""What narrows each parameter; "" where it asks nothing."""

_REASONS: Mapping[str, str] = {
    "pattern": "stores read regular expressions differently",
    "minInclusive": "stores compare values differently",
    **dict.fromkeys(("node", "not", "and", "or", "xone", "property", "qualifiedValueShape"), "it asks by other shapes"),
}
