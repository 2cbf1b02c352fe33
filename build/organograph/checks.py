"""Checks a graph against the shapes (W3C SHACL, Recommendation of 20 July 2017), traced to where its facts were written."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from pyshacl.graph_abstraction import OxigraphDataGraph, to_ox
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from organograph.errors import CheckFailed
from organograph.faults import Fault, Location, in_order
from organograph.findings import Finding, Language, finding
from organograph.others import other_rules
from organograph.rules import FILES, MEND, Room, Rule, read_rules, rule, straightened

Locate = Callable[[str, str | None, str | None], Location | None]
Place = Callable[[Finding], Sequence[Location | None]]

_UNUSABLE = (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure, re.error)
_QUIET = logging.getLogger(__name__)
_QUIET.addHandler(logging.NullHandler())  # what goes wrong is told by the error that is raised


@dataclass(frozen=True)
class Shapes:
    """Rules that run together.

    Args:
        graph: the rules as RDF, as they stand in their files.
        rules: the named shapes that can find a fault.
    """

    graph: Graph
    rules: Mapping[Node, Rule]
    _ready: Any = field(repr=False, compare=False)


class _Data(OxigraphDataGraph):
    """A graph to be checked, with two ways of pySHACL mended."""

    def __bool__(self) -> bool:
        """There is one; all its triples would be counted each time it is asked."""
        return True

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Any:
        """What follows a literal, where a path leads to one, is nothing; the store would refuse to be asked."""
        return iter(()) if isinstance(subject, Literal) else super().objects(subject, predicate, unique)


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


def prepare(graph: Graph, own: bool = True) -> Shapes:
    """Make rules ready to run.

    Args:
        graph: the rules.
        own: whether they are written as shapes/README.md tells; other people's are run as they are.

    Raises:
        CheckFailed: a rule is ill-formed (SHACL section 3.4) or its query is not SPARQL.
    """
    ready = ShapesGraph(straightened(graph) if own else graph, logger=_QUIET)
    try:
        named = sorted(shape.node for shape in ready.shapes if isinstance(shape.node, URIRef))
    except _UNUSABLE as error:
        raise CheckFailed(f"The rules cannot be used: {_told(error)}.", MEND if own else "") from error
    if not own:
        return Shapes(graph, other_rules(graph), ready)
    return Shapes(graph, {iri: rule(graph, iri) for iri in named if "-" in iri.rpartition("/")[2]}, ready)


def check(graph: Graph, shapes: Shapes, locate: Locate, language: Language = "en", place: Place | None = None) -> list[Fault]:
    """Find every fault of a graph.

    Args:
        graph: one plain graph of asserted triples; it is not changed, and nothing is fetched for it.
        shapes: the rules.
        locate: tells where in the tables a thing, property and value stand.
        language: of the messages.
        place: tells where in other files a finding stands, in one place or in several; if given, locate is not asked.

    Raises:
        CheckFailed: the graph cannot be loaded, or a rule fails to run.
    """
    report = _validate(graph, shapes)
    results = report.objects(None, SH.result)
    findings = (finding(graph, shapes.rules, report, result, language) for result in results)
    return in_order(_fault(found, locate, place) for found in findings)


def counts(graph: Graph, shapes: Shapes) -> dict[str, int]:
    """How many things each rule looks at (SHACL section 2.1.3), by its name; a rule that looks at none proves nothing."""
    return {told.name: len(_focus_nodes(graph, shapes, iri)) for iri, told in shapes.rules.items()}


def _focus_nodes(graph: Graph, shapes: Shapes, iri: Node) -> set[Node]:
    found: set[Node] = shapes._ready.lookup_shape_from_node(iri).focus_nodes(graph)
    return found


def _fault(found: Finding, locate: Locate, place: Place | None) -> Fault:
    message, cure = found.told()
    where, *also = place(found) if place else [_place(found, locate)]
    term = None if found.value is None else found.value.n3()
    return Fault(found.rule.name, message, cure, where, found.severity, str(found.this), found.component, term, tuple(filter(None, also)))


def _place(found: Finding, locate: Locate) -> Location | None:
    path, value = found.rule.path, found.value
    if path is None and value == found.this:
        value = None
    return locate(str(found.this), None if path is None else str(path), None if value is None else str(value))


def _validate(graph: Graph, shapes: Shapes) -> Graph:
    """Run the rules over a copy in a store that answers their queries some forty times faster than the graph itself."""
    run: Any = Validator(_Data(_store(graph)), shacl_graph=shapes._ready.graph, options={"logger": _QUIET})
    run.shacl_graph = shapes._ready
    try:
        report: Graph = run.run()[1]
    except _UNUSABLE as error:
        raise CheckFailed(f"A rule failed to run: {_told(error)}.", MEND) from error
    return report


def _store(graph: Graph) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    term: Callable[[Any], Any] = to_ox
    try:
        store.bulk_extend(pyoxigraph.Quad(term(s), term(p), term(o)) for s, p, o in graph)
    except ValueError as error:
        raise CheckFailed(f"The data cannot be checked: {error}.", "Mend the address that is none.") from error
    return store


def _told(error: Exception) -> str:
    return str(getattr(error, "message", error)).rstrip(".")
