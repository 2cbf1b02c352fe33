"""Ends builders and publishers without warning at any moment, looks whether what they leave is whole, and starts a server from it."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import click
from processes import processor_seconds

from organograph.errors import DatasetUnreadable
from organograph.resources import ontology_folder
from organograph_server.dataset.published import read_current
from siege import besieged
from soak.report import Report

_PROGRAM = str(Path(sys.executable).parent / "organograph")
_TITLE = "The structure of the International Organization for Migration"
_OVER = "was over before"
RESTART = 5.0
"""Seconds within which a server over what is left answers."""


@dataclass
class Way:
    """A way to make a dataset.

    Args:
        name: of the command.
        target: where the dataset comes to be.
        command: makes it from tables.
        begun: whether it is being written.
    """

    name: str
    target: Path
    command: Callable[[Path], Sequence[str]]
    begun: Callable[[], bool]
    outcomes: Counter[str] = field(default_factory=Counter)
    states: list[str] = field(default_factory=list)
    seconds: float = 0.0
    ended: int = 0

    def run(self, tables: Path) -> None:
        """Let the command end by itself."""
        started = time.monotonic()
        subprocess.run(self.command(tables), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.seconds = time.monotonic() - started


def killed(folder: Path, number: int, chance: random.Random, report: Report) -> None:
    """End that many builders and publishers, by turns."""
    tables = [_tables(folder / mark, mark) for mark in ("A", "B")]
    ways = _ways(folder)
    for way in ways:
        for each in reversed(tables):
            way.run(each)
            way.states.append(read_current(way.target).state)
    wrong: list[str] = []
    restarts: list[tuple[float, float]] = []
    begun = time.monotonic()
    turn = 0
    while sum(way.ended for way in ways) < number:
        turn += 1
        way = ways[turn % len(ways)]
        # What stands is replaced by the other, so that old and new can be told apart.
        old = way.states.index(read_current(way.target).state)
        moment = _end(way, tables[old], chance, at_writing=turn % 4 < len(ways))
        way.ended += moment != _OVER
        try:
            found = read_current(way.target)
            way.outcomes[f"{moment}, {'old' if way.states.index(found.state) == old else 'new'}"] += 1
            if found.notice:
                wrong.append(f"{way.name}: {found.notice}")
        except (DatasetUnreadable, ValueError) as error:
            wrong.append(f"{way.name}: {error}")
            way.run(tables[old])
        restarts.append(_restart(way.target))
    report.row(f"{number} builders and publishers ended by kill -9: not whole", 0, len(wrong), "")
    clock, processor = [max(each) for each in zip(*restarts, strict=True)]
    report.row("a server over what is left answers within", RESTART * 1_000, clock * 1_000)
    middle = median(each for each, _ in restarts)
    click.echo(f"  by the clock {middle:.1f} s in the median; of a processor {processor:.1f} s at most")
    _tell(ways, wrong, time.monotonic() - begun)


def _tell(ways: Sequence[Way], wrong: Sequence[str], seconds: float) -> None:
    for way in ways:
        click.echo(f"  organograph {way.name}: {', '.join(f'{number} {what}' for what, number in sorted(way.outcomes.items()))}")
    click.echo(f"  {seconds:.0f} s")
    for each in wrong[:20]:
        click.echo(f"  {each}")


def _tables(folder: Path, mark: str) -> Path:
    """A copy of the tables with another title."""
    shutil.copytree(ontology_folder() / "iom", folder)
    settings = folder / "dataset.toml"
    text = settings.read_text("utf-8")
    assert _TITLE in text
    settings.write_text(text.replace(_TITLE, f"{_TITLE} ({mark})"), "utf-8")
    return folder


def _ways(folder: Path) -> Sequence[Way]:
    out, live = folder / "built" / "published", folder / "live"
    out.parent.mkdir()
    return (
        Way(
            "build",
            out,
            lambda tables: (_PROGRAM, "build", str(tables), "--out", str(out)),
            lambda: any(out.parent.glob(".published.new-*")),
        ),
        Way(
            "publish",
            live,
            lambda tables: (_PROGRAM, "publish", str(tables), "--to", str(live), "--keep", "1"),
            lambda: any(live.glob("releases/.*")),
        ),
    )


def _end(way: Way, tables: Path, chance: random.Random, *, at_writing: bool) -> str:
    """Begin, and end it at a random moment of its whole time, or of the time since it has begun to write; when that was."""
    swept = not way.begun()
    with subprocess.Popen(way.command(tables), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + (chance.random() * way.seconds if not at_writing else 10 * way.seconds)
        while time.monotonic() < until and process.poll() is None:
            if at_writing and swept and way.begun():
                time.sleep(chance.random() * 0.1 * way.seconds)
                break
            # What the one before has left goes first.
            swept = swept or not way.begun()
            time.sleep(0.001)
        is_over = process.poll() is not None
        process.kill()
    return _OVER if is_over else "while writing" if at_writing else "at any moment"


def _restart(dataset: Path) -> tuple[float, float]:
    """Seconds until a server answers for a document and for a query: by the clock, and of a processor."""
    begun = time.monotonic()
    with besieged(dataset) as server:
        for path in ("/doc/unit/legal-affairs.ttl", "/sparql?query=ASK%7B%7D"):
            request = f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode()
            # Where the machine is too busy for the query's own limit, it is asked again: what counts is when it is answered.
            while not server.answer(request, patience=600).startswith(b"HTTP/1.1 200 "):
                time.sleep(0.1)
        return time.monotonic() - begun, processor_seconds(server.pid)
