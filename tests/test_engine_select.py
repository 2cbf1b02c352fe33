"""What is answered over the engine's integers is what the store answers, for every shipped query and for queries made by chance."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store

from organograph.conformance.rules import FILES
from organograph.engine import Data, compile_shapes, parsed
from organograph.engine.once import joinable
from organograph.engine.queries import filled, words
from organograph.engine.select import Beyond, Joining, finder
from organograph.engine.sparql import Query
from organograph.engine.terms import RDF, XSD, Term
from organograph.names import PREFIXES as PREFIXES_OF_DATA
from organograph.names import TYPES
from places import ONTOLOGY, REPOSITORY, SHAPES

HERE = "https://example.org/"
PREFIXES = {"": HERE, "rdf": RDF, "xsd": XSD}
Rows = set[tuple[Term | None, Term | None]]


@cache
def shipped() -> dict[str, list[Query]]:
    """The queries of all rules, by the file they stand in."""
    found = {}
    for name in (*(name for names in FILES.values() for name in names), "iom"):
        texts = [(SHAPES / f"{each}.ttl").read_text(encoding="utf-8") for each in ("prefixes", name)]
        plan = compile_shapes(triple for text in texts for triple in parsed(text))
        waiting, seen = [*plan.shapes], {}
        while waiting:
            shape = waiting.pop()
            if shape.node not in seen:
                seen[shape.node] = [constraint for constraint in shape.constraints if isinstance(constraint, Query)]
                waiting += shape.uses
        found[name] = [query for queries in seen.values() for query in queries]
    return found


def by_store(text: str, head: Mapping[str, str], data: Data) -> Rows:
    """What the store answers, texts as it writes them."""
    rows = data.store.query(text, prefixes={**head})
    assert isinstance(rows, QuerySolutions)
    named = [variable.value for variable in rows.variables]
    return {(row["this"], row["value"] if "value" in named else None) for row in rows}


def by_engine(text: str, head: Mapping[str, str], data: Data) -> Rows | None:
    """What the engine answers over integers, or None where it leaves the query to the store."""
    read = finder(words(text), head)
    try:
        found = None if read is None else list(read.rows(Joining(data), _nodes(data)))
    except Beyond:
        return None
    terms = data.terms
    return None if found is None else {(terms[this], None if value is None else as_stored(terms[value])) for this, value, _ in found}


def _nodes(data: Data) -> frozenset[int]:
    """All subjects and objects, among which SPARQL looks for what nothing else names (section 18.4)."""
    return frozenset(node for links in map(data.links, range(data.size)) for pair in links.pairs() for node in pair)


def as_stored(term: Term) -> Term:
    """A term in the form that the store gives it, which is another one for some numbers and durations."""
    if not isinstance(term, Literal):
        return term
    store = Store()
    store.add(Quad(BlankNode(), NamedNode(HERE + "p"), term))
    return next(iter(store)).object


HEAD = {**PREFIXES_OF_DATA, "base": HERE, "edition": f"{HERE}edition/", **{kind: f"{HERE}id/{kind}/" for kind in TYPES}}
CASES = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in HEAD.items())


def graphs() -> Iterator[tuple[str, Data]]:
    """Graphs with the faults of every rule, those about one class of things together."""
    cases = REPOSITORY / "tests/shapes"
    for kind in sorted({folder.name.partition("-")[0] for folder in cases.iterdir() if folder.is_dir()}):
        files = (cases / "_base.ttl", *sorted(cases.glob(f"{kind}-*/*.ttl")))
        yield kind, _data(*(CASES + file.read_text(encoding="utf-8") for file in files))


def _data(*texts: str) -> Data:
    return Data((triple.subject, triple.predicate, triple.object) for text in texts for triple in parsed(text))


@pytest.mark.parametrize("name", [*(name for names in FILES.values() for name in names), "iom"])
def test_every_shipped_query_is_answered_without_a_store(name: str) -> None:
    """All queries of the rules may be asked once, for all nodes, and are of the forms that are read."""
    assert all(query.once and query.finder is not None for query in shipped()[name])


def test_shipped_queries_are_answered_as_by_the_store() -> None:
    """On the faults of every rule together, each query finds over integers what the store finds."""
    found, left = 0, []
    for folder, data in graphs():
        for query in (query for queries in shipped().values() for query in queries):
            text = "".join(word.text for word in query.body)
            ours = by_engine(text, query.head, data)
            if ours is None:
                left.append((folder, text))
            else:
                assert ours == by_store(text, query.head, data), (folder, text)
                found += len(ours)
    assert found > 900
    assert left == []


def test_a_synthetic_organization_is_judged_as_by_the_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """With many units at fault, each query finds over integers what the store finds."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    synthetic = importlib.import_module("synthetic")
    data = _data("".join(synthetic.organization(1000)), *(file.read_text(encoding="utf-8") for file in sorted(ONTOLOGY.glob("*.ttl"))))
    for query in (query for name in FILES["edition"] for query in shipped()[name]):
        text = "".join(word.text for word in query.body)
        assert by_engine(text, query.head, data) == by_store(text, query.head, data), text


