"""The walls around queries: what a worker cannot do, and that no query harms the server or another query."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from httpclient import Client
from organograph_server.answers.representations import Representations
from organograph_server.app import create_app
from organograph_server.dataset.quads import Quads
from organograph_server.errors import (
    AnswerTooLarge,
    ClientGone,
    EngineFailed,
    Overloaded,
    QueryDeadline,
    RequestMalformed,
    RequestRefused,
    WallsMissing,
)
from organograph_server.query.asker import Asker
from organograph_server.query.asking import ANSWERS, Door, Engine, LocalEngine, Question, examined
from organograph_server.query.guard import Limits
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls import wire
from organograph_server.walls.exchange import Exchange, Order
from organograph_server.walls.handles import ALL_WALLS, OF_QUERIES, Worker, has_walls
from organograph_server.walls.turns import Turns
from organograph_server.walls.walled import WalledEngine
from serving import ENDLESS, listening, small_dataset
from siege import children

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so queries run unwalled")

# Each never ends in a lifetime, or fills any memory, over the few hundred triples of the small dataset.
GREEDY = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l"
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# The guard lets none of these pass; here they are asked behind it.
CRASH = "SELECT * " + "{" * 50_000 + "}" * 50_000
QUICK = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@contextmanager
def engine(tmp_path: Path, **settings: int) -> Iterator[WalledEngine]:
    """The engine of the small dataset behind walls, with some settings."""
    found = Service.of(create_app(Settings(dataset=small_dataset(tmp_path), **settings))).engine  # type: ignore[arg-type]
    assert isinstance(found, WalledEngine)
    try:
        yield found
    finally:
        found.close()


def ask(asked: Engine, text: str, asker: Asker | None = None) -> bytes:
    """The answer in JSON."""
    return asked.answer(Question("", text, ANSWERS["json"]), asker)


def workers() -> list[int]:
    """The workers of all keepers of this process."""
    return [worker for pid in children(os.getpid()) if b"walls.keeper" in command_of(pid) for worker in children(pid)]


def command_of(pid: int) -> bytes:
    """The command line of a process; nothing where it has ended meanwhile."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def until(holds: object) -> None:
    """Wait until something holds; a minute is long enough for anything here."""
    for _ in range(600):
        if holds():  # type: ignore[operator]
            return
        time.sleep(0.1)
    pytest.fail("it did not come to hold within a minute")


def test_all_walls_stand_and_are_told(tmp_path: Path) -> None:
    """A worker raises and tries every wall, and /healthz names them."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    with listening(app) as address:
        assert Client(address).sparql("ASK {}").status == 200
        assert json.loads(Client(address).get("/healthz").body)["walls"] == ["guard", *ALL_WALLS]


ATTEMPTS = {
    "read a file": "os.open('/etc/hostname', os.O_RDONLY)",
    "write a file": "os.open('/tmp/organograph-canary', os.O_WRONLY | os.O_CREAT)",
    "open a socket": "socket.socket()",
    "open a pair of sockets": "socket.socketpair()",
    "start a process": "os.fork()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "end another process": "os.kill(os.getppid(), 0)",
    "send a message over its socket": "socket.socket(fileno=fd).send(b'x')",
    "list a directory": "os.listdir('/')",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))",
    "start a thread": "threading.Thread(target=print).start()",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_worker_can_do_nothing_but_answer(attempt: str) -> None:
    """What runs in a worker, even code of an attacker, cannot reach out."""
    code = f"""
import os, resource, socket, sys, threading
from organograph_server.walls.worker import Bounds, close_all_but, raise_walls
near, far = socket.socketpair()
pid = os.fork()
if pid == 0:
    fd = far.fileno()
    close_all_but(fd)
    raise_walls(Bounds(5.0, 1 << 28))
    try:
        {ATTEMPTS[attempt]}
        os.write(fd, b"it could")
    except BaseException:
        os.write(fd, b"it could not")
    os._exit(0)
far.close()
print(near.recv(100).decode())
os.waitpid(pid, 0)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert told.stdout == "it could not\n", told.stderr


