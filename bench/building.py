"""Measures how registers are built and checked, beside RDFLib, which only reads the same graphs and writes them again in one format."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import click
from measure import Measured, measured
from registers import write_register

_COMMAND = (sys.executable, "-m", "organograph")
_PEER = (sys.executable, str(Path(__file__).with_name("plainly.py")))


@click.command()
@click.option("--units", "sizes", multiple=True, type=int, default=(1_000, 10_000), show_default=True, help="How many units.")
@click.option("--runs", default=1, show_default=True, help="How often each is run.")
@click.option("--peer-most", default=10_000, show_default=True, help="The largest register that RDFLib is given.")
def main(sizes: tuple[int, ...], runs: int, peer_most: int) -> None:
    """Tell processor seconds and memory of build, check and diff of registers of three editions."""
    for units in sizes:
        with tempfile.TemporaryDirectory() as place:
            _measure(Path(place), units, runs, units <= peer_most)


def _measure(place: Path, units: int, runs: int, beside: bool) -> None:
    write_register(place / "tables", units)
    build = measured([*_COMMAND, "build", str(place / "tables"), "--out", str(place / "out")], runs)
    triples = json.loads((place / "out/manifest.json").read_text("utf-8"))["triples"]
    click.echo(f"{units} units, {triples} triples")
    _tell("build", build)
    _tell("check", measured([*_COMMAND, "check", str(place / "tables")], runs))
    _tell("diff", measured([*_COMMAND, "diff", "2024-01", "2026-01", str(place / "tables")], runs))
    if beside:
        peer = measured([*_PEER, str(place / "out/dataset.trig"), "trig"], runs)
        _tell("RDFLib, TriG read and written", peer)
        click.echo(f"  it takes {peer.user / build.user:.1f} times as long as the build of all files")


def _tell(what: str, took: Measured) -> None:
    click.echo(f"  {what}: {took.user:.1f} s ({took.least:.1f} to {took.most:.1f}), {took.megabytes} MB")


if __name__ == "__main__":
    main()
