"""Reads the files of rules (W3C SHACL) and makes them ready to run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Literal as OneOf

import pyoxigraph
from pyoxigraph import Literal, NamedNode

from organograph.errors import CheckFailed
from organograph.names import PREFIXES, RDF, RDFS, SH
from organograph.statements import Graph, Term, Triple

Room = OneOf["edition", "evidence", "catalogue", "ontology"]

_CLASSES = ("organization", "unit", "office", "post", "membership", "person", "site", "body")
_RECORDS = ("source", "statement", "edition", "change", "conflict")
FILES: Mapping[Room, tuple[str, ...]] = {
    "edition": _CLASSES + _RECORDS,
    "evidence": ("evidence",),
    "catalogue": ("completeness",),
    "ontology": ("terms",),
}
"""The files of rules that run together, by what they run over; any other file holds one organization's own rules."""

MEND = "Mend the file of rules; shapes/README.md tells how a rule is written."

TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_STEPS = (SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
_EXPECTING = (SH.datatype, SH["in"], SH.hasValue)


@dataclass(frozen=True)
class Rule:
    """A named shape that can find a fault.

    Args:
        name: its name, such as `shape:Unit-parent`.
        messages: what is wrong and how to mend it, by language, with `{$this}` and `{?value}` to be filled in.
        path: the last property of its path, or None where it looks at the thing itself.
        expected: terms of which a value must be one, where SHACL Core says so.
        parameters: of a rule without words of its own, what each of its constraints asks for, by the name of the parameter.
    """

    name: str
    messages: Mapping[str, str]
    path: NamedNode | None = None
    expected: tuple[Term, ...] = ()
    parameters: Mapping[str, tuple[Term, ...]] = field(default_factory=dict)


def read_rules(files: Iterable[Path]) -> Graph:
    """Read files of rules into one graph.

    Raises:
        CheckFailed: a file is missing, not UTF-8 or not Turtle.
    """
    return Graph(triple for file in files for triple in _read(file))


def _read(file: Path) -> Iterator[Triple]:
    try:
        text = file.read_text(encoding="utf-8")
        for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.subject, quad.predicate, quad.object
    except (OSError, UnicodeDecodeError) as error:
        raise CheckFailed(f"The rules in {file} cannot be read: {error}.", "Mend or restore the file.") from error
    except SyntaxError as error:
        raise CheckFailed(f"The rules in {file} are not Turtle: {_reason(error)}.", MEND) from error


def published_rules(folder: Path, extra: Sequence[str]) -> dict[Room, Graph]:
    """All rules that a dataset is checked with, by what they run over: they contradict each other where they are mixed.

    Args:
        folder: where the files of rules are.
        extra: names of files with an organization's own rules, which run over editions.

    Raises:
        CheckFailed: a file is missing, not UTF-8 or not Turtle.
    """
    names = {room: ("prefixes", *files, *(extra if room == "edition" else ())) for room, files in FILES.items()}
    return {room: read_rules(folder / f"{name}.ttl" for name in held) for room, held in names.items()}


def rule(graph: Graph, iri: NamedNode) -> Rule:
    """Read one rule out of the graph of rules."""
    messages = {m.language or "en": m.value for m in graph.objects(iri, SH.message) if isinstance(m, Literal)}
    return Rule(qname(iri), messages, last_step(graph, graph.value(iri, SH.path)), tuple(_expected(graph, iri)))


def straightened(graph: Graph) -> Graph:
    """The same rules in the form that pySHACL runs fastest: it then prepares each once, not once for each thing.

    Each rule has its own targets and a whole query; words are left out, for findings are told from the rules themselves.

    Raises:
        CheckFailed: a rule is listed but not defined, or its query is not SPARQL.
    """
    for holder, held in graph.pairs(SH.property):
        if graph.value(held, SH.path) is None:
            raise CheckFailed(f"{qname(holder)} lists {qname(held)}, which no file defines.", MEND)
    return Graph(_straight(graph))


def _straight(graph: Graph) -> Iterator[Triple]:
    for s, p, o in graph:
        if p == SH.property and isinstance(o, NamedNode):
            for target in TARGETS:
                yield from ((o, target, value) for value in graph.objects(s, target))
        elif p == SH.select:
            yield s, p, Literal(_whole(graph, s, o.value))
        elif p not in (SH.name, SH.message, RDFS.comment) and (p != SH.prefixes or graph.value(s, SH.select) is None):
            yield s, p, o


def qname(node: Term | None) -> str:
    """The short name of a term, `shape:Unit-parent`, or all of it where no prefix fits."""
    whole = "None" if node is None else node.value
    prefix = next((prefix for prefix, namespace in PREFIXES.items() if whole.startswith(namespace)), None)
    return whole if prefix is None else f"{prefix}:{whole.removeprefix(PREFIXES[prefix])}"


def last_step(graph: Graph, path: Term | None) -> NamedNode | None:
    """The last property of a path (SHACL section 2.3.1); of an alternative the first."""
    if path is None or isinstance(path, NamedNode):
        return path
    inner = next((found for step in _STEPS if (found := graph.value(path, step)) is not None), None)
    if inner is None:
        inner = graph.value(graph.value(path, SH.alternativePath), RDF.first)
    return last_step(graph, inner or next(reversed(list(graph.items(path))), None))


def _expected(graph: Graph, iri: NamedNode) -> Iterable[Term]:
    for parameter in _EXPECTING:
        for value in graph.objects(iri, parameter):
            yield from graph.items(value) if parameter == SH["in"] else [value]


def _whole(graph: Graph, query: Term, text: str) -> str:
    """A query with its prefixes (SHACL section 5.2.1), in one line unless it has comments, which is looked over faster."""
    parts = [part for holder in graph.objects(query, SH.prefixes) for part in graph.objects(holder, SH.declare)]
    declared = sorted((_said(graph, part, SH.prefix), _said(graph, part, SH.namespace)) for part in parts)
    whole = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in declared if f"{prefix}:" in text) + text
    try:
        pyoxigraph.Store().query(whole)
    except SyntaxError as error:
        name = qname(next(iter(graph.subjects(SH.sparql, query)), None))
        raise CheckFailed(f"The query of {name} is not SPARQL: {_reason(error)}.", MEND) from error
    return whole if re.search(r"(^|\s)#", whole) else whole.replace("\n", " ")


def _said(graph: Graph, thing: Term, predicate: NamedNode) -> str:
    found = graph.value(thing, predicate)
    return "" if found is None else found.value


def _reason(error: SyntaxError) -> str:
    """Where the parser stopped and why, without all that it would have taken instead."""
    return shorten(str(error).splitlines()[0], 100, placeholder=" …").rstrip(".")
