"""A store that misbehaves harms nobody: documents are given, queries are told why not, and all is well soon after it is well again."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

from faultystore import FaultyStore, faulty_store
from httpclient import Answer, Client
from organograph_server.app import create_app
from organograph_server.errors import SettingsInvalid
from organograph_server.service import Service
from organograph_server.settings import Settings
from serving import listening, small_dataset
from test_walls import until

QUERY = "SELECT ?n { ?s ?p ?n }"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small dataset."""
    return small_dataset(tmp_path_factory.mktemp("data"))


@contextmanager
def served(dataset: Path, **settings: object) -> Iterator[tuple[FaultyStore, Client]]:
    """A store that misbehaves, and a client of a server that asks it."""
    with ExitStack() as until_the_end:
        key = Service.of(create_app(Settings(dataset=dataset))).holdings.key
        store = until_the_end.enter_context(faulty_store(key))
        place = str(settings.pop("place", "sparql:{}")).format(store.address)
        app = create_app(Settings(dataset=dataset, store=place, **settings))  # type: ignore[arg-type]
        yield store, Client(until_the_end.enter_context(listening(app)), 120)


def ask(client: Client, more: str = "") -> Answer:
    """What a query comes to; each is another, so that no answer is a kept one."""
    ask.number += 1  # type: ignore[attr-defined]
    return client.get(f"/sparql?query={quote(QUERY)}%20%23{ask.number}{more}", "text/csv, application/problem+json;q=0.5")  # type: ignore[attr-defined]


ask.number = 0  # type: ignore[attr-defined]


def until_told(client: Client, words: str) -> Answer:
    """The answer that says so; a machine that is busy may bring another before."""
    answers: list[Answer] = []

    def is_told() -> bool:
        answers.append(ask(client))
        return words in answers[-1].text

    until(is_told)
    return answers[-1]


def status_of(client: Client) -> str:
    """What the server says of itself."""
    answer = client.get("/healthz")
    assert answer.status == 200, "documents are given, so it is to be sent requests"
    assert client.get("/readyz").status == 200
    return str(json.loads(answer.body)["status"])


def told_of_store(client: Client) -> dict[str, str]:
    """What the server says of its store."""
    told: dict[str, str] = json.loads(client.get("/healthz").body)["store"]
    return told


def documents_are_given(client: Client) -> None:
    """Nothing but queries needs a store."""
    for path in ("/id/unit/legal-affairs", "/edition/2022-06", "/catalogue", "/sparql", "/.well-known/void", "/rdf-graph-store?default"):
        answer = client.get(path, "text/turtle")
        assert answer.status in (200, 303), path


# What the client is told, and of what.
_TOLD = {
    "reset": (503, "cannot be used"),
    "half": (503, "cannot be used"),
    "unending": (503, "cannot be used"),
    "no http": (503, "cannot be used"),
    "long fields": (503, "cannot be used"),
    "wrong type": (503, "cannot be used"),
    "no type": (503, "cannot be used"),
    "garbage": (503, "cannot be read"),
    "another kind": (503, "cannot be read"),
    "redirect": (503, "cannot be used"),
    "fails": (503, "failed at this query"),
    "is gone": (503, "cannot be used"),
    "packed": (503, "cannot be used"),
    "a part for want of time": (504, "not answered within"),
    "a part for its rows": (503, "failed at this query"),
    "refuses": (400, "cannot do that"),
    "late": (504, "not answered within"),
    "busy": (503, "cannot be used"),
    "huge": (413, "more than"),
}


@pytest.mark.parametrize("mode", _TOLD)
def test_no_answer_of_a_faulty_store_is_passed_on(dataset: Path, mode: str) -> None:
    """What a store does wrong with queries is told in a sentence and with the right status, and the next query is answered."""
    status, words = _TOLD[mode]
    with served(dataset, query_seconds=120, max_answer_bytes=100_000) as (store, client), listener() as elsewhere:
        store.elsewhere = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/"
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.mode = mode
        answer = until_told(client, words)
        assert (answer.status, answer.media_type) == (status, "application/problem+json")
        assert "secret" not in answer.text
        if status == 503:
            assert answer.fields["Retry-After"] == "5"
        documents_are_given(client)
        store.mode = "sound"
        until(lambda: ask(client).text == "n\r\n42\r\n")
        until(lambda: status_of(client) == "ok")
        with pytest.raises(TimeoutError):
            elsewhere.accept()


