"""Queries of common forms are answered without the engine, and exactly as by it."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import event, given, settings
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryTriples, RdfFormat, Store, Triple

from organograph_server.content.formats import JSON_RESULTS, N_TRIPLES, TURTLE, Format
from organograph_server.content.writing import write_graph, write_results
from organograph_server.errors import AnswerTooLarge
from organograph_server.query import store as stores
from organograph_server.query.asking import LocalEngine, Question
from organograph_server.query.doors import WHOLE, Door
from organograph_server.query.prepared import Beyond, Graph, Prepared
from organograph_server.query.prepared import graph as graph_room
from organograph_server.query.store import QueryStore
from random_queries import INTEGER, broken, graphs, queries

_HEAD = "PREFIX : <http://e/> "
_TREE = """
@prefix : <http://e/> .
:dg a :Post ; :name "Director General"@en .
:u1 a :Unit, :Office ; :parent :dg ; :name "Unit one"@en, "Unité une"@fr ; :kind :office .
:u2 a :Unit ; :parent :u1 ; :name "Unit two"@en ; :kind :division ; :code "2" .
:u3 a :Unit ; :parent :u2 ; :name "Unit three"@en ; :kind :division ; :seat [ :city "Geneva" ] .
:u4 a :Unit ; :name "Unit \\"four\\""@en .
"""
COMMON = {
    "a thing": "DESCRIBE :u1",
    "a thing with what has no name": "DESCRIBE :u3 <http://e/u4>",
    "children": "SELECT ?child ?name WHERE { ?child :parent :u1 ; :name ?name }",
    "chain of command": "SELECT ?above WHERE { :u3 :parent+ ?above }",
    "all below, and itself": "SELECT ?below { ?below :parent* <http://e/u1> . }",
    "steps in a row": "SELECT ?name { ?unit :parent/:parent/:name ?name }",
    "back": "SELECT * { :u1 ^:parent ?child ; :name ?name }",
    "a name": 'SELECT ?unit { ?unit :name "Unit one"@EN }',
    "names in a language": 'SELECT ?name { :u1 :name ?name FILTER(LANG(?name) = "fr") }',
    "names in a range of languages": 'SELECT ?name { ?u :name ?name FILTER langMatches(lang(?name), "EN") }',
    "search": """SELECT ?unit ?name WHERE { ?unit :name ?name FILTER CONTAINS(LCASE(STR(?name)), 'unit t') }""",
    "without a parent": "SELECT ?unit WHERE { ?unit a :Unit FILTER NOT EXISTS { ?unit :parent ?above } }",
    "with a child in an office": "SELECT ?unit { ?unit a :Unit FILTER EXISTS { ?child :parent ?unit ; :kind :division } }",
    "what may be there": "SELECT ?unit ?code { ?unit :kind ?kind OPTIONAL { ?unit :code ?code } }",
    "what is not there": "SELECT ?unit { ?unit a :Unit OPTIONAL { ?unit :code ?code } FILTER(!BOUND(?code)) }",
    "what is not one thing": "SELECT ?unit ?kind { ?unit :kind ?kind FILTER(?kind != :office && ?unit != :u2) }",
    "counts": "SELECT ?kind (COUNT(?unit) AS ?count) WHERE { ?unit :kind ?kind } GROUP BY ?kind ORDER BY DESC(?count) ?kind",
    "a count of nothing": 'SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?u) AS ?m) { ?u :kind :office ; :code "2" }',
    "of one thing": "SELECT ?name ?kind ?above { :u1 :name ?name ; :kind ?kind ; :parent+ ?above }",
    "the first by name": "SELECT ?unit ?name WHERE { ?unit a :Unit ; :name ?name } ORDER BY ?name LIMIT 2 OFFSET 1",
    "kinds once": "SELECT DISTINCT ?kind WHERE { ?unit a :Unit ; :kind ?kind }",
    "a truth": "ASK { :u3 :parent+ :dg }",
    "an untruth": "ask where { :dg :parent :u3 }",
    "a subtree": "CONSTRUCT { ?u :name ?n ; :parent ?above } WHERE { ?u :parent+ :dg ; :name ?n ; :parent ?above }",
    "about who asks": "CONSTRUCT { :dg :parent ?u } { ?u a :Unit } ORDER BY ?u LIMIT 2",
}
LEFT = {
    "graphs": "SELECT ?u { GRAPH ?g { ?u a :Unit } }",
    "unions": "SELECT ?u { { ?u a :Unit } UNION { ?u a :Post } }",
    "any property": "SELECT ?p { :u1 ?p ?o }",
    "values": "SELECT ?u { VALUES ?u { :u1 } ?u a :Unit }",
    "what is not in the graph": "SELECT ?u { ?u a :Nothing }",
    "escapes": "SELECT ?u { ?u :name 'Unit \\u0031'@en }",
    "pairs": "SELECT ?a ?b { ?a :name ?name . ?b :kind ?kind }",
    "two variables of a path": "SELECT ?a ?b { ?a :parent+ ?b }",
    "an order of several kinds": "SELECT ?o { :u2 :parent|:code ?o } ORDER BY ?o",
    "comments between": "SELECT ?u # <x>\n { ?u a :Unit }",
    "a path of no length from a property": "SELECT ?o { :parent :parent* ?o }",
    "dots in paths": "SELECT ?u { ?u a <http://e/x/../Unit> }",
}

_MANY = settings(max_examples=1_500, deadline=None)


def _engine(store: Store, text: str, form: Format) -> bytes | None:
    """The engine's answer; None where it refuses the query."""
    try:
        found = store.query(text)
    except SyntaxError:
        return None
    return write_graph(found, form) if isinstance(found, QueryTriples) else write_results(found, form)


