"""The W3C SPARQL 1.1 Protocol tests, sent as they are printed to `organograph serve FILE`."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, RdfFormat, parse, parse_query_results, serialize

from organograph_server.service import Service
from organograph_server.settings import Settings
from serving import served
from stores import PLACES

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "sparql-protocol"
TESTS: list[dict[str, Any]] = json.loads((SUITE / "tests.json").read_text("utf-8"))["tests"] if SUITE.is_dir() else []
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="outside material is not at hand: ../shared/suites/sparql-protocol")


@pytest.fixture(scope="module", params=["memory", *PLACES])
def endpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of the command itself, over a file with the graphs of the tests, which may be asked of a store."""
    graphs = {name: file for test in TESTS for name, file in test["graphs"].items()}
    quads = [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(name))
        for name, file in graphs.items()
        for quad in parse(path=SUITE / file, format=RdfFormat.N_TRIPLES)
    ]
    file = tmp_path_factory.mktemp("protocol") / "graphs.nq"
    file.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    if request.param == "memory":
        with served(file) as address:
            yield f"{address}/sparql"
        return
    base = "http://127.0.0.1:8000/"
    with PLACES[request.param](tmp_path_factory.mktemp(request.param)) as store:
        store.load(Service.of_files(Settings(base=base), [file]))
        with served(file, "--base", base, "--store", store.place) as address:
            yield f"{address}/sparql"


def _send(endpoint: str, request: dict[str, Any]) -> tuple[int, str, bytes]:
    """Send a request with no header but those listed; give status, media type and body of the answer."""
    address = urlsplit(endpoint)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    query = "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in request["params"])
    connection.putrequest(request["method"], f"{address.path}?{query}" if query else address.path, skip_accept_encoding=True)
    body = (request["body"] or "").encode(request["body_encoding"] or "utf-8")
    for name, value in [*request["headers"], *([("Content-Length", str(len(body)))] if body else [])]:
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    answer = (response.status, (response.headers["Content-Type"] or "").partition(";")[0], response.read())
    connection.close()
    return answer


@pytest.mark.parametrize("test", [pytest.param(test, id=test["id"]) for test in TESTS])
def test_case_of_the_protocol(endpoint: str, test: dict[str, Any]) -> None:
    """Queries are answered as the W3C expects; updates are refused."""
    for request in test["requests"]:
        status, content_type, content = _send(endpoint, request)
        if request["role"] == "update":
            assert 400 <= status < 500
            return
        expect = request["expect"]
        assert f"{status // 100}xx" in expect["status_class"], content
        if expect["content_types"]:
            assert content_type in expect["content_types"]
        if expect["boolean"] is not None:
            answer = parse_query_results(content, format=QueryResultsFormat.from_media_type(content_type))
            assert bool(answer) is expect["boolean"]


def test_all_cases_are_here() -> None:
    """The suite has the cases that its README counts."""
    assert len(TESTS) == 34
