"""What the fast engine promises by itself: terms as written, queries asked once where that is the same, nothing skipped."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest
from pyoxigraph import Literal, NamedNode

from organograph.conformance.checks import examine, prepare, results
from organograph.conformance.findings import Found
from organograph.conformance.rules import FILES, qname
from organograph.engine import Data, Unusable, compile_shapes, parsed
from organograph.engine.literals import key, less, well_formed
from organograph.engine.once import joinable
from organograph.engine.queries import filled, words
from organograph.engine.terms import XSD, shown
from organograph.statements import Graph
from places import ONTOLOGY, REPOSITORY, SHAPES

HEAD = """@prefix : <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def graph(text: str) -> Graph:
    """A graph of Turtle with the prefixes above."""
    return Graph(_triples(text))


def found(shapes: str, data: str) -> list[tuple[str, str]]:
    """The things and values found by the engine, as N-Triples writes them."""
    report = compile_shapes(parsed(HEAD + shapes)).run(Data(_triples(data)))
    assert report.handed_over == {}
    return sorted((str(result.focus), "" if result.value is None else str(result.value)) for result in report.results)


def _triples(data: str) -> list[tuple[object, object, object]]:
    return [(triple.subject, triple.predicate, triple.object) for triple in parsed(HEAD + data)]


def typed(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + kind))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this ?value WHERE { $this :p ?value FILTER NOT EXISTS { ?value :q $this } }",
        "SELECT DISTINCT $this WHERE { ?x :p $this OPTIONAL { ?x :q ?y FILTER (?y = $this) } }",
        "SELECT $this ?value WHERE { { $this :p ?value } UNION { ?value :p $this } FILTER ($this != ?value) }",
        "SELECT $this WHERE { ?x :p $this } GROUP BY $this HAVING (COUNT(?x) > 1)",
        "SELECT $this ?value WHERE { $this :p ?x BIND (STR($this) AS ?value) }",
        "SELECT $this WHERE { $this :p ?x { SELECT $this WHERE { $this :q ?y } } }",
        "SELECT $this ?value WHERE { { SELECT DISTINCT $this ?value WHERE { ?x :q ?value } } $this :p ?y FILTER (?value != $this) }",
        "SELECT $this WHERE { SELECT $this WHERE { $this :p ?x } GROUP BY $this HAVING (COUNT(?x) > 1) }",
        "SELECT $this WHERE { $this :p ?x OPTIONAL { SELECT $this ?y WHERE { ?y :q $this } } }",
    ],
)
def test_a_query_is_asked_once_where_that_is_the_same(query: str) -> None:
    """Where each row binds $this, one run answers for all nodes."""
    assert joinable(words(query))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this WHERE { FILTER NOT EXISTS { $this :p ?x } }",
        "SELECT $this WHERE { $this :p ?x { FILTER ($this = :a) } }",
        "SELECT $this WHERE { { $this :p ?x } UNION { ?x :p :a FILTER ($this = ?x) } }",
        "SELECT $this WHERE { BIND (STR($this) AS ?y) $this :p ?x }",
        "SELECT $this (COUNT(?x) AS ?value) WHERE { $this :p ?x }",
        "SELECT $this WHERE { $this :p ?x } LIMIT 1",
        "SELECT $this WHERE { $this :p ?x { SELECT $this WHERE { ?x :q ?y FILTER (?y = $this) } } }",
        "SELECT $this WHERE { $this :p ?x { SELECT ?x WHERE { $this :q ?x } } }",
        "SELECT $this WHERE { $this :p ?x { SELECT $this WHERE { $this :q ?y } LIMIT 1 } }",
        "SELECT $this WHERE { $this :p ?x { SELECT (COUNT($this) AS ?y) WHERE { $this :q ?z } } }",
        "SELECT $this WHERE { { SELECT $this WHERE { ?x :q ?y } } }",
        "SELECT $this WHERE { $this :p ?x FILTER EXISTS { SELECT $this WHERE { $this :q ?y } } }",
        "SELECT ?value WHERE { $this :p ?value }",
        "SELECT $this WHERE { $this :p ?x OPTIONAL { ?x :q ?y OPTIONAL { ?y :r ?z FILTER (?z = $this) } } }",
    ],
)
def test_a_query_is_asked_of_each_node_where_one_run_would_differ(query: str) -> None:
    """Where a part of a query looks at $this without binding it, the query is asked of each node by itself."""
    assert not joinable(words(query))