def test_the_answers_are_those_of_the_engine_itself(tmp_path: Path) -> None:
    """Rows, truths, graphs, refusals and counts are the same behind the walls."""
    with engine(tmp_path) as walled:
        quads = Quads(parse((tmp_path / "dataset" / "dataset.nq").read_bytes(), format=RdfFormat.N_QUADS))
        service = Service.of(create_app(Settings(dataset=tmp_path / "dataset")))
        local = LocalEngine(quads, service.base, service.doors.values(), 1_000_000)
        cases = [
            ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", "json"),
            ("SELECT * { GRAPH ?g { ?s a ?o } } ORDER BY ?g ?s ?o", "csv"),
            ("ASK {}", "boolean"),
            ("CONSTRUCT WHERE { ?s ?p ?o }", "nq"),
            ("DESCRIBE <id/unit/legal-affairs>", "jsonld"),
            ("SELECT * { ?s ?p }", "json"),
            ("SELECT * { ?s nowhere:p ?o }", "json"),
        ]
        for text, form in cases:
            for door in service.doors.values():
                question = Question(door.prefix, text, ANSWERS[form])
                assert _told(walled, question) == _told(local, question)
        assert walled.whole() == local.whole()
        assert all(walled.counted(door.prefix) == local.counted(door.prefix) for door in service.doors.values())


def _told(asked: Engine, question: Question) -> object:
    try:
        return asked.answer(question)
    except RequestRefused as error:
        return type(error), error.message, error.cure, error.details


@pytest.mark.parametrize(
    ("query", "refusal"), [(ENDLESS, QueryDeadline), (GREEDY, EngineFailed), (LONG, AnswerTooLarge), (CRASH, EngineFailed)]
)
def test_no_query_ends_more_than_its_worker(tmp_path: Path, query: str, refusal: type[RequestRefused]) -> None:
    """What takes too long, too much memory or too many bytes, or crashes the engine, is refused; the next query is answered as before."""
    with engine(
        tmp_path, query_seconds=20 if refusal is EngineFailed else 3, query_memory=100_000_000, max_answer_bytes=10_000_000
    ) as walled:
        before = ask(walled, QUICK)
        with pytest.raises(refusal):
            ask(walled, query)
        assert ask(walled, QUICK) == before


def test_refusals_reach_the_client_as_problems(tmp_path: Path) -> None:
    """Deadline 504, memory 503, answer too large 413, busy 503 with Retry-After: a problem with a sentence, and never a cut answer."""
    settings = Settings(dataset=small_dataset(tmp_path), query_seconds=2, query_memory=100_000_000, max_answer_bytes=1_000)
    with listening(create_app(settings)) as address:
        client = Client(address)
        for query, status, words in ((ENDLESS, 504, "2 seconds"), ("SELECT * { ?s ?p ?o }", 413, "1000 bytes")):
            answer = client.sparql(query)
            assert (answer.status, answer.media_type) == (status, "application/problem+json")
            assert words in json.loads(answer.body)["detail"]
    with listening(create_app(Settings(dataset=settings.dataset, slow_queries=0))) as address:
        answer = Client(address).sparql(ENDLESS)
        assert (answer.status, answer.fields["Retry-After"]) == (503, "1")


def test_a_long_query_keeps_no_other_waiting(tmp_path: Path) -> None:
    """With one worker for common queries, these are answered while a long one is at work."""
    with engine(tmp_path, query_workers=1, query_seconds=60) as walled:
        expected = ask(walled, QUICK)
        asker = Asker()
        told: list[BaseException] = []
        thread = threading.Thread(target=lambda: told.append(_raised(walled, ENDLESS, asker)))
        thread.start()
        try:
            assert [ask(walled, QUICK) for _ in range(20)] == [expected] * 20
            assert thread.is_alive()
        finally:
            asker.is_gone = True
            thread.join(timeout=30)
        assert isinstance(told[0], ClientGone)


