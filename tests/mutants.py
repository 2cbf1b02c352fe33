"""Mutants of the bundled editions: one fact of an edition changed in each, the same ones in every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from rdflib import FOAF, RDF, SKOS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from independent import OG, ORG, Iris, graph_of
from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.graph import edition_graph
from organograph.graphs.vocabulary import ontology_graph
from organograph.names import Names
from places import ONTOLOGY, bundled

NAMES = Iris()
UNKNOWN = NAMES.thing("unit", "nowhere")

Mutation = Callable[[Graph, random.Random], None]


@dataclass(frozen=True)
class Mutant:
    """A change to an edition: which edition, what is changed, and the number that chooses where."""

    edition: int
    kind: str
    seed: int

    def apply(self, graph: Graph) -> None:
        """Change the graph."""
        _KINDS[self.kind](graph, random.Random(self.seed))  # noqa: S311 - a choice to be made again


def mutants(number: int) -> Iterator[Mutant]:
    """That many mutants, all kinds in turn over all editions."""
    kinds = list(_KINDS)
    for seed in range(number):
        yield Mutant(seed // len(kinds) % len(_editions()), kinds[seed % len(kinds)], seed)


def edition(number: int) -> Graph:
    """A copy of an edition with the catalogue and the ontology."""
    graph = Graph(store="SimpleMemory")
    graph += _editions()[number]
    return graph


@cache
def _editions() -> list[Graph]:
    dataset = bundled().dataset
    assert dataset is not None
    around = catalogue_graph(dataset, Names()) + ontology_graph(ONTOLOGY)
    return [graph_of(edition_graph(dataset, one, Names()) + around) for one in dataset.editions]


def _some(graph: Graph, chance: random.Random, of: Node) -> Node:
    return chance.choice(sorted(graph.subjects(RDF.type, of)))


def _unit(graph: Graph, chance: random.Random) -> Node:
    return _some(graph, chance, ORG.OrganizationalUnit)


def _second_parent(graph: Graph, chance: random.Random) -> None:
    graph.add((_unit(graph, chance), OG.parent, _unit(graph, chance)))


def _no_parent(graph: Graph, chance: random.Random) -> None:
    graph.remove((_unit(graph, chance), OG.parent, None))


def _own_parent(graph: Graph, chance: random.Random) -> None:
    unit = _unit(graph, chance)
    graph.set((unit, OG.parent, unit))


def _cycle(graph: Graph, chance: random.Random) -> None:
    one, other = _unit(graph, chance), _some(graph, chance, ORG.Post)
    graph.set((one, OG.parent, other))
    graph.set((other, OG.parent, one))


def _unknown_parent(graph: Graph, chance: random.Random) -> None:
    graph.set((_unit(graph, chance), OG.parent, UNKNOWN))


def _worded_parent(graph: Graph, chance: random.Random) -> None:
    graph.set((_unit(graph, chance), OG.parent, Literal("Director General")))


def _independent_line(graph: Graph, chance: random.Random) -> None:
    office = _unit(graph, chance)
    graph.add((office, RDF.type, OG.IndependentOffice))
    graph.add((office, ORG.reportsTo, _some(graph, chance, ORG.Post)))


def _double_holder(graph: Graph, chance: random.Random) -> None:
    person, post = NAMES.thing("person", "somebody-else"), _some(graph, chance, ORG.Post)
    for triple in ((person, RDF.type, FOAF.Person), (post, ORG.heldBy, person)):
        graph.add(triple)
    for slug in ("one", "two"):
        tenure = NAMES.thing("membership", slug)
        graph.add((tenure, RDF.type, ORG.Membership))
        graph.add((tenure, OG.post, post))
        graph.add((tenure, ORG.member, person))


def _second_name(graph: Graph, chance: random.Random) -> None:
    graph.add((_unit(graph, chance), SKOS.prefLabel, Literal("Another name", lang="en")))


def _same_name(graph: Graph, chance: random.Random) -> None:
    unit = _unit(graph, chance)
    beside = sorted(graph.subjects(OG.parent, graph.value(unit, OG.parent)))
    graph.set((unit, SKOS.prefLabel, graph.value(beside[0], SKOS.prefLabel)))


def _no_name(graph: Graph, chance: random.Random) -> None:
    graph.remove((_unit(graph, chance), SKOS.prefLabel, None))


def _wrong_kind(graph: Graph, chance: random.Random) -> None:
    graph.set((_unit(graph, chance), ORG.classification, UNKNOWN))


def _no_line(graph: Graph, chance: random.Random) -> None:
    graph.remove((_some(graph, chance, ORG.Post), ORG.reportsTo, None))


def _changed_order(graph: Graph, chance: random.Random) -> None:
    order = Literal(chance.choice(["2", "1.5", "two"]), datatype=XSD.integer, normalize=False)
    graph.set((_some(graph, chance, OG.Edition), OG.order, order))


def _other_form(graph: Graph, chance: random.Random) -> None:
    graph.set((_some(graph, chance, OG.SourceDocument), OG.characters, Literal("007", datatype=XSD.integer, normalize=False)))


def _missing_triple(graph: Graph, chance: random.Random) -> None:
    graph.remove(chance.choice(sorted(graph)))


def _other_object(graph: Graph, chance: random.Random) -> None:
    triples = sorted(triple for triple in graph if isinstance(triple[0], URIRef) and "/id/" in triple[0])
    subject, predicate, object_ = chance.choice(triples)
    graph.remove((subject, predicate, object_))
    graph.add((subject, predicate, chance.choice(triples)[2]))


def _other_predicate(graph: Graph, chance: random.Random) -> None:
    triples = sorted(triple for triple in graph if isinstance(triple[0], URIRef) and "/id/" in triple[0])
    graph.add((chance.choice(triples)[0], chance.choice(triples)[1], chance.choice(triples)[2]))


_KINDS: dict[str, Mutation] = {
    "second parent": _second_parent,
    "no parent": _no_parent,
    "its own parent": _own_parent,
    "a cycle": _cycle,
    "unknown parent": _unknown_parent,
    "words for a parent": _worded_parent,
    "second line of an independent office": _independent_line,
    "two holders": _double_holder,
    "second name": _second_name,
    "name of a sibling": _same_name,
    "no name": _no_name,
    "unknown kind": _wrong_kind,
    "no reporting line": _no_line,
    "order of an edition": _changed_order,
    "a number in another form": _other_form,
    "a triple less": _missing_triple,
    "another object": _other_object,
    "another triple": _other_predicate,
}
