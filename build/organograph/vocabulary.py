"""The ontology and its kinds, read once for the graphs, the shapes and the reasoner."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rdflib import RDF, SKOS, Graph

from organograph.errors import DatasetUnreadable
from organograph.names import KINDS
from organograph.triples import new_graph


def ontology_graph(folder: Path, names: Sequence[str] = ("organograph.ttl", "kinds.ttl")) -> Graph:
    """The ontology and the scheme of kinds, as published under the ontology's IRI.

    Args:
        folder: where the ontology's files are.
        names: which of them to read.

    Raises:
        DatasetUnreadable: a file is missing or is no Turtle.
    """
    graph = new_graph()
    for name in names:
        try:
            graph.parse(folder / name, format="turtle")
        except OSError as error:
            wrong = f"The ontology's file {folder / name} cannot be read: {error.strerror}."
            raise DatasetUnreadable(wrong, "Name the folder it stands in.") from error
        except (SyntaxError, ValueError) as error:  # rdflib's BadSyntax, and bytes that are not UTF-8
            wrong = f"The ontology's file {folder / name} is no Turtle: {error}"
            raise DatasetUnreadable(wrong, "Mend it there.") from error
    return graph


def kind_notations(ontology: Graph) -> frozenset[str]:
    """The notations of the kinds that tables may use."""
    kinds = {kind for kind in ontology.subjects(SKOS.inScheme, KINDS) if (kind, RDF.type, SKOS.Concept) in ontology}
    return frozenset(str(notation) for kind in kinds for notation in ontology.objects(kind, SKOS.notation))
