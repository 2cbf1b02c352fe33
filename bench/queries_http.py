"""Measures how fast queries are answered over HTTP, ours against other servers, once all are seen to find the same."""

from __future__ import annotations

import math
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from endpoints import KEYS, Setting, started
from hopping import again, hops
from hosting import Server, settled
from loading import CONNECTIONS, Load, LoadFailed, load_varied
from peers import Missing, title
from processes import processor_seconds, proportional_megabytes
from questions import QUERIES, Query, rows, scaled
from records import OURS, RATE, Record, summed, tell
from synthetic import organization

TOPICS = ("sparql", "scans")
_FAILS = (OSError, HTTPException, SyntaxError, ValueError)
"""What an answer that is an error, is cut off or cannot be read raises."""
_SLOW = 1.0
"""Seconds of one answer, from which on as many clients ask as there are workers, not sixteen: these would wait for minutes."""


@dataclass
class Running:
    """A server that can be started again, if it does not come to an end with what it was asked."""

    topic: str
    key: str
    setting: Setting
    held: ExitStack = field(default_factory=ExitStack)

    def start(self) -> Server:
        """Start it, or start it again."""
        self.held.close()
        self.server = self.held.enter_context(started(self.key, self.setting))
        return self.server


@dataclass(frozen=True)
class Trial:
    """How a server answered a query when it was asked by one client.

    Args:
        rows: how many it found.
        seconds: how long it took.
        trouble: why it is not measured further.
        stopped: it did not answer in time.
    """

    rows: int = 0
    seconds: float = 0.0
    trouble: str = ""
    stopped: bool = False


@dataclass
class Seen:
    """What was seen of one server and one query, round by round; a rate of nothing is a bound."""

    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    bound: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Plan:
    """How much is measured; the fields are the options of the command."""

    topic: str
    units: int
    rounds: int
    seconds: int
    workers: int
    limit: int


@click.command()
@click.option(
    "--topic", default="sparql", type=click.Choice(TOPICS), help="Of what the records are; hops and kept answers are of the first."
)
@click.option("--units", default=10_000, show_default=True, help="Of the organization.")
@click.option("--rounds", default=3, show_default=True, help="How often each server is asked each query.")
@click.option("--seconds", default=2, show_default=True, help="How long each time.")
@click.option("--workers", default=2, show_default=True, help="Processes that answer queries, where a server lets them be chosen.")
@click.option("--limit", default=60, show_default=True, help="Seconds after which a query of one client is given up.")
@click.option("--only", multiple=True, type=click.Choice([*QUERIES]), help="Queries to ask; all unless told.")
@click.option("--servers", multiple=True, type=click.Choice(KEYS), help="Servers to ask beside ours; all unless told.")
def main(only: Sequence[str], servers: Sequence[str], **options: Any) -> None:
    """Print answers in a second and processor time of each; ratios are made in each round, and their median is told."""
    plan = Plan(**options)
    if shutil.which("wrk") is None:
        raise click.ClickException("wrk, which asks, is not installed (on Debian it is the package wrk).")
    with ExitStack() as running, tempfile.TemporaryDirectory() as name:
        file = Path(name) / "organization.ttl"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(organization(plan.units))
        click.echo(f"{plan.units:,} units, {CONNECTIONS} connections, {plan.workers} workers, {plan.rounds} rounds of {plan.seconds} s")
        if plan.topic == "sparql":
            tell([hops(plan.topic, file, plan.workers)])
            tell(again(plan.topic, plan.rounds, plan.seconds))
        setting = Setting(file, Path(name), plan.workers, plan.limit)
        asked = list(_begun(plan.topic, setting, [OURS, *(servers or KEYS[1:])], running))
        queries = {key: scaled(query, plan.units) for key, query in QUERIES.items() if not only or key in only}
        trials = {(one.key, key): _tried(one, query, plan) for key, query in queries.items() for one in asked}
        seen = _measured(asked, queries, trials, plan)
        tell(_rates(asked, queries, trials, seen, plan))
        tell(_processor(asked, queries, seen))
        tell(_memory(one, "after the measurement") for one in asked)


def _begun(topic: str, setting: Setting, keys: Sequence[str], running: ExitStack) -> Iterator[Running]:
    """Start each server that can be had; say which cannot."""
    for key in dict.fromkeys(keys):
        one = Running(topic, key, setting)
        running.enter_context(one.held)
        try:
            server = one.start()
        except Missing as missing:
            if key == OURS:
                raise
            tell([Record(topic, "answers in a second", "all queries", title(key), RATE, remark=str(missing))])
            continue
        ready = Record(topic, "time from start to the first answer", "a server with its file", server.name, "s")
        tell([summed(ready, [server.ready]), _memory(one, "when ready")])
        yield one


def _memory(one: Running, when: str) -> Record:
    held = proportional_megabytes(one.server.process)
    return summed(Record(one.topic, "memory of all its processes", when, one.server.name, "MB"), [held])


