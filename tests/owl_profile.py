"""A check of the rules of OWL 2 DL that a hand-written ontology is likely to break."""

from collections.abc import Iterator

from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

PROPERTY_KINDS = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
RESERVED = (str(RDF), str(RDFS), str(OWL), str(XSD))
BUILT_IN = frozenset((RDFS.label, RDFS.comment, RDFS.isDefinedBy, RDFS.seeAlso, OWL.versionInfo))
DATATYPES = frozenset(
    (
        XSD.string,
        XSD.boolean,
        XSD.integer,
        XSD.nonNegativeInteger,
        XSD.hexBinary,
        XSD.dateTime,
        RDF.PlainLiteral,
    )
)
NEEDS_SIMPLE = (OWL.FunctionalProperty, OWL.InverseFunctionalProperty, OWL.AsymmetricProperty)


def violations(graph: Graph) -> list[str]:
    """Tell what in a graph breaks OWL 2 DL (OWL 2 Structural Specification, sections 3, 5.8 and 11)."""
    found = (
        *_of_declarations(graph),
        *_of_classes(graph),
        *_of_ranges(graph),
        *_of_facts(graph),
        *_of_simple(graph),
    )
    return sorted(set(found))


def _of_declarations(graph: Graph) -> Iterator[str]:
    for s, kind in graph.subject_objects(RDF.type):
        others = [k for k in PROPERTY_KINDS if (s, RDF.type, k) in graph]
        if len(others) > 1 or (others and (s, RDF.type, OWL.Class) in graph):
            yield f"{s} is declared as several kinds"
        if kind in (*PROPERTY_KINDS, OWL.Class) and isinstance(s, URIRef) and str(s).startswith(RESERVED):
            yield f"{s} is reserved and cannot be declared"


def _of_classes(graph: Graph) -> Iterator[str]:
    for node in _class_positions(graph):
        if (node, RDF.type, OWL.Class) not in graph and (node, RDF.type, OWL.Restriction) not in graph:
            yield f"{node} is used as a class and not declared"


def _class_positions(graph: Graph) -> Iterator[Node]:
    for p in (RDFS.subClassOf, OWL.equivalentClass, OWL.disjointWith):
        for pair in graph.subject_objects(p):
            yield from pair
    for p in (OWL.unionOf, OWL.intersectionOf, OWL.members):
        for head in graph.objects(None, p):
            yield from Collection(graph, head)
    for s, o in graph.subject_objects(RDFS.domain):
        if (s, RDF.type, OWL.AnnotationProperty) not in graph:
            yield o
    for o in graph.objects(None, RDF.type):
        if not str(o).startswith(RESERVED):
            yield o
    yield from graph.objects(None, OWL.allValuesFrom)


def _of_ranges(graph: Graph) -> Iterator[str]:
    for s, o in graph.subject_objects(RDFS.range):
        if (s, RDF.type, OWL.DatatypeProperty) in graph and o not in DATATYPES:
            yield f"{o} is used as a datatype and is none of OWL 2"
        if (s, RDF.type, OWL.ObjectProperty) in graph and (o, RDF.type, OWL.Class) not in graph:
            yield f"{o} is used as a class and not declared"


def _of_facts(graph: Graph) -> Iterator[str]:
    for s, p, o in graph:
        if p in BUILT_IN or str(p).startswith(RESERVED):
            continue
        if not any((p, RDF.type, kind) in graph for kind in PROPERTY_KINDS):
            yield f"{p} is used as a property and not declared"
        if (p, RDF.type, OWL.ObjectProperty) in graph and isinstance(o, Literal):
            yield f"{p} is an object property with a literal"
        if (p, RDF.type, OWL.DatatypeProperty) in graph and not isinstance(o, Literal):
            yield f"{p} is a data property with a thing"
        if isinstance(s, BNode) and (p, RDF.type, OWL.AnnotationProperty) not in graph:
            yield f"{p} stands at a thing without a name"


def _of_simple(graph: Graph) -> Iterator[str]:
    compound = set(graph.subjects(RDF.type, OWL.TransitiveProperty)) | set(graph.subjects(OWL.propertyChainAxiom))
    exclusive = {node for pair in graph.subject_objects(OWL.propertyDisjointWith) for node in pair}
    for p in compound:
        if p in exclusive or any((p, RDF.type, kind) in graph for kind in NEEDS_SIMPLE):
            yield f"{p} is not simple and cannot be restricted so"
