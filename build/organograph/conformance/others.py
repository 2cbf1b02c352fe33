"""Reads other people's shapes (W3C SHACL), and refuses those that would pass over the data without looking at it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.conformance.rules import Rule, last_step, qname
from organograph.conformance.shacl import WORDS
from organograph.conformance.wording import parameter
from organograph.engine.queries import words
from organograph.errors import CheckFailed, DatasetUnreadable
from organograph.located import FORMATS, Document, format_of, read_document
from organograph.names import OWL, RDF, RDFS, SH
from organograph.statements import Graph, Term

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_INSIDE = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_INSIDE_LISTS = (SH["and"], SH["or"], SH.xone)
_QUERIES = (SH.select, SH.ask, SH.construct)
_NOT_RUN = ("js", "jsFunctionName", "jsLibrary", "rule", "expression", "entailment", "target")
_LEFT_OUT = {SH[word] for word in _NOT_RUN}


def read_shapes(paths: Iterable[Path]) -> Graph:
    """Read files of shapes, or all RDF files of folders, into one graph; nothing is fetched.

    Raises:
        DatasetUnreadable: a file cannot be read, or there is none.
        CheckFailed: the shapes would not be run, or look at nothing; every reason, with the place of each.
    """
    documents = [read_document(file, _format(file)) for path in paths for file in _files(path)]
    graph = Graph(triple for document in documents for part in document.graphs.values() for triple in part)
    wrong = sorted(set(_unusable(graph, documents)), key=_in_order)
    if wrong:
        raise CheckFailed("The shapes cannot be used:\n" + "\n".join(wrong))
    return graph


def other_rules(graph: Graph) -> dict[Term, Rule]:
    """Every shape that looks at something by itself, and every property shape in one, as a rule.

    A shape without a name is called by the shape that holds it and the last property of its path.
    """
    rules: dict[Term, Rule] = {}
    places = {shape: number for number, (shape, _, _) in enumerate(graph)}
    for shape in sorted(targeted(graph), key=lambda shape: (shape.value, 0) if isinstance(shape, NamedNode) else ("", places[shape])):
        _add(graph, shape, qname(shape) if isinstance(shape, NamedNode) else f"shape of {_target(graph, shape)}", rules)
    return rules


def targeted(graph: Graph) -> set[Term]:
    """The shapes that have a target (SHACL section 2.1.3), and are not deactivated."""
    found = {shape for target in _TARGETS for shape, _ in graph.pairs(target)}
    classes = {*graph.subjects(RDF.type, RDFS.Class), *graph.subjects(RDF.type, OWL.Class)}
    found |= {shape for kind in (SH.NodeShape, SH.PropertyShape) for shape in graph.subjects(RDF.type, kind) if shape in classes}
    return {shape for shape in found if not _deactivated(graph, shape)}


def _deactivated(graph: Graph, shape: Term) -> bool:
    return any(value.value in ("true", "1") for value in graph.objects(shape, SH.deactivated))


def _target(graph: Graph, shape: Term) -> str:
    return ", ".join(sorted(qname(value) for target in _TARGETS for value in graph.objects(shape, target)))


def _add(graph: Graph, shape: Term, name: str, rules: dict[Term, Rule]) -> None:
    if shape in rules or _deactivated(graph, shape):
        return
    parts = sorted(graph.objects(shape, SH.property), key=lambda part: _text(last_step(graph, graph.value(part, SH.path))))
    if not parts or any(_is_constraint(predicate) for predicate, _ in graph.about(shape)):
        taken = {rule.name for rule in rules.values()}
        names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
        rules[shape] = _rule(graph, shape, next(free for free in names if free not in taken))
    for part in parts:
        local = re.split(r"[#/:]", _text(last_step(graph, graph.value(part, SH.path))))[-1]
        _add(graph, part, qname(part) if isinstance(part, NamedNode) else f"{name}/{local}", rules)


def _asks(graph: Graph, shape: Term, further: Collection[Term | None], above: frozenset[Term]) -> bool:
    """Whether a shape, or a property shape in it, asks anything, be it by components of its own graph."""
    own = any(_is_constraint(predicate) or predicate in further or predicate in _LEFT_OUT for predicate, _ in graph.about(shape))
    inner = (part for part in graph.objects(shape, SH.property) if part not in above)
    return own or any(_asks(graph, part, further, above | {shape}) for part in inner)


def _is_constraint(predicate: Term) -> bool:
    name = predicate.value.removeprefix(str(SH))
    return name == "sparql" or (name in _parameters() and name != "property")


@cache
def _parameters() -> frozenset[str]:
    return frozenset(parameter(f"{SH}{word}") for word in WORDS if word.endswith("ConstraintComponent"))


def _rule(graph: Graph, shape: Term, name: str) -> Rule:
    messages = {m.language or "en": m.value for m in graph.objects(shape, SH.message) if isinstance(m, Literal)}
    asked: dict[str, tuple[Term, ...]] = {}
    for predicate, value in graph.about(shape):
        word = predicate.value.removeprefix(str(SH))
        if word in _parameters():
            asked[word] = (*asked.get(word, ()), *(graph.items(value) if graph.objects(value, RDF.first) else [value]))
    return Rule(name, messages, last_step(graph, graph.value(shape, SH.path)), parameters=asked)


def _in_order(sentence: str) -> list[tuple[int, str]]:
    """Sentences by their places, line 9 before line 10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", sentence)]


