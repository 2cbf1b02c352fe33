"""Measures what one edit costs in a check that goes on: tables of one edition, one unit moved, everything told again that it touches."""

from __future__ import annotations

import contextlib
import csv
import io
import statistics
import tempfile
import time
from pathlib import Path

import click

from organograph.cli.reporting import Options
from organograph.cli.rounds import How, Tables
from organograph.skeleton import Beginning, skeleton

_HOW = How(None, (), None, "edition", "fast", (), False, False, True, 600, 4096, None)


def organization(folder: Path, units: int) -> Path:
    """Write a sound dataset of so many units, a tree of ten below each, and give the table of units."""
    for place, content in skeleton(Beginning("Synthetic", "https://example.org/", "", "Director", "2024-01")).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    table = folder / "editions/2024-01/units.csv"
    head = next(csv.reader([table.read_text(encoding="utf-8")]))
    with table.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, head, lineterminator="\n")
        rows.writeheader()
        rows.writerows(_unit(number) for number in range(units))
    sources = (folder / "sources.csv").read_text(encoding="utf-8")
    with (folder / "sources.csv").open("w", encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(sources.splitlines())
        rows = csv.DictWriter(file, row, lineterminator="\n")
        rows.writeheader()
        rows.writerow(row | {"characters": str(10 * units + 1000)})
    return table


def _unit(number: int) -> dict[str, str]:
    parent = "post:director" if number % 97 == 0 else f"unit:u{number // 10}"
    told = {"slug": f"u{number}", "name": f"Unit {number}", "kind": "unit", "parent": parent, "basis": "stated"}
    return told | {"source": "first-note", "start": str(number), "end": str(number + 4), "purpose": f"Does the work of unit {number}."}


@click.command()
@click.argument("sizes", type=int, nargs=-1)
def main(sizes: tuple[int, ...]) -> None:
    """Print the processor seconds of a first check and of one after each edit, for some numbers of units: 250 and 10000 unless named."""
    for size in sizes or (250, 10_000):
        with tempfile.TemporaryDirectory() as folder:
            table = organization(Path(folder), size)
            going = Tables(Path(folder), _HOW, Options("text", Path(folder) / "report.txt"))
            last, parents = f"u{size - 1}", (f"unit:u{(size - 1) // 10}", "unit:u1")
            first, *edits = [_checked(going, table, last, parents, number) for number in range(6)]
            click.echo(f"{size} units: first check {first:.3f} s, after an edit {statistics.median(edits):.3f} s")


def _checked(going: Tables, table: Path, last: str, parents: tuple[str, str], number: int) -> float:
    """Move the last unit, but for the first time, and check."""
    if number:
        before, after = parents if number % 2 else parents[::-1]
        text = table.read_text(encoding="utf-8")
        at = text.index(f"\n{last},")
        table.write_text(text[:at] + text[at:].replace(f",{before},", f",{after},", 1), encoding="utf-8")
    begun = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        status = going.check()
    assert status == 0, "The synthetic tables are not sound."
    return time.process_time() - begun


if __name__ == "__main__":
    main()
