"""Measures what it takes to serve a register of any size: start, memory of each process, and how long documents and queries take."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from urllib.parse import quote

import click
from hosting import Server, hosted
from processes import children, own_megabytes, own_seconds
from registers import write_register

_HTML, _TURTLE, _RESULTS = "text/html", "text/turtle", "application/sparql-results+json"
_COMMAND = str(Path(sys.executable).parent / "organograph")
_WORDS = ("Roads", "Mines 3", "Division of Water", "secretariat posts", "Archives 41")
_SECONDS = 1_800
"""How long anything is waited for."""


@click.command()
@click.argument("units", type=int, default=10_000)
@click.option("--data", type=click.Path(path_type=Path), help="A published register of so many units, instead of one made now.")
@click.option("--rounds", default=30, show_default=True, help="How many units are asked for.")
@click.option("--query/--no-query", default=True, show_default=True, help="Whether to wait for the first query.")
def main(units: int, data: Path | None, rounds: int, query: bool) -> None:
    """Print what serving a register of so many units in each of three editions takes."""
    with tempfile.TemporaryDirectory() as folder:
        if data is None:
            data = Path(folder) / "out"
            write_register(Path(folder) / "tables", units)
            subprocess.run([_COMMAND, "build", str(Path(folder) / "tables"), "--out", str(data)], check=True, capture_output=True)
        command = [_COMMAND, "serve", "--dataset", str(data), "--port"]
        with hosted("organograph", "/doc/unit/u1.ttl", lambda port: [*command, str(port)], patience=_SECONDS) as server:
            _measure(server, units, data, rounds, query=query)


def _measure(server: Server, units: int, data: Path, rounds: int, *, query: bool) -> None:
    """Measure a server that has given its first document."""
    base = server.address.removesuffix("/doc/unit/u1.ttl")
    size = sum(file["bytes"] for file in json.loads((data / "manifest.json").read_text("utf-8"))["files"])
    _tell("files of the dataset", size / 1e9, "GB")
    _tell("first document after the start", server.ready, "s")
    _tell("processor time of the site until then", own_seconds(server.process), "s")
    _tell("memory of the site then", own_megabytes(server.process), "MB")
    if query:
        _first_query(server, base)
    chosen = [f"doc/unit/u{number}" for number in Random(1).sample(range(1, units), rounds)]  # noqa: S311 - no secret
    _median("page of a unit", base, chosen, _HTML)
    _median("page of a unit, given again", base, chosen, _HTML)
    _median("Turtle of a unit", base, chosen, _TURTLE)
    _tell("home page, made first", _asked(base, "", _HTML), "ms")
    _tell("first search", _asked(base, "search?q=Forests", _HTML), "ms")
    _median("search", base, [f"search?q={quote(word)}" for word in _WORDS], _HTML)
    _tell("memory of the site at last", own_megabytes(server.process), "MB")


def _first_query(server: Server, base: str) -> None:
    """Tell when the first query is answered, and what the processes for queries take."""
    begun = time.perf_counter()
    counted = f"sparql?query={quote('SELECT (COUNT(*) AS ?n) WHERE { ?s a <http://www.w3.org/ns/org#OrganizationalUnit> }')}"
    asked = _until(lambda: _asked(base, counted, _RESULTS))
    _tell("first answer to a query after the start", server.ready + time.perf_counter() - begun, "s")
    _tell("that query, given a worker", asked, "ms")
    keeper = max(children(server.process), key=own_megabytes)
    _tell("processor time of the keeper of workers until then", own_seconds(keeper), "s")
    for worker in children(keeper):
        _tell("memory of a worker", own_megabytes(worker), "MB")
    _tell("memory of the keeper", own_megabytes(keeper), "MB")


def _until(ask: Callable[[], float]) -> float:
    """What is asked again for as long as the server says that it reads its data."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        try:
            return ask()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 503:
                raise
            time.sleep(0.5)
    raise click.ClickException("The server did not answer a query in half an hour.")


def _median(what: str, base: str, paths: Iterable[str], media_type: str) -> None:
    times = [_asked(base, path, media_type) for path in paths]
    _tell(f"{what}, median of {len(times)}", statistics.median(times), "ms")


def _asked(base: str, path: str, media_type: str) -> float:
    """The milliseconds until an answer is there whole; asked again where it took longer than the server waits."""
    begun = time.perf_counter()
    while True:
        request = urllib.request.Request(f"{base}/{path}", headers={"Accept": media_type})
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                answer.read()
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 504:
                raise
        else:
            return (time.perf_counter() - begun) * 1_000


def _tell(what: str, number: float, unit: str) -> None:
    click.echo(f"{what}: {number:,.1f} {unit}" if number < 100 else f"{what}: {number:,.0f} {unit}")


if __name__ == "__main__":
    main()
