"""Our axioms of the W3C Organization Ontology against the ontology itself."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from independent import ORG

ROOT = Path(__file__).parents[1]
THEIRS = ROOT.parent / "shared" / "suites" / "org-ontology" / "org.ttl"

LOGICAL = frozenset(
    (
        RDF.type,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.disjointWith,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.hasKey,
        OWL.inverseOf,
        OWL.propertyChainAxiom,
    )
)
NOT_OF_OWL = frozenset((RDFS.Class, RDF.Property, OWL.Ontology))
ROLE_PROPERTY = "it is an annotation, of which a reasoner makes nothing"
LEFT_OUT = {
    "gr:BusinessEntity rdfs:subClassOf org:FormalOrganization": "no graph of ours uses GoodRelations",
    "org:OrganizationalCollaboration owl:equivalentClass "
    "[owl:intersectionOf (org:Organization, [owl:allValuesFrom org:Organization; owl:onProperty org:hasMember])]": (
        "the half that can find a fault stands there as a subclass; the other half costs time and finds nothing"
    ),
    "org:roleProperty rdf:type owl:AnnotationProperty": ROLE_PROPERTY,
    "org:roleProperty rdfs:domain org:Role": ROLE_PROPERTY,
    "org:roleProperty rdfs:range rdf:Property": ROLE_PROPERTY,
}


def text(graph: Graph, node: Node) -> str:
    """A node as words that do not depend on the names of blank nodes."""
    if isinstance(node, URIRef):
        return next(
            (str(node).replace(space, f"{prefix}:") for prefix, space in SPACES if node.startswith(space)),
            node,
        )
    if (node, RDF.first, None) in graph:
        return "(" + ", ".join(text(graph, each) for each in Collection(graph, node)) + ")"
    parts = [(p, o) for p, o in graph.predicate_objects(node) if p != RDF.type]
    if isinstance(node, BNode):
        return "[" + "; ".join(sorted(f"{text(graph, p)} {text(graph, o)}" for p, o in parts)) + "]"
    return node.n3()


SPACES = (
    ("gr", "http://purl.org/goodrelations/v1#"),
    ("org", str(ORG)),
    ("owl", str(OWL)),
    ("rdfs", str(RDFS)),
    ("rdf", str(RDF)),
)


def axioms(graph: Graph) -> dict[str, Node]:
    """The logical axioms of named terms as words, each with its subject."""
    return {
        f"{text(graph, s)} {text(graph, p)} {text(graph, o)}": s
        for s, p, o in graph
        if p in LOGICAL and isinstance(s, URIRef) and not (p == RDF.type and o in NOT_OF_OWL)
    }


@pytest.fixture
def ours() -> Graph:
    return Graph().parse(ROOT / "ontology" / "org-axioms.ttl")


@pytest.fixture
def theirs() -> Graph:
    if not THEIRS.is_file():
        pytest.skip(f"the ORG ontology is not at {THEIRS}, so there is nothing to compare with")
    return Graph().parse(THEIRS)


def test_every_axiom_is_in_org_or_has_its_reason(ours: Graph, theirs: Graph) -> None:
    """An axiom that ORG does not hold stands at a term that says why."""
    added = axioms(ours).keys() - axioms(theirs).keys()
    unexplained = [axiom for axiom in added if (axioms(ours)[axiom], RDFS.comment, None) not in ours]
    assert not unexplained


def test_every_axiom_of_org_is_here_or_left_out_with_a_reason(ours: Graph, theirs: Graph) -> None:
    """Nothing that ORG says and a reasoner needs is missing, and no reason stands for an axiom that is there."""
    assert axioms(theirs).keys() - axioms(ours).keys() == LEFT_OUT.keys()


def test_only_axioms_are_taken_from_org(ours: Graph) -> None:
    """No label and no description of ORG is repeated here."""
    words = {p for s, p, o in ours if str(s).startswith(str(ORG)) and p not in LOGICAL}
    assert words <= {RDFS.comment}


def test_each_comment_stands_for_an_axiom_of_our_own(ours: Graph, theirs: Graph) -> None:
    """A reason stands only where something was added."""
    added = {axioms(ours)[axiom] for axiom in axioms(ours).keys() - axioms(theirs).keys()}
    commented = set(ours.subjects(RDFS.comment, None)) - set(ours.subjects(RDF.type, OWL.Ontology))
    assert commented == added
