"""Asks for more than an answer may have, and counts the rows that come."""

from __future__ import annotations

import threading
from urllib.parse import quote

import click

from siege import Besieged
from soak.clients import answer
from soak.report import Report, Seen


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
            body = answer(
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
