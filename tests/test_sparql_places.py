"""The W3C SPARQL 1.1 query suite, asked of stores on disk and of others by the engines that ask them.

What a store answers otherwise than the W3C expects stands in exceptions/STORE.toml, each case by its name with the reason.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse
from pyoxigraph import Store as OnDisk

from organograph_server.content.formats import CSV_RESULTS, JSON_RESULTS, N_TRIPLES
from organograph_server.errors import QueryMalformed, QueryUnsupported
from organograph_server.query.asking import Engine, LocalEngine, Question
from organograph_server.query.guard import Limits
from organograph_server.query.head import gives_graph
from organograph_server.query.place import Place
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.client import Client
from organograph_server.stores.credentials import Credentials
from organograph_server.stores.disk import Disk
from organograph_server.stores.endpoint import Endpoint
from organograph_server.stores.reading import Reading
from organograph_server.stores.remote import RemoteEngine
from organograph_server.stores.turns import Turns
from organograph_server.walls.terms import Terms
from sparqlsuite import SUITE, Case, cases, csv_rows, expected, rows_of, same_graph, same_rows
from stores import PLACES, Store

pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason="outside material is not at hand: ../shared/suites/sparql11-query")
_SECONDS, _MOST = 120, 1 << 26
_EXCEPTIONS = {place: tomllib.loads((Path(__file__).parent / f"exceptions/{place}.toml").read_text("utf-8")) for place in PLACES}
# By their data, so that each dataset is loaded once.
CASES = sorted(cases(), key=lambda case: (str(case.dataset), case.name))


class Suite:
    """The cases at one place.

    Args:
        store: the place.
        folder: for the data of cases.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store, self._file = store, folder / "data.nq"
        self._dataset: object = None
        self._engine: Engine | None = None

    def answer(self, case: Case) -> bytes:
        """What the query of a case is answered."""
        engine = self._engine_of(case)
        query = f"BASE <{case.base}>\n{case.query.read_bytes().decode()}"
        found = engine.examined(query, Limits())
        table = CSV_RESULTS if "CSV" in case.kind else JSON_RESULTS
        return engine.answer(Question("", found.text, N_TRIPLES if gives_graph(found.form) else table))

    def close(self) -> None:
        """Let go of the engine."""
        if self._engine is not None:
            self._engine.close()

    def _engine_of(self, case: Case) -> Engine:
        """The engine over the data of a case, and of the next cases that have the same."""
        if self._engine is None or self._dataset != case.dataset:
            self.close()
            self._dataset = case.dataset
            self._file.write_bytes(case.quads())
            serving = Service.of_files(Settings(), [self._file])
            self._store.load(serving, keep=1)
            self._engine = _engine(Place.read(self._store.place), serving)
        return self._engine


def _engine(place: Place, serving: Service) -> Engine:
    """What answers at a place, in this process: the walls are tried elsewhere."""
    holdings = serving.holdings
    if place.kind == "disk":
        return LocalEngine(OnDisk.read_only(str(Disk(Path(place.where)).of(holdings.key))), serving.base, holdings.doors, _MOST)
    endpoint, turns = Endpoint(Client(place.where, Credentials())), Turns(Terms(_SECONDS, 4, 4, 100, _SECONDS, _MOST))
    return RemoteEngine(endpoint, holdings, Reading(serving.base, _MOST, None), turns, _SECONDS, _MOST)


@contextmanager
def _suite(place: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    folder = tmp_path_factory.mktemp(place)
    with PLACES[place](folder) as store:
        suite = Suite(store, folder)
        try:
            yield suite
        finally:
            suite.close()


@pytest.fixture(scope="module", params=PLACES)
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """The cases at one place."""
    with _suite(request.param, tmp_path_factory) as made:
        yield made


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_case_of_the_suite(request: pytest.FixtureRequest, suite: Suite, case: Case) -> None:
    """Every case is answered as the W3C expects, but for those that are named with their reason."""
    if (reason := _EXCEPTIONS[request.node.callspec.params["suite"]].get(case.name)) is not None:
        request.applymarker(pytest.mark.xfail(reason=reason))
    if case.kind.startswith("Negative"):
        with pytest.raises(QueryMalformed):
            suite.answer(case)
        return
    if case.kind.startswith("Positive"):
        # Some call a function that nobody defines, and no store need have one; what is no SPARQL is told otherwise.
        with suppress(QueryUnsupported):
            suite.answer(case)
        return
    assert case.result
    answer = suite.answer(case)
    if "CSV" in case.kind:
        assert csv_rows(answer) == csv_rows(case.result.read_bytes())
        return
    wanted = expected(case.result)
    if wanted.graph is not None:
        assert same_graph(list(parse(answer, format=RdfFormat.N_TRIPLES)), wanted.graph)
        return
    got = rows_of(answer, QueryResultsFormat.JSON)
    assert got.truth == wanted.truth
    assert same_rows(got.rows, wanted.rows, wanted.ordered)


@pytest.mark.parametrize("place", PLACES)
def test_exceptions_are_cases(place: str) -> None:
    """What is expected to fail is a case, and has a reason."""
    assert set(_EXCEPTIONS[place]) <= {case.name for case in CASES}
    assert all(isinstance(reason, str) and reason for reason in _EXCEPTIONS[place].values())
