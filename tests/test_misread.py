"""Where a query that cannot be read goes wrong is told to the letter."""

from __future__ import annotations

import pytest
from pyoxigraph import Store

from organograph.resources import queries_folder
from organograph_server.dataset.saved import SavedQueries
from organograph_server.query.misread import malformed
from organograph_server.query.tokens import tokens
from serving import BASE

QUERIES = SavedQueries.read(queries_folder(), BASE).by_name


def told(text: str) -> tuple[object, object]:
    """Line and column that are told of a query that the engine refuses."""
    with pytest.raises(SyntaxError) as refused:
        Store().query(text, base_iri=BASE)
    found = malformed(text, str(refused.value))
    return found.details["line"], found.details["column"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELEC * {}", (1, 1)),
        ("SELECT * { ?s ?p }", (1, 18)),
        ("SELECT * {?s ?p }\n\n", (1, 17)),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTR(?o)\n}\n", (4, 3)),
        ("PREFIX a: <http://a/>\nSELECT * {\n ?s a:b ?o\n ?t a:c ?u }", (4, 2)),
        ("SELECT *\nWHERE {\n  ?s ?p ?o .\n  FILTER(\n}", (5, 1)),
        ("SELECT * { ?s ?p 'abc }", (1, 24)),
        ("SELECT * {", (1, 11)),
        ("", (1, 1)),
        ("ASK {} ASK {}", (1, 8)),
        ("SELECT * { ?s ?p ?o } LIMIT many", (1, 29)),
        ("# first\nSELECT * { ?s ?p 'ü' ;; , ?o }", (2, 25)),
    ],
)
def test_the_place_is_that_of_the_first_word_that_cannot_stand_there(text: str, place: tuple[int, int]) -> None:
    """Line and column are those of the token that no query can go on with, or of the end where it breaks off."""
    assert told(text) == place


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_slip_is_found_wherever_it_is(name: str) -> None:
    """In each saved query, what can stand nowhere is found before each of its tokens."""
    text = QUERIES[name].text
    for token in tokens(text):
        before = f"{text[: token.start]} "
        place = before.count("\n") + 1, len(before) - before.rfind("\n")
        assert told(f"{before}%% {text[token.start :]}") == place


def test_a_reason_that_the_engine_has_a_sentence_for_is_told() -> None:
    """What is wrong beyond grammar is told in the engine's words."""
    text = "SELECT ?s ?p { ?s ?p ?o } GROUP BY ?s"
    with pytest.raises(SyntaxError) as refused:
        Store().query(text)
    assert "contains a variable that is unbound" in malformed(text, str(refused.value)).message
