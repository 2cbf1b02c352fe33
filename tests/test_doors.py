"""One store behind all doors: each door sees its own default graph, and nobody sees how that is held."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from organograph_server.content.formats import JSON_RESULTS, TURTLE
from organograph_server.query.asking import LocalEngine, Question
from organograph_server.query.doors import Door
from organograph_server.query.store import Dataset


def _quad(subject: str, value: str, graph: str) -> Quad:
    name = NamedNode(f"urn:{graph}") if graph else DefaultGraph()
    return Quad(NamedNode(f"urn:{subject}"), NamedNode("urn:is"), Literal(value), name)


_QUADS = [
    _quad("a", "old", "2021"),
    _quad("a", "new", "2022"),
    *(_quad("a", "same", year) for year in ("2021", "2022", "shared")),
    _quad("a", "nowhere", ""),
    Quad(NamedNode("urn:a"), NamedNode("urn:is"), Literal("of a blank graph"), BlankNode("g")),
]
_DOORS = [Door("", "new", ("urn:2022", "urn:shared")), Door("2021/", "old", ("urn:2021", "urn:shared")), Door("all/", "all", union=True)]


@pytest.fixture
def engine() -> LocalEngine:
    """An engine with three doors."""
    made = LocalEngine(_QUADS, "urn:base", _DOORS, 1_000_000)
    made.start()
    return made


def _rows(engine: LocalEngine, door: str, query: str, dataset: Dataset | None = None) -> list[list[str]]:
    told = json.loads(engine.answer(Question(door, query, JSON_RESULTS, dataset)))["results"]["bindings"]
    return sorted([cell["value"] for cell in row.values()] for row in told)


@pytest.mark.parametrize(
    ("door", "values"),
    [
        ("", ["new", "nowhere", "same"]),
        ("2021/", ["nowhere", "old", "same"]),
        ("all/", ["new", "nowhere", "of a blank graph", "old", "same"]),
    ],
)
def test_the_default_graph_is_the_doors_own_with_each_triple_once(engine: LocalEngine, door: str, values: list[str]) -> None:
    """Whatever graphs a door joins, a triple of two of them is found once."""
    assert _rows(engine, door, "SELECT ?v { ?s ?p ?v }") == [[value] for value in values]
    assert engine.counted(door).default.triples == len(values)
    written = engine.answer(Question(door, "CONSTRUCT WHERE { ?s ?p ?v }", TURTLE)).decode()
    assert all(value in written for value in values)


@pytest.mark.parametrize("door", ["", "2021/", "all/"])
def test_no_graph_is_seen_but_those_of_the_dataset(engine: LocalEngine, door: str) -> None:
    """The graphs that the store holds for its doors are not listed, not found, and not counted."""
    rows = _rows(engine, door, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?v } } GROUP BY ?g")
    assert [row for row in rows if row[0].startswith("urn:")] == [["urn:2021", "2"], ["urn:2022", "2"], ["urn:shared", "1"]]
    assert len(rows) == 4, "the fourth is the blank graph of the dataset"
    assert len(_rows(engine, door, "SELECT ?g { gRaPh ?g {} }")) == 4
    assert set(engine.counted(door).named) == {"urn:2021", "urn:2022", "urn:shared"}
    assert engine.whole().triples == 5


@pytest.mark.parametrize("door", ["", "2021/", "all/"])
def test_a_dataset_of_the_query_or_of_the_request_wins(engine: LocalEngine, door: str) -> None:
    """What a query or a request names is asked, and nothing of the door."""
    values = "SELECT ?v { ?s ?p ?v }"
    named = "SELECT ?v FROM NAMED <urn:2021> { { ?s ?p ?v } UNION { GRAPH ?g { ?s ?p ?v } } }"
    assert _rows(engine, door, values.replace("{", "FROM <urn:2021> {", 1)) == [["old"], ["same"]]
    assert _rows(engine, door, values.replace("{", "FROM <urn:2021> FROM <urn:2022> {", 1)) == [["new"], ["old"], ["same"]]
    assert _rows(engine, door, named) == [["old"], ["same"]]
    assert _rows(engine, door, values, Dataset(("urn:2021", "urn:shared"))) == [["old"], ["same"]]
    assert _rows(engine, door, "SELECT ?g { GRAPH ?g { ?s ?p ?v } }", Dataset((), ("urn:shared",))) == [["urn:shared"]]


@pytest.mark.parametrize("door", ["", "2021/", "all/"])
def test_a_description_is_drawn_from_the_doors_default_graph(engine: LocalEngine, door: str) -> None:
    """DESCRIBE says of a thing what the door's default graph says of it."""
    described = engine.answer(Question(door, "DESCRIBE <urn:a>", TURTLE))
    assert described == engine.answer(Question(door, "CONSTRUCT WHERE { ?s ?p ?v }", TURTLE))
