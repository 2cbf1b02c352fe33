"""Puts contradictions in words: which things clash, and every fact and rule that it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import FOAF, SKOS
from rdflib.term import Node

from organograph.names import OG, PREFIXES
from organograph.reasoning.axioms import Axiom, Triple
from organograph.reasoning.closure import Clash

ANYTHING = URIRef("urn:organograph:anything")
VERBS = frozenset(("has", "heads", "holds", "oversees", "reports", "coordinates"))
PREPOSITIONS = frozenset(("to", "of", "in", "by", "with", "for", "from", "during", "as"))


@dataclass(frozen=True)
class Explanation:
    """Why something cannot be.

    Args:
        sentence: the contradiction in one sentence.
        individuals: the IRIs of the things that clash, the chief one first; none where a class is to blame.
        axioms: the facts and then the rules that contradict each other, each as a sentence.
        facts: the facts as RDF, by which a finding can be traced.
    """

    sentence: str
    individuals: tuple[str, ...]
    axioms: tuple[str, ...]
    facts: tuple[Triple, ...]

    def __str__(self) -> str:
        return "\n".join((self.sentence, *(f"  - {axiom}" for axiom in self.axioms)))


def explain(clash: Clash, graph: Graph) -> Explanation:
    """Put a contradiction in words.

    Args:
        clash: the axioms that contradict each other.
        graph: where the labels of things and terms stand.
    """
    words = _Words(graph)
    facts = sorted((axiom for axiom in clash.axioms if axiom.is_fact), key=str)
    rules = sorted((axiom for axiom in clash.axioms if not axiom.is_fact), key=str)
    individuals = _individuals(clash, facts)
    return Explanation(
        sentence=words.sentence(clash, individuals),
        individuals=individuals,
        axioms=(*(words.fact(fact.triple) for fact in facts), *(words.rule(rule) for rule in rules)),
        facts=tuple(fact.triple for fact in facts),
    )


def _individuals(clash: Clash, facts: Iterable[Axiom]) -> tuple[str, ...]:
    chief = [clash.individual] if clash.individual else []
    ends = [end for fact in facts for end in _ends(fact.triple)]
    return tuple(dict.fromkeys(str(x) for x in (*chief, *ends) if x != ANYTHING))


def _ends(triple: Triple) -> tuple[Node, ...]:
    s, p, o = triple
    return (s,) if p == RDF.type or isinstance(o, Literal) else (s, o)


class _Words:
    """Names for things, classes and properties, and sentences made of them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def sentence(self, clash: Clash, individuals: Iterable[str]) -> str:
        """The contradiction itself; facts and rules are told one by one below it."""
        if clash.individual is None:
            names = _listed([self.thing(URIRef(iri)) for iri in individuals], "and")
            return f"What is said of {names or 'the classes of the ontology'} cannot all be true."
        if clash.kind == "value":
            return self._value(clash.individual, *clash.terms)
        if clash.kind == "links":
            return self._links(clash.individual, *clash.terms)
        return self._classes(clash, clash.individual)

    def _value(self, x: Node, link: Node, value: Node, datatype: Node) -> str:
        given, wanted = _datatype(value), _spaced(_tail(datatype))
        said = f"{self.thing(x)} {self.link(link)} {self.thing(value)}"
        return f"{said}, of datatype {given} instead of {wanted}."

    def _links(self, x: Node, one: Node, other: Node, end: Node) -> str:
        both = f"{self.link(one)} and {self.link(other)}"
        return f"{self.thing(x)} {both} {self.thing(end)}, which exclude each other."

    def _classes(self, clash: Clash, x: Node) -> str:
        first, others = clash.terms[0], clash.terms[1:]
        joint = "and" if clash.kind == "classes" else "but would have to be"
        said = f"{_a(self.name(first))} {joint} {self.named(others)}, which are disjoint"
        if x != ANYTHING:
            return f"{self.thing(x)} is {said}."
        impossible = next(axiom.triple[2] for axiom in clash.axioms if axiom.triple[0] == ANYTHING)
        return f"Nothing can be {_a(self.name(impossible))}: it would be {said}."

    def fact(self, triple: Triple) -> str:
        s, p, o = triple
        if p == RDF.type:
            return f"{self.thing(s)} is {_a(self.name(o))}."
        return f"{self.thing(s)} {self.link(p)} {self.thing(o)}."

    def rule(self, axiom: Axiom) -> str:
        s, p, o = axiom.triple
        tell = _RULES.get(o if p == RDF.type else p)
        if tell is None:
            return f"The ontology says of {self.name(s)}: {axiom}."
        return tell(self, s, axiom)

    def thing(self, node: Node) -> str:
        if isinstance(node, Literal):
            return f'"{node}"'
        if node == ANYTHING:
            return "Something"
        labels = [o for p in (SKOS.prefLabel, FOAF.name, RDFS.label) for o in self.graph.objects(node, p)]
        english = [str(o) for o in labels if isinstance(o, Literal) and o.language in (None, "en")]
        return min(english, default=_tail(node))

    def name(self, node: Node) -> str:
        """The name of a class or datatype, from its IRI: Organizational Unit, Organization (foaf)."""
        if isinstance(node, BNode):
            return "class that has no name"
        prefix = next((prefix for prefix, space in PREFIXES.items() if str(node).startswith(space)), "")
        return _spaced(_tail(node)) + (f" ({prefix})" if prefix not in ("", "og", "org") else "")

    def named(self, classes: Iterable[Node]) -> str:
        return _listed([_a(self.name(each)) for each in classes], "or")

    def link(self, node: Node) -> str:
        """The words of a property between its two ends: reports to, has parent, is held by."""
        words = self.term(node).split()
        if words[0] in VERBS:
            return " ".join(words)
        return f"{'is' if words[-1] in PREPOSITIONS else 'has'} {' '.join(words)}"

    def term(self, node: Node) -> str:
        labels = self.graph.objects(node, SKOS.prefLabel) if str(node).startswith(str(OG)) else ()
        own = next((label for label in labels if isinstance(label, Literal) and label.language == "en"), None)
        return str(own or _spaced(_tail(node)).lower())


