"""The direct way of common queries: nobody can tell that the application was not asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from organograph_server.app import create_app
from organograph_server.lane import Answer, Environ, asked
from organograph_server.service import Service
from organograph_server.settings import Settings

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
    {"HTTP_ACCEPT": "text/turtle, application/sparql-results+xml;q=0.9"},
    {"HTTP_ACCEPT": "text/html"},
    {"HTTP_ACCEPT": "image/png"},
    {"HTTP_ACCEPT_ENCODING": "gzip"},
    {"HTTP_ACCEPT_ENCODING": "identity;q=0"},
    {"HTTP_ACCEPT_ENCODING": "identity;q=0, gzip;q=0"},
    {"HTTP_IF_NONE_MATCH": "*"},
    {"HTTP_HOST": ""},
    {"HTTP_X_LONG": "x" * 9_000},
    {"HTTP_RANGE": "bytes=0-1"},
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """A server of a small file, with a worker ready."""
    file = tmp_path / "data.ttl"
    file.write_text(_DATA, encoding="utf-8")
    made = create_app(Settings(files=(file,)))
    Service.of(made).engine.start()
    yield made
    Service.of(made).engine.close()


def _answered(wsgi: Any, query_string: str, fields: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
    environ: Environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/sparql",
        "QUERY_STRING": query_string,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "example.org",
        **fields,
    }
    answer: Answer = asked(wsgi, environ)
    return answer.status, sorted((name.lower(), value) for name, value in answer.fields), answer.content


@pytest.mark.parametrize("fields", _FIELDS, ids=str)
def test_the_direct_way_answers_as_the_application_does(app: Flask, fields: dict[str, str]) -> None:
    """Status, header fields and bytes are the same either way, for answers and refusals."""
    for number, query in enumerate(_QUERIES):
        # Another name each time, so that neither way finds the answer of the other kept.
        direct = _answered(app.wsgi_app, f"query={quote(query)}%20%23{number}", fields)
        through = _answered(app.wsgi_app, f"query={quote(query)}%20%23{number}&unknown=", fields)
        assert direct[0] == through[0]
        if direct[0] < 400:
            assert direct == through, query
        else:
            assert [name for name, _ in direct[1]] == [name for name, _ in through[1]], query


@pytest.mark.parametrize(
    "query_string", ["query=SELECT%20%2A%20%7B%FF%7D", "query=%00", "query=ASK+%7B%7D", "query=\xff", "query=ASK{}&query=ASK{}"]
)
def test_what_is_odd_is_answered_as_before(app: Flask, query_string: str) -> None:
    """A query string that is no text, or has more than one query, is refused with a reason, and a plus sign is a space."""
    expected = 200 if "ASK+" in query_string else 400
    assert _answered(app.wsgi_app, query_string, {})[0] == expected


def test_a_refused_query_is_asked_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the engine refuses on the direct way is told by the application, which does not ask it again."""
    engine, questions = Service.of(app).engine, list[object]()
    answer = engine.answer

    def counted(question: Any, gone: int | None = None) -> bytes:
        questions.append(question)
        return answer(question, gone)

    monkeypatch.setattr(engine, "answer", counted)
    status, _, content = _answered(app.wsgi_app, "query=SELECT%20%2A%20%7B", {})
    assert status == 400
    assert b"line 1" in content
    assert len(questions) == 1


def test_a_query_asked_again_is_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the second time on the answer is kept, and the engine is not asked."""
    query = "query=SELECT%20%2A%20%7B%3Fs%20%3Fp%20%3Fo%7D"
    first = [_answered(app.wsgi_app, query, {}) for _ in range(2)]
    monkeypatch.setattr(Service.of(app).engine, "answer", None)
    assert [_answered(app.wsgi_app, query, {})] * 2 == first
