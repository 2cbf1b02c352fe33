"""Measures how fast queries are answered over HTTP, against the `oxigraph` server and rdflib-endpoint, in interleaved rounds."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import click
import uvloop
from documents import PEER as RDFLIB_ENDPOINT
from documents import Server, serving
from loading import CONNECTIONS, Load, load, load_varied
from processes import processor_seconds, proportional_megabytes
from pyoxigraph import QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results
from synthetic import organization, unit

from organograph.names import PREFIXES
from organograph_server.app import create_app
from organograph_server.content.formats import JSON_RESULTS
from organograph_server.query.asker import Asker
from organograph_server.query.asking import Question
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.walls.walled import WalledEngine

OXIGRAPH = ("oxigraph==0.5.13",)
_ROW = "{:<10}" + " {:>9}" * 11


@dataclass(frozen=True)
class Query:
    """A query whose text is never the same.

    Args:
        kind: point, scan or subtree.
        text: `{this}` stands for the IRI of one of the units, `{unit}` for its number.
        numbers: of the units that are asked about.
    """

    kind: str
    text: str
    numbers: range = range(10_000)

    @property
    def fields(self) -> dict[str, str]:
        """What a request says that it accepts."""
        is_table = self.text.startswith("SELECT")
        return {"Accept": "application/sparql-results+json" if is_table else "text/turtle"}

    def path(self) -> str:
        """What is asked for, but for the path of the endpoint; `{unit}` and `{n}` are left open."""
        words = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("og", "org", "skos") if f"{name}:" in self.text)
        this = unit(0).removesuffix("0") + "{unit}"
        asked = quote(f"{words}{self.text.replace('{this}', f'<{this}>')} #{{n}}", safe="{}")
        for brace in "{}":
            asked = asked.replace(brace, quote(brace))
        return "?query=" + asked.replace("%7Bunit%7D", "{unit}").replace("%7Bn%7D", "{n}")


QUERIES = {
    "describe": Query("point", "DESCRIBE {this}"),
    "children": Query("point", "SELECT ?child ?name WHERE { ?child og:parent {this} ; skos:prefLabel ?name }", range(1, 1_000)),
    "chain": Query("point", "SELECT ?above WHERE { {this} og:parent+ ?above }", range(1_000, 10_000)),
    "group": Query("scan", "SELECT ?kind (COUNT(?unit) AS ?count) WHERE { ?unit org:classification ?kind } GROUP BY ?kind"),
    "search": Query("scan", 'SELECT ?unit ?name WHERE { ?unit skos:prefLabel ?name FILTER CONTAINS(LCASE(STR(?name)), "unit {unit}") }'),
    "without": Query("scan", "SELECT ?unit WHERE { ?unit a org:OrganizationalUnit FILTER NOT EXISTS { ?unit og:parent ?above } }"),
    "top": Query(
        "scan",
        "SELECT ?above (COUNT(?unit) AS ?count) WHERE { ?unit og:parent ?above } GROUP BY ?above ORDER BY DESC(?count) ?above LIMIT 10",
    ),
    "subtree": Query(
        "subtree",
        "CONSTRUCT { ?unit skos:prefLabel ?name ; og:parent ?above } "
        "WHERE { ?unit og:parent+ {this} ; skos:prefLabel ?name ; og:parent ?above }",
        range(10, 100),
    ),
}


@dataclass
class Measured:
    """What was measured of one server and one query, round by round."""

    loads: list[Load] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    lasting: float = 0.0


@click.command()
@click.option("--units", default=10_000, show_default=True, help="Of the organization; the queries need 10,000.")
@click.option("--rounds", default=3, show_default=True, help="How often each server is asked each query.")
@click.option("--seconds", default=2, show_default=True, help="How long each time.")
@click.option("--workers", default=2, show_default=True, help="Processes of ours that answer common queries.")
@click.option("--only", multiple=True, help="Queries to ask; all unless told.")
@click.option("--peers/--no-peers", default=True, help="Whether others are asked, too.")
@click.option("--before", metavar="PROGRAM", help="The program `organograph` of another state, which is asked beside this one.")
def main(units: int, rounds: int, seconds: int, workers: int, only: Sequence[str], peers: bool, before: str | None) -> None:
    """Print answers in a second and processor time of each; ratios are made in each round, and their median is told."""
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        file = Path(name) / "organization.ttl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(organization(units))
        click.echo(f"A hop to a worker: {_hop(file, workers):.0f} microseconds at the median")
        again, document = _again(seconds)
        click.echo(f"A query repeated: {again:,.0f} answers in a second, a document {document:,.0f}, ratio {again / document:.2f}")
        servers = list(_servers(file, workers, running, peers, before))
        click.echo(f"{units:,} units, {CONNECTIONS} connections, {workers} workers, {rounds} rounds of {seconds} s")
        for server in servers:
            click.echo(f"{server.name}: ready after {server.ready:.2f} s, {proportional_megabytes(server.process):.0f} MB")
        queries = {key: query for key, query in QUERIES.items() if not only or key in only}
        _compare(servers, queries)
        measured = _measure(servers, queries, rounds, seconds)
        for server in servers:
            click.echo(f"{server.name}: {proportional_megabytes(server.process):.0f} MB at the end")
        _tell(servers, queries, measured)


def _hop(file: Path, workers: int) -> float:
    """Microseconds from a question to the answer of a worker, at the median, for a query that asks nothing of the data."""
    engine = Service.of(create_app(Settings(files=(file,), query_workers=workers))).engine
    assert isinstance(engine, WalledEngine)
    engine.start()
    taken = []

    async def hop() -> None:
        engine.attach(asyncio.get_running_loop())
        for number in range(5_000):
            question, begun = Question("", f"ASK {{}} #{number}", JSON_RESULTS), time.perf_counter()
            await engine.answer_here(question, Asker())
            taken.append(time.perf_counter() - begun)

    uvloop.run(hop())
    engine.close()
    return statistics.median(taken) * 1e6


def _again(seconds: int) -> tuple[float, float]:
    """Answers in a second to a query that is repeated, and to a document, both of the bundled dataset."""
    with tempfile.TemporaryDirectory() as name:
        program = str(Path(sys.executable).parent / "organograph")
        subprocess.run([program, "build", "--out", name], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with serving("organograph", "/doc/unit/legal-affairs", lambda port: [program, "serve", name, "--port", str(port)]) as server:
            where = urlsplit(server.address)
            query = f"http://{where.netloc}/sparql?query={quote(f'DESCRIBE <http://{where.netloc}/id/unit/legal-affairs>')}"
            fields = {"Accept": "text/turtle"}
            urllib.request.urlopen(query).close()  # from now on the engine is there
            load(query, fields, 1)
            return load(query, fields, seconds).rate, load(server.address, fields, seconds).rate


def _measure(servers: Sequence[Server], queries: dict[str, Query], rounds: int, seconds: int) -> dict[tuple[str, str], Measured]:
    measured = {(server.name, key): Measured() for server in servers for key in queries}
    number = 0
    for _ in range(rounds):
        for key, query in queries.items():
            for server in servers:
                one, before = measured[server.name, key], processor_seconds(server.process)
                # RDFLib's engine may take seconds for a scan, and sixteen are asked at once.
                lasting = seconds * 10 if server.name == "rdflib-endpoint" and query.kind != "point" else seconds
                found = _load(server, query, number, lasting)
                one.lasting = lasting
                one.loads.append(found)
                one.processor.append((processor_seconds(server.process) - before) / max(1.0, found.rate * lasting))
                number += 1_000_000
    return measured


def _load(server: Server, query: Query, number: int, seconds: float) -> Load:
    where = urlsplit(server.address)
    return load_varied(f"http://{where.netloc}", where.path + query.path(), number, query.fields, seconds, query.numbers)


def _servers(file: Path, workers: int, running: ExitStack, peers: bool, before: str | None) -> Iterator[Server]:
    """Start each server that can be had; say which cannot."""
    ask = f"?query={quote('SELECT * { ?s ?p ?o } LIMIT 1')}"
    ours = [str(Path(sys.executable).parent / "organograph"), "serve", str(file), "--require-isolation", "--port"]
    os.environ["ORGANOGRAPH_QUERY_WORKERS"] = str(workers)
    yield running.enter_context(serving("organograph", f"/sparql{ask}", lambda port: [*ours, str(port)]))
    if before:
        yield running.enter_context(serving("before", f"/sparql{ask}", lambda port: [before, *ours[1:], str(port)]))
    if not peers:
        return
    for name, pins, starting in (("oxigraph", OXIGRAPH, _oxigraph), ("rdflib-endpoint", RDFLIB_ENDPOINT, _rdflib_endpoint)):
        try:
            program = _installed(name, pins)
        except subprocess.CalledProcessError as error:
            click.echo(f"{name} cannot be installed, so it is not measured: {error.stderr.strip()[-200:]}")
            continue
        path, command, ready = starting(program, file)
        server = running.enter_context(serving(name, f"{path}{ask}", command))
        ready(server)
        yield server


def _oxigraph(program: Path, file: Path) -> tuple[str, Callable[[int], list[str]], Callable[[Server], None]]:
    def filled(server: Server) -> None:
        """Send the file; the server holds it in memory, as ours does."""
        address = f"http://{urlsplit(server.address).netloc}/store?default"
        request = urllib.request.Request(address, file.read_bytes(), {"Content-Type": "text/turtle"})
        with urllib.request.urlopen(request):
            pass

    return "/query", lambda port: [str(program), "serve", "--bind", f"127.0.0.1:{port}"], filled


def _rdflib_endpoint(program: Path, file: Path) -> tuple[str, Callable[[int], list[str]], Callable[[Server], None]]:
    return "/", lambda port: [str(program), "serve", str(file), "--host", "127.0.0.1", "--port", str(port)], lambda server: None


def _installed(name: str, pins: Sequence[str]) -> Path:
    """A program, installed once into a cache outside the repository."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "organograph-bench" / pins[0].replace("==", "-")
    if not (cache / "complete").exists():
        venv.create(cache, with_pip=True, clear=True)
        install = [str(cache / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pins]
        subprocess.run(install, check=True, capture_output=True, text=True)
        (cache / "complete").touch()
    return cache / "bin" / name


def _compare(servers: Sequence[Server], queries: dict[str, Query]) -> None:
    """See that all find the same before it is measured how fast; a description is what each server takes for one."""
    for key, query in queries.items():
        found = {server.name: _found(server, query) for server in servers}
        assert all(found.values()), (key, found)
        assert key == "describe" or len(set(found.values())) == 1, (key, found)


def _found(server: Server, query: Query) -> int:
    """How many rows or triples the answer has."""
    path = query.path().replace("{unit}", str(query.numbers[len(query.numbers) // 3])).replace("{n}", "0")
    where = urlsplit(server.address)
    with urllib.request.urlopen(urllib.request.Request(f"http://{where.netloc}{where.path}{path}", headers=query.fields)) as answer:
        content = answer.read()
    if query.text.startswith("SELECT"):
        rows = parse_query_results(content, format=QueryResultsFormat.JSON)
        assert isinstance(rows, QuerySolutions)
        return sum(1 for _ in rows)
    # rdflib-endpoint describes in a format of its own choice.
    return len(content) if query.text.startswith("DESCRIBE") else len(set(parse(content, format=RdfFormat.TURTLE)))


def _row(first: str, cells: Sequence[str]) -> str:
    return _ROW.format(first, *cells, *[""] * (11 - len(cells)))


def _tell(servers: Sequence[Server], queries: dict[str, Query], measured: dict[tuple[str, str], Measured]) -> None:
    names = [server.name for server in servers]
    click.echo("\nanswers in a second, processor time of each in milliseconds; how many times as many ours answers")
    click.echo(_row("", [cell for name in names for cell in (name[:9], "ms", *(["ours/it"] if name != "organograph" else []))]))
    ratios: dict[tuple[str, str], list[float]] = {}
    for key, query in queries.items():
        cells: list[str] = []
        ours = measured["organograph", key]
        for name in names:
            its = measured[name, key]
            # Of sixteen that were asked, fewer than sixteen were answered where none was seen to be: the ratio is a bound then.
            rates = [other.rate or CONNECTIONS / its.lasting for other in its.loads]
            ratio = statistics.median(mine.rate / other for mine, other in zip(ours.loads, rates, strict=True))
            bound = "" if all(other.rate for other in its.loads) else ">"
            ratios.setdefault((name, query.kind), []).append(ratio)
            rate, processor = statistics.median(one.rate for one in its.loads), statistics.median(its.processor)
            cells += [f"{rate:,.1f}", f"{processor * 1000:.2f}", *([f"{bound}{ratio:.2f}"] if name != "organograph" else [])]
        click.echo(_row(key, cells))
    for name in names[1:]:
        every = [ratio for (its, _), found in ratios.items() if its == name for ratio in found]
        kinds = ", ".join(f"{kind} {statistics.fmean(found):.2f}" for (its, kind), found in ratios.items() if its == name)
        click.echo(f"{name}: geometric mean {statistics.geometric_mean(every):.2f}; mean of {kinds}")


if __name__ == "__main__":
    main()