def _raised(asked: Engine, text: str, asker: Asker) -> BaseException:
    with pytest.raises(RequestRefused) as refusal:
        ask(asked, text, asker)
    return refusal.value


def test_who_has_little_of_the_processor_is_no_long_query(tmp_path: Path) -> None:
    """What makes a query a long one is the processor time that it has had, so that on a busy machine common queries stay common."""
    with engine(tmp_path) as walled:
        ask(walled, QUICK)
        (worker,) = walled._pool._free
        rested = worker.processor_seconds()
        time.sleep(0.3)
        assert worker.processor_seconds() - rested < 0.1
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as busy:
        spinning = Worker(os.dup(0), busy.pid, os.dup(0))
        until(lambda: spinning.processor_seconds() > 0.1)
        busy.kill()
    assert spinning.processor_seconds() == 0.0


def test_who_is_kept_from_the_processor_is_not_put_behind_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that takes long only because others have the processor goes on beside them; once it has had much of it, others go first."""
    with engine(tmp_path, query_seconds=3_000) as walled, ThreadPoolExecutor(1) as threads, monkeypatch.context() as starved:
        ask(walled, QUICK)
        starved.setattr(Worker, "processor_seconds", lambda worker: 0.0)
        asker = Asker()
        told = threads.submit(_raised, walled, ENDLESS, asker)
        until(lambda: walled.load()["slow"] == 1)
        (worker,) = walled._pool._at_work
        assert os.sched_getscheduler(worker.pid) == os.SCHED_OTHER
        starved.undo()
        until(lambda: os.sched_getscheduler(worker.pid) == os.SCHED_IDLE)
        asker.is_gone = True
        assert isinstance(told.result(timeout=30), ClientGone)


def test_who_only_comes_late_keeps_the_orders_that_it_has_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker gives orders back, and so ends, where its query takes the processor or comes very late, not where others have it."""
    had = [0.0]
    monkeypatch.setattr(Worker, "processor_seconds", lambda worker: had[0])
    order = Order(b"", Asker(), 10, Future())
    exchange = Exchange(Worker(-1, -1, -1), order, 100.0)
    assert exchange.is_common(100.03)
    assert not exchange.is_stuck(100.2)
    had[0] = 0.03
    assert exchange.is_stuck(100.2)
    had[0] = 0.0
    assert exchange.is_stuck(100.6)


def test_who_goes_away_frees_the_worker(tmp_path: Path) -> None:
    """When nobody waits for the answer any more, the worker is ended, long before its time is over."""
    with engine(tmp_path, query_seconds=3_000) as walled:
        before = workers()
        asker = Asker()
        timer = threading.Timer(0.5, setattr, (asker, "is_gone", True))
        timer.start()
        with pytest.raises(ClientGone):
            ask(walled, ENDLESS, asker)
        until(lambda: set(workers()) <= set(before))


def test_one_client_cannot_have_all_places(tmp_path: Path) -> None:
    """A client that has most of the places for what takes long gives one to another that has none; alone it may have all."""
    with engine(tmp_path, slow_queries=3, query_seconds=3_000) as walled, ThreadPoolExecutor(8) as threads:
        ask(walled, QUICK)
        greedy, other = Asker("192.0.2.1"), Asker("192.0.2.2")
        told = [threads.submit(_raised, walled, ENDLESS, greedy) for _ in range(3)]
        until(lambda: walled.load()["slow"] == 3)
        assert isinstance(_raised(walled, ENDLESS, greedy), Overloaded)
        modest = threads.submit(_raised, walled, ENDLESS, other)
        until(lambda: any(each.done() for each in told))
        assert [type(each.result()) for each in told if each.done()] == [Overloaded]
        until(lambda: walled.load()["slow"] == 3)
        # Who has more than others take no further place from them.
        assert isinstance(_raised(walled, ENDLESS, greedy), Overloaded)
        assert not modest.done()
        assert sum(not each.done() for each in told) == 2
        greedy.is_gone = other.is_gone = True