def _files(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        return [path]
    found = [file for file in sorted(path.rglob("*")) if file.is_file() and format_of(file)]
    if not found:
        raise DatasetUnreadable(
            f"The folder {path} holds no shapes.", f"Shapes are RDF files: {', '.join(f'.{name}' for name in FORMATS)}."
        )
    return found


def _format(file: Path) -> str:
    return format_of(file) or "ttl"


def _unusable(graph: Graph, documents: Sequence[Document]) -> Iterator[str]:
    """Why shapes cannot be used, a sentence each, with the place."""

    def at(subject: Term, predicate: Term | None = None, value: Term | None = None) -> str:
        for document in documents:
            places = document.statements(subject, predicate, value) if predicate else filter(None, [document.subject(subject)])
            for place in places:
                return f"{place}: "
        return ""

    for subject, predicate, value in graph:
        for problem in _wrong(graph, predicate, value):
            yield at(subject, predicate, value) + problem
    for part in {*(held for _, held in graph.pairs(SH.property)), *graph.subjects(RDF.type, SH.PropertyShape)}:
        if not graph.objects(part, SH.path):
            name = "A property shape" if isinstance(part, BlankNode) else f"The property shape {qname(part)}"
            yield f"{at(part)}{name} has no sh:path, so it looks at nothing. Add it."
    for shape in _unreached(graph):
        yield f"{at(shape)}The shape {qname(shape)} has no target and nothing refers to it, so it looks at nothing. Add sh:targetClass."
    further = {graph.value(parameter, SH.path) for _, parameter in graph.pairs(SH.parameter)}
    for shape in targeted(graph):
        if not _asks(graph, shape, further, frozenset()):
            name = f"The shape {qname(shape)}" if isinstance(shape, NamedNode) else "A shape"
            yield f"{at(shape)}{name} asks nothing of what it looks at. Add a constraint, such as sh:property, or take it out."
    if not targeted(graph):
        yield "No shape has a target, so nothing would be looked at. Add sh:targetClass or another target."


def _wrong(graph: Graph, predicate: Term, value: Term) -> Iterator[str]:
    for term in (predicate, value):
        word = term.value.removeprefix(str(SH))
        if isinstance(term, NamedNode) and term.value.startswith(str(SH)) and word not in WORDS:
            close = _near(word)
            yield f"sh:{word} is no term of SHACL, so it would be passed over. " + (
                f"Did you mean sh:{close}?" if close else "Take it out."
            )
    if predicate in _LEFT_OUT:
        yield f"{qname(predicate)} is not run here, so it would be passed over. Take it out, or say it in SHACL Core or SHACL-SPARQL."
    if predicate in _QUERIES and any(word.upper == "SERVICE" for word in words(value.value)):
        yield "The query asks another server (SERVICE), and nothing is fetched. Take it out."
    if predicate == OWL.imports and (value, RDF.type, OWL.Ontology) not in graph:
        yield f"The shapes import {value.value}, and nothing is fetched. Give the file that holds it to --shapes, too."


def _unreached(graph: Graph) -> set[Term]:
    reached = targeted(graph) | {inner for way in _INSIDE for _, inner in graph.pairs(way)}
    for way in _INSIDE_LISTS:
        reached |= {inner for _, members in graph.pairs(way) for inner in graph.items(members)}
    shapes = {*graph.subjects(RDF.type, SH.NodeShape), *graph.subjects(RDF.type, SH.PropertyShape)}
    return {shape for shape in shapes - reached if isinstance(shape, NamedNode) and not _deactivated(graph, shape)}


def _near(word: str) -> str:
    known = {term for term in WORDS if "-" not in term}
    exact = next((term for term in sorted(known) if term.lower() == word.lower()), "")
    return exact or next(iter(get_close_matches(word, known, 1)), "")


def _text(term: Term | None) -> str:
    return "" if term is None else term.value
