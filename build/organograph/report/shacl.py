"""A report as a SHACL validation report (W3C SHACL, section 3.6), in Turtle or JSON-LD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from organograph.faults import Fault, Severity
from organograph.report.explained import OTHER, SH, Explanation, is_iri, rule_iri
from organograph.report.model import Report
from organograph.report.records import location, told

_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
_SOURCE = ox.NamedNode("http://purl.org/dc/elements/1.1/source")
_BOOLEAN = ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_SEVERITIES: dict[Severity, str] = {"violation": "Violation", "warning": "Warning", "info": "Info"}
_TABLE = ox.NamedNode(f"{OTHER}TableConstraintComponent")
"""What finds the faults of tables, which no shape looks at."""

PREFIXES = {"sh": SH, "shape": "https://w3id.org/organograph/shape/", "dc": "http://purl.org/dc/elements/1.1/"}


def as_turtle(report: Report) -> bytes:
    """The report as Turtle."""
    return ox.serialize(triples(report), format=ox.RdfFormat.TURTLE, prefixes=PREFIXES) or b""


def as_json_ld(report: Report) -> bytes:
    """The report as JSON-LD 1.0, expanded terms with prefixes."""
    return ox.serialize(_quads(report), format=ox.RdfFormat.JSON_LD, prefixes=PREFIXES) or b""


def _quads(report: Report) -> Iterator[ox.Quad]:
    for triple in triples(report):
        yield ox.Quad(triple.subject, triple.predicate, triple.object)


def triples(report: Report) -> Iterator[ox.Triple]:
    """The sh:ValidationReport with its results; a waived finding is no result, as one would make the data not conform.

    Each result also says in dc:source where the steward finds it. A fault of a table, which concerns no node, has a focus node
    of its own, labelled with its place.
    """
    whole = ox.BlankNode("report")
    conforms = ox.Literal("false" if report.findings else "true", datatype=_BOOLEAN)
    yield ox.Triple(whole, _RDF_TYPE, _sh("ValidationReport"))
    yield ox.Triple(whole, _sh("conforms"), conforms)
    names = [ox.BlankNode(f"result{number}") for number, _ in enumerate(report.findings, 1)]
    for node in names:
        yield ox.Triple(whole, _sh("result"), node)
    for node, fault in zip(names, report.findings, strict=True):
        yield from _result(node, fault, report)


def _result(node: ox.BlankNode, fault: Fault, report: Report) -> Iterator[ox.Triple]:
    rule = report.rules.get(fault.rule)
    focus = _focus(node, fault)
    yield ox.Triple(node, _RDF_TYPE, _sh("ValidationResult"))
    yield ox.Triple(node, _sh("focusNode"), focus)
    yield ox.Triple(node, _sh("resultMessage"), ox.Literal(told(fault), language=report.language))
    yield from _path(node, rule)
    yield ox.Triple(node, _sh("resultSeverity"), _sh(_SEVERITIES[fault.severity]))
    yield ox.Triple(node, _sh("sourceConstraintComponent"), ox.NamedNode(fault.component) if fault.component else _TABLE)
    yield ox.Triple(node, _sh("sourceShape"), ox.NamedNode(rule.iri if rule else rule_iri(fault.rule)))
    if fault.found is not None:
        yield ox.Triple(node, _sh("value"), _term(fault.found))
    if location(fault):
        yield ox.Triple(node, _SOURCE, ox.Literal(location(fault, report.language)))
    if isinstance(focus, ox.BlankNode):
        yield ox.Triple(focus, _LABEL, ox.Literal(location(fault, report.language)))


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _focus(node: ox.BlankNode, fault: Fault) -> ox.NamedNode | ox.BlankNode:
    if fault.thing and is_iri(fault.thing):
        return ox.NamedNode(fault.thing)
    return ox.BlankNode(f"{node.value}focus")


def _path(node: ox.BlankNode, rule: Explanation | None) -> Iterator[ox.Triple]:
    """The path of the rule; its blank nodes are given names of this result, as no two results share them."""
    for at, triple in enumerate(rule.path if rule else ()):
        subject = node if at == 0 else _own(node, triple.subject)
        yield ox.Triple(subject, _sh("resultPath") if at == 0 else triple.predicate, _own(node, triple.object))


def _own(node: ox.BlankNode, term: Any) -> Any:
    return ox.BlankNode(f"{node.value}path{term.value}") if isinstance(term, ox.BlankNode) else term


def _term(written: str) -> Any:
    """A term as N-Triples writes it."""
    (quad,) = ox.parse(f"<x:s> <x:p> {written} .", format=ox.RdfFormat.TURTLE)
    return quad.object
