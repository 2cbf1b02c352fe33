"""Every page of the stream of changes fits what LDES and TREE demand, and the demands refuse pages that lack a thing or say it twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Identifier

from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import small_dataset

SHAPES = Graph().parse(Path(__file__).with_name("stream.ttl"))
TREE = Namespace("https://w3id.org/tree#")
PROPERTIES = sorted({shape for shape in SHAPES.objects(None, SH.property) if isinstance(shape, URIRef)})


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Graph]:
    """What is said of stream, relations and members on each page of a small stream, with two members a page."""
    dataset = small_dataset(tmp_path_factory.mktemp("small"))
    client = create_app(Settings(dataset=dataset, page_members=2)).test_client()

    def read(path: str) -> Iterator[Graph]:
        answer = client.get(path, headers={"Accept": "application/n-triples"})
        assert answer.status_code == 200
        page = Graph().parse(data=answer.data, format="nt")
        yield page
        for node in sorted(set(page.objects(None, TREE.node))):
            yield from read("/" + str(node).split("/", 3)[3])

    found = list(read("/changes"))
    assert len(found) > 8
    return found


def broken(page: Graph) -> set[Identifier]:
    """The shapes that a page does not fit."""
    _, report, _ = validate(page, shacl_graph=SHAPES, advanced=False)
    return set(report.objects(None, SH.sourceShape))


def focuses(page: Graph, shape: URIRef) -> Iterator[Identifier]:
    """The nodes of a page that a property shape is about."""
    (whole,) = SHAPES.subjects(SH.property, shape)
    for kind in SHAPES.objects(whole, SH.targetClass):
        yield from page.subjects(RDF.type, kind)
    for term in SHAPES.objects(whole, SH.targetObjectsOf):
        yield from page.objects(None, term)
    for term in SHAPES.objects(whole, SH.targetSubjectsOf):
        yield from page.subjects(term, None)


def mutants(pages: list[Graph], shape: URIRef) -> Iterator[Graph]:
    """Of the first page that a property shape is about: one without what it demands, and one with that too often."""
    (path,) = SHAPES.objects(shape, SH.path)
    page, focus = next((page, focus) for page in pages for focus in sorted(focuses(page, shape)))
    lacking, doubled = Graph() + page, Graph() + page
    if path == RDF.type:
        lacking.add((focus, RDF.type, URIRef("https://organograph.example/Other")))
        lacking.remove((focus, RDF.type, TREE.Node))
    else:
        lacking.remove((focus, path, None))
    for number in range(2):
        doubled.add((focus, path, URIRef(f"https://organograph.example/other-{number}")))
    yield from (lacking, doubled)


def test_every_page_fits(pages: list[Graph]) -> None:
    """No page breaks a demand; and each demand is about something on some page."""
    assert [broken(page) for page in pages] == [set()] * len(pages)
    assert [shape for shape in PROPERTIES if not any(next(focuses(page, shape), None) for page in pages)] == []


@pytest.mark.parametrize("shape", PROPERTIES, ids=[shape.partition("#")[2] for shape in PROPERTIES])
def test_every_demand_refuses(pages: list[Graph], shape: URIRef) -> None:
    """A page that lacks what is demanded is refused for that, and so is one that says it more often."""
    for mutant in mutants(pages, shape):
        assert shape in broken(mutant)


def test_members_fit_the_shape_that_the_stream_names(pages: list[Graph]) -> None:
    """Each member fits the shape that the entry gives; one without its time does not."""
    (shape,) = pages[0].objects(None, TREE.shape)
    own = Graph() + pages[0]
    own.add((shape, SH.targetObjectsOf, TREE.member))
    for page in pages[1:]:
        conforms, _, text = validate(page, shacl_graph=own)
        assert conforms, text
        member = next(page.objects(None, TREE.member))
        for term in pages[0].objects(None, SH.path):
            mutant = Graph() + page
            mutant.remove((member, term, None))
            assert not validate(mutant, shacl_graph=own)[0]


def test_pages_have_no_blank_nodes(pages: list[Graph]) -> None:
    """Everything on a page has a name, so that pages can be joined and compared."""
    for page in pages:
        assert not any(isinstance(term, BNode) for triple in page for term in triple)
        assert not any(isinstance(term, Literal) and term.value is None for term in page.objects(None, TREE.value))