def order_of(client: str) -> Order:
    """An order of a client, that nobody answers."""
    return Order(b"", Asker(client), 10, asyncio.get_running_loop().create_future())


def test_clients_take_turns() -> None:
    """Who has asked much waits for its own: another that comes later is next; where no room is left to wait, who has most gives some."""

    async def waited() -> None:
        turns = Turns()
        for client in "aaaaab":
            turns.append(order_of(client))
        assert [turns.take().asker.client for _ in range(3)] == ["a", "b", "a"]
        turns.put_back(last := turns.take())
        assert turns.next() is last
        turns.append(order_of("c"))
        assert turns.displaced("a") is None
        assert [each.asker.client for each in (turns.take(), turns.take(), turns.take())] == ["a", "c", "a"]
        assert (len(turns), [*turns]) == (1, [turns.next()])

        for client in "aaab":
            turns.append(order_of(client))
        youngest = turns.displaced("c")
        assert youngest is not None
        assert youngest.asker.client == "a"
        assert len(turns) == 4
        for each in turns:
            each.answer.cancel()
        turns.tidy()
        assert (len(turns), turns.displaced("c")) == (0, None)

    asyncio.run(waited())


def test_too_many_at_once_are_turned_away(tmp_path: Path) -> None:
    """Of queries that take long, the one beyond the limit is refused with the time to wait; those at work go on."""
    with engine(tmp_path, slow_queries=1, query_seconds=3_000) as walled:
        ask(walled, QUICK)
        asker = Asker()
        told: list[BaseException] = []
        thread = threading.Thread(target=lambda: told.append(_raised(walled, ENDLESS, asker)))
        thread.start()
        until(lambda: len(workers()) >= 1)
        time.sleep(0.5)
        with pytest.raises(Overloaded) as refusal:
            ask(walled, ENDLESS)
        assert refusal.value.details == {"retry_after": 1}
        assert thread.is_alive()
        asker.is_gone = True
        thread.join(timeout=30)


@pytest.mark.parametrize("victim", ["worker", "keeper"])
def test_who_is_ended_is_replaced(tmp_path: Path, victim: str) -> None:
    """An idle worker, or the keeper, may be ended by the system at any time: the next query is answered."""
    with engine(tmp_path) as walled:
        others = set(children(os.getpid()))
        expected = ask(walled, QUICK)
        (keeper,) = set(children(os.getpid())) - others
        os.kill(keeper if victim == "keeper" else children(keeper)[0], signal.SIGKILL)
        time.sleep(0.2)
        assert ask(walled, QUICK) == expected


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    """With the engine its keeper ends, and with the keeper all workers, also those at work."""
    others = set(children(os.getpid()))
    with engine(tmp_path) as walled:
        ask(walled, QUICK)
        (keeper,) = set(children(os.getpid())) - others
        started = [keeper, *children(keeper)]
        assert len(started) > 1
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in started))


@pytest.mark.parametrize("asked", [b"", b"+"])
def test_a_keeper_whose_server_has_ended_says_nothing(asked: bytes) -> None:
    """It ends in silence, also where it has just been asked for a worker, or told nothing yet."""
    near, far = socket.socketpair()
    head = {"doors": [], "bounds": {"seconds": 1.0, "memory": 1 << 28}, "base": "http://e/", "most": 1_000, "disk": "", "file": None}
    with far, near:
        if asked:
            wire.send(near.fileno(), head, b"")
            near.sendall(asked)
        near.close()
        found = subprocess.run([sys.executable, "-m", OF_QUERIES], check=False, stdin=far.fileno(), capture_output=True, timeout=60)
    assert (found.returncode, found.stderr) == (0, b"")


def test_a_service_pattern_calls_nobody(tmp_path: Path) -> None:
    """Even behind the guard, SERVICE and FROM reach no listener."""
    with socket.create_server(("127.0.0.1", 0)) as canary, engine(tmp_path) as walled:
        canary.settimeout(0.5)
        where = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        with pytest.raises(RequestRefused):
            ask(walled, f"SELECT * {{ SERVICE <{where}> {{ ?s ?p ?o }} }}")
        assert b'"boolean":false' in ask(walled, f"ASK FROM <{where}> {{ ?s ?p ?o }}")
        with pytest.raises(TimeoutError):
            canary.accept()


