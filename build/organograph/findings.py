"""Tells validation results (W3C SHACL, section 3.6) in a steward's words, with labels for IRIs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from rdflib import SH, BNode, Graph, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDFS, SKOS
from rdflib.term import Node

from organograph.faults import Severity
from organograph.rules import Rule, qname
from organograph.wording import parameter, words

Language = OneOf["en", "fr"]

_LABELS = (SKOS.prefLabel, RDFS.label, FOAF.name, DCTERMS.title)
_SEVERITIES: Mapping[Node | None, Severity] = {SH.Warning: "warning", SH.Info: "info"}
_WORDS = {"en": ("Expected:", "found:", "nothing"), "fr": ("Attendu :", "trouvé :", "rien")}


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
    """

    graph: Graph
    rule: Rule
    this: Node
    value: Node | None
    severity: Severity
    language: Language
    component: str | None = None
    path: Node | None = None
    said: str = ""

    def told(self) -> tuple[str, str]:
        """What is wrong, and how to mend it."""
        message, _, cure = self._filled().partition(". ")
        return f"{message.rstrip('.')}.{self._expectation()}", cure

    def label(self, node: Node) -> str:
        """What people call a thing: its label in the language of the words, or else the end of its IRI."""
        labels = [label for kind in _LABELS for label in _sorted(self.graph.objects(node, kind))]
        by_language = {getattr(label, "language", None): label for label in reversed(labels)}
        chosen = by_language.get(self.language) or by_language.get("en") or next(iter(labels), None)
        return _short(node) if chosen is None else str(chosen)

    def _values(self) -> list[Node]:
        """What was found: the value that the result names, or else all values at the end of the path."""
        if self.value is not None:
            return [self.value]
        return _sorted(self.graph.objects(self.this, self.rule.path)) if self.rule.path else []

    def _listed(self, nodes: Iterable[Node]) -> str:
        return ", ".join(self.label(node) for node in nodes) or _WORDS[self.language][2]

    def _filled(self) -> str:
        text = self.rule.messages.get(self.language) or self.rule.messages.get("en") or self._own_words()
        for blank, nodes in (("this", [self.this]), ("value", self._values())):
            words = self._listed(nodes)
            text = text.replace(f"{{${blank}}}", words).replace(f"{{?{blank}}}", words)
        return text

    def _own_words(self) -> str:
        """What is wrong, where a rule does not say it itself."""
        text = words(self.component, self.language) or self.said
        path = "" if self.rule.path is None else self.label(self.rule.path)
        return text.replace("{path}", path).replace("{expected}", self._listed(self.rule.parameters.get(parameter(self.component), ())))

    def _expectation(self) -> str:
        if not self.rule.expected:
            return ""
        expected, found, _ = _WORDS[self.language]
        return f" {expected} {self._listed(self.rule.expected)}; {found} {self._listed(self._values())}."


def finding(graph: Graph, rules: Mapping[Node, Rule], report: Graph, result: Node, language: Language) -> Finding:
    """Read a validation result out of a validation report."""

    def of(predicate: URIRef) -> Node | None:
        return report.value(result, predicate)

    shape = of(SH.sourceShape) or result
    broken = rules.get(shape) or Rule(qname(shape), {})
    this, severity = of(SH.focusNode) or result, _SEVERITIES.get(of(SH.resultSeverity), "violation")
    component = of(SH.sourceConstraintComponent)
    said = str(of(SH.resultMessage) or "")
    return Finding(
        graph, broken, this, of(SH.value), severity, language, None if component is None else str(component), of(SH.resultPath), said
    )


def _short(node: Node) -> str:
    if isinstance(node, BNode):
        return "[]"
    reference = re.search(r"/id/([a-z]+)/([^/]+)$", node) if isinstance(node, URIRef) else None
    return ":".join(reference.groups()) if reference else qname(node)


def _sorted(nodes: Iterable[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (str(node), str(getattr(node, "language", ""))))