def _rows(answer: bytes) -> tuple[object, Counter[str]]:
    read: dict[str, Any] = json.loads(answer)
    return (read["head"], read.get("boolean")), Counter(
        json.dumps(row, sort_keys=True) for row in read.get("results", {}).get("bindings", ())
    )


def _values(answer: bytes | None) -> list[str]:
    """The values of an answer in JSON with one variable."""
    assert answer is not None
    return [term["value"] for row in json.loads(answer)["results"]["bindings"] for term in row.values()]


def _compare(triples: list[Triple], text: str) -> bool:
    """Compare two answers; whether there were two."""
    store = Store()
    store.extend(Quad(triple.subject, triple.predicate, triple.object, DefaultGraph()) for triple in triples)
    gives_graph = any(word in text.upper() for word in ("CONSTRUCT", "DESCRIBE"))
    prepared = Prepared(Graph(quad.triple for quad in store))
    form = TURTLE if gives_graph else JSON_RESULTS
    ours = prepared.answer(text, form)
    if ours is None:
        return False
    theirs = _engine(store, text, form)
    assert theirs is not None, f"the engine refuses {text!r}"
    assert prepared.answer(text, form) == ours  # from the plan that was kept
    if gives_graph:
        assert ours == theirs
        assert prepared.answer(text, N_TRIPLES) == _engine(store, text, N_TRIPLES)
        return True
    (head, rows), (their_head, their_rows) = _rows(ours), _rows(theirs)
    assert head == their_head
    if "LIMIT" in text or "OFFSET" in text:  # which of the rows are told is open
        whole = _engine(store, re.split("LIMIT|OFFSET", text)[0], form)
        assert whole is not None
        assert rows.total() == their_rows.total()
        assert rows <= _rows(whole)[1]
    else:
        assert rows == their_rows
    if "ORDER BY" in text:
        names = [word.strip("()") for word in text.partition("ORDER BY")[2].replace("(", " (").split() if word.strip("()").startswith("?")]
        keys = [[[row.get(name[1:]) for name in names] for row in json.loads(answer)["results"]["bindings"]] for answer in (ours, theirs)]
        if all(f"{name} " in text.partition("WHERE")[0] or "*" in text for name in names):
            assert keys[0] == keys[1]
    return True


@_MANY
@given(graphs, queries())
def test_answers_are_those_of_the_engine(triples: list[Triple], text: str) -> None:
    """Whatever is answered without the engine is answered as by it: the same rows, as often; the same triples, byte for byte."""
    event(f"{text.split()[3]} answered: {_compare(triples, text)}")


