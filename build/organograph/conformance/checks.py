"""Checks a graph against the shapes (W3C SHACL, Recommendation of 20 July 2017), traced to where its facts were written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast
from typing import Literal as OneOf

from pyoxigraph import BlankNode, NamedNode

from organograph.conformance.findings import Finding, Found, Together, finding, in_language
from organograph.conformance.rules import FILES, MEND, Room, Rule, qname, read_rules, rule
from organograph.engine import Data, Plan, Result, Unusable, compile_shapes
from organograph.errors import CheckFailed
from organograph.faults import Fault, Language, Location, in_order
from organograph.statements import Graph, Term

if TYPE_CHECKING:
    from organograph.conformance.reference import Reference

Locate = Callable[[str, str | None, str | None], Location | None]
Place = Callable[[Finding], Sequence[Location | None]]
Engine = OneOf["fast", "reference"]
_Terms = tuple[Term, Term, Term | None, Term]
"""What a result names; the engine could tell triples, which no graph of ours holds."""


@dataclass(frozen=True)
class Shapes:
    """Rules that run together.

    Args:
        graph: the rules as RDF, as they stand in their files.
        own: whether they are written as shapes/README.md tells; other people's are run as they are.
    """

    graph: Graph
    own: bool = True

    @property
    def cure(self) -> str:
        """What to do where they cannot be used."""
        return MEND if self.own else ""

    @cached_property
    def rules(self) -> Mapping[Term, Rule]:
        """The shapes that can find a fault: of our own those that have a name."""
        if not self.own:
            from organograph.conformance.others import other_rules

            return other_rules(self.graph)
        named = sorted(shape.value for shape in self.plan.named if isinstance(shape, NamedNode))
        return {NamedNode(iri): rule(self.graph, NamedNode(iri)) for iri in named if "-" in iri.rpartition("/")[2]}

    @cached_property
    def plan(self) -> Plan:
        """Made ready for the fast engine.

        Raises:
            CheckFailed: a rule is ill-formed (SHACL section 3.4) or its query is not SPARQL.
        """
        try:
            return compile_shapes(self.graph)
        except Unusable as error:
            raise CheckFailed(f"The rules cannot be used: {_told(error)}.", self.cure) from error

    @cached_property
    def reference(self) -> Reference:
        """Made ready for the reference engine; the errors are those of `plan`."""
        from organograph.conformance.reference import Reference

        return Reference(self.graph, self.own)


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


def prepare(graph: Graph, own: bool = True) -> Shapes:
    """Make rules ready to run.

    Args:
        graph: the rules.
        own: whether they are written as shapes/README.md tells; other people's are run as they are.

    Raises:
        CheckFailed: a rule is ill-formed (SHACL section 3.4) or its query is not SPARQL.
    """
    shapes = Shapes(graph, own)
    shapes.plan  # noqa: B018 - compiled now, so that what cannot be used is told now
    return shapes


def examine(graph: Graph | Together, shapes: Shapes, place: Place, language: Language = "en", engine: Engine = "fast") -> Examination:
    """Find every fault of a graph, and tell what was looked at.

    Args:
        graph: one plain graph of asserted triples; it is not changed, and nothing is fetched for it.
        shapes: the rules.
        place: tells where a finding stands, in one place or in several.
        language: of the messages.
        engine: "fast", which leaves to the other what it cannot run, or "reference" for pySHACL, which finds the same and takes some
            hundred times as long.

    Raises:
        CheckFailed: the graph cannot be loaded, or a rule fails to run.
    """
    data, handed_over = _data(graph), dict[Term, str]()
    by_reference = () if engine == "fast" else shapes.reference.results(graph, language)
    found = _found(graph, data, shapes, handed_over, language) if engine == "fast" else by_reference
    faults = _faults((on_its_way(one, data, shapes) for one in found), graph, shapes, language, place)
    return Examination(tuple(faults), _looked_at(data, shapes), {name_of(shape, shapes): why for shape, why in handed_over.items()})


def name_of(shape: Term, shapes: Shapes) -> str:
    """What a shape is called: one without a name by the rules that it holds."""
    return shapes.rules[shape].name if shape in shapes.rules else qname(shape) if isinstance(shape, NamedNode) else "a shape without name"


def results(graph: Graph | Together, shapes: Shapes, engine: Engine = "fast") -> list[Found]:
    """The validation results themselves (SHACL section 3.6.2); arguments and errors are those of `examine`."""
    return list(_found(graph, _data(graph), shapes, {}) if engine == "fast" else shapes.reference.results(graph))


def counts(graph: Graph | Together, shapes: Shapes) -> dict[str, int]:
    """How many things each rule looks at (SHACL section 2.1.3), by its name; a rule that looks at none proves nothing."""
    return _looked_at(_data(graph), shapes)


def _looked_at(data: Data, shapes: Shapes) -> dict[str, int]:
    numbers = shapes.plan.looked_at(data)
    return {told.name: numbers.get(shape, 0) for shape, told in shapes.rules.items()}


def _data(graph: Graph | Together) -> Data:
    return graph.data if isinstance(graph, Together) else Data(graph)


def _found(graph: Graph | Together, data: Data, shapes: Shapes, handed_over: dict[Term, str], language: Language = "en") -> Iterator[Found]:
    try:
        report = shapes.plan.run(data)
    except Unusable as error:
        raise failed(error, shapes) from error
    yield from (found_by(result, language) for result in report.results)
    handed_over.update(cast(dict[Term, str], report.handed_over))
    if handed_over:
        from organograph.conformance.reference import Reference, only

        yield from Reference(only(shapes.graph, handed_over), shapes.own).results(graph, language)


def _faults(found: Iterable[Found], graph: Graph | Together, shapes: Shapes, language: Language, place: Place) -> list[Fault]:
    return in_order(fault(finding(graph, shapes.rules, one, language), place) for one in found)


def on_its_way(found: Found, data: Data, shapes: Shapes) -> Found:
    """A result with its path and what stands there, where that is more than one property."""
    way = shapes.plan.way(data, found.shape, found.this)
    return found if way is None else replace(found, way=cast(tuple[str, Sequence[Term]], way))


def found_by(result: Result, language: Language = "en") -> Found:
    """A result of the fast engine, with its message in a language where there is one."""
    message = in_language(result.messages, language)
    terms = (result.source, result.focus, result.value, result.severity)
    return Found(*cast(_Terms, terms), message, cast(Term | None, result.path), result.component)


def failed(error: Unusable, shapes: Shapes) -> CheckFailed:
    """What to tell where a rule failed to run."""
    return CheckFailed(f"A rule failed to run: {_told(error)}.", shapes.cure)


def fault(found: Finding, place: Place, words: tuple[str, str] | None = None) -> Fault:
    """A finding as a fault.

    Args:
        found: the finding.
        place: tells where it stands.
        words: what is wrong and how to mend it, where that has been told before.
    """
    message, cure = words or found.told()
    where, *also = place(found)
    term = None if found.value is None else str(found.value)
    thing = None if where and isinstance(found.this, BlankNode) else found.this.value  # its label is another one in every run
    return Fault(found.rule.name, message, cure, where, found.severity, thing, found.component, term, tuple(filter(None, also)))


def in_tables(locate: Locate) -> Place:
    """The one place of a finding in tables, by what tells where a thing, property and value stand."""

    def place(found: Finding) -> list[Location | None]:
        path, value = found.rule.path, found.value
        if path is None and value == found.this:
            value = None
        return [locate(found.this.value, None if path is None else path.value, None if value is None else value.value)]

    return place


def _told(error: Exception) -> str:
    """What is wrong, with short names."""
    return re.sub(r"https?://[^\s,:]+", lambda match: qname(NamedNode(match[0])), str(error)).rstrip(".")
