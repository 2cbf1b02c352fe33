"""Prints what is promised of the server and of publishing, and what was seen; minutes to hours, on a machine that does nothing else."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2] / "tests")]

from siege import besieged
from soak.attack import ATTACKERS, soaked
from soak.cutting import cut
from soak.killing import killed
from soak.report import Report
from soak.swapping import swapped


@dataclass(frozen=True)
class Plan:
    """How long and how often; the fields are the options of the command."""

    seconds: float
    limit: int
    over: int
    swaps: int
    requests: int
    kills: int
    seed: int
    out: Path | None


def _attack(plan: Plan, folder: Path, report: Report) -> None:
    click.echo(f"{ATTACKERS} attackers for {plan.seconds:g} s, limit {plan.limit} s.")
    with besieged(plan.out or _built(folder), query_seconds=plan.limit) as server:
        soaked(server, plan.seconds, plan.limit, report)


def _cut(plan: Plan, folder: Path, report: Report) -> None:
    with besieged(plan.out or _built(folder), max_answer_bytes=20_000) as server:
        cut(server, plan.over, report)


def _swaps(plan: Plan, folder: Path, report: Report) -> None:
    swapped(folder, plan.swaps, plan.requests, report)


def _kills(plan: Plan, folder: Path, report: Report) -> None:
    click.echo(f"seed {plan.seed}")
    killed(folder, plan.kills, random.Random(plan.seed), report)  # noqa: S311  # the same moments each time


PARTS: Mapping[str, Callable[[Plan, Path, Report], None]] = {"attack": _attack, "cut": _cut, "swaps": _swaps, "kills": _kills}


@click.command()
@click.argument("parts", nargs=-1, type=click.Choice([*PARTS]))
@click.option("--seconds", default=60.0, show_default=True, help="How long the attack goes on; before it, a third of that is quiet.")
@click.option("--limit", default=5, show_default=True, help="Seconds that a query may take.")
@click.option("--over", default=10_000, show_default=True, help="Queries whose answers go beyond the limit.")
@click.option("--swaps", default=1_000, show_default=True, help="Releases that are taken up under load.")
@click.option("--requests", default=50_000, show_default=True, help="Requests meanwhile, at least.")
@click.option("--kills", default=300, show_default=True, help="Builders and publishers that are ended without warning.")
@click.option("--seed", default=1, show_default=True, help="Of the moments at which they are ended.")
@click.option("--out", type=click.Path(path_type=Path), help="A dataset to attack; by default the structure of IOM is built.")
@click.option("--priority/--no-priority", default=True, show_default=True, help="Whether it goes before other work on the machine.")
def main(parts: tuple[str, ...], priority: bool, **plan: object) -> None:
    """Print what was promised and seen, of all PARTS or of some; exit 1 where a promise was not kept."""
    with suppress(OSError):
        os.nice(-5 if priority else 0)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    click.echo(f"{os.cpu_count()} processors, load {load} before.")
    report = Report()
    for part in parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[part](Plan(**plan), Path(folder), report)  # type: ignore[arg-type]  # click gives each its type
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    click.echo(f"load {load} after.")
    sys.exit(1 if report.broken else 0)


def _built(folder: Path) -> Path:
    """The structure of IOM, built."""
    out = folder / "published"
    command = [str(Path(sys.executable).parent / "organograph"), "build", "--out", str(out)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return out


if __name__ == "__main__":
    main()