@_MANY
@given(graphs, broken())
def test_what_the_engine_refuses_is_not_answered(triples: list[Triple], text: str) -> None:
    """A query with words that are missing or too many is answered only if the engine takes it, and then as by it."""
    event(f"answered: {_compare(triples, text)}")


def _small() -> tuple[Store, Prepared]:
    store = Store()
    store.load(_TREE, format=RdfFormat.TURTLE)
    return store, Prepared(Graph(quad.triple for quad in store))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in COMMON.items()])
def test_common_forms_are_made_ready(text: str) -> None:
    """What is asked of an organization most often is answered without the engine, and as by it."""
    store, _ = _small()
    assert _compare([quad.triple for quad in store], _HEAD + text)


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in LEFT.items()])
def test_other_forms_are_left_to_the_engine(text: str) -> None:
    """Whatever is not among the common forms is left to the engine, every time."""
    _, prepared = _small()
    assert prepared.answer(_HEAD + text, JSON_RESULTS) is None
    assert prepared.answer(_HEAD + text, JSON_RESULTS) is None


def test_constants_and_prefixes_are_each_queries_own() -> None:
    """Queries of one form with other constants, other prefixes or other properties are each answered about their own."""
    _, prepared = _small()
    answers = {
        text: prepared.answer(text, JSON_RESULTS)
        for text in (
            "PREFIX x: <http://e/> SELECT ?o { <http://e/u1> x:parent ?o }",
            "PREFIX x: <http://e/> SELECT ?o { <http://e/u2> x:parent ?o }",
            "PREFIX x: <http://e/> SELECT ?o { <http://e/u2> <http://e/parent> ?o }",
            "PREFIX x: <http://e/> SELECT ?o { <http://e/u2> <http://e/kind> ?o }",
            "PREFIX x: <http://e/u> SELECT ?o { x:2 <http://e/kind> ?o }",
            "PREFIX x: <http://e/u> SELECT ?o { x:2 <http://e/kind> ?o } # again",
        )
    }
    told = [
        _rows(answer or b"{}")[1].total() and json.loads(answer or b"{}")["results"]["bindings"][0]["o"]["value"]
        for answer in answers.values()
    ]
    assert told == [f"http://e/{name}" for name in ("dg", "u1", "u1", "division", "division", "division")]


def test_few_of_many_rows_are_left_to_the_engine() -> None:
    """A query for some rows in no order is left to the engine, which stops when it has them, unless there are few rows at all."""
    triples = [Triple(NamedNode(f"http://e/{number}"), NamedNode("http://e/p"), NamedNode("http://e/o")) for number in range(5_000)]
    text = "SELECT ?s { ?s <http://e/p> <http://e/o> } LIMIT 3"
    assert Prepared(Graph(triples)).answer(text, JSON_RESULTS) is None
    assert Prepared(Graph(triples[:50])).answer(text, JSON_RESULTS) is not None


def test_rows_beyond_any_memory_are_left_to_the_engine() -> None:
    """Where each of many things goes with each, rows are not all held at once; the engine goes through them one by one."""
    triples = [Triple(NamedNode(f"http://e/{number}"), NamedNode("http://e/p"), NamedNode("http://e/o")) for number in range(1_500)]
    assert Prepared(Graph(triples)).answer("SELECT (COUNT(*) AS ?n) { ?a <http://e/p> ?o . ?b <http://e/p> ?o }", JSON_RESULTS) is None


def test_no_more_bytes_than_the_limit() -> None:
    """An answer with more bytes than the limit is refused as by the engine."""
    graph = Graph(Triple(NamedNode(f"http://e/{number}"), NamedNode("http://e/p"), Literal("x")) for number in range(100))
    text = "SELECT ?s { ?s <http://e/p> ?o }"
    whole = Prepared(graph).answer(text, JSON_RESULTS)
    assert whole is not None
    assert Prepared(graph, most=len(whole)).answer(text, JSON_RESULTS) == whole
    with pytest.raises(AnswerTooLarge):
        Prepared(graph, most=1_000).answer(text, JSON_RESULTS)


