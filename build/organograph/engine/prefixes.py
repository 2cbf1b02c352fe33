"""The prefixes of queries in shapes (SHACL section 5.2.1)."""

from __future__ import annotations

from collections.abc import Mapping

from organograph.engine.description import Description, Unusable
from organograph.engine.terms import IMPORTS, ONTOLOGY, OWL, RDF, RDFS, Term, sh, shown

_USUAL = {"rdf": RDF, "rdfs": RDFS, "owl": OWL}


def head_of(shapes: Description, node: Term) -> Mapping[str, str]:
    """The prefixes that a query may use.

    Args:
        shapes: the graph of shapes.
        node: what holds the query and its sh:prefixes.

    Raises:
        Unusable: a declaration is ill-formed.
    """
    known = dict(_USUAL)
    for ontology in shapes.instances(ONTOLOGY):
        known |= _declared(shapes, ontology)
    waiting, seen = shapes.objects(node, sh("prefixes")), set[Term]()
    while waiting:
        holder = waiting.pop(0)
        if holder not in seen:
            seen.add(holder)
            known |= _declared(shapes, holder)
            waiting += shapes.objects(holder, IMPORTS)
    return known


def _declared(shapes: Description, holder: Term) -> dict[str, str]:
    found = {}
    for declaration in shapes.objects(holder, sh("declare")):
        prefix, namespace = shapes.text(declaration, sh("prefix")), shapes.text(declaration, sh("namespace"))
        if prefix is None or namespace is None:
            raise Unusable(f"sh:declare of {shown(holder)} must name one sh:prefix and one sh:namespace")
        found[prefix] = namespace
    return found