NAMES = st.sampled_from([NamedNode(HERE + letter) for letter in "abc"])
THINGS = NAMES | st.sampled_from([BlankNode("x")])
PROPERTIES = st.sampled_from([NamedNode(HERE + letter) for letter in "pqr"])
INTEGER = NamedNode(XSD + "integer")
LITERALS = st.sampled_from(
    [
        *(Literal(text) for text in ("", "a", "A", "ab")),
        *(Literal("a", language=language) for language in ("en", "fr")),
        *(Literal(str(number), datatype=INTEGER) for number in (1, 2, 10)),
        Literal("2024-01-01", datatype=NamedNode(XSD + "date")),
        Literal("1.5", datatype=NamedNode(XSD + "decimal")),
        Literal("true", datatype=NamedNode(XSD + "boolean")),
        Literal("a", datatype=NamedNode(HERE + "kind")),
    ]
)
GRAPHS = st.lists(st.tuples(THINGS, PROPERTIES, THINGS | LITERALS), min_size=8, max_size=40)
NAMED = parsed(f'<{HERE}a> <{HERE}s> <{HERE}b>, "a", "a"@en, 1 .')
"""The constants of the queries below: the store gives no path of no length to a term that no triple mentions."""
EVERY = [(triple.subject, triple.predicate, triple.object) for triple in NAMED]
VARIABLES = st.sampled_from(["$this", "?value", "?x", "?y"])
PATHS = st.sampled_from(
    [":p", ":q", ":r", ":p+", ":q*", ":r?", ":p/:q", "^:p", ":p|:q", "(:p|^:q)+", ":p/^:q?", "(:p/:q)+", "(^:p)*", "?x", "?any"]
)
ENDS = VARIABLES | st.sampled_from([":a", ":b", '"a"', '"a"@en', "1"])
PATTERN = st.builds("{} {} {} .".format, VARIABLES | st.just(":a"), PATHS, VARIABLES | ENDS)
PATTERNS = st.lists(PATTERN, min_size=1, max_size=2).map(" ".join)
TEXT = st.builds("{}(STR({}))".format, st.sampled_from(["LCASE", "UCASE", "STR"]), VARIABLES) | st.sampled_from(
    ['"a"', "LANG(?x)", "STR(:a)"]
)
TEXTS = (
    TEXT
    | st.builds("SUBSTR({}, {}, {})".format, TEXT, st.integers(1, 3), st.integers(0, 3))
    | st.builds("CONCAT({}, {})".format, TEXT, TEXT)
)
VALUES = VARIABLES | st.sampled_from([":a", "1", '"a"', '"a"@fr', "STRLEN(STR(?x))", "(STRLEN(STR(?y)) + 1)", "?x + 1"])
SIGNS = st.sampled_from(["=", "!=", "<", ">", "<=", ">="])
PLAIN = (
    st.builds("{} {} {}".format, TEXTS, SIGNS, TEXTS)
    | st.builds("{} {} {}".format, VALUES, SIGNS, VALUES)
    | st.builds("{}({}, {})".format, st.sampled_from(["CONTAINS", "STRSTARTS", "STRENDS"]), TEXTS, TEXTS)
    | st.builds("BOUND({})".format, VARIABLES)
    | st.builds("{} {} (:a, :b)".format, VARIABLES, st.sampled_from(["IN", "NOT IN"]))
    | st.builds('REGEX({}, "^a", "i")'.format, TEXT)
    | st.builds("isIRI({})".format, VARIABLES)
)
GROUP = st.builds("{{ {} }}".format, PATTERNS) | st.builds("{{ {} FILTER ({}) }}".format, PATTERNS, PLAIN)
EXISTS = st.builds("{} {}".format, st.sampled_from(["EXISTS", "NOT EXISTS"]), GROUP)
NESTED = EXISTS | st.builds("{} {{ {} FILTER {} }}".format, st.sampled_from(["EXISTS", "NOT EXISTS"]), PATTERNS, EXISTS)
CONDITION = st.recursive(
    PLAIN | NESTED,
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from(["&&", "||"]), inner) | st.builds("!({})".format, inner),
    max_leaves=3,
)
PART = (
    st.builds("FILTER ({})".format, CONDITION)
    | st.builds("FILTER {}".format, NESTED)
    | st.builds("OPTIONAL {}".format, GROUP)
    | st.builds("{} UNION {}".format, GROUP, GROUP)
    | st.builds("{{ {} BIND ({} AS ?value) }} UNION {}".format, PATTERNS, VARIABLES, GROUP)
    | st.builds("BIND ({} AS ?z)".format, TEXTS | VALUES)
    | PATTERNS
)
CHOSEN = st.sampled_from(["$this", "$this ?value", "$this ?x ?y", "?x", "?value ?z"])
INNER = st.builds(
    "{{ SELECT {} {} WHERE {{ {} {} }} }}".format,
    st.sampled_from(["", "DISTINCT"]),
    CHOSEN,
    PATTERNS,
    st.lists(PART, max_size=2).map(" ".join),
) | st.builds("{{ SELECT $this ?x WHERE {{ {} }} GROUP BY $this ?x HAVING (COUNT(DISTINCT ?y) {} 1) }}".format, PATTERNS, SIGNS)
PARTS = (
    PART
    | INNER
    | st.builds("OPTIONAL {}".format, INNER)
    | st.builds("OPTIONAL {{ {} {} }}".format, INNER, PATTERNS)
    | st.builds("{} UNION {}".format, INNER, GROUP)
    | st.builds("{{ {} SELECT $this ?x {{ {} {} }} }}".format, st.just(""), INNER, PATTERNS)
)
FIRST = st.builds("$this {} {} .".format, PATHS, st.sampled_from(["?value", "?x", "?y"]))
BODIES = st.builds("{} {}".format, FIRST, st.lists(PARTS, max_size=3).map(" ".join)) | st.builds("{} {}".format, INNER, FIRST)
QUERIES = st.builds("SELECT $this ?value WHERE {{ {} }}".format, BODIES) | st.builds(
    "SELECT $this WHERE {{ {} }} GROUP BY $this HAVING (COUNT(DISTINCT {}) {} {})".format, BODIES, VARIABLES, SIGNS, st.integers(0, 3)
)


