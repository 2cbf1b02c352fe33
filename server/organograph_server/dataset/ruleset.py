"""The rules (W3C SHACL) that a dataset publishes: what each demands, where it looks, and how much it looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from organograph.conformance.rules import TARGETS, qname
from organograph.messages import Message
from organograph.names import PREFIXES, RDF, RDFS, SH
from organograph.statements import Graph, Term
from organograph_server.dataset.published import Published

ROOMS: Mapping[str, str] = {
    "edition": Message("an edition, with catalogue and ontology"),
    "evidence": Message("what one document states, with catalogue and ontology"),
    "catalogue": Message("the catalogue and its register, with the ontology"),
    "ontology": Message("the ontology and its kinds"),
}
"""The sets of rules that run together, by what they run over: mixed with each other they would contradict each other."""

_LOOKED_AT = "shapes/looked-at.json"
_NAME = re.compile(r"(?<![\w:?$/#])([a-z]+):([A-Za-z][\w-]*)")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>"\s]*>')
_MANY = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_WORDS = {
    SH.targetClass: Message("each"),
    SH.targetNode: Message("only"),
    SH.targetSubjectsOf: Message("what has"),
    SH.targetObjectsOf: Message("values of"),
}


@dataclass(frozen=True, order=True)
class Target:
    """What a rule looks at (SHACL section 2.1.3): `how` says in words how the term chooses it."""

    how: str
    term: str


@dataclass(frozen=True)
class Rule:
    """One rule.

    Args:
        iri: its address.
        room: with which others it runs.
        demands: what holds when all is well, by language.
        says: what is wrong and how to mend it, by language.
        reason: why it is demanded, by language.
        severity: the local name of its severity.
        targets: what it looks at.
        path: where it looks from there, as a path of SPARQL; "" where it looks at the thing itself.
        terms: the IRIs of all terms that it or its query names.
        looked_at: how many things it looked at, by the graph.
    """

    iri: str
    room: str
    demands: Mapping[str, str]
    says: Mapping[str, str]
    reason: Mapping[str, str]
    severity: str
    targets: tuple[Target, ...]
    path: str
    terms: frozenset[str]
    looked_at: Mapping[str, int]

    @property
    def name(self) -> str:
        """Its name, `shape:Unit-parent`."""
        return qname(NamedNode(self.iri))

    @property
    def anchor(self) -> str:
        """Its place on the page, `Unit-parent`."""
        return self.iri.removeprefix(PREFIXES["shape"])

    @property
    def subject(self) -> str:
        """The class of things that it is about, as its name has it."""
        return self.anchor.partition("-")[0]


@dataclass(frozen=True)
class Holder:
    """A shape that gives several rules their targets.

    Args:
        iri: its address.
        targets: what its rules look at.
        rules: the addresses of its rules.
    """

    iri: str
    targets: tuple[Target, ...]
    rules: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """Its place on the page, `Unit`."""
        return self.iri.removeprefix(PREFIXES["shape"])


@dataclass(frozen=True)
class Ruleset:
    """All rules of a dataset.

    Args:
        graphs: the rules as RDF, by room; empty where the dataset was published without them.
        looked_at: how many things each rule looked at, by graph and rule.
    """

    graphs: Mapping[str, Graph]
    looked_at: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, published: Published) -> Ruleset:
        """The rules that a dataset publishes."""
        files = {room: published.files[f"shapes/{room}.ttl"] for room in ROOMS if f"shapes/{room}.ttl" in published.files}
        graphs = {room: Graph(_parsed(published.read(file), room)) for room, file in files.items()}
        counts = json.loads(published.read(published.files[_LOOKED_AT])) if _LOOKED_AT in published.files else {}
        return cls(graphs, counts)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """The rules by IRI, sorted."""
        found = {rule.iri: rule for room, graph in self.graphs.items() for rule in self._of(room, graph)}
        return dict(sorted(found.items()))

    @cached_property
    def checking(self) -> Mapping[str, list[Rule]]:
        """For each term the rules that name it."""
        found: dict[str, list[Rule]] = {}
        for rule in self.rules.values():
            for term in rule.terms:
                found.setdefault(term, []).append(rule)
        return found

    @cached_property
    def holders(self) -> Mapping[str, Holder]:
        """The shapes that hold rules by IRI, sorted."""
        found: dict[str, Holder] = {}
        for graph in self.graphs.values():
            for node in dict.fromkeys(holder for holder, _ in graph.pairs(SH.property) if isinstance(holder, NamedNode)):
                rules = tuple(sorted(held.value for held in graph.objects(node, SH.property) if held.value in self.rules))
                found[node.value] = Holder(node.value, _targets(graph, [node]), rules)
        return dict(sorted(found.items()))

    def _of(self, room: str, graph: Graph) -> Iterator[Rule]:
        holders: dict[Term, list[Term]] = {}
        for holder, held in graph.pairs(SH.property):
            holders.setdefault(held, []).append(holder)
        for iri in {subject for subject, _ in graph.pairs(SH.message) if isinstance(subject, NamedNode)}:
            yield self._rule(room, graph, iri, holders.get(iri, []))

    def _rule(self, room: str, graph: Graph, iri: NamedNode, holders: list[Term]) -> Rule:
        targets = _targets(graph, [iri, *holders])
        path, severity = graph.value(iri, SH.path), graph.value(iri, SH.severity)
        counted = {where: counts[qname(iri)] for where, counts in self.looked_at.items() if qname(iri) in counts}
        return Rule(
            iri.value,
            room,
            _words(graph, iri, SH.name),
            _words(graph, iri, SH.message),
            _words(graph, iri, RDFS.comment),
            "Violation" if severity is None else severity.value.removeprefix(PREFIXES["sh"]),
            targets,
            "" if path is None else _path(graph, path),
            frozenset(_terms(graph, iri)) | {target.term for target in targets},
            counted,
        )


def _parsed(content: bytes, room: str) -> Iterator[tuple[Term, Term, Term]]:
    """The triples of a file; its blank nodes are kept apart from those of the others, and are called the same each time."""
    for quad in parse(content, RdfFormat.TURTLE):
        yield _apart(quad.subject, room), quad.predicate, _apart(quad.object, room)


def _apart(term: object, room: str) -> Term:
    if isinstance(term, BlankNode):
        return BlankNode(f"{room}-{term.value}")
    if isinstance(term, NamedNode | Literal):
        return term
    raise ValueError("a triple stands within a triple")


def triples(graph: Graph) -> Iterator[Triple]:
    """A graph of rules as the triples that are written."""
    return (Triple(s, p, o) for s, p, o in graph)  # type: ignore[arg-type]  # no subject of a parsed graph is a literal


def _targets(graph: Graph, nodes: Iterable[Term]) -> tuple[Target, ...]:
    found = {Target(_WORDS[term], value.value) for node in nodes for term in TARGETS for value in graph.objects(node, term)}
    return tuple(sorted(found))


def _words(graph: Graph, iri: NamedNode, predicate: NamedNode) -> dict[str, str]:
    found = {text.language or "en": text.value for text in graph.objects(iri, predicate) if isinstance(text, Literal)}
    return dict(sorted(found.items()))


def _path(graph: Graph, node: Term) -> str:
    """A path of SHACL (section 2.3.1) as one of SPARQL."""
    if isinstance(node, NamedNode):
        return qname(node)
    if (inverse := graph.value(node, SH.inversePath)) is not None:
        return f"^{_path(graph, inverse)}"
    for step, sign in _MANY.items():
        if (inner := graph.value(node, step)) is not None:
            return f"{_bracketed(graph, inner)}{sign}"
    if (choice := graph.value(node, SH.alternativePath)) is not None:
        return " | ".join(_bracketed(graph, step) for step in graph.items(choice))
    return " / ".join(_bracketed(graph, step) for step in graph.items(node))


def _bracketed(graph: Graph, node: Term) -> str:
    path = _path(graph, node)
    return f"({path})" if " " in path else path


def _terms(graph: Graph, node: Term, seen: frozenset[Term] = frozenset()) -> Iterator[str]:
    """The IRIs that a shape names, through its blank nodes, and in its queries by prefix."""
    for predicate, value in graph.about(node):
        if predicate == SH.select:
            yield from _named(value.value)
        elif isinstance(value, BlankNode) and value not in seen:
            yield from _terms(graph, value, seen | {node})
        elif isinstance(value, NamedNode) and predicate not in (SH.severity, SH.prefixes, RDF.type):
            yield value.value


def _named(query: str) -> Iterable[str]:
    found = _NAME.findall(_TEXT.sub(" ", query))
    return (PREFIXES[prefix] + local for prefix, local in found if prefix in PREFIXES)
