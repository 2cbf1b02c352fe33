"""Measures what honest clients see while others attack, and what becomes of the attackers."""

from __future__ import annotations

import os
import threading
import time
from itertools import count
from pathlib import Path
from urllib.parse import quote

import click

from siege import Besieged, children
from soak.clients import answer, running
from soak.report import Report, Seen

ATTACKERS = 8
_DOCUMENTS, _FAIR = 2, 2
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


def soaked(server: Besieged, seconds: float, limit: int, report: Report) -> None:
    """Compare a quiet time with an attack, and look at what is left of it."""
    answer(server, "/sparql?query=ASK%7B%7D", "*/*", Seen())
    files = server.files() - 2 * len(server.workers())
    quiet = _fair(server, seconds / 3)
    attacked = Seen()
    with running([lambda over, number=number: _attack(server, over, attacked, limit, number) for number in range(ATTACKERS)]):
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


def _fair(server: Besieged, seconds: float) -> dict[str, Seen]:
    """What honest clients see for a while."""
    seen, numbers = {"documents": Seen(), "fair queries": Seen()}, count()

    def document(over: threading.Event) -> None:
        while not over.is_set():
            answer(server, _DOCUMENT, "*/*", seen["documents"])

    def query(over: threading.Event) -> None:
        while not over.is_set():
            answer(server, f"/sparql?query={quote(_SLOT % next(numbers))}", "*/*", seen["fair queries"])

    with running([document] * _DOCUMENTS + [query] * _FAIR):
        time.sleep(seconds)
    return seen


def _attack(server: Besieged, over: threading.Event, seen: Seen, limit: int, number: int) -> None:
    """Ask runaways, one after the other."""
    for turn in count(number):
        if over.is_set():
            return
        answer(server, f"/sparql?query={quote(_RUNAWAYS[turn % len(_RUNAWAYS)] + f' # {turn}')}", "*/*", seen, (503, 504), limit + 20)


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
