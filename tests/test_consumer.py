"""An outside consumer: plain pySHACL with the published shapes over the published files finds nothing, and looks at something."""

from __future__ import annotations

from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, Graph, URIRef


def read(published: Path, *names: str) -> Graph:
    graph = Graph()
    for name in names:
        graph.parse(published / name, format="nt")
    return graph


@pytest.mark.parametrize(
    ("room", "files"),
    [
        ("edition", ("editions/2023-10.nt", "ontology.nt", "catalogue.nt")),
        ("evidence", ("editions/2023-10/source/director-general-2023.nt", "ontology.nt", "catalogue.nt")),
        ("ontology", ("ontology.nt",)),
    ],
)
def test_published_files_conform_to_the_published_shapes(published: Path, room: str, files: tuple[str, ...]) -> None:
    """What is published conforms to the shapes published for it."""
    shapes = Graph().parse(published / f"shapes/{room}.ttl")
    assert (None, RDF.type, URIRef("http://www.w3.org/ns/shacl#NodeShape")) in shapes
    conforms, _, text = pyshacl.validate(read(published, *files), shacl_graph=shapes)
    assert conforms, text