@settings(max_examples=600)
@given(GRAPHS, QUERIES)
def test_queries_made_by_chance_are_answered_as_by_the_store(triples: list[tuple[Term, Term, Term]], query: str) -> None:
    """A query that may be asked once, whatever it is put together from, has the same rows in both."""
    data = Data([*EVERY, *triples])
    try:
        expected = by_store(query, PREFIXES, data)
    except SyntaxError:
        return
    found = by_engine(query, PREFIXES, data) if joinable(words(query)) else None
    assert found is None or found == {row for row in expected if row[0] is not None and data.known(row[0]) is not None}


@pytest.mark.parametrize(
    "body",
    [
        "{ SELECT DISTINCT $this ?value WHERE { ?x :p ?value } } $this :q ?y FILTER (?value != $this)",
        "$this :p ?value { SELECT $this WHERE { $this :q ?value } }",
        "$this :p ?value { SELECT ?value WHERE { ?value :q ?x } GROUP BY ?value HAVING (COUNT(DISTINCT ?x) > 1) }",
        "SELECT $this ?value WHERE { $this :p ?value { SELECT ?value WHERE { ?value :q ?x } } }",
        "$this :p ?x OPTIONAL { { SELECT ?x ?value WHERE { ?x :q ?value FILTER (?value != ?x) } } FILTER (?value != $this) }",
        "$this :p ?x { SELECT ?x ?value WHERE { ?x :q ?value } } UNION { ?value :q $this }",
        "$this :p ?x { SELECT ?y WHERE { ?x :q ?y } } BIND (?y AS ?value)",
    ],
)
def test_a_query_within_a_query_is_answered_by_itself(body: str) -> None:
    """What it does not tell is not seen outside, and what is outside is not seen in it (SPARQL 1.1 section 12)."""
    a, b, c, p, q = (NamedNode(HERE + letter) for letter in "abcpq")
    data = Data([(a, p, a), (a, p, b), (b, p, c), (c, p, a), (a, q, b), (b, q, b), (b, q, c), (c, q, Literal("a"))])
    query = f"SELECT $this ?value WHERE {{ {body} }}"
    found = by_engine(query, PREFIXES, data)
    assert found == by_store(query, PREFIXES, data)
    assert found


