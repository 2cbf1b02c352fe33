"""What follows from facts by simple rules of OWL 2, each conclusion with the shortest way to it, and what clashes."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal as OneOf

from rdflib import OWL, RDF, RDFS, XSD, Literal
from rdflib.term import Node

from organograph.reasoning.axioms import Axiom, Triple

DATATYPES_ALIKE = (
    frozenset((XSD.string, RDF.PlainLiteral, XSD.normalizedString, XSD.token, XSD.language)),
    frozenset((RDF.langString, RDF.PlainLiteral)),
    frozenset((XSD.integer, XSD.nonNegativeInteger, XSD.positiveInteger, XSD.int, XSD.long, XSD.decimal)),
    frozenset((XSD.boolean,)),
)

Kind = OneOf["classes", "union", "value", "links", "unknown"]
Step = tuple[Triple, tuple[Triple, ...], tuple[Axiom, ...]]  # a conclusion, its premises and the rules used


@dataclass(frozen=True)
class Clash:
    """Axioms that contradict each other, with none to spare.

    Args:
        axioms: the facts and rules, sorted.
        individual: the thing on which they clash, or None where only the reasoner knows.
        kind: disjoint classes, a class outside a union, a value outside its range, or exclusive links.
        terms: the classes; the property, its value and datatype; or the two properties and what they link to.
    """

    axioms: tuple[Axiom, ...]
    individual: Node | None = None
    kind: Kind = "unknown"
    terms: tuple[Node, ...] = ()


class Closure:
    """What follows from axioms by classes, links, domains, ranges and single values (OWL 2 Profiles, section 4.3).

    Args:
        axioms: facts and rules; rules that it does not know are passed over.
    """

    def __init__(self, axioms: Sequence[Axiom]) -> None:
        self._rules = _Rules(axioms)
        self._way: dict[Triple, tuple[tuple[Triple, ...], tuple[Axiom, ...]]] = {}
        self._types: defaultdict[Node, list[Node]] = defaultdict(list)
        self._values: defaultdict[tuple[Node, Node], list[Node]] = defaultdict(list)
        self._follow(deque((axiom.triple, (), (axiom,)) for axiom in axioms if axiom.is_fact))

    def clashes(self) -> Iterator[Clash]:
        """Every contradiction between conclusions, some of them more than once."""
        for individual, classes in self._types.items():
            yield from self._clashes_of_classes(individual, classes)
            yield from self._clashes_of_unions(individual, classes)
        yield from self._clashes_of_values()
        yield from self._clashes_of_links()

    def rank(self, clash: Clash) -> tuple[int, int, list[str]]:
        """Order among the clashes of a thing: the smallest first, then those of narrower classes, which tell more."""
        narrow = sum(len(self._rules.above_all(term)) for term in clash.terms)
        return len(clash.axioms), -narrow, [str(axiom) for axiom in clash.axioms]

    def _follow(self, queue: deque[Step]) -> None:
        while queue:
            conclusion, premises, axioms = queue.popleft()
            if conclusion not in self._way:
                self._way[conclusion] = (premises, axioms)
                s, p, o = conclusion
                (self._types[s] if p == RDF.type else self._values[s, p]).append(o)
                queue.extend(self._next(conclusion))

    def _next(self, fact: Triple) -> Iterator[Step]:
        s, p, o = fact
        if p == RDF.type:
            yield from self._next_of_type(s, o, fact)
        elif p == OWL.sameAs:
            yield from (((o, RDF.type, each), (fact, (s, RDF.type, each)), ()) for each in self._types[s])
        else:
            yield from self._rules.of_link(fact)
            yield from self._next_of_link(s, p, o, fact)

    def _next_of_type(self, s: Node, kind: Node, fact: Triple) -> Iterator[Step]:
        yield from (((s, RDF.type, above), (fact,), (axiom,)) for above, axiom in self._rules.above[kind])
        for same in self._values[s, OWL.sameAs]:
            yield (same, RDF.type, kind), (fact, (s, OWL.sameAs, same)), ()
        for link, filler in self._rules.all_values[kind]:
            for value in self._values[s, link]:
                yield (value, RDF.type, filler), (fact, (s, link, value)), ()

    def _next_of_link(self, s: Node, p: Node, o: Node, fact: Triple) -> Iterator[Step]:
        for kind in self._types[s]:
            if (p, kind) in self._rules.fillers:
                yield (o, RDF.type, self._rules.fillers[p, kind]), (fact, (s, RDF.type, kind)), ()
        others = [each for each in self._values[s, p] if each != o and not isinstance(each, Literal)]
        for other, axiom in [(each, self._rules.single[p]) for each in others if p in self._rules.single]:
            yield (o, OWL.sameAs, other), (fact, (s, p, other)), (axiom,)
            yield (other, OWL.sameAs, o), (fact, (s, p, other)), (axiom,)

    def _clashes_of_classes(self, x: Node, classes: list[Node]) -> Iterator[Clash]:
        for one, other in combinations(sorted(classes, key=str), 2):
            if (one, other) in self._rules.apart:
                facts = ((x, RDF.type, one), (x, RDF.type, other))
                yield self._clash(x, "classes", (one, other), facts, (self._rules.apart[one, other],))

    def _clashes_of_unions(self, x: Node, classes: list[Node]) -> Iterator[Clash]:
        apart, unions = self._rules.apart, self._rules.unions
        for union in unions.keys() & set(classes):
            for one in classes:
                rules = tuple(apart[one, each] for each in unions[union] if (one, each) in apart)
                if len(rules) == len(unions[union]):
                    facts = ((x, RDF.type, one), (x, RDF.type, union))
                    yield self._clash(x, "union", (one, *unions[union]), facts, rules)

    def _clashes_of_values(self) -> Iterator[Clash]:
        for s, p, o in self._way:
            for axiom in self._rules.ranges[p]:
                if isinstance(o, Literal) and not _fits(o, axiom.triple[2]):
                    yield self._clash(s, "value", (p, o, axiom.triple[2]), ((s, p, o),), (axiom,))

    def _clashes_of_links(self) -> Iterator[Clash]:
        for (one, other), rules in self._rules.exclusive.items():
            for s, p, o in self._way:
                if p == one and (s, other, o) in self._way:
                    yield self._clash(s, "links", (one, other, o), ((s, p, o), (s, other, o)), rules)

    def _clash(self, x: Node, kind: Kind, terms: tuple[Node, ...], facts: tuple[Triple, ...], rules: tuple[Axiom, ...]) -> Clash:
        grounds, queue = set(rules), list(facts)
        while queue:
            premises, axioms = self._way[queue.pop()]
            grounds.update(axioms)
            queue.extend(premises)
        return Clash(tuple(sorted(grounds, key=str)), x, kind, terms)


class _Rules:
    """The rules of an ontology, each found by the term that it starts from."""

    def __init__(self, axioms: Sequence[Axiom]) -> None:
        self.above: defaultdict[Node, list[tuple[Node, Axiom]]] = defaultdict(list)
        self.links: defaultdict[Node, list[tuple[Node, bool, Axiom]]] = defaultdict(list)
        self.domains: defaultdict[Node, list[Axiom]] = defaultdict(list)
        self.ranges: defaultdict[Node, list[Axiom]] = defaultdict(list)
        self.single: dict[Node, Axiom] = {}
        self.apart: dict[tuple[Node, Node], Axiom] = {}
        self.exclusive: dict[tuple[Node, Node], tuple[Axiom, ...]] = {(OWL.sameAs, OWL.differentFrom): ()}
        self.unions: dict[Node, tuple[Node, ...]] = {}
        self.all_values: defaultdict[Node, list[tuple[Node, Node]]] = defaultdict(list)
        self.fillers: dict[tuple[Node, Node], Node] = {}
        for axiom in axioms:
            self._add_classes(axiom)
            self._add_links(axiom)

    def above_all(self, term: Node) -> set[Node]:
        """A class and all classes above it."""
        found, queue = {term}, [term]
        while queue:
            new = {above for above, _ in self.above.get(queue.pop(), ())} - found
            found |= new
            queue.extend(new)
        return found

    def of_link(self, fact: Triple) -> Iterator[Step]:
        """What follows from one link alone."""
        s, p, o = fact
        yield from (((s, RDF.type, axiom.triple[2]), (fact,), (axiom,)) for axiom in self.domains[p])
        for other, backwards, axiom in self.links[p]:
            if not backwards:
                yield (s, other, o), (fact,), (axiom,)
            elif not isinstance(o, Literal):
                yield (o, other, s), (fact,), (axiom,)
        if not isinstance(o, Literal):
            yield from (((o, RDF.type, axiom.triple[2]), (fact,), (axiom,)) for axiom in self.ranges[p])

    def _add_classes(self, axiom: Axiom) -> None:
        s, p, o = axiom.triple
        if len(axiom.members) > 1:
            self.unions[o] = axiom.members
        if p in (RDFS.subClassOf, OWL.equivalentClass):
            self.above[s].append((o, axiom))
        if p == OWL.equivalentClass:
            self.above[o].append((s, axiom))
        if p == OWL.disjointWith:
            self.apart[s, o] = self.apart[o, s] = axiom
        parts = {part[1]: part[2] for part in axiom.parts if part[0] == o}
        if OWL.allValuesFrom in parts:
            self.all_values[o].append((parts[OWL.onProperty], parts[OWL.allValuesFrom]))
            self.fillers[parts[OWL.onProperty], o] = parts[OWL.allValuesFrom]

    def _add_links(self, axiom: Axiom) -> None:
        s, p, o = axiom.triple
        backwards = p == OWL.inverseOf
        if p in (RDFS.domain, RDFS.range):
            (self.domains if p == RDFS.domain else self.ranges)[s].append(axiom)
        if p in (RDFS.subPropertyOf, OWL.equivalentProperty, OWL.inverseOf):
            self.links[s].append((o, backwards, axiom))
        if p in (OWL.equivalentProperty, OWL.inverseOf):
            self.links[o].append((s, backwards, axiom))
        if o == OWL.SymmetricProperty:
            self.links[s].append((s, True, axiom))
        if o == OWL.FunctionalProperty:
            self.single[s] = axiom
        if p == OWL.propertyDisjointWith:
            self.exclusive[s, o] = (axiom,)


def _fits(value: Literal, datatype: Node) -> bool:
    own = RDF.langString if value.language else (value.datatype or XSD.string)
    known = [family for family in DATATYPES_ALIKE if datatype in family]
    return not known or any(own in family for family in known)
