"""The W3C SPARQL 1.1 query suite, asked over HTTP of what `organograph serve FILE` serves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.util import shift_path_info

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse

from httpclient import Answer, Client
from organograph_server.app import create_app
from organograph_server.content.formats import JSON_RESULTS, TURTLE
from organograph_server.errors import RequestRefused, ServiceRefused
from organograph_server.query.guard import Limits, examine
from organograph_server.query.head import read_head
from organograph_server.query.store import QueryStore
from organograph_server.settings import Settings
from serving import listening, served
from sparqlsuite import SUITE, Case, cases, csv_rows, expected, rows_of, same_graph, same_rows

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="outside material is not at hand: ../shared/suites/sparql11-query")
_PLANNER = "the engine gives no solution for a constant that no triple mentions"
_GRAPHS = "the engine joins the variable of GRAPH too early"
KNOWN = {
    "aggregates/agg-groupconcat-04": "the engine gives the concatenation the language that the strings share",
    "aggregates/agg-groupconcat-06": "the engine gives the concatenation the language that the strings share",
    "aggregates/agg-empty-group-count-graph": _GRAPHS,
    "bindings/graph": _GRAPHS,
    "csv-tsv-res/tsv03": "the engine gives integer for the types derived from it",
    "functions/bnode01": "the engine gives one blank node for a label in all solutions",
    "negation/graph-minus": _GRAPHS,
    "property-path/zero_or_more_set_start": _PLANNER,
    "property-path/zero_or_more_set_end": _PLANNER,
    "property-path/zero_or_one_set_start": _PLANNER,
    "property-path/zero_or_one_set_end": _PLANNER,
}
CASES = cases()
# The command itself serves the datasets that most cases ask; starting it for each of all would take minutes.
OF_THE_COMMAND = [dataset for dataset, _ in Counter(case.dataset for case in CASES).most_common(3)]

Ask = Callable[[Case, str, str | None], Answer]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """Asks the query of a case: of the command, or of a server in this process that has many datasets, each as a file."""
    folder = tmp_path_factory.mktemp("suite")
    files = {dataset: folder / f"{number}.nq" for number, dataset in enumerate(dict.fromkeys(case.dataset for case in CASES))}
    for case in CASES:
        files[case.dataset].write_bytes(case.quads())

    with ExitStack() as open_until_the_end:
        many = open_until_the_end.enter_context(listening(_many(folder)))
        own = {dataset: open_until_the_end.enter_context(served(files[dataset])) for dataset in OF_THE_COMMAND}

        def asked(case: Case, query: str, accept: str | None) -> Answer:
            address = own.get(case.dataset)
            path = "/sparql" if address else f"/{files[case.dataset].name}/sparql"
            fields = {"Content-Type": "application/sparql-query"} | ({"Accept": accept} if accept else {})
            # What stands before the query tells only what its relative IRIs start from.
            return Client(address or many).ask("POST", path, fields, f"BASE <{case.base}>\n{query}".encode())

        yield asked


def _many(folder: Path) -> Callable[[WSGIEnvironment, StartResponse], object]:
    """An application that has a server of each file at /FILE/, made when it is first asked."""
    app_of = lru_cache(maxsize=None)(lambda name: create_app(Settings(files=(folder / name,))))

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> object:
        return app_of(shift_path_info(environ))(environ, start_response)

    return application


def _marked() -> list[object]:
    marks = {name: [pytest.mark.xfail(reason=reason)] for name, reason in KNOWN.items()}
    return [pytest.param(case, id=case.name, marks=marks.get(case.name, [])) for case in CASES]


@pytest.mark.parametrize("case", _marked())
def test_case_of_the_suite(ask: Ask, case: Case) -> None:
    """Every case is answered over HTTP as the W3C expects, and the guard never stands in the way."""
    query = case.query.read_bytes().decode()
    answer = ask(case, query, "text/csv" if "CSV" in case.kind else "application/sparql-results+json, application/n-triples")
    if case.kind.startswith("Negative"):
        assert answer.status == 400, answer.text
        assert "cannot be read" in answer.text or "not declared" in answer.text
        return
    if case.kind.startswith("Positive"):
        # Some call a function that nobody defines.
        assert answer.status == 200 or "cannot be answered" in answer.text
        return
    assert case.result
    assert answer.status == 200, answer.text
    if answer.media_type == "text/csv":
        assert csv_rows(answer.body) == csv_rows(case.result.read_bytes())
        return
    wanted = expected(case.result)
    if wanted.graph is not None:
        assert same_graph(list(parse(answer.body, format=RdfFormat.N_TRIPLES)), wanted.graph)
        return
    got = rows_of(answer.body, QueryResultsFormat.JSON)
    assert got.truth == wanted.truth
    assert same_rows(got.rows, wanted.rows, wanted.ordered)


def test_known_differences_leave_enough() -> None:
    """Of the 338 cases of the suite at most 12 are answered otherwise than the W3C expects."""
    assert len(CASES) == 338
    assert set(KNOWN) <= {case.name for case in CASES}
    assert len(CASES) - len(KNOWN) >= 326


def test_the_guard_changes_no_verdict() -> None:
    """Of the whole suite, each query reads and answers behind the guard exactly as without it; it refuses none but those with SERVICE."""
    differing, called = [], []
    for case in CASES:
        query = f"BASE <{case.base}>\n{case.query.read_bytes().decode()}"
        try:
            passed = examine(query, Limits())
        except ServiceRefused:
            called.append(case.name)
            continue
        store = QueryStore(parse(case.quads(), format=RdfFormat.N_QUADS), case.base)
        if _verdict(store, passed) != _verdict(store, query):
            differing.append(case.name)
    assert differing == []
    assert all("SERVICE" in next(case for case in CASES if case.name == name).query.read_text("utf-8").upper() for name in called)


def test_queries_made_ready_change_no_verdict() -> None:
    """Of the whole suite, each query reads and answers the same where common forms are made ready as by the engine alone."""
    differing, ready = [], 0
    for case in CASES:
        query, quads = case.query.read_bytes().decode(), list(parse(case.quads(), format=RdfFormat.N_QUADS))
        stores = QueryStore(quads, case.base), QueryStore(quads, case.base)
        stores[1].prepare()
        if _verdict(stores[0], query) != _verdict(stores[1], query):
            differing.append(case.name)
        ready += stores[1].is_ready(query, TURTLE if read_head(query).gives_graph else JSON_RESULTS)
    assert differing == []
    # Most cases of the suite are about rare forms.
    assert ready >= 12


def _verdict(store: QueryStore, query: str) -> object:
    try:
        answer = store.query(query, TURTLE if read_head(query).gives_graph else JSON_RESULTS)
    except RequestRefused as error:
        return type(error), error.details
    # Blank nodes have other names each time, most of 32 digits, but shorter ones too.
    named = re.sub(rb"_:\w+|\"type\":\"bnode\",\"value\":\"\w+\"", b"_:", answer)
    # Lines, or rows in JSON, in any order.
    return sorted(re.split(rb"\n|(?<=\[)(?=\{)|(?<=\}),(?=\{)|(?<=\})(?=\]\}\}\Z)", named))