def _tried(one: Running, query: Query, plan: Plan) -> Trial:
    """Ask once for what a server has to do once, and then again."""
    try:
        found = rows(one.server, query, patience=plan.limit)
        begun = time.perf_counter()
        rows(one.server, query, 1, plan.limit)
        return Trial(found, time.perf_counter() - begun)
    except TimeoutError:
        if not settled(one.server, 10):
            one.start()
        return Trial(trouble=f"stopped after {plan.limit} s", stopped=True)
    except _FAILS as error:
        return Trial(trouble=f"it fails: {str(error).splitlines()[0][:120] if str(error) else type(error).__name__}")


def _measured(
    asked: Sequence[Running], queries: Mapping[str, Query], trials: Mapping[tuple[str, str], Trial], plan: Plan
) -> dict[tuple[str, str], Seen]:
    seen = {(one.key, key): Seen() for one in asked for key in queries}
    number = 1_000
    for turn in range(plan.rounds):
        for key, query in queries.items():
            click.echo(f"round {turn + 1} of {plan.rounds}: {query.title}")
            for one in asked:
                trial, right = trials[one.key, key], trials[OURS, key]
                # A description is what each server takes for one.
                if not trial.trouble and not seen[one.key, key].remark and (trial.rows == right.rows or key == "describe"):
                    _round(one, query, trial, number, plan, seen[one.key, key])
                number += 1_000_000
    return seen


def _round(one: Running, query: Query, trial: Trial, number: int, plan: Plan, seen: Seen) -> None:
    """Ask a server for a while, and wait until it has come to an end with what it was asked."""
    before = processor_seconds(one.server.process)
    try:
        if trial.seconds > _SLOW:
            rate, answers = _slowly(one.server, query, number, plan)
        else:
            lasting = max(plan.seconds, min(10 * plan.seconds, math.ceil(2 * CONNECTIONS * trial.seconds)))
            rate = _load(one.server, query, number, lasting).rate
            answers = rate * lasting
            if not rate:
                seen.bound, rate = "less than", CONNECTIONS / lasting
    except (LoadFailed, *_FAILS) as error:
        seen.remark = f"it answers with errors under load: {str(error)[:120]}"
        return
    seen.rates.append(rate)
    seen.processor.append((processor_seconds(one.server.process) - before) / max(1.0, answers) * 1000)
    if not settled(one.server):
        one.start()


def _slowly(server: Server, query: Query, number: int, plan: Plan) -> tuple[float, float]:
    """Answers in a second to as many clients as there are workers, two answers each."""
    begun, times = time.perf_counter(), 2 * plan.workers
    with ThreadPoolExecutor(plan.workers) as clients:
        list(clients.map(lambda place: rows(server, query, number + place, 10 * plan.limit), range(times)))
    return times / (time.perf_counter() - begun), times


def _load(server: Server, query: Query, number: int, seconds: int) -> Load:
    where = urlsplit(server.address)
    return load_varied(f"http://{where.netloc}", where.path + query.path(), number, query.fields, seconds, query.numbers)


def _rates(
    asked: Sequence[Running],
    queries: Mapping[str, Query],
    trials: Mapping[tuple[str, str], Trial],
    seen: Mapping[tuple[str, str], Seen],
    plan: Plan,
) -> Iterator[Record]:
    for key, query in queries.items():
        right, ours = trials[OURS, key], seen[OURS, key].rates
        for one in asked:
            trial, its = trials[one.key, key], seen[one.key, key]
            record = Record(plan.topic, "answers in a second", query.title, one.server.name, RATE, remark=trial.trouble or its.remark)
            if trial.stopped:
                yield replace(summed(record, [1 / plan.limit]), bound="less than")
            elif not its.rates:
                other = f"not measured, since it finds {trial.rows} where ours finds {right.rows}"
                yield replace(record, agrees=False, remark=record.remark or other)
            else:
                ratio = statistics.median(mine / other for mine, other in zip(ours, its.rates, strict=False)) if ours else None
                slow = f"{plan.workers} clients, since one answer takes {trial.seconds:.1f} s" if trial.seconds > _SLOW else ""
                other = f"describes with {trial.rows} triples, ours with {right.rows}" if trial.rows != right.rows else ""
                told = record.remark or "; ".join(filter(None, (slow, other)))
                yield replace(summed(record, its.rates), ratio=None if one.key == OURS else ratio, bound=its.bound, remark=told)


def _processor(asked: Sequence[Running], queries: Mapping[str, Query], seen: Mapping[tuple[str, str], Seen]) -> Iterator[Record]:
    for key, query in queries.items():
        for one in asked:
            its = seen[one.key, key]
            if its.processor and not its.bound:
                yield summed(Record(one.topic, "processor time of an answer", query.title, one.server.name, "ms"), its.processor)


if __name__ == "__main__":
    main()
