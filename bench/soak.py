"""Measures what honest clients see while others attack, and what becomes of the attackers: promises beside what was seen."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote

import click

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from siege import Besieged, besieged, children

_ATTACKERS, _DOCUMENTS, _FAIR = 8, 2, 2
_ROW = "{:<64} {:>12} {:>12}   {}"
# Each never ends in a lifetime, or fills any memory.
_RUNAWAYS = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i ?a",
    "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|!^<urn:x>)* ?b . ?c (!<urn:x>)* ?d . ?e ?f ?g }",
    "SELECT (GROUP_CONCAT(?c) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT (MAX(SHA512(CONCAT(STR(?a), STR(?f)))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STRLEN(CONCAT(STR(?a), STR(?i))) > 100000) }",
)
_DOCUMENT = "/doc/unit/legal-affairs.ttl"
_SLOT = "ASK { ?s a ?t FILTER(?s != <urn:%d>) }"


@dataclass
class Seen:
    """What clients of one kind saw.

    Args:
        times: seconds of each answer.
        wrong: what was no right answer.
    """

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def late(self, share: float) -> float:
        """The time within which a share of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] if self.times else float("inf")


class Report:
    """A table of promises."""

    def __init__(self) -> None:
        self.broken = 0
        self.rows: dict[str, tuple[float, float, str]] = {}
        click.echo(_ROW.format("", "promised", "seen", ""))

    def row(self, what: str, promised: float, seen: float, unit: str = "ms") -> None:
        """Tell a promise, and whether it was kept."""
        kept = seen <= promised
        self.broken += not kept
        self.rows[what] = (promised, seen, unit)
        click.echo(_ROW.format(what, f"{promised:.1f} {unit}", f"{seen:.1f} {unit}", "" if kept else "NOT KEPT"))


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long the attack goes on; before it, a third of that is quiet.")
@click.option("--limit", default=5, show_default=True, help="Seconds that a query may take.")
@click.option("--over", default=10_000, show_default=True, help="Queries whose answers go beyond the limit.")
@click.option("--out", type=click.Path(path_type=Path), help="A dataset; by default the structure of IOM is built.")
def main(seconds: float, limit: int, over: int, out: Path | None) -> None:
    """Print what was promised and seen; exit 1 where a promise was not kept."""
    with suppress(OSError):
        os.nice(-5)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    click.echo(f"{os.cpu_count()} processors, load {load} before; {_ATTACKERS} attackers for {seconds:g} s, limit {limit} s.")
    with tempfile.TemporaryDirectory() as folder:
        dataset = out or _built(Path(folder))
        report = Report()
        with besieged(dataset, query_seconds=limit) as server:
            soaked(server, seconds, limit, report)
        with besieged(dataset, max_answer_bytes=20_000) as server:
            cut(server, over, report)
    sys.exit(1 if report.broken else 0)


def soaked(server: Besieged, seconds: float, limit: int, report: Report) -> None:
    """Compare a quiet time with an attack, and look at what is left of it."""
    _answer(server, "/sparql?query=ASK%7B%7D", "*/*", Seen())
    files = server.files() - 2 * len(server.workers())
    quiet = _fair(server, seconds / 3)
    attacked = Seen()
    with _running([lambda over, number=number: _attack(server, over, attacked, limit, number) for number in range(_ATTACKERS)]):
        time.sleep(0.5)
        under = _fair(server, seconds)
        used = _processor(server)
        begun = time.monotonic()
    freed = _freed(server, limit)
    for kind, times, more in (("documents", 2, 0.020), ("fair queries", 3, 0.100)):
        before, now = quiet[kind], under[kind]
        click.echo(f"{kind}: {len(before.times) / (seconds / 3):.0f} answers/s quiet, {len(now.times) / seconds:.0f} under attack")
        report.row(f"{kind}: p50", max(times * before.late(0.5), before.late(0.5) + more) * 1_000, now.late(0.5) * 1_000)
        report.row(f"{kind}: p99", max(times * before.late(0.99), before.late(0.99) + more) * 1_000, now.late(0.99) * 1_000)
        report.row(f"{kind}: wrong or missing", 0, len(before.wrong) + len(now.wrong), "")
        for wrong in {*before.wrong, *now.wrong}:
            click.echo(f"  {wrong}")
    click.echo(f"attackers: {len(attacked.times)} queries, processor time of all so far {used:.0f} s")
    report.row("each runaway is answered, after its limit, within", 500, (attacked.late(1) - limit) * 1_000)
    report.row("… with anything but 503 or 504", 0, len(attacked.wrong), "")
    report.row("its processor is free after its answer within", 2_000, freed * 1_000)
    report.row("a client that goes away frees its worker within", 1_000, _left(server) * 1_000)
    report.row("files left open", 0, _left_open(server, files), "")
    click.echo(f"memory of the server itself: {server.megabytes():.0f} MB; {time.monotonic() - begun:.0f} s after the attack")