def test_graphs_have_literals_as_they_were_written() -> None:
    """A graph that is taken out has each literal as it was published, a table its value, as by the engine."""
    thing, number = NamedNode("http://e/s"), NamedNode("http://e/n")
    quads = [Quad(thing, number, Literal(text, datatype=INTEGER), DefaultGraph()) for text in ("007", "8")]
    engine = LocalEngine(quads, "http://e/", [WHOLE], 10_000)
    assert engine.answer(Question("", "DESCRIBE <http://e/s>", N_TRIPLES)).count(b'"007"') == 1
    assert sorted(_values(engine.answer(Question("", "SELECT ?n { ?s <http://e/n> ?n }", JSON_RESULTS)))) == ["7", "8"]


def test_each_door_has_its_own_graph() -> None:
    """By each door the same query is asked of that door's default graph."""
    quads = [
        Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), NamedNode(f"http://e/{name}"), NamedNode(f"http://g/{name}"))
        for name in "ab"
    ]
    store = QueryStore(
        quads, "http://e/", [Door("", "all", union=True), Door("a/", "one", ("http://g/a",)), Door("b/", "two", ("http://g/b",))]
    )
    store.prepare()
    text = "SELECT (COUNT(*) AS ?n) { <http://e/s> <http://e/p> ?o }"
    assert [_values(store.query(text, JSON_RESULTS, door=door)) for door in ("", "a/", "b/")] == [["2"], ["1"], ["1"]]
    assert _values(store.query("SELECT ?o { <http://e/s> <http://e/p> ?o }", JSON_RESULTS, door="b/")) == ["http://e/b"]


def test_very_large_stores_are_not_made_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store beyond a size is asked by the engine only, as its numbers would take much memory; answers are the same."""
    quads = [Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x"), DefaultGraph())]
    answers = []
    for most in (0, 10):
        monkeypatch.setattr(stores, "_PREPARED_MOST", most)
        store = QueryStore(quads, "http://e/")
        store.prepare()
        answers.append(store.query("SELECT ?o { <http://e/s> <http://e/p> ?o }", JSON_RESULTS))
    assert answers[0] == answers[1]


def test_terms_of_rdf_1_2_are_left_to_the_engine() -> None:
    """A graph with triples within triples is not made ready."""
    inner = Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x"))
    with pytest.raises(Beyond):
        Graph([Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), inner)])


def test_texts_that_are_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker keeps of texts is let go of when it is much, since its memory is that of its queries; answers are the same."""
    monkeypatch.setattr(graph_room, "_MOST_TEXTS", 2)
    store, _ = _small()
    graph = Graph(quad.triple for quad in store)
    prepared = Prepared(graph)
    for case in ("LCASE", "UCASE", "LCASE"):
        text = f'{_HEAD} SELECT ?u {{ ?u :name ?name FILTER(CONTAINS({case}(STR(?name)), "{"t" if case == "LCASE" else "T"}")) }}'
        answer, expected = prepared.answer(text, JSON_RESULTS), _engine(store, text, JSON_RESULTS)
        assert sorted(_values(answer)) == sorted(_values(expected))
    assert len(graph.kept) == 1


def test_where_memory_runs_out_the_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that all rows at once have no memory for is left to the engine, which goes through them one by one."""
    store = QueryStore([Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("x"), DefaultGraph())], "http://e/")
    store.prepare()

    def full(self: Graph, column: object) -> list[str]:
        raise MemoryError

    monkeypatch.setattr(Graph, "json", full)
    assert _values(store.query("SELECT ?o { <http://e/s> <http://e/p> ?o }", JSON_RESULTS)) == ["x"]


def test_paths_that_lead_to_very_many_things_are_left_to_the_engine() -> None:
    """Paths from many things that lead far are not all walked before the first row is told."""
    step = NamedNode("http://e/p")
    chain = [Triple(NamedNode(f"http://e/{number}"), step, NamedNode(f"http://e/{number + 1}")) for number in range(2_000)]
    text = "SELECT (COUNT(*) AS ?n) { ?a <http://e/p> ?b . ?b <http://e/p>+ ?c }"
    assert Prepared(Graph(chain)).answer(text, JSON_RESULTS) is None
    assert _values(Prepared(Graph(chain[:1_000])).answer(text, JSON_RESULTS)) == ["499500"]
