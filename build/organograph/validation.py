"""Validates the graphs that a dataset is published as, and tells what was found of each edition (W3C SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.checks import Shapes, counts, load_shapes, results
from organograph.faults import Language
from organograph.findings import Found, Together, finding
from organograph.names import DCTERMS, PROV, RDF, SH, XSD, Names
from organograph.rules import FILES, Room
from organograph.statements import Graph, Term, Triple

_LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass(frozen=True)
class Validation:
    """What its rules say of one graph.

    Args:
        room: which set of rules ran over it.
        graph: what they ran over: it, and what is checked with it.
        shapes: the rules.
        found: the results, in an order that hangs on nothing else.
        looked_at: how many things each rule looked at, by its name.
    """

    room: Room
    graph: Together
    shapes: Shapes
    found: tuple[Found, ...]
    looked_at: Mapping[str, int]


def validations(
    graphs: Mapping[str, tuple[Room, Graph]], catalogue: Graph, ontology: Graph, shapes: Path, extra: Sequence[str] = ()
) -> dict[str, Validation]:
    """What the rules say of each graph, which is checked with catalogue and ontology, by its IRI.

    Args:
        graphs: by IRI, each with the rules that run over it.
        catalogue: the catalogue with its register.
        ontology: terms and kinds, which are checked alone.
        shapes: folder of the rules.
        extra: names of files with an organization's own rules.

    Raises:
        CheckFailed: the rules cannot be used.
    """
    rules: dict[Room, Shapes] = {room: load_shapes(shapes, extra if room == "edition" else (), room) for room in FILES}
    around = Together(catalogue, ontology)
    told = {}
    for iri, (room, graph) in graphs.items():
        whole, own = Together(graph, common=None if room == "ontology" else around), rules[room]
        found = tuple(sorted(results(whole, own), key=_place))
        told[iri] = Validation(room, whole, own, found, dict(sorted(counts(whole, own).items())))
    return told


def report(edition: str, validated: Mapping[str, Validation], names: Names) -> Graph:
    """The report of an edition: one sh:ValidationReport over its graphs, with the rules that each was validated with.

    A result names the graph in which it was found. A finding that a steward waived is a result like any other, since a waiver
    changes nothing about the data.

    Args:
        edition: the identifier of the edition.
        validated: the edition, what each of its documents states, and the register, by IRI.
        names: the IRIs.
    """
    return Graph(_report(names.report(edition), edition, validated, names))


def _report(iri: NamedNode, edition: str, validated: Mapping[str, Validation], names: Names) -> Iterator[Triple]:
    conforms = not any(told.found for told in validated.values())
    yield iri, RDF.type, SH.ValidationReport
    yield iri, SH.conforms, Literal("true" if conforms else "false", datatype=XSD.boolean)
    yield iri, DCTERMS.title, Literal(f"Validation report of edition {edition}", language="en")
    yield iri, DCTERMS.subject, names.edition(edition)
    numbers = count(1)
    for graph, told in validated.items():
        yield iri, PROV.wasDerivedFrom, NamedNode(graph)
        yield NamedNode(graph), SH.shapesGraph, names.shapes(told.room)
        for found in told.found:
            result = NamedNode(f"{iri.value}#result-{next(numbers)}")
            yield iri, SH.result, result
            yield result, PROV.wasDerivedFrom, NamedNode(graph)
            yield from _result(result, found, told)


def _result(result: NamedNode, found: Found, told: Validation) -> Iterator[Triple]:
    """One sh:ValidationResult (SHACL section 3.6.2)."""
    yield result, RDF.type, SH.ValidationResult
    yield result, SH.focusNode, found.this
    if found.path is not None:
        yield from _path(result, SH.resultPath, found.path, told.shapes.graph)
    if found.value is not None:
        yield result, SH.value, found.value
    for language in _LANGUAGES:
        words = " ".join(finding(told.graph, told.shapes.rules, found, language).told()).strip()
        yield result, SH.resultMessage, Literal(words, language=language)
    yield result, SH.resultSeverity, found.severity or SH.Violation
    yield result, SH.sourceShape, found.shape
    if found.component is not None:
        yield result, SH.sourceConstraintComponent, found.component


def _path(subject: NamedNode | BlankNode, predicate: Term, node: Term, rules: Graph, owner: str = "") -> Iterator[Triple]:
    """A path (SHACL section 2.3.1) as the rules have it; its blank nodes are this result's own, as no two results share one."""
    owner = owner or subject.value.rpartition("#")[2]
    if not isinstance(node, BlankNode):
        yield subject, predicate, node
        return
    own = BlankNode(f"{owner}-{node.value}")
    yield subject, predicate, own
    for inner, value in rules.about(node):
        yield from _path(own, inner, value, rules, owner)


def _place(found: Found) -> tuple[str, ...]:
    terms = (found.this, found.shape, found.value, found.component, found.path)
    return tuple("" if isinstance(term, BlankNode) else str(term) for term in terms)