def test_a_long_query_is_examined_by_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard looks at it there, so that it holds up no other request, and says the same; a short one is looked at here."""
    looked_here: list[str] = []
    monkeypatch.setattr(
        "organograph_server.walls.walled.examined", lambda query, limits: looked_here.append(query) or examined(query, limits)
    )
    with engine(tmp_path) as walled:
        local = LocalEngine([], "http://e/", [Door("", "all")], 1_000)
        for query in (
            QUICK,
            QUICK + " #" + "x" * 100_000,
            "CONSTRUCT WHERE { ?s ?p ?o } # \\u0053" + "é" * 9_000,
            CRASH,
            "SERVICE " * 9_000,
        ):
            assert _examined(walled, query) == _examined(local, query)
        with pytest.raises(RequestMalformed):
            walled.examined("\ud800" * 9_000, Limits())
    assert looked_here == [QUICK]


def _examined(asked: Engine, query: str) -> object:
    try:
        return asked.examined(query, Limits())
    except RequestRefused as error:
        return type(error), error.message, error.cure, error.details


def test_a_worker_that_says_too_much_is_ended(tmp_path: Path) -> None:
    """The server itself bounds what it takes from a worker, whatever the worker may do."""
    near, far = socket.socketpair()
    with near, far:
        far.sendall(wire.packed({}, b"x" * 1_001))
        with pytest.raises(OSError, match="too long"):
            wire.Incoming(near.fileno(), most=1_000).read()


def test_where_memory_runs_out_workers_end_first(tmp_path: Path) -> None:
    """The system that has to end a process ends a worker, and neither the server nor its keeper."""
    with engine(tmp_path) as walled:
        ask(walled, QUICK)
        scores = {int(Path(f"/proc/{worker}/oom_score_adj").read_text()) for worker in workers()}
        assert scores == {1_000}
        assert int(Path("/proc/self/oom_score_adj").read_text()) < 1_000


def test_a_page_shows_no_answer_that_is_too_long(tmp_path: Path) -> None:
    """A browser is told to take it as a file; as a file it is given."""
    with listening(create_app(Settings(dataset=small_dataset(tmp_path)))) as address:
        client, query = Client(address), "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 9000"
        shown = client.sparql(query, "text/html")
        assert (shown.status, "a page shows up to" in shown.text) == (413, True)
        assert client.sparql(query, "text/csv").status == 200


def test_long_queries_with_short_answers_fill_no_memory(tmp_path: Path) -> None:
    """An answer is kept under a name of fixed length, however long the query is."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    with listening(app) as address:
        for _ in range(3):
            sent = {"Content-Type": "application/sparql-query"}
            assert Client(address).ask("POST", "/sparql", sent, b"ASK {} #" + b"x" * 100_000).status == 200
    assert 0 < Representations.of(app).size < 10_000
    assert max(len(part) for key in Representations.of(app)._kept for part in key) < 1_000


def test_isolation_can_be_demanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --require-isolation a server whose walls do not all stand refuses to start, and says which is missing."""
    service = Service.of(create_app(Settings(dataset=small_dataset(tmp_path), require_isolation=True)))
    service.start()
    service.engine.close()
    monkeypatch.setattr("organograph_server.stores.choosing.has_walls", lambda: False)
    unwalled = Service.of(create_app(Settings(dataset=tmp_path / "dataset", require_isolation=True)))
    with pytest.raises(WallsMissing, match="seccomp"):
        unwalled.start()


def test_documents_do_not_wait_for_the_first_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless isolation is demanded, the server begins while the engine is still being started, once."""
    service = Service.of(create_app(Settings(dataset=small_dataset(tmp_path))))
    started, going_on = threading.Event(), threading.Event()

    def start() -> None:
        started.set()
        assert going_on.wait(60)

    monkeypatch.setattr(service.engine, "start", start)
    service.start()
    assert started.wait(60)
    going_on.set()


