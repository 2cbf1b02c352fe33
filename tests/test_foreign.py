"""Queries for stores of others, and their answers: what is sent is what was asked, and what is given is what was answered."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from organograph_server.content.formats import CSV_RESULTS, JSON_RESULTS, N_TRIPLES, TRUTH, TURTLE
from organograph_server.errors import AnswerTooLarge, QueryMalformed, QueryUnsupported, StoreFailed
from organograph_server.query.foreign import rewritten, sendable
from organograph_server.query.store import Dataset
from organograph_server.stores.credentials import Credentials

BASE = "http://e/"
JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    ("query", "sent", "dataset"),
    [
        ("SELECT * {}", "BASE <http://e/> SELECT * {}", None),
        ("SELECT * FROM <a> {}", "BASE <http://e/> SELECT *          {}", Dataset(("http://e/a",))),
        (
            "PREFIX g: <urn:> SELECT *\nFROM NAMED\ng:b\nFROM g:c { ?from g:from 'FROM <d>' }",
            "BASE <http://e/> PREFIX g: <urn:> SELECT *\n          \n   \n         { ?from g:from 'FROM <d>' }",
            Dataset(("urn:c",), ("urn:b",)),
        ),
        # Virtuoso reads one base alone, so two are made one where that is the same.
        ("BASE <b/> SELECT * FROM <a> {}", "BASE <http://e/b/>           SELECT *          {}", Dataset(("http://e/b/a",))),
        ("BASE <b/> BASE <c/> PREFIX p: <d> ASK {}", "BASE <http://e/b/c/>                     PREFIX p: <d> ASK {}", None),
        ("PREFIX p: <d> BASE <b/> ASK {}", "BASE <http://e/> PREFIX p: <d> BASE <b/> ASK {}", None),
        (
            "PREFIX base: <urn:> ASK { ?s base:base 'BASE <x>' }",
            "BASE <http://e/> PREFIX base: <urn:> ASK { ?s base:base 'BASE <x>' }",
            None,
        ),
    ],
)
def test_what_is_sent(query: str, sent: str, dataset: Dataset | None) -> None:
    """A query is sent as it was, each word at its place, but for its base and for the graphs that are told by the protocol."""
    found = sendable(query, BASE)
    assert (found.text, found.dataset) == (sent, dataset)


@pytest.mark.parametrize(
    ("query", "names_graphs"), [("SELECT * { GRAPH ?g {} }", True), ("SELECT * { grAph ?g {} }", True), ("SELECT * { ?s ?p ?o }", False)]
)
def test_named_graphs_are_told_where_they_may_be_asked(query: str, names_graphs: bool) -> None:
    """Only a query with the word is told the graphs, which may be many."""
    assert sendable(query, BASE).names_graphs is names_graphs


@pytest.mark.parametrize("query", ["SELEC", "SELECT * { ?s ?p }", "DEFINE x:y 'z' SELECT * {}", "SELECT (<urn:f>(1) AS ?x) {}"])
def test_what_is_no_query_is_not_sent(query: str) -> None:
    """What the engine's own reader does not read is refused, and so is what calls functions that are not SPARQL's."""
    with pytest.raises(QueryMalformed):
        sendable(query, BASE)


@pytest.mark.parametrize("iri", ["bif:contains", "BIF:x", "sql:y", "java:com.example.C", "\\u0062if:z"])
def test_code_is_not_sent(iri: str) -> None:
    """No IRI that a store takes for code gets there, in whatever case, and put together from whatever prefix."""
    with pytest.raises(QueryUnsupported):
        sendable(f"SELECT * {{ ?s <{iri}> ?o }}", BASE)
    for cut in range(4):
        with pytest.raises(QueryMalformed):
            sendable(f"PREFIX p: <{iri[:cut]}> SELECT * {{ ?s p:{iri[cut:]} ?o }}", BASE)


def _rows(*rows: dict[str, dict[str, str]], names: tuple[str, ...] = ("x",)) -> bytes:
    return json.dumps({"head": {"vars": names}, "results": {"bindings": rows}}).encode()


def test_what_virtuoso_means_is_given() -> None:
    """Its truths, its types of literals and its blank nodes become those of the standard."""
    truth = _rows({"__ASK_RETVAL": {"type": "typed-literal", "value": "1"}}, names=("__ASK_RETVAL",))
    assert rewritten(truth, JSON, "ASK", TRUTH, 99) == b"true"
    assert rewritten(_rows(names=("__ASK_RETVAL",)), JSON, "ASK", TRUTH, 99) == b"false"
    typed = {"type": "typed-literal", "value": "1", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    assert b'"type":"literal"' in rewritten(_rows({"x": typed}), JSON, "SELECT", JSON_RESULTS, 999)
    blank = _rows(
        {"x": {"type": "bnode", "value": "nodeID://b1"}}, {"x": {"type": "literal", "value": '"type": "bnode", "value": "nodeID://'}}
    )
    given = rewritten(blank, JSON, "SELECT", CSV_RESULTS, 999)
    assert re.fullmatch(rb'x\r\n_:\w+\r\n"""type"": ""bnode"", ""value"": ""nodeID://"\r\n', given)