def _every(words: _Words, s: Node, axiom: Axiom) -> str:
    parts = {p: o for _, p, o in axiom.parts}
    if OWL.allValuesFrom in parts:
        link, filler = words.term(parts[OWL.onProperty]), words.name(parts[OWL.allValuesFrom])
        return f'Whatever "{link}" links {_a(words.name(s))} to is {_a(filler)}.'
    return f"Every {words.name(s)} is {words.named(axiom.members)}."


def _same(words: _Words, s: Node, axiom: Axiom) -> str:
    return f"Whatever is {_a(words.name(s))} is {words.named(axiom.members)}, and the other way round."


def _apart(words: _Words, s: Node, axiom: Axiom) -> str:
    return f"Nothing is both {_a(words.name(s))} and {words.named(axiom.members)}."


def _domain(words: _Words, s: Node, axiom: Axiom) -> str:
    return f'Whatever has "{words.term(s)}" is {words.named(axiom.members)}.'


def _range(words: _Words, s: Node, axiom: Axiom) -> str:
    if str(axiom.triple[2]).startswith((str(XSD), str(RDF))):
        return f'The values of "{words.term(s)}" are of datatype {_spaced(_tail(axiom.triple[2]))}.'
    return f'Whatever "{words.term(s)}" points to is {words.named(axiom.members)}.'


def _quoted(pattern: str) -> Callable[[_Words, Node, Axiom], str]:
    return lambda words, s, axiom: pattern.format(words.term(s), words.term(axiom.triple[2]))


_RULES: dict[Node, Callable[[_Words, Node, Axiom], str]] = {
    RDFS.subClassOf: _every,
    OWL.equivalentClass: _same,
    OWL.disjointWith: _apart,
    RDFS.domain: _domain,
    RDFS.range: _range,
    RDFS.subPropertyOf: _quoted('What "{}" links, "{}" links too.'),
    OWL.equivalentProperty: _quoted('"{}" and "{}" link the same things.'),
    OWL.inverseOf: _quoted('"{}" is "{}" read backwards.'),
    OWL.propertyDisjointWith: _quoted('Nothing is linked to the same thing by both "{}" and "{}".'),
    OWL.SymmetricProperty: _quoted('"{}" holds in both directions.'),
    OWL.TransitiveProperty: _quoted('"{}" runs on along its chains.'),
    OWL.FunctionalProperty: _quoted('"{}" has one value at most.'),
}


def _datatype(node: Node) -> str:
    if not isinstance(node, Literal) or node.language:
        return "words in a language"
    return _spaced(_tail(node.datatype or XSD.string))


def _tail(node: Node) -> str:
    return re.split(r"[/#]", str(node).rstrip("/#"))[-1] or str(node)


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", " ", name)


def _a(name: str) -> str:
    return f"{'an' if re.match('[AEIOaeio]|[Uu]n(?!i)', name) else 'a'} {name}"


def _listed(names: list[str], joint: str) -> str:
    return f" {joint} ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