def test_a_busy_machine_makes_no_query_slow(tmp_path: Path) -> None:
    """A query is judged by the processor time that its worker had, not by the clock: one that sleeps has none."""
    with engine(tmp_path) as walled:
        ask(walled, "ASK {}")
        (worker,) = walled._pool._free
        before = worker.processor_seconds()
        time.sleep(0.3)
        assert worker.processor_seconds() - before < 0.1
        ask(walled, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }")
        assert worker.processor_seconds() > before


def test_concurrent_queries_keep_their_own_answers(tmp_path: Path) -> None:
    """Many threads over few workers: each gets the answer to its own query."""
    with listening(create_app(Settings(dataset=small_dataset(tmp_path), threads=16))) as address:
        wrong: list[str] = []

        def run(number: int) -> None:
            for turn in range(40):
                wanted = number * 1_000 + turn
                body = Client(address).get(f"/sparql?query={quote(f'SELECT ({wanted} AS ?x) {{}}')}", "text/csv").text
                if body != f"x\r\n{wanted}\r\n":
                    wrong.append(body)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        assert wrong == []


@contextmanager
def asking_much(tmp_path: Path, **settings: int) -> Iterator[tuple[Client, list[str]]]:
    """A client of a server with one worker for common queries, whom others ask all the time; what was no right answer is noted."""
    app = create_app(Settings(dataset=small_dataset(tmp_path), query_workers=1, **settings))  # type: ignore[arg-type]
    with listening(app) as address:
        wrong: list[str] = []
        over = threading.Event()

        def run(number: int) -> None:
            turn = 0
            while not over.is_set():
                turn += 1
                wanted = number * 1_000_000 + turn
                answer = Client(address).get(f"/sparql?query={quote(f'SELECT ({wanted} AS ?x) {{}}')}", "text/csv")
                if answer.text != f"x\r\n{wanted}\r\n":
                    wrong.append(answer.text)

        threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        try:
            yield Client(address), wrong
        finally:
            over.set()
            for thread in threads:
                thread.join(timeout=120)


def test_who_is_behind_a_bad_query_is_answered(tmp_path: Path) -> None:
    """What a worker was given ahead goes to another where a query before it takes long, or ends the worker."""
    with asking_much(tmp_path, query_seconds=8, query_memory=100_000_000) as (client, wrong):
        for query, statuses in ((ENDLESS, {504}), (GREEDY, {503, 504}), (ENDLESS, {504}), (GREEDY, {503, 504})):
            assert client.sparql(query).status in statuses
        assert wrong == []


def test_a_worker_that_is_ended_takes_one_answer_along(tmp_path: Path) -> None:
    """Where the system ends a worker, only the query is lost that it was at work on; those that it was given ahead are answered."""
    with asking_much(tmp_path) as (client, wrong):
        for _ in range(10):
            time.sleep(0.1)
            ended = workers()
            for worker in ended:
                with contextlib.suppress(OSError):
                    os.kill(worker, signal.SIGKILL)
        # On a busy machine that takes a moment, in which they may still be given an order.
        until(lambda: not {*ended} & {*workers()})
        assert client.sparql("ASK {}").status == 200
        assert len(wrong) <= 10
        assert all('"status": 503' in text for text in wrong)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=8), st.integers(1, 400))
def test_messages_come_whole(bodies: list[bytes], step: int) -> None:
    """However many are sent at once, and however they are divided on their way."""
    near, far = socket.socketpair()
    with near, far:
        coming, found = wire.Incoming(near.fileno()), list[tuple[wire.Head, bytes]]()
        sent = b"".join(wire.packed({"number": number} if number % 2 else {}, body) for number, body in enumerate(bodies))
        for place in range(0, len(sent), step):
            far.sendall(sent[place : place + step])
            found += coming.read()
        assert found == [({"number": number} if number % 2 else {}, body) for number, body in enumerate(bodies)]
