"""Publications are loaded into stores so that no answer is of two, whoever asks when."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from httpclient import Answer, Client
from organograph.cli import main
from organograph_server.app import create_app
from organograph_server.errors import StoreUnloadable
from organograph_server.query.place import Place
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.contract import Marker
from serving import listening, small_dataset
from stores import STORES, Store
from test_walls import until

NAMES = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?name { <id/unit/legal-affairs> skos:prefLabel ?name }"
BY_NAME = NAMES.replace("{", "{ GRAPH <edition/2022-06> {", 1) + "}"


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that runs."""
    with STORES[request.param](tmp_path_factory.mktemp(request.param)) as running:
        yield running


class Publication:
    """A small dataset with a name for a unit, served from a store.

    Args:
        store: that answers.
        folder: for the dataset.
        name: of the unit in the latest edition.
    """

    def __init__(self, store: Store, folder: Path, name: str) -> None:
        folder.mkdir()
        self.name = name
        self.dataset = small_dataset(folder, corrections={"Office of Legal Affairs": name})
        self.app = create_app(Settings(dataset=self.dataset, store=store.place, query_seconds=120))
        self.serving = Service.of(self.app)


def told(client: Client, query: str) -> Answer:
    return client.get(f"/sparql?query={quote(query)}", "text/csv")


def test_old_and_new_stand_beside_each_other(store: Store, tmp_path: Path) -> None:
    """While a publication is rolled out, servers of both answer from one store, each its own; graphs by name are the new one's."""
    before, after = (Publication(store, tmp_path / name, name) for name in ("Before", "After"))
    with ExitStack() as until_the_end:
        old, new = (Client(until_the_end.enter_context(listening(each.app)), 180) for each in (before, after))
        refused = told(new, NAMES)
        assert refused.status == 503
        assert refused.fields["Retry-After"] == "5"
        assert "does not hold this publication" in refused.text
        store.load(before.serving)
        assert "Before" in told(old, NAMES).text
        assert "Before" in told(old, BY_NAME).text
        store.load(after.serving)
        until(lambda: told(new, NAMES).status == 200)
        assert "After" in told(new, NAMES).text
        assert "After" in told(new, BY_NAME).text
        assert "Before" in told(old, NAMES).text
        gone = told(old, BY_NAME)
        assert (gone.status, gone.fields["Retry-After"]) == (503, "5")
        # Back again, as after a rollback.
        store.load(before.serving)
        assert "Before" in told(old, BY_NAME).text
        assert "After" in told(new, NAMES).text
        assert told(new, BY_NAME).status == 503


def test_no_answer_is_of_two_publications(store: Store, tmp_path: Path) -> None:
    """However often another publication is loaded, a server answers its own or says that it cannot."""
    ours, other = (Publication(store, tmp_path / name, name) for name in ("Ours", "Other"))
    store.load(ours.serving)
    statuses: set[int] = set()
    wrong: list[str] = []
    is_over = threading.Event()

    def ask(client: Client) -> None:
        while not is_over.is_set():
            for query in (BY_NAME, NAMES):
                answer = told(client, query)
                statuses.add(answer.status)
                if answer.status == 200 and "Ours" not in answer.text:
                    wrong.append(answer.text)

    with listening(ours.app) as address:
        client = Client(address, 180)
        until(lambda: told(client, BY_NAME).status == 200)
        threads = [threading.Thread(target=ask, args=(client,)) for _ in range(2)]
        for thread in threads:
            thread.start()
        try:
            for each in (other, ours) * 3:
                store.load(each.serving)
        finally:
            is_over.set()
            for thread in threads:
                thread.join()
        assert wrong == []
        assert statuses <= {200, 503}
        until(lambda: told(client, BY_NAME).status == 200)
        assert "Ours" in told(client, BY_NAME).text


def test_loading_again_changes_no_default_graph(store: Store, tmp_path: Path) -> None:
    """What is whole is not touched: whoever loads it again, as after a rollback, puts back the graphs by name alone."""
    first, second = (Publication(store, tmp_path / name, name) for name in ("First", "Second"))
    number = store.load(first.serving).whole[first.serving.holdings.key]
    store.load(second.serving)
    marker = store.load(first.serving)
    assert [*marker.whole.items()][-1] == (first.serving.holdings.key, number)
    assert marker.has_named(first.serving.holdings.key)


def test_a_server_is_ready_when_its_publication_is_there(store: Store, tmp_path: Path) -> None:
    """Who sends requests is told to wait for a publication that the store does not hold, so that a rollout stops at the first server."""
    publication = Publication(store, tmp_path / "data", f"Ready in {store.name}")
    with listening(publication.app) as address:
        client = Client(address, 180)
        until(lambda: client.get("/readyz").status == 503 and "without this publication" in client.get("/readyz").text)
        assert client.get("/healthz").status == 200
        store.load(publication.serving)
        until(lambda: client.get("/readyz").status == 200)


def test_what_is_not_kept_is_removed(store: Store, tmp_path: Path) -> None:
    """Of publications as many stay as are asked for, and a server of one that is gone says so, and gives no empty answer."""
    first, second = (Publication(store, tmp_path / name, name) for name in ("First", "Second"))
    store.load(first.serving)
    marker = store.load(second.serving, keep=1)
    assert [*marker.whole] == [second.serving.holdings.key]
    assert len(marker.defaults) == len(first.serving.publication.published.editions)  # type: ignore[union-attr]
    with listening(first.app) as address:
        assert told(Client(address, 180), NAMES).status == 503


