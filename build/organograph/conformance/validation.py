"""Validates the graphs that a dataset is published as, and tells what was found of each edition (W3C SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.conformance.checks import Shapes, counts, load_shapes, results
from organograph.conformance.findings import Found, Together, finding
from organograph.conformance.rules import FILES, Room
from organograph.faults import Language
from organograph.names import DCTERMS, PROV, RDF, SH, XSD, Names
from organograph.statements import Graph, Term, Triple

_LANGUAGES: tuple[Language, ...] = ("en", "fr")


@dataclass(frozen=True)
class Told:
    """A result with its words.

    Args:
        found: the result.
        words: what it says, by language.
    """

    found: Found
    words: Mapping[Language, str]


@dataclass(frozen=True)
class Validation:
    """What its rules say of one graph; the graph itself is not held.

    Args:
        room: which set of rules ran over it.
        shapes: the rules.
        told: the results, in an order that hangs on nothing else.
        looked_at: how many things each rule looked at, by its name.
    """

    room: Room
    shapes: Shapes
    told: tuple[Told, ...]
    looked_at: Mapping[str, int]


class Validator:
    """Validates graphs one by one, each together with catalogue and ontology.

    Args:
        ontology: terms and kinds, which are checked alone.
        catalogue: the catalogue with its register.
        shapes: folder of the rules.
        extra: names of files with an organization's own rules.

    Raises:
        CheckFailed: the rules cannot be used.
    """

    def __init__(self, ontology: Graph, catalogue: Graph, shapes: Path, extra: Sequence[str] = ()) -> None:
        self._rules: dict[Room, Shapes] = {room: load_shapes(shapes, extra if room == "edition" else (), room) for room in FILES}
        self._around = Together(catalogue, ontology)

    def of(self, room: Room, graph: Graph) -> Validation:
        """What the rules of a set say of a graph, the catalogue and the ontology among them."""
        own = () if room == "catalogue" else (graph,)  # it is there already
        whole, rules = Together(*own, common=None if room == "ontology" else self._around), self._rules[room]
        told = tuple(Told(found, _words(found, whole, rules)) for found in sorted(results(whole, rules), key=_place))
        return Validation(room, rules, told, dict(sorted(counts(whole, rules).items())))


def _words(found: Found, graph: Together, shapes: Shapes) -> dict[Language, str]:
    return {language: " ".join(finding(graph, shapes.rules, found, language).told()).strip() for language in _LANGUAGES}


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
    conforms = not any(validation.told for validation in validated.values())
    yield iri, RDF.type, SH.ValidationReport
    yield iri, SH.conforms, Literal("true" if conforms else "false", datatype=XSD.boolean)
    yield iri, DCTERMS.title, Literal(f"Validation report of edition {edition}", language="en")
    yield iri, DCTERMS.subject, names.edition(edition)
    numbers = count(1)
    for graph, validation in validated.items():
        yield iri, PROV.wasDerivedFrom, NamedNode(graph)
        yield NamedNode(graph), SH.shapesGraph, names.shapes(validation.room)
        for told in validation.told:
            result = NamedNode(f"{iri.value}#result-{next(numbers)}")
            yield iri, SH.result, result
            yield result, PROV.wasDerivedFrom, NamedNode(graph)
            yield from _result(result, told, validation.shapes)


def _result(result: NamedNode, told: Told, shapes: Shapes) -> Iterator[Triple]:
    """One sh:ValidationResult (SHACL section 3.6.2)."""
    found = told.found
    yield result, RDF.type, SH.ValidationResult
    yield result, SH.focusNode, found.this
    if found.path is not None:
        yield from _path(result, SH.resultPath, found.path, shapes.graph)
    if found.value is not None:
        yield result, SH.value, found.value
    for language, words in told.words.items():
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
