"""Publishes release after release under a running server, and holds every answer that its clients get against all the others."""

from __future__ import annotations

import http.client
import json
import os
import signal
import threading
import time
from functools import partial
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import click

from ledger import Ledger
from marked import QUERY, SPARQL, release
from organograph.releases import Releases
from siege import Besieged, besieged, children
from soak.clients import running
from soak.report import Report

CLIENTS = 8
PATHS = (SPARQL, "/doc/unit/legal-affairs.ttl", "", "/edition/2022-06.nt", "/doc/body/council.html", "/doc/unit/legal-affairs.jsonld")
"""What is asked for in turn; "" is a query that was never asked before."""
_PATIENCE = 120.0


def swapped(folder: Path, swaps: int, requests: int, report: Report) -> None:
    """Swap under clients until there were as many swaps and as many requests as are wanted."""
    root, releases = folder / "live", [release(folder, mark) for mark in ("A", "B")]
    Releases(root).publish(releases[0])
    ledger, done, begun = Ledger(), 0, time.monotonic()
    with besieged(root, version_seconds=0) as server:
        with running([partial(_ask, server, ledger, number) for number in range(CLIENTS)]):
            version = _version(server)
            while done < swaps or ledger.requests < requests:
                done += 1
                Releases(root).publish(releases[done % 2])
                version = _taken_up(server, version)
        left = _keepers(server)
        memory = server.megabytes()
    told = f"{done} swaps under {CLIENTS} clients, {ledger.requests} requests"
    report.row(f"{told}: lost", 0, len(ledger.lost), "")
    report.row(f"{told}: mixed", 0, len(ledger.mixed), "")
    report.row("keepers of queries that are left after the swaps", 1, left, "")
    click.echo(f"{time.monotonic() - begun:.0f} s; {ledger.unchanged} answers were 304; memory of the server itself {memory:.0f} MB")
    for wrong in [*ledger.lost, *ledger.mixed][:20]:
        click.echo(f"  {wrong}")


def _ask(server: Besieged, ledger: Ledger, number: int, over: threading.Event) -> None:
    """Ask over one connection, now and then only for what has changed."""
    where, known = urlsplit(server.address), dict[str, str | None]()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=_PATIENCE)
    for turn in count(number):
        if over.is_set():
            break
        path = PATHS[turn % len(PATHS)] or f"/sparql?query={quote(f'{QUERY} # {number} {turn}')}"
        tag = known.get(path) if turn % 3 == 0 else None
        try:
            connection.request("GET", path, headers={"If-None-Match": tag} if tag else {})
            answer = connection.getresponse()
            known[path] = ledger.enter(path, answer, answer.read(), tag)
        except (OSError, http.client.HTTPException) as error:
            ledger.lost.append(f"{path} {error!r}")
            connection.close()
    connection.close()


def _version(server: Besieged) -> str:
    body = server.answer(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")[2]
    return str(json.loads(body)["version"])


def _taken_up(server: Besieged, before: str) -> str:
    """Let the server read anew, and wait until another version answers."""
    os.kill(server.pid, signal.SIGHUP)
    until = time.monotonic() + _PATIENCE
    while (now := _version(server)) == before:
        if time.monotonic() > until:
            raise TimeoutError("The server has not taken up the release.")
        time.sleep(0.02)
    return now


def _keepers(server: Besieged) -> int:
    """The keepers that are left; they take a moment to end."""
    for _ in range(100):
        if (left := len(children(server.pid))) <= 1:
            break
        time.sleep(0.1)
    return left
