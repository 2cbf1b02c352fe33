"""Checks a graph against the shapes (W3C SHACL, Recommendation of 20 July 2017), traced to where its facts were written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Literal as OneOf

from rdflib import Graph, URIRef
from rdflib.term import Node

from organograph.engine import Data, Plan, Unusable, compile_shapes
from organograph.errors import CheckFailed
from organograph.faults import Fault, Location, in_order
from organograph.findings import Finding, Found, Language, Together, finding
from organograph.rules import FILES, MEND, Room, Rule, qname, read_rules, rule
from organograph.writing import node_of, term_of

if TYPE_CHECKING:
    from organograph.reference import Reference

Locate = Callable[[str, str | None, str | None], Location | None]
Engine = OneOf["fast", "reference"]


@dataclass(frozen=True)
class Shapes:
    """Rules that run together.

    Args:
        graph: the rules as RDF, as they stand in their files.
        rules: the named shapes that can find a fault.
    """

    graph: Graph
    rules: Mapping[URIRef, Rule]
    _plan: Plan = field(repr=False, compare=False)

    @cached_property
    def _reference(self) -> Reference:
        from organograph.reference import Reference

        return Reference(self.graph)


@dataclass(frozen=True)
class Examination:
    """What a check says of a graph.

    Args:
        faults: what it found.
        looked_at: how many things each rule looked at, by its name; a rule that looks at none proves nothing.
        handed_over: shapes that the fast engine left to the reference engine, and why.
    """

    faults: tuple[Fault, ...]
    looked_at: dict[str, int]
    handed_over: dict[str, str]


def load_shapes(folder: Path, extra: Sequence[str] = (), room: Room = "edition") -> Shapes:
    """Read the rules that run together over one kind of graph.

    Args:
        folder: where the files of rules are.
        extra: names of files with an organization's own rules, such as `iom`.
        room: what they run over: an edition, the evidence of one document, the catalogue with its register, or the
            ontology with its kinds.

    Raises:
        CheckFailed: a file is missing or not Turtle, or a rule cannot be used.
    """
    return prepare(read_rules(folder / f"{name}.ttl" for name in ("prefixes", *FILES[room], *extra)))


def prepare(graph: Graph) -> Shapes:
    """Make rules ready to run.

    Raises:
        CheckFailed: a rule is ill-formed (SHACL section 3.4) or its query is not SPARQL.
    """
    try:
        plan = compile_shapes((term_of(s), term_of(p), term_of(o)) for s, p, o in graph)
    except Unusable as error:
        raise CheckFailed(f"The rules cannot be used: {_told(error)}.", MEND) from error
    named = sorted(node for shape in plan.named if isinstance(node := node_of(shape), URIRef))
    return Shapes(graph, {iri: rule(graph, iri) for iri in named if "-" in iri.rpartition("/")[2]}, plan)


def check(graph: Graph | Together, shapes: Shapes, locate: Locate, language: Language = "en", engine: Engine = "fast") -> list[Fault]:
    """Find every fault of a graph.

    Args:
        graph: one plain graph of asserted triples; it is not changed, and nothing is fetched for it.
        shapes: the rules.
        locate: tells where in the tables a thing, property and value stand.
        language: of the messages.
        engine: "fast", or "reference" for pySHACL, which finds the same and takes some hundred times as long.

    Raises:
        CheckFailed: the graph cannot be loaded, or a rule fails to run.
    """
    return list(examine(graph, shapes, locate, language, engine).faults)


def examine(graph: Graph | Together, shapes: Shapes, locate: Locate, language: Language = "en", engine: Engine = "fast") -> Examination:
    """Find every fault of a graph, and tell what was looked at; arguments and errors are those of `check`."""
    data, handed_over = _data(graph), dict[Node, str]()
    found = _found(graph, data, shapes, handed_over) if engine == "fast" else shapes._reference.results(graph)
    faults = (_fault(finding(graph, shapes.rules, one, language), locate) for one in found)
    return Examination(tuple(in_order(faults)), _looked_at(data, shapes), {qname(shape): why for shape, why in handed_over.items()})


def results(graph: Graph | Together, shapes: Shapes, engine: Engine = "fast") -> list[Found]:
    """The validation results themselves (SHACL section 3.6.2); arguments and errors are those of `check`."""
    return list(_found(graph, _data(graph), shapes, {}) if engine == "fast" else shapes._reference.results(graph))


def counts(graph: Graph | Together, shapes: Shapes) -> dict[str, int]:
    """How many things each rule looks at (SHACL section 2.1.3), by its name; a rule that looks at none proves nothing."""
    return _looked_at(_data(graph), shapes)


def _looked_at(data: Data, shapes: Shapes) -> dict[str, int]:
    numbers = {str(node_of(shape)): number for shape, number in shapes._plan.looked_at(data).items()}
    return {told.name: numbers.get(str(iri), 0) for iri, told in shapes.rules.items()}


def _data(graph: Graph | Together) -> Data:
    try:
        return Data(graph, term_of)
    except ValueError as error:
        raise CheckFailed(f"The data cannot be checked: {error}.", "Mend the address that is none.") from error


def _found(graph: Graph | Together, data: Data, shapes: Shapes, handed_over: dict[Node, str]) -> Iterator[Found]:
    try:
        report = shapes._plan.run(data)
    except Unusable as error:
        raise CheckFailed(f"A rule failed to run: {_told(error)}.", MEND) from error
    for result in report.results:
        message = next((text.value for text in result.messages), f"It breaks {result.component.value}.")
        value, path = (None if term is None else node_of(term) for term in (result.value, result.path))
        severity, component = node_of(result.severity), node_of(result.component)
        yield Found(node_of(result.source), node_of(result.focus), value, severity, message, path, component)
    handed_over.update((node_of(shape), why) for shape, why in report.handed_over.items())
    if handed_over:
        from organograph.reference import Reference, only

        yield from Reference(only(shapes.graph, handed_over)).results(graph)


def _fault(found: Finding, locate: Locate) -> Fault:
    message, cure = found.told()
    path, value = found.rule.path, found.value
    if path is None and value == found.this:
        value = None
    place = locate(str(found.this), None if path is None else str(path), None if value is None else str(value))
    term = None if found.value is None else found.value.n3()
    return Fault(found.rule.name, message, cure, place, found.severity, str(found.this), found.component, term)


def _told(error: Exception) -> str:
    """What is wrong, with short names."""
    return re.sub(r"https?://[^\s,:]+", lambda match: qname(URIRef(match[0])), str(error)).rstrip(".")