@pytest.mark.parametrize(
    "body",
    [
        "OPTIONAL { $this :q ?x } $this :r ?x FILTER (?x = :b)",
        "OPTIONAL { $this :q ?z FILTER (?x = :b) } $this :r ?x FILTER (?x = :b)",
        "FILTER EXISTS { $this :p :b ; :r ?x FILTER (?x = :b) } OPTIONAL { $this :q ?x }",
        "{ SELECT $this ?x WHERE { $this :p ?value OPTIONAL { $this :q ?x } } } $this :r ?x FILTER (?x = :b)",
    ],
)
def test_a_condition_waits_for_the_value_of_a_variable(body: str) -> None:
    """A variable to which one part of a group need not give a value may get it from a later one, and is not looked at before."""
    a, b, p, r = (NamedNode(HERE + letter) for letter in "abpr")
    data = Data([(a, p, b), (a, r, b), (a, r, a), (b, p, b), (b, r, a)])
    query = f"SELECT $this ?value WHERE {{ $this :p ?value {body} }}"
    expected = by_store(query, PREFIXES, data)
    assert by_engine(query, PREFIXES, data) in (None, expected)
    assert expected == {(a, b)}


@settings(max_examples=300)
@given(GRAPHS, QUERIES)
def test_a_query_asked_once_answers_as_if_asked_of_each_node(triples: list[tuple[Term, Term, Term]], query: str) -> None:
    """What one run of a query finds of a node is what it finds with the node filled in, as SHACL asks it (section 5.3.1)."""
    data, said = Data([*EVERY, *triples]), words(query)
    if not joinable(said):
        return
    try:
        once = by_store(query, PREFIXES, data)
        for node in (NamedNode(HERE + letter) for letter in "abc"):
            alone = data.store.query(filled(said, {"this": node}), prefixes=PREFIXES)
            assert isinstance(alone, QuerySolutions)
            told = "value" in [variable.value for variable in alone.variables]
            assert {row["value"] if told else None for row in alone} == {value for this, value in once if this == node}, query
    except SyntaxError:  # such as GROUP BY with a term
        return


def test_paths_of_no_length_from_a_property_are_left_to_the_store() -> None:
    """What is a property only is no thing of the graph, so that no path of no length begins there; the engine leaves that to the store."""
    query = "SELECT $this ?value WHERE { $this ?x ?y . ?value :q* ?x . }"
    data = Data(EVERY)
    found = by_engine(query, PREFIXES, data)
    assert found is None or found == by_store(query, PREFIXES, data)