@pytest.mark.parametrize(
    ("content", "kind", "form"),
    [
        (b'{"head": {}, "boolean": true}', JSON, "SELECT"),
        (_rows(), JSON, "ASK"),
        (_rows()[:-1], JSON, "SELECT"),
        (b"", JSON, "SELECT"),
        (b"<s> <p> .", "text/turtle", "CONSTRUCT"),
        (b"<s> <p> <o> .", "application/n-triples", "CONSTRUCT"),
        (b"\xff", "text/turtle", "CONSTRUCT"),
        (b"[" * 100_000, JSON, "SELECT"),
    ],
)
def test_what_is_no_answer_is_not_given(content: bytes, kind: str, form: str) -> None:
    """An answer of another kind than the query, or that cannot be read to its end, is a fault of the store."""
    with pytest.raises(StoreFailed):
        rewritten(content, kind, form, TURTLE if form == "CONSTRUCT" else JSON_RESULTS, 1_000_000)


def test_what_becomes_too_long_is_not_given() -> None:
    """The limit holds for what is written here, too."""
    with pytest.raises(AnswerTooLarge):
        rewritten(_rows({"x": {"type": "literal", "value": "a" * 100}}), JSON, "SELECT", CSV_RESULTS, 50)
    with pytest.raises(AnswerTooLarge):
        rewritten(b"<urn:s> <urn:p> <urn:o> .", "text/turtle", "CONSTRUCT", N_TRIPLES, 10)


def test_who_asks_is_told_to_whom_wants_to_know() -> None:
    """No password is sent before it is asked for, by Basic or by Digest; what does not help is not tried again."""
    who = Credentials("ada", "lovelace")
    assert who.told("GET", "/x") == {}
    assert who.learns(401, 'Basic realm="r"', {})
    told = who.told("GET", "/x")
    assert told == {"Authorization": "Basic YWRhOmxvdmVsYWNl"}
    assert not who.learns(401, 'Basic realm="r"', told)
    who = Credentials("ada", "lovelace")
    assert who.learns(401, 'Digest realm="r", nonce="n", qop="auth,auth-int", algorithm=SHA-256, opaque="o"', {})
    field = who.told("PUT", "/x?graph=urn%3Ag")["Authorization"]
    given = dict(re.findall(r'(\w+)="?([^",]+)', field))
    one, other = (hashlib.sha256(text.encode()).hexdigest() for text in ("ada:r:lovelace", "PUT:/x?graph=urn%3Ag"))
    wanted = hashlib.sha256(f"{one}:n:00000001:{given['cnonce']}:auth:{other}".encode()).hexdigest()
    assert (given["response"], given["opaque"], given["nc"]) == (wanted, "o", "00000001")
    assert not who.learns(401, 'Digest realm="r", nonce="m"', {"Authorization": field})
    assert not Credentials().learns(401, "Basic", {})
    assert Credentials("ada", "lovelace", "token").told("GET", "/") == {"Authorization": "Bearer token"}
    assert "lovelace" not in repr(who)
