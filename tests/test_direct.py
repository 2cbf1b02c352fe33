"""The direct way of common queries: nobody can tell that the application was not asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpclient import Client
from organograph_server.app import create_app
from organograph_server.gate.direct import decoded
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Question
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls.exchange import Reply
from organograph_server.walls.handles import has_walls
from organograph_server.walls.walled import WalledEngine
from serving import listening

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so queries run unwalled")

_DATA = "".join(f'<urn:s{number}> <urn:p> "value {number}", <urn:o> .\n' for number in range(50))
_QUERIES = (
    "SELECT * { ?s ?p ?o }",
    "SELECT ?s { ?s <urn:p> 'value 7' }",
    "ASK { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s ?p ?o }",
    "DESCRIBE <urn:s7>",
    "SELECT (1 + 2 AS ?sum) {}",
    "SELECT ?s FROM <urn:g> { ?s ?p ?o }",
    "SELECT (NOW() AS ?now) (1 AS ?one) { FILTER(false) }",
    "SELECT * { ?s ?p ",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT * { " + "{" * 300 + "}" * 300 + " }",
    "nonsense",
    "",
    "SELECT (STRDT('x', 1) AS ?x) { ?s ?p ?o } ORDER BY ?x",
)
_FIELDS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "text/turtle, application/sparql-results+xml;q=0.9"},
    {"Accept": "text/html"},
    {"Accept": "image/png"},
    {"Accept-Encoding": "gzip"},
    {"Accept-Encoding": "identity;q=0"},
    {"Accept-Encoding": "identity;q=0, gzip;q=0"},
    {"If-None-Match": "*"},
    {"X-Long": "x" * 9_000},
    {"Range": "bytes=0-1"},
)


@dataclass(frozen=True)
class Served:
    """A server of a small file, with a worker ready.

    Args:
        client: asks it.
        engine: answers.
        directly: the queries that were asked on the direct way.
    """

    client: Client
    engine: WalledEngine
    directly: list[str]


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server that tells which queries go the direct way."""
    file = tmp_path / "data.ttl"
    file.write_text(_DATA, encoding="utf-8")
    app = create_app(Settings(files=(file,), base="http://example.org/"))
    engine = Service.of(app).engine
    assert isinstance(engine, WalledEngine)
    engine.start()
    directly: list[str] = []
    ask = engine.ask_here

    def noted(question: Question, asker: Asker, answer: Reply) -> None:
        directly.append(question.text)
        ask(question, asker, answer)

    monkeypatch.setattr(engine, "ask_here", noted)
    with listening(app) as address:
        yield Served(Client(address), engine, directly)
    engine.close()


def _answered(served: Served, query_string: str, fields: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
    answer = served.client.ask("GET", f"/sparql?{query_string}", fields)
    told = sorted((name.lower(), value) for name, value in answer.fields.items() if name.lower() not in ("date", "x-request-id"))
    return answer.status, told, answer.body


@pytest.mark.parametrize("fields", _FIELDS, ids=str)
def test_the_direct_way_answers_as_the_application_does(served: Served, fields: dict[str, str]) -> None:
    """Status, header fields and bytes are the same either way, for answers and refusals."""
    for number, query in enumerate(_QUERIES):
        # Another name each time, so that neither way finds the answer of the other kept.
        direct = _answered(served, f"query={quote(query)}%20%23{number}", fields)
        asked = len(served.directly)
        through = _answered(served, f"query={quote(query)}%20%23{number}&unknown=", fields)
        assert len(served.directly) == asked
        assert direct[0] == through[0]
        if direct[0] < 400:
            assert direct == through, query
        else:
            assert [name for name, _ in direct[1]] == [name for name, _ in through[1]], query


def test_common_queries_go_the_direct_way(served: Served) -> None:
    """All of the first kinds do, with what most clients say that they accept; what is refused by the guard does not."""
    for query in _QUERIES:
        _answered(served, f"query={quote(query)}", {"Accept": "text/turtle, application/sparql-results+json"})
    others = [query for query in _QUERIES if query.startswith(("INSERT", "nonsense")) or "SERVICE" in query or "{{" in query or not query]
    assert served.directly == [query for query in _QUERIES if query not in others]


@pytest.mark.parametrize(
    ("query_string", "status"),
    [
        ("query=SELECT%20%2A%20%7B%FF%7D", 400),
        ("query=%00", 400),
        ("query=ASK+%7B%7D", 200),
        ("query=ASK%20%7B%7D%zz", 400),
        ("query=ASK{}&query=ASK{}", 400),
        ("query=ASK%20%7B%7D%20%23%5Cu0041", 200),
        ("query=SELECT%20(%22%C3%A9%22%20AS%20?x)%20%7B%7D", 200),
    ],
)
def test_what_is_odd_is_answered_as_before(served: Served, query_string: str, status: int) -> None:
    """A query string that is no text, or has more than one query, is refused with a reason, and a plus sign is a space."""
    assert _answered(served, query_string, {})[0] == status


def test_a_refused_query_is_asked_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine refuses on the direct way is told by the application, which does not ask it again."""
    monkeypatch.setattr(served.engine, "answer", None)
    status, _, content = _answered(served, "query=SELECT%20%2A%20%7B", {})
    assert (status, b"line 1" in content) == (400, True)
    assert len(served.directly) == 1


def test_a_query_asked_again_is_kept(served: Served) -> None:
    """From the second time on the answer is kept, and the engine is not asked; unless it differs from time to time."""
    for query, asked in (("SELECT * {?s ?p ?o}", 2), ("SELECT (RAND() AS ?x) {}", 4)):
        served.directly.clear()
        answers = [_answered(served, f"query={quote(query)}", {}) for _ in range(4)]
        assert len(served.directly) == asked
        assert len({content for _, _, content in answers}) == (1 if asked == 2 else 4)


@given(st.text())
def test_escapes_are_read_as_the_library_reads_them(text: str) -> None:
    """A value that is decoded quickly is what it is by the library, whatever it has in it; what is cut is not read."""
    for encoded in (quote_plus(text, errors="replace"), quote_plus(text, errors="replace")[:-1], text):
        found = decoded(encoded)
        assert found is None or found == unquote_plus(encoded, errors="strict")
    assert decoded(quote_plus(text, errors="replace")) is not None