def test_a_term_stands_for_a_variable_everywhere() -> None:
    """Filling in reaches patterns, filters, BOUND, projections and nested queries, and no text or comment."""
    query = 'SELECT $this ?x WHERE { ?this :p ?x FILTER BOUND($this) { SELECT $this { } } FILTER (?x != "$this") } # $this'
    told = filled(words(query), {"this": NamedNode("https://example.org/a")})
    assert told.startswith("SELECT  ?x WHERE { <https://example.org/a> :p ?x FILTER (true) { SELECT  (1 AS ?prebound")
    assert told.endswith('FILTER (?x != "$this") } # $this')


def test_values_are_told_as_they_are_written() -> None:
    """A query's value has the form of the data, though the store that answers it writes numbers in its own way."""
    query = "SELECT $this ?value { $this <https://example.org/p> ?value }"
    shapes = f':S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select "{query}" ] .'
    assert found(shapes, ':a :p "007"^^xsd:integer . :b :p 7 . :c :p 8 .') == [
        ("<https://example.org/a>", str(typed("007", "integer"))),
        ("<https://example.org/b>", str(typed("7", "integer"))),
        ("<https://example.org/c>", str(typed("8", "integer"))),
    ]


def test_a_datatype_is_the_one_that_is_written() -> None:
    """A positive integer is none of the other integers."""
    shapes = ":S a sh:PropertyShape ; sh:path :p ; sh:targetSubjectsOf :p ; sh:datatype xsd:positiveInteger ."
    assert found(shapes, ':a :p "1"^^xsd:positiveInteger . :b :p 1 .') == [("<https://example.org/b>", str(typed("1", "integer")))]


@pytest.mark.parametrize(
    ("text", "kind", "well"),
    [
        ("300", "byte", False),
        ("-128", "byte", True),
        ("0", "positiveInteger", False),
        ("1.", "decimal", True),
        ("1e3", "decimal", False),
        ("INF", "double", True),
        ("yes", "boolean", False),
        ("2023-02-29", "date", False),
        ("2024-02-29Z", "date", True),
        ("2024-13", "gYearMonth", False),
        ("2024-01-01T00:00:00.5+01:00", "dateTime", True),
        ("2024-01-01", "dateTime", False),
        ("P5Y", "duration", True),
        ("P", "duration", False),
        ("anything", "anyURI", True),
    ],
)
def test_a_form_is_one_of_its_datatype_or_not(text: str, kind: str, well: bool) -> None:
    """Forms are judged by XML Schema; any form will do for a datatype that is not judged."""
    assert well_formed(typed(text, kind)) is well


@pytest.mark.parametrize(
    ("left", "right", "is_less"),
    [
        (typed("9", "integer"), typed("10", "byte"), True),
        (typed("0.1", "decimal"), typed("0.2", "double"), True),
        (typed("NaN", "double"), typed("1", "integer"), False),
        (typed("2024-01-01T00:00:00", "dateTime"), typed("2024-01-01T00:00:01Z", "dateTime"), False),
        (typed("2023-12", "gYearMonth"), typed("2024-01", "gYearMonth"), True),
        (Literal("a"), Literal("b"), True),
        (Literal("a", language="en"), Literal("b", language="en"), False),
        (Literal("1"), typed("2", "integer"), False),
    ],
)
def test_order_is_that_of_sparql(left: Literal, right: Literal, is_less: bool) -> None:
    """Numbers compare by value whatever their datatype; what SPARQL cannot compare is not less."""
    assert less(key(left), key(right)) is is_less


def test_a_pattern_takes_bounded_time() -> None:
    """A pattern that would keep Python busy for ages is answered at once."""
    shapes = ':S a sh:PropertyShape ; sh:path :p ; sh:targetSubjectsOf :p ; sh:pattern "^(a+)+$" .'
    assert len(found(shapes, f':a :p "{"a" * 5000}b" . :b :p "aaa" .')) == 1


def test_what_the_engine_cannot_run_is_handed_over_and_told() -> None:
    """Shapes that ask for each other run in the reference engine, and the check says which and why."""
    shapes = graph(
        ":S a sh:NodeShape ; sh:targetNode :a ; sh:property :T . :T a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ; sh:node :S ."
    )
    told = examine(Graph(), prepare(shapes), lambda found: [None])
    assert told.handed_over == {"https://example.org/S": "it asks for itself"}
    assert [fault.thing for fault in told.faults] == ["https://example.org/a"]


