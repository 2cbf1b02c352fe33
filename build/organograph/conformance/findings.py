"""Tells validation results (W3C SHACL, section 3.6) in a steward's words, with labels for IRIs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.conformance.rules import Rule, qname
from organograph.conformance.wording import parameter, unsaid, words
from organograph.engine import Data
from organograph.faults import Language, Severity
from organograph.names import DCTERMS, FOAF, RDFS, SH, SKOS
from organograph.statements import Graph, Term, Triple

LABELS = (SKOS.prefLabel, RDFS.label, FOAF.name, DCTERMS.title)
"""The properties whose values people call a thing, the first that there is."""
_SEVERITIES: Mapping[Term | None, Severity] = {SH.Warning: "warning", SH.Info: "info"}
_WORDS = {"en": ("Expected:", "found:", "nothing", "and {} more"), "fr": ("Attendu :", "trouvé :", "rien", "et {} autres")}
_BLANK = re.compile(r"\{(?:[$?](\w+)|(path|expected))\}")
_MOST_TOLD, _LONGEST = 20, 200
"""How many values a message tells, and how many characters of each; reports for programs hold what was found whole."""


class Facts(Protocol):
    """What tells the values of a property of a thing."""

    def objects(self, subject: Term, predicate: Term, /) -> Iterable[Term]:
        """The values, each once."""


class Together:
    """Graphs that are checked as one, without a copy of their triples.

    Args:
        parts: the graphs; a triple may stand in several.
        common: more of them, which are checked with other graphs, too, and read for all of these once.
    """

    def __init__(self, *parts: Graph, common: Together | None = None) -> None:
        self._own, self._common = parts, common
        self._parts: tuple[Graph, ...] = parts if common is None else (*parts, *common._parts)

    @cached_property
    def data(self) -> Data:
        """All of it, ready to be checked."""
        own = chain.from_iterable(self._own)
        return Data(own) if self._common is None else Data(own, common=self._common.data)

    def __iter__(self) -> Iterator[Triple]:
        """All triples."""
        return chain.from_iterable(self._parts)

    def objects(self, subject: Term, predicate: Term) -> Iterable[Term]:
        """The values of a property, each once."""
        return dict.fromkeys(value for part in self._parts for value in part.objects(subject, predicate))


@dataclass(frozen=True)
class Finding:
    """A validation result that is to be told in words.

    Args:
        graph: the data that was validated.
        rule: the rule that was broken.
        this: the thing at fault.
        value: what is wrong with it, or None where the result names no value.
        severity: how grave it is.
        language: of the words.
        component: IRI of the constraint component that found it.
        path: the path that the result names (SHACL section 3.6.2.2), a node of the graph of rules, or None.
        said: the engine's own message, for rules and constraints that have no other words.
        way: of a path that is more than one property, how SPARQL writes it, and what stands at its end.
    """

    graph: Facts
    rule: Rule
    this: Term
    value: Term | None
    severity: Severity
    language: Language
    component: str | None = None
    path: Term | None = None
    said: str = ""
    way: tuple[str, Sequence[Term]] | None = None

    def told(self) -> tuple[str, str]:
        """What is wrong, and how to mend it."""
        template = self.rule.messages.get(self.language) or self.rule.messages.get("en") or self._own_words()
        message, _, cure = template.partition(". ")
        return f"{self._filled(message).rstrip('.')}.{self._expectation()}", self._filled(cure)

    def label(self, node: Term) -> str:
        """What people call a thing: its label in the language of the words, or else the end of its IRI."""
        labels = [label for kind in LABELS for label in _sorted(self.graph.objects(node, kind))]
        by_language = {label.language if isinstance(label, Literal) else None: label for label in reversed(labels)}
        chosen = by_language.get(self.language) or by_language.get("en") or next(iter(labels), None)
        return _cut(_short(node) if chosen is None else chosen.value)

    def _values(self) -> list[Term]:
        """What was found: the value that the result names, or else all values at the end of the path."""
        if self.value is not None:
            return [self.value]
        if self.way is not None:
            return _sorted(self.way[1])
        return _sorted(self.graph.objects(self.this, self.rule.path)) if self.rule.path else []

    def _listed(self, nodes: Sequence[Term]) -> str:
        told = [self.label(node) for node in nodes[:_MOST_TOLD]]
        if len(nodes) > _MOST_TOLD:
            told.append(_WORDS[self.language][3].format(len(nodes) - _MOST_TOLD))
        return ", ".join(told) or _WORDS[self.language][2]

    def _filled(self, text: str) -> str:
        return _BLANK.sub(self._filling, text)

    def _filling(self, blank: re.Match[str]) -> str:
        name = blank[1] or blank[2]
        if name == "this":
            return self._listed([self.this])
        if name == "value":
            return self._listed(self._values())
        if name in ("path", "PATH"):
            return self._along()
        asked = self.rule.parameters.get(parameter(self.component) if name == "expected" else name)
        return blank[0] if asked is None and name != "expected" else self._listed(asked or ())

    def _along(self) -> str:
        """The path in words: the label of a property; of any other path how SPARQL writes it, with labels."""
        if self.way is not None:
            return re.sub("<([^<>]*)>", lambda property: self.label(NamedNode(property[1])), self.way[0])
        return "" if self.rule.path is None else self.label(self.rule.path)

    def _own_words(self) -> str:
        """What is wrong, where a rule does not say it itself."""
        return words(self.component, self.language, self.rule.path is not None) or self.said or unsaid(self.language, self.rule.name)

    def _expectation(self) -> str:
        if not self.rule.expected:
            return ""
        expected, found, *_ = _WORDS[self.language]
        return f" {expected} {self._listed(self.rule.expected)}; {found} {self._listed(self._values())}."


@dataclass(frozen=True)
class Found:
    """A validation result as an engine gives it.

    Args:
        shape: the source shape.
        this: the focus node.
        value: what is wrong, or None.
        severity: the IRI of the severity.
        message: the engine's own, for rules and constraints that have no other words.
        path: the node that stands for the path in the rules, or the property that a query names; None for the thing itself.
        component: the IRI of the constraint component.
        way: of a path that is more than one property, how SPARQL writes it, and what stands at its end.
    """

    shape: Term
    this: Term
    value: Term | None
    severity: Term | None
    message: str
    path: Term | None = None
    component: Term | None = None
    way: tuple[str, Sequence[Term]] | None = None


def finding(graph: Facts, rules: Mapping[Term, Rule], found: Found, language: Language) -> Finding:
    """A validation result that is to be told in words."""
    broken = rules.get(found.shape) or Rule(qname(found.shape), {})
    severity = _SEVERITIES.get(found.severity, "violation")
    component = None if found.component is None else found.component.value
    return Finding(graph, broken, found.this, found.value, severity, language, component, found.path, found.message, found.way)


def in_language(messages: Iterable[Term], language: Language) -> str:
    """The message of a language, or else the English one or one of no language, or else the first; empty where there is none."""
    texts = [text for text in messages if isinstance(text, Literal)]
    ranks: dict[str | None, int] = {language: 0, "en": 1, None: 1}
    return min(texts, key=lambda text: ranks.get(text.language and text.language.partition("-")[0], 2)).value if texts else ""


def _short(node: Term) -> str:
    if isinstance(node, BlankNode):
        return "[]"
    reference = re.search(r"/id/([a-z]+)/([^/]+)$", node.value) if isinstance(node, NamedNode) else None
    return ":".join(reference.groups()) if reference else qname(node)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _sorted(nodes: Iterable[Term]) -> list[Term]:
    return sorted(nodes, key=lambda node: (node.value, str(getattr(node, "language", ""))))