def cut(server: Besieged, number: int, report: Report) -> None:
    """Ask for more than an answer may have, each time otherwise: no answer with status 200 may have fewer rows than there are."""
    whole, numbers, lock = Seen(), iter(range(number)), threading.Lock()

    def ask(over: threading.Event) -> None:
        while not over.is_set():
            with lock:
                turn = next(numbers, None)
            if turn is None:
                return
            rows = 20 + turn % 180
            body = _answer(
                server, f"/sparql?query={quote(f'SELECT ?s ?p ?o ({turn} AS ?n) {{ ?s ?p ?o }} LIMIT {rows}')}", "text/csv", whole
            )
            came = rows if body is None else body.count(b"\r\n") - 1
            if came != rows:
                whole.wrong.append(f"{rows} rows were asked for, and {came} came")

    threads = [threading.Thread(target=ask, args=(threading.Event(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = [wrong for wrong in whole.wrong if wrong.startswith("413 ")]
    report.row(f"{number} queries around the limit of answers: {len(refused)} refused, cut", 0, len(whole.wrong) - len(refused), "")
    for wrong in {*whole.wrong} - {*refused}:
        click.echo(f"  {wrong}")


def _fair(server: Besieged, seconds: float) -> dict[str, Seen]:
    """What honest clients see for a while."""
    seen, numbers = {"documents": Seen(), "fair queries": Seen()}, count()

    def document(over: threading.Event) -> None:
        while not over.is_set():
            _answer(server, _DOCUMENT, "*/*", seen["documents"])

    def query(over: threading.Event) -> None:
        while not over.is_set():
            _answer(server, f"/sparql?query={quote(_SLOT % next(numbers))}", "*/*", seen["fair queries"])

    with _running([document] * _DOCUMENTS + [query] * _FAIR):
        time.sleep(seconds)
    return seen


def _attack(server: Besieged, over: threading.Event, seen: Seen, limit: int, number: int) -> None:
    """Ask runaways, one after the other."""
    for turn in count(number):
        if over.is_set():
            return
        _answer(server, f"/sparql?query={quote(_RUNAWAYS[turn % len(_RUNAWAYS)] + f' # {turn}')}", "*/*", seen, (503, 504), limit + 20)


def _answer(server: Besieged, path: str, accept: str, seen: Seen, right: tuple[int, ...] = (200,), patience: float = 20) -> bytes | None:
    """The body of a right answer; what else came is noted."""
    request = f"GET {path} HTTP/1.1\r\nHost: here\r\nAccept: {accept}\r\nConnection: close\r\n\r\n".encode()
    begun = time.monotonic()
    try:
        head, _, body = server.answer(request, patience).partition(b"\r\n\r\n")
    except OSError as error:
        seen.wrong.append(repr(error))
        return None
    status = int(head.split(b" ", 2)[1]) if head else 0
    seen.times.append(time.monotonic() - begun)
    if status in right:
        return body
    seen.wrong.append(f"{status} {body[-200:].decode(errors='replace')}")
    return None


def _freed(server: Besieged, limit: int) -> float:
    """How long processors stay busy after the last answer to an attacker."""
    begun = time.monotonic()
    while time.monotonic() - begun < limit + 10:
        before = _processor(server)
        time.sleep(0.2)
        if _processor(server) - before < 0.05:
            return time.monotonic() - begun - 0.2
    return float("inf")


def _left(server: Besieged) -> float:
    """The longest time that a worker goes on after its client has gone, of five."""
    longest = 0.0
    for turn in range(5):
        with server.connected() as connection:
            query = quote(f"{_RUNAWAYS[0]} # left {turn}")
            connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
            time.sleep(0.8)
            at_work = _at_work(server)
        begun = time.monotonic()
        while at_work & {*server.workers()} and time.monotonic() - begun < 30:
            time.sleep(0.01)
        longest = max(longest, time.monotonic() - begun)
    return longest


def _at_work(server: Besieged) -> set[int]:
    """The workers that compute; there is at least one."""
    for _ in range(50):
        before = {worker: _ticks(worker) for worker in server.workers()}
        time.sleep(0.2)
        if found := {worker for worker, ticks in before.items() if _ticks(worker) > ticks}:
            return found
    raise RuntimeError("No worker is at work.")


def _left_open(server: Besieged, before: int) -> int:
    """The files that are open now and were not before, beside those of workers; connections take a moment to end."""
    for _ in range(50):
        if (left := server.files() - before - 2 * len(server.workers())) <= 0:
            return 0
        time.sleep(0.1)
    return left


def _processor(server: Besieged) -> float:
    """The processor seconds of the server and of all that it started, ended ones with them."""
    pids = [server.pid, *(keeper for keeper in children(server.pid)), *server.workers()]
    return sum(map(_ticks, pids)) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


@contextmanager
def _running(loops: list[Callable[[threading.Event], None]]) -> Iterator[None]:
    """Threads that run until the block ends."""
    over = threading.Event()
    threads = [threading.Thread(target=loop, args=(over,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _built(folder: Path) -> Path:
    """The structure of IOM, built."""
    out = folder / "published"
    command = [str(Path(sys.executable).parent / "organograph"), "build", "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out


if __name__ == "__main__":
    main()