def test_a_query_about_a_blank_node_is_handed_over_where_it_cannot_be_asked() -> None:
    """A query that is asked of each node by itself cannot name a blank node; the reference engine is asked then."""
    query = "SELECT $this { FILTER NOT EXISTS { $this <https://example.org/q> ?x } }"
    rule = f':S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select "{query}" ] .'
    data = graph("[] :p 1 .")
    told = examine(data, prepare(graph(rule)), lambda found: [None])
    assert list(told.handed_over) == ["https://example.org/S"]
    assert len(told.faults) == 1


def test_engines_are_asked_by_name() -> None:
    """Either engine tells the same results and faults."""
    shapes = prepare(graph(":S-a a sh:NodeShape ; sh:targetNode :a ; sh:class :C ."))
    data = Graph()
    fast, reference = (
        [(one.this, one.value, one.component) for one in results(data, shapes, engine)]
        for engine in ("fast", "reference")  # type: ignore[arg-type]
    )
    assert fast == reference
    assert len(fast) == 1
    assert isinstance(results(data, shapes)[0], Found)
    told = [examine(data, shapes, lambda found: [None], engine=engine).faults for engine in ("reference", "fast")]
    assert told[0] == told[1]


def test_graphs_that_have_much_in_common_are_read_once_and_found_alike() -> None:
    """What is shared is neither changed nor mixed up, by queries either, in whatever order the graphs are asked."""
    of_the_store = (
        "FILTER EXISTS { { ?value <https://example.org/q> 1 } UNION { ?value <https://example.org/q> 1 } }"  # no other answers it
    )
    query = f"SELECT $this ?value {{ $this <https://example.org/p> ?value {of_the_store} }}"
    core = ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:property [ sh:path :p ; sh:maxCount 1 ] ."
    plan = compile_shapes(parsed(HEAD + core + f' :T a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:sparql [ sh:select "{query}" ] .'))
    shared, owns = ":a :p :b . :b :q 1 . :c :p :d .", [":a :p :b, :c .", ":d :q 1 .", "", ":e :p :b ."]
    common = Data(_triples(shared))

    def told(data: Data) -> set[tuple[str, str]]:
        return {(str(result.focus), str(result.value)) for result in plan.run(data).results}

    wholes = [told(Data(_triples(shared + own))) for own in owns]
    beside = [Data(_triples(own), common=common) for own in owns]
    assert [told(data) for data in beside] == wholes
    assert [told(data) for data in reversed(beside)] == wholes[::-1]
    assert told(common) == told(Data(_triples(shared))) == wholes[2]
    assert len({frozenset(whole) for whole in wholes}) == 4


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        (":S a sh:PropertyShape ; sh:path [ ] .", "is no path"),
        (":S a sh:NodeShape ; sh:in ( :a", "Parser"),
        (":S a sh:NodeShape ; sh:in :a .", "is no list"),
        (":S a sh:NodeShape ; sh:nodeKind :a .", "no value of sh:nodeKind"),
        (f":S a sh:NodeShape ; sh:not {'[ sh:not ' * 3000}[]{']' * 3000} .", "nested too deeply"),
        (':S a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this { BIND (1 AS $this) }" ] .', "another value"),
    ],
)
def test_shapes_that_cannot_be_used_are_refused(shapes: str, says: str) -> None:
    """Ill-formed shapes are refused with what is wrong."""
    with pytest.raises((Unusable, SyntaxError), match=says):
        compile_shapes(parsed(HEAD + shapes))


def test_the_engine_starts_without_the_slow_libraries() -> None:
    """Neither RDFLib nor pySHACL is loaded by the engine."""
    code = "import sys, organograph.engine; sys.exit(bool({'rdflib', 'pyshacl'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_exactly_the_planted_faults_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a synthetic organization each planted fault is found by its rule, and nothing at any other unit."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    synthetic = importlib.import_module("synthetic")
    texts = ["".join(synthetic.organization(400)), *(file.read_text(encoding="utf-8") for file in sorted(ONTOLOGY.glob("*.ttl")))]
    data = Data((triple.subject, triple.predicate, triple.object) for text in texts for triple in parsed(text))
    rules = [(SHAPES / f"{name}.ttl").read_text(encoding="utf-8") for name in ("prefixes", *FILES["edition"])]
    report = compile_shapes(triple for text in rules for triple in parsed(text)).run(data)
    at = {(qname(NamedNode(shown(result.source))), shown(result.focus)) for result in report.results}
    planted = {(synthetic.FAULTS[kind], synthetic.unit(number)) for number, kind in synthetic.planted(400)}
    assert len(planted) > len(synthetic.FAULTS)
    assert planted <= at
    assert {thing for _, thing in at} == {thing for _, thing in planted}