@contextmanager
def listener() -> Iterator[socket.socket]:
    """Somebody else, whom nobody should call; asked once at the end, whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.01)
        yield elsewhere


@pytest.mark.parametrize("mode", ["silent", "slow"])
def test_a_store_that_takes_too_long_is_left(dataset: Path, mode: str) -> None:
    """At its deadline a query is told so, and the connection to the store is cut, however many bytes still drip."""
    with served(dataset, query_seconds=2) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.mode = mode
        answer = until_told(client, "not answered within")
        assert answer.status == 504
        assert json.loads(answer.body)["limit"] == 2
        assert store.left.wait(60)
        documents_are_given(client)
        store.mode = "sound"
        until(lambda: ask(client).text == "n\r\n42\r\n")


@pytest.mark.parametrize("mode", ["silent", "reset", "wrong type", "redirect", "fails", "busy", "huge"])
def test_a_store_that_is_lost_is_left_alone_until_it_is_back(dataset: Path, mode: str) -> None:
    """A store that answers nothing rightly is asked nothing more but whether it is back; the server says so, and goes on when it is."""
    with served(dataset, query_seconds=5, max_answer_bytes=100_000) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.mode, store.marks = mode, False
        until(lambda: "cannot be reached" in ask(client).text)
        asked = store.asked
        answers = [ask(client) for _ in range(20)]
        assert {(answer.status, answer.fields["Retry-After"]) for answer in answers} == {(503, "5")}
        assert store.asked == asked
        assert status_of(client) == "degraded"
        assert told_of_store(client)["state"] == "unreachable"
        documents_are_given(client)
        store.mode, store.marks = "sound", True
        until(lambda: ask(client).text == "n\r\n42\r\n")
        assert status_of(client) == "ok"


def test_a_server_starts_without_its_store(dataset: Path) -> None:
    """A store that is down keeps no server from starting, and is asked as soon as it is up."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    app = create_app(Settings(dataset=dataset, store=f"sparql:http://127.0.0.1:{port}/query"))
    with listening(app) as address:
        client = Client(address, 60)
        documents_are_given(client)
        answer = ask(client)
        assert (answer.status, answer.fields["Retry-After"]) == (503, "5")
        assert status_of(client) == "degraded"


def test_what_may_pass_is_tried_again(dataset: Path) -> None:
    """A query changes nothing, so it is asked again where a store was busy for a moment."""
    with served(dataset, query_seconds=120) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")

        def is_tried_again() -> bool:
            asked, store.mode = store.asked, "busy once"
            return ask(client).text == "n\r\n42\r\n" and store.asked == asked + 2

        until(is_tried_again)


def test_a_marker_that_is_being_replaced_is_waited_for(dataset: Path) -> None:
    """A store that shows nothing while it replaces the marker is looked at again: no query is refused for that."""
    with served(dataset) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.gaps = 1
        assert [ask(client).text for _ in range(6)] == ["n\r\n42\r\n"] * 6


def test_who_goes_away_frees_the_store(dataset: Path) -> None:
    """The connection to the store is cut when nobody waits for the answer any more."""
    with served(dataset, query_seconds=600) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.mode = "silent"
        port = int(client.address.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as waiting:
            asked = store.asked
            waiting.sendall(f"GET /sparql?query={quote(QUERY)} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
            until(lambda: store.asked > asked)
        assert store.left.wait(60)


def test_a_slow_store_holds_up_no_document(dataset: Path) -> None:
    """However many queries wait for a store, documents are given, and too many queries are told to come again."""
    settings = {"query_seconds": 600, "query_workers": 1, "slow_queries": 1, "max_waiting_queries": 2}
    with served(dataset, **settings) as (store, client):
        until(lambda: ask(client).text == "n\r\n42\r\n")
        store.mode = "silent"
        answers: list[Answer] = []
        threads = [threading.Thread(target=lambda: answers.append(ask(client))) for _ in range(8)]
        for thread in threads:
            thread.start()
        documents_are_given(client)
        until(lambda: len(answers) >= 6)
        assert {(answer.status, answer.fields["Retry-After"]) for answer in answers} == {(503, "1")}
        store.over.set()
        for thread in threads:
            thread.join(60)


def test_what_a_store_is_told(dataset: Path) -> None:
    """A store is told the graphs, the formats, the time and who asks; and nothing of the request."""
    with served(dataset, store_token="a-token", store_timeout="timeout={milliseconds}") as (store, client):  # noqa: S106  # it is no secret
        until(lambda: ask(client, "&default-graph-uri=http%3A%2F%2F127.0.0.1%2Fsecret").status == 200)
        assert store.form["default-graph-uri"] == ["urn:organograph:store:nothing"]
        assert store.form["timeout"] == ["10000"]
        assert store.fields["authorization"] == "Bearer a-token"
        assert store.fields["accept-encoding"] == "identity"
        assert set(store.fields) == {
            *("host", "user-agent", "accept-encoding", "content-length", "content-type", "accept", "authorization"),
        }


def test_no_proxy_is_taken_from_the_environment(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the environment says of proxies changes nothing."""
    with listener() as elsewhere:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{elsewhere.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        with served(dataset) as (_, client):
            until(lambda: ask(client).text == "n\r\n42\r\n")
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_no_password_is_told(dataset: Path, caplog: pytest.LogCaptureFixture) -> None:
    """User and password of a store stand in no log, no answer and no message, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    settings = Settings(dataset=dataset, store="sparql:http://ada:pa55word@127.0.0.1:9/query", store_token="t0ken")  # noqa: S106  # likewise
    with listening(create_app(settings)) as address:
        client = Client(address, 60)
        told = [ask(client).text, client.get("/healthz").text, client.get("/sparql", "text/turtle").text, caplog.text, repr(settings)]
    for text in ("sparql:http://ada:pa55word@:9/x", "sparql:ftp://ada:pa55word@h/", "pa55word"):
        with pytest.raises(SettingsInvalid) as found:
            Settings.from_environment({"ORGANOGRAPH_STORE": text})
        told.append(str(found.value))
    assert not any("pa55word" in text or "t0ken" in text for text in told)
    place = settings.place
    assert (place.where, place.user, place.password) == ("http://127.0.0.1:9/query", "ada", "pa55word")
