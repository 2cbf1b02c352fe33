"""What was measured, as records: each is one figure of one program, which a measurement prints and keeps for the document."""

from __future__ import annotations

import json
import math
import os
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

OURS = "organograph"
FILE = "ORGANOGRAPH_BENCH_RECORDS"
"""The environment variable that names the file to which records are added; without it they are only printed."""

RATE = "answers/s"
"""The one unit of which more is better."""


@dataclass(frozen=True)
class Record:
    """One figure, or why there is none.

    Args:
        topic: the key of the measurement that made it, such as `validation`.
        measure: what was measured, such as "processor time".
        what: of which task: a query, a size, a document.
        who: ours, or a peer with its version.
        unit: of the figure: `answers/s`, s, ms, MB or µs.
        figure: the median, or None where nothing could be measured; then the remark tells why.
        least: the least of all runs.
        most: the most.
        runs: how often it was measured.
        ratio: how many times better ours was, at the median of the rounds; where it is None it is worked out from the figures.
        bound: "more than" or "less than", where the figure is only a bound of what it would have been.
        agrees: it gave the answer that ours gives.
        remark: what else a reader should know, as the end of a sentence.
    """

    topic: str
    measure: str
    what: str
    who: str
    unit: str
    figure: float | None = None
    least: float | None = None
    most: float | None = None
    runs: int = 0
    ratio: float | None = None
    bound: str = ""
    agrees: bool = True
    remark: str = ""


@dataclass(frozen=True)
class Session:
    """When a topic was measured.

    Args:
        topic: its key.
        machine: what it was measured on.
        versions: of what measured, and of what all share.
        date: the day, as in 2026-11-26.
        seconds: how long it took.
        before: the load of the machine at its beginning, the average of a minute.
        after: at its end.
        failed: what went wrong, if anything did.
        quick: with tiny sizes, so that its figures tell nothing.
    """

    topic: str
    machine: str
    versions: str
    date: str
    seconds: float
    before: float
    after: float
    failed: str = ""
    quick: bool = False


def summed(record: Record, values: Sequence[float]) -> Record:
    """A record with the median, least and most of what was measured."""
    return replace(record, figure=statistics.median(values), least=min(values), most=max(values), runs=len(values))


def tell(records: Iterable[Record]) -> None:
    """Print each record as it comes, and add it to the file that the environment names, if it names one."""
    name = os.environ.get(FILE)
    for record in records:
        click.echo(f"{record.what:<28} {record.who:<36} {record.measure}: {in_words(record)}")
        if name:
            write(Path(name), [record])


def in_words(record: Record) -> str:
    """A record's figures and remark in one line."""
    parts = [f"{record.bound} {number(record.figure)} {record.unit}".strip()] if record.figure is not None else ["not measured"]
    parts += [f"({number(record.least)} to {number(record.most)})"] if record.runs > 1 else []
    parts += [f"ours is {number(record.ratio)} times as good"] if record.ratio is not None else []
    return " ".join(parts) + (f"; {record.remark}" if record.remark else "")


def number(value: float | None) -> str:
    """A figure as it is shown: three digits that count, none of a whole dropped."""
    if value is None:
        return ""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def write(file: Path, entries: Iterable[Record | Session]) -> None:
    """Add a line of JSON for each."""
    with file.open("a", encoding="utf-8") as out:
        out.writelines(json.dumps({type(entry).__name__: asdict(entry)}, ensure_ascii=False) + "\n" for entry in entries)


def read(file: Path) -> tuple[list[Record], list[Session]]:
    """What a file holds; nothing, where there is none."""
    records, sessions = list[Record](), list[Session]()
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        held = json.loads(line)
        if "Record" in held:
            records.append(Record(**held["Record"]))
        else:
            sessions.append(Session(**held["Session"]))
    return records, sessions


def is_rate(record: Record) -> bool:
    """Whether more is better."""
    return record.unit == RATE


def against(record: Record, ours: Record | None) -> float | None:
    """How many times better ours is: below 1 it is worse; None where that cannot be told."""
    if record.ratio is not None or record.who == OURS:
        return record.ratio
    if ours is None or not ours.figure or not record.figure:
        return None
    return ours.figure / record.figure if is_rate(record) else record.figure / ours.figure
