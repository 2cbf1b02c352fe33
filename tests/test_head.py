"""What a query says before its pattern is read as the engine reads it, however its words touch each other."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Store

from organograph_server.content.formats import JSON_RESULTS, TURTLE
from organograph_server.query.head import read_head
from organograph_server.query.store import QueryStore
from organograph_server.query.tokens import tokens

G1, G2 = NamedNode("http://e/g1"), NamedNode("http://e/g2")
THING, PROPERTY = NamedNode("http://e/s"), NamedNode("http://e/p")
QUADS = [Quad(THING, PROPERTY, Literal(number), graph) for number, graph in enumerate((DefaultGraph(), G1, G2))]
PREFIX = "PREFIX :<http://e/>PREFIX ex:<http://e/>"
# Expressions that compare, in which what stands between `<` and `>` could be taken for an IRI, and the same with nothing to mistake.
EXPRESSIONS = (
    ("?o<(?o)", "?o < (?o)"),
    ("?o<?o&&?o>?o", "?o < ?o && ?o > ?o"),
    ("?o<=5||?o>5", "?o <= 5 || ?o > 5"),
    ("?o<<http://e/FROM>", "?o < <http://e/FROM>"),
    ("<http://e/b><?o", "<http://e/b> < ?o"),
    ("COUNT(*)<(5)", "COUNT(*) < (5)"),
    ("1<(2)&&'>'>'a'", "1 < (2) && '>' > 'a'"),
    ("IF(?o<(3),1,2)", "IF(?o < (3), 1, 2)"),
    ("EXISTS{?s ?p ?q FILTER(?q<?o&&'x>'='}')}", "EXISTS { ?s ?p ?q FILTER(?q < ?o && 'x>' = '}') }"),
    ("EXISTS{?s :p (?q <http://e/it's>)}", "EXISTS { ?s :p (?q <http://e/it's>) }"),
    ("NOT EXISTS{?s :p ?q FILTER(?q IN(<http://e/a>,<http://e/b>))?q :r (?s <http://e/'>)}", "1 < 2"),
)
# How the engine lets graphs be named, with what each names.
CLAUSES = (
    ("FROM:g1", (":g1", "")),
    ("FROM :g2 ", (":g2", "")),
    ("FROMex:g1", ("ex:g1", "")),
    ("from<http://e/g2>", ("<http://e/g2>", "")),
    ("FROM NAMED<http://e/g1>", ("", "<http://e/g1>")),
    ("FROMNAMED:g2", ("", ":g2")),
    ("FROM NAMEDex:g2 ", ("", "ex:g2")),
    ("FROM<http://e/g1>#>\n", ("<http://e/g1>", "")),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(EXPRESSIONS), min_size=1, max_size=3), st.lists(st.sampled_from(CLAUSES), max_size=4))
def test_from_is_found_behind_whatever_compares(expressions: list[tuple[str, str]], clauses: list[tuple[str, tuple[str, str]]]) -> None:
    """What stands between a `<` and a `>` that compare hides no FROM, and the engine reads such a query."""
    selected = "".join(f"({expression} AS?x{number})" for number, (expression, _) in enumerate(expressions))
    text = f"{PREFIX}SELECT{selected}{' '.join(clause for clause, _ in clauses)}{{?s ?p ?o}}"
    if "COUNT" not in text:
        Store().query(text)
    head = read_head(text)
    assert (head.form, head.prologue) == ("SELECT", PREFIX)
    assert head.default == tuple(default for _, (default, _) in clauses if default)
    assert head.named == tuple(named for _, (_, named) in clauses if named)


@pytest.mark.parametrize(("dense", "clear"), EXPRESSIONS)
def test_tokens_are_those_of_the_text_with_spaces(dense: str, clear: str) -> None:
    """A comparison has the same words with and without space around them."""
    if clear != "1 < 2":
        read = [[token.text for token in tokens(f"SELECT({each} AS ?x){{}}")] for each in (dense, clear)]
        assert read[0] == read[1]


HEADS = {
    "ASKFROM<http://e/g1>{?s ?p ?o}": ("ASK", ("<http://e/g1>",), ()),
    "CONSTRUCTFROM<http://e/g1>WHERE{?s ?p ?o}": ("CONSTRUCT", ("<http://e/g1>",), ()),
    "CONSTRUCTWHERE{?s ?p ?o}": ("CONSTRUCT", (), ()),
    "PREFIX:<http://e/>CONSTRUCT{?s ?p(?o <http://e/'>)}FROM:g1{?s ?p ?o FILTER('FROM'<'x')}": ("CONSTRUCT", (":g1",), ()),
    "SELECTDISTINCT?o{?s ?p ?o{SELECT*{}}}": ("SELECT", (), ()),
    "PREFIXex:<http://e/>DESCRIBEex:s FROM<http://e/g1>": ("DESCRIBE", ("<http://e/g1>",), ()),
    "PREFIX FROM:<http://e/>DESCRIBE FROM:s FROM FROM:g1": ("DESCRIBE", ("FROM:g1",), ()),
    "PREFIX :<http://e/>DESCRIBE :s FROM:g1": ("DESCRIBE", (":g1",), ()),
    "PREFIX NAMED:<http://e/>SELECT?o FROM NAMED:g1{?s ?p ?o}": ("SELECT", ("NAMED:g1",), ()),
    "SELECT?o FROM<http://e/g1>{?s ?p ?o}GROUP BY?o HAVING(?o<5)": ("SELECT", ("<http://e/g1>",), ()),
    "SELECT?o{?s ?p ?o FILTER('FROM <http://e/g1>'>'')}": ("SELECT", (), ()),
    "#FROM <http://e/g1>\nSELECT?o{?s ?p ?o}": ("SELECT", (), ()),
}


@pytest.mark.parametrize("text", HEADS)
def test_a_head_is_what_the_engine_takes_for_it(text: str) -> None:
    """Words that touch what follows them are words to the engine, and so they are here."""
    Store().query(text)
    head = read_head(text)
    assert (head.form, head.default, head.named) == HEADS[text]


@pytest.mark.parametrize("expression", [dense for dense, _ in EXPRESSIONS if "COUNT" not in dense])
def test_a_query_is_asked_of_the_graphs_that_it_names(expression: str) -> None:
    """Whatever the query compares before FROM, it finds what that graph has, and of two graphs each triple once."""
    store = QueryStore([*QUADS, Quad(THING, PROPERTY, Literal(1), G2)], "http://e/")
    for clause, expected in (("FROM:g1", 1), ("FROM:g1 FROM<http://e/g2>", 2), ("", 1)):
        found = store.query(f"{PREFIX}SELECT?o(({expression})AS?x){clause}{{?s ?p ?o}}", JSON_RESULTS)
        assert len(json.loads(found)["results"]["bindings"]) == expected, clause


def test_a_graph_that_is_not_recognized_is_never_written_as_a_table() -> None:
    """What the engine takes for CONSTRUCT is given as a graph."""
    text = "CONSTRUCTWHERE{?s ?p ?o}"
    assert read_head(text).gives_graph
    assert QueryStore(QUADS, "http://e/").query(text, TURTLE).count(b"<http://e/p>") == 1
    assert isinstance(Store().query("SELECTDISTINCT?o{?s ?p ?o}"), QuerySolutions)
