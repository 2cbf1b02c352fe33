"""Measures how registers are built and checked, beside RDFLib, which only reads the same graphs and writes them again in one format."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
from measure import Measured, measured
from peers import Installed, Missing, installed, title
from records import OURS, Record, summed, tell
from registers import write_register

TOPIC = "build"

_TIME = "processor time"
_COMMAND = (sys.executable, "-m", "organograph")


@click.command()
@click.option("--units", "sizes", multiple=True, type=int, default=(1_000, 10_000), show_default=True, help="How many units.")
@click.option("--runs", default=1, show_default=True, help="How often each is run.")
@click.option("--peer-most", default=10_000, show_default=True, help="The largest register that RDFLib is given.")
def main(sizes: tuple[int, ...], runs: int, peer_most: int) -> None:
    """Tell processor seconds and memory of build, check and diff of registers of three editions."""
    peer: Installed | None = None
    try:
        peer = installed("rdflib")
    except Missing as missing:
        tell([Record(TOPIC, _TIME, "every size", title("rdflib"), "s", remark=str(missing))])
    for units in sizes:
        with tempfile.TemporaryDirectory() as place:
            tell(_measured(Path(place), units, runs, peer if units <= peer_most else None))


def _measured(place: Path, units: int, runs: int, peer: Installed | None) -> Iterator[Record]:
    write_register(place / "tables", units)
    build = measured([*_COMMAND, "build", str(place / "tables"), "--out", str(place / "out")], runs)
    triples = json.loads((place / "out/manifest.json").read_text("utf-8"))["triples"]
    what = f"{units:,} units, {triples:,} triples"
    yield from _of(f"build, {what}", OURS, build)
    if peer:
        its = measured([*peer.runs("plainly.py"), str(place / "out/dataset.trig"), "trig"], runs)
        yield from _of(f"build, {what}", peer.who, its, "TriG read and written, nothing else")
    yield from _of(f"check, {what}", OURS, measured([*_COMMAND, "check", str(place / "tables")], runs))
    yield from _of(f"diff, {what}", OURS, measured([*_COMMAND, "diff", "2024-01", "2026-01", str(place / "tables")], runs))


def _of(what: str, who: str, took: Measured, remark: str = "") -> Iterator[Record]:
    # A check of what breaks no rule, and a build, end with 0; a diff with 1 where it finds a difference.
    trouble = f"it ends with status {took.status}: {took.said.strip()[-120:]}" if took.status not in (0, 1) else ""
    record = Record(TOPIC, _TIME, what, who, "s", remark=trouble or remark)
    if trouble:
        yield record
        return
    yield replace(summed(record, [took.user]), least=took.least, most=took.most, runs=took.runs)
    yield summed(replace(record, measure="memory", unit="MB"), [took.megabytes])


if __name__ == "__main__":
    main()
