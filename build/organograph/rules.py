"""Reads the files of rules (W3C SHACL) and makes them ready to run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten
from typing import Literal as OneOf

import pyoxigraph
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef
from rdflib.term import Node

from organograph.errors import CheckFailed
from organograph.names import PREFIXES
from organograph.writing import node_of

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
    path: URIRef | None = None
    expected: tuple[Node, ...] = ()
    parameters: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)


def read_rules(files: Iterable[Path]) -> Graph:
    """Read files of rules into one graph.

    Raises:
        CheckFailed: a file is missing, not UTF-8 or not Turtle.
    """
    graph = Graph()
    for file in files:
        try:
            text = file.read_text(encoding="utf-8")
            triples = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True))
        except (OSError, UnicodeDecodeError) as error:
            raise CheckFailed(f"The rules in {file} cannot be read: {error}.", "Mend or restore the file.") from error
        except SyntaxError as error:
            raise CheckFailed(f"The rules in {file} are not Turtle: {_reason(error)}.", MEND) from error
        for quad in triples:
            graph.add((node_of(quad.subject), node_of(quad.predicate), node_of(quad.object)))
    return graph


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


def rule(graph: Graph, iri: URIRef) -> Rule:
    """Read one rule out of the graph of rules."""
    messages = {m.language or "en": str(m) for m in graph.objects(iri, SH.message) if isinstance(m, Literal)}
    return Rule(qname(iri), messages, last_step(graph, graph.value(iri, SH.path)), tuple(_expected(graph, iri)))


def straightened(graph: Graph) -> Graph:
    """The same rules in the form that pySHACL runs fastest: it then prepares each once, not once for each thing.

    Each rule has its own targets and a whole query; words are left out, for findings are told from the rules themselves.

    Raises:
        CheckFailed: a rule is listed but not defined, or its query is not SPARQL.
    """
    straight = Graph(store="SimpleMemory")
    straight += (triple for triple in graph if triple[1] not in (SH.name, SH.message, RDFS.comment))
    for holder, held in graph.subject_objects(SH.property):
        if (held, SH.path, None) not in graph:
            raise CheckFailed(f"{qname(holder)} lists {qname(held)}, which no file defines.", MEND)
        if isinstance(held, URIRef):
            straight.remove((holder, SH.property, held))
            for target in TARGETS:
                straight += ((held, target, value) for value in graph.objects(holder, target))
    for query, text in graph.subject_objects(SH.select):
        straight.remove((query, SH.prefixes, None))
        straight.set((query, SH.select, Literal(_whole(graph, query, str(text)))))
    return straight


def qname(node: Node | None) -> str:
    """The short name of a term, `shape:Unit-parent`, or all of it where no prefix fits."""
    text = str(node)
    prefix = next((prefix for prefix, namespace in PREFIXES.items() if text.startswith(namespace)), None)
    return text if prefix is None else f"{prefix}:{text.removeprefix(PREFIXES[prefix])}"


def last_step(graph: Graph, path: Node | None) -> URIRef | None:
    """The last property of a path (SHACL section 2.3.1); of an alternative the first."""
    if path is None or isinstance(path, URIRef):
        return path
    inner = next((graph.value(path, step) for step in _STEPS if (path, step, None) in graph), None)
    if inner is None and (path, SH.alternativePath, None) in graph:
        inner = graph.value(graph.value(path, SH.alternativePath), RDF.first)
    return last_step(graph, inner or next(reversed(list(graph.items(path))), None))


def _expected(graph: Graph, iri: URIRef) -> Iterable[Node]:
    for parameter in _EXPECTING:
        for value in graph.objects(iri, parameter):
            yield from graph.items(value) if parameter == SH["in"] else [value]


def _whole(graph: Graph, query: Node, text: str) -> str:
    """A query with its prefixes (SHACL section 5.2.1), in one line unless it has comments, which is looked over faster."""
    parts = [part for holder in graph.objects(query, SH.prefixes) for part in graph.objects(holder, SH.declare)]
    declared = sorted((str(graph.value(part, SH.prefix)), str(graph.value(part, SH.namespace))) for part in parts)
    whole = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in declared if f"{prefix}:" in text) + text
    try:
        pyoxigraph.Store().query(whole)
    except SyntaxError as error:
        name = qname(graph.value(None, SH.sparql, query))
        raise CheckFailed(f"The query of {name} is not SPARQL: {_reason(error)}.", MEND) from error
    return whole if re.search(r"(^|\s)#", whole) else whole.replace("\n", " ")


def _reason(error: SyntaxError) -> str:
    """Where the parser stopped and why, without all that it would have taken instead."""
    return shorten(str(error).splitlines()[0], 100, placeholder=" …").rstrip(".")