def test_a_loading_that_is_cut_off_harms_nobody(store: Store, tmp_path: Path) -> None:
    """Who is ended while loading leaves what was whole, or a refusal; the next loading makes it good."""
    served, cut = (Publication(store, tmp_path / name, name) for name in ("Served", "Cut"))
    store.load(served.serving)
    environ = {f"ORGANOGRAPH_{name.upper()}": value for name, value in store.loads.items()} | {"PATH": ""}
    command = [sys.executable, "-m", "organograph", "load", str(cut.dataset), "--store", store.place]
    with listening(served.app) as address:
        client = Client(address, 180)
        for _ in range(3):
            with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as process:
                # Whatever it has come to by then.
                told(client, NAMES)
                process.kill()
            assert "Served" in told(client, NAMES).text
            answer = told(client, BY_NAME)
            assert answer.status == 503 or "Served" in answer.text
        store.load(served.serving)
        assert "Served" in told(client, BY_NAME).text


def test_the_command_loads(store: Store, tmp_path: Path) -> None:
    """`organograph load` takes what `serve` is given, and tells what it did; serve then answers from the store."""
    publication = Publication(store, tmp_path / "data", "By command")
    environ = {f"ORGANOGRAPH_{name.upper()}": value for name, value in store.loads.items()}
    result = CliRunner().invoke(main, ["load", str(publication.dataset), "--store", store.place], env=environ)
    assert result.exit_code == 0, result.output
    assert "The store holds" in result.output
    with listening(publication.app) as address:
        assert "By command" in told(Client(address, 180), BY_NAME).text
        health = json.loads(Client(address).get("/healthz").body)
        assert (health["status"], health["store"]) == ("ok", {"engine": "sparql", "state": "ok"})


def test_who_may_not_load_is_told(store: Store, tmp_path: Path) -> None:
    """A store that refuses is named, with its status, and a password never is."""
    if store.name == "oxigraph":
        pytest.skip("the Oxigraph server lets everybody write")
    publication = Publication(store, tmp_path / "data", "Nothing")
    wrong = Store(store.name, store.place, loads={"store_user": "dba", "store_password": "not-the-secret"})
    with pytest.raises(StoreUnloadable, match="status 401") as found:
        wrong.load(publication.serving)
    assert "not-the-secret" not in str(found.value)


def test_graphs_that_share_triples_are_joined_rightly_or_not_at_all(store: Store, tmp_path: Path) -> None:
    """Where a store counts a triple of two graphs twice, a query for both is refused in a sentence; else it is answered."""
    publication = Publication(store, tmp_path / "data", "Shared")
    store.load(publication.serving)
    count = "SELECT (COUNT(*) AS ?n) FROM <edition/2021-09> FROM <%s> { ?s ?p ?o }"
    with listening(publication.app) as address, listening(create_app(Settings(dataset=publication.dataset))) as own:
        here, there = (told(Client(each, 180), count % "edition/2022-06") for each in (own, address))
        assert there.text == here.text or (there.status == 400 and "twice" in there.text)
        # These two share none.
        here, there = (told(Client(each, 180), count % "https://w3id.org/organograph/ns") for each in (own, address))
        assert there.text == here.text


@pytest.mark.parametrize(
    ("queries", "graphs"),
    [
        ("http://h:7878/query", "http://h:7878/store"),
        ("http://h/ds/query", "http://h/ds/data"),
        ("http://h/ds/sparql", "http://h/ds/data"),
        ("http://h:7200/repositories/r", "http://h:7200/repositories/r/rdf-graphs/service"),
        ("http://h:8890/sparql", "http://h:8890/sparql-graph-crud-auth"),
        ("https://h/elsewhere", ""),
    ],
)
def test_where_graphs_are_is_known_of_common_stores(queries: str, graphs: str) -> None:
    """Where a store has its graphs follows from where it answers queries, or has to be told."""
    assert Place.read(f"sparql:{queries}").graphs() == graphs
    assert Place.read(f"sparql:{queries}").graphs("http://given/") == "http://given/"


def test_a_marker_is_read_as_it_is_written() -> None:
    """The marker survives being written and read, and garbage is no marker."""
    marker = Marker({"b": "1", "a": "2"}, "a 2", ("urn:g", "urn:h"), ("urn:d",), frozenset({"closed"}))
    rows = [line.split(" ", 2) for line in marker.written().decode().splitlines()]
    bindings = [{"property": {"value": name[1:-1]}, "value": {"value": value[1:-3]}} for _, name, value in rows]
    assert Marker.read(json.dumps({"results": {"bindings": bindings}}).encode()) == marker
    assert [*marker.whole] == ["b", "a"]
    for garbage in (b"", b"[]", b"{}", b'{"results": {"bindings": [1]}}'):
        with pytest.raises(ValueError, match=r"table|Expecting"):
            Marker.read(garbage)


def test_there_must_be_a_store_to_load_into(tmp_path: Path) -> None:
    """Without a store, or with one whose graphs are nowhere known, nothing is loaded and the cure is told."""
    dataset = str(small_dataset(tmp_path))
    for arguments, words in (([], "--store"), (["--store", "sparql:http://h/elsewhere"], "--graphs"), (["--store", "x"], "sparql:URL")):
        result = CliRunner().invoke(main, ["load", dataset, *arguments])
        assert result.exit_code == 2
        assert words in result.output
