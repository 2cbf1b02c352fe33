"""The ontology and its kinds, read once for the graphs, the shapes and the reasoner."""

from __future__ import annotations

from pathlib import Path

from rdflib import RDF, SKOS, Graph

from organograph.errors import DatasetUnreadable
from organograph.names import KINDS
from organograph.triples import new_graph


def ontology_graph(folder: Path) -> Graph:
    """The ontology and the scheme of kinds, as published under the ontology's IRI.

    Args:
        folder: holds organograph.ttl and kinds.ttl.

    Raises:
        DatasetUnreadable: one of the files is missing or is no Turtle.
    """
    graph = new_graph()
    for name in ("organograph.ttl", "kinds.ttl"):
        try:
            graph.parse(folder / name, format="turtle")
        except (OSError, SyntaxError, ValueError) as error:
            raise DatasetUnreadable(f"{folder / name} cannot be read: {error}.", "Mend or restore the file.") from error
    return graph


def kind_notations(ontology: Graph) -> frozenset[str]:
    """The notations of the kinds that tables may use."""
    kinds = {kind for kind in ontology.subjects(SKOS.inScheme, KINDS) if (kind, RDF.type, SKOS.Concept) in ontology}
    return frozenset(str(notation) for kind in kinds for notation in ontology.objects(kind, SKOS.notation))
