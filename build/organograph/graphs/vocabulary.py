"""The ontology and its kinds, read once for the graphs, the shapes and the reasoner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal

from organograph.errors import DatasetUnreadable
from organograph.names import KINDS, RDF, SKOS
from organograph.statements import Graph, Triple


def ontology_graph(folder: Path, names: Sequence[str] = ("organograph.ttl", "kinds.ttl")) -> Graph:
    """The ontology and the scheme of kinds, as published under the ontology's IRI.

    Args:
        folder: where the ontology's files are.
        names: which of them to read.

    Raises:
        DatasetUnreadable: a file is missing or is no Turtle.
    """
    return Graph(triple for name in names for triple in _read(folder / name))


def _read(file: Path) -> Iterator[Triple]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE, rename_blank_nodes=True):
            yield quad.subject, quad.predicate, quad.object
    except OSError as error:
        raise DatasetUnreadable(f"The ontology's file {file} cannot be read: {error.strerror}.", "Name the folder it stands in.") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise DatasetUnreadable(f"The ontology's file {file} is no Turtle: {error}", "Mend it there.") from error


def kind_notations(ontology: Graph) -> frozenset[str]:
    """The notations of the kinds that tables may use."""
    kinds = {kind for kind in ontology.subjects(SKOS.inScheme, KINDS) if (kind, RDF.type, SKOS.Concept) in ontology}
    notations = (notation for kind in kinds for notation in ontology.objects(kind, SKOS.notation))
    return frozenset(notation.value for notation in notations if isinstance(notation, Literal))
