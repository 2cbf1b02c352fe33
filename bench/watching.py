"""Measures what one edit costs in a check that goes on, of tables and of Turtle: from the save to the report, everything told again."""

from __future__ import annotations

import contextlib
import csv
import io
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import synthetic
from records import OURS, Record, summed, tell

from organograph.cli.reporting import Options
from organograph.cli.rounds import How, Tables
from organograph.conformance.inspection import Asked
from organograph.graphs.vocabulary import ontology_graph
from organograph.report.formats import FORMATS
from organograph.report.making import reported
from organograph.resources import ontology_folder, shapes_folder
from organograph.skeleton import Beginning, skeleton
from organograph.watched.reinspection import Reinspection

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


def edits(text: str, row: str) -> Iterator[tuple[str, str]]:
    """Edits of a table of units, each with what it is called; the row that they are made to is the last of them in its place."""
    parent = row.split(",unit:")[1].partition(",")[0]
    placed = row.replace(f",unit:{parent},", ",unit:u1,")
    named = placed.replace(",Unit ", ",Section ")
    yield "first check", text
    yield "placed elsewhere", text.replace(row, placed, 1)
    yield "renamed", text.replace(row, named, 1)
    yield "a row put in", text.replace(row, f"{named}\nnew{placed}", 1)
    yield "a row taken out", text.replace(row, named, 1)
    yield "a fault", text.replace(row, named.replace(",unit,", ",nonsense,"), 1)
    yield "the fault mended", text.replace(row, named, 1)


def edits_of_turtle(text: str, block: str) -> Iterator[tuple[str, str]]:
    """The like of a file of Turtle."""
    parent = re.search(r"og:parent <[^>]*>", block)
    assert parent is not None, "The block has no parent."
    placed = block.replace(parent[0], re.sub(r"\d+>", "1>", parent[0]))
    named = re.sub(r'"Unit [^"]*"@en', '"Section"@en', placed)
    yield "first check", text
    yield "placed elsewhere", text.replace(block, placed, 1)
    yield "renamed", text.replace(block, named, 1)
    yield "a block put in", text.replace(block, named + re.sub(r">", "x>", placed, count=1), 1)
    yield "a block taken out", text.replace(block, named, 1)


def of_tables(folder: Path, units: int) -> Iterator[tuple[str, float]]:
    """The processor seconds of each check of tables."""
    table = organization(folder, units)
    going = Tables(folder, _HOW, Options("text", folder / "report.txt"))
    text = table.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"u{units // 2 + 3},"))
    yield from _timed(table, edits(text, row), going.check)


def of_turtle(folder: Path, units: int) -> Iterator[tuple[str, float]]:
    """The processor seconds of each check of a file of Turtle in which one unit of 25 is at fault, with the report on all of them."""
    file = folder / "units.ttl"
    text = "".join(f"{line}\n" for line in synthetic.organization(units))
    going = Reinspection(Asked((file,)), ontology_graph(ontology_folder()), shapes_folder())
    block = next(line for line in synthetic.organization(units) if f"/u{units // 2 + 3}> a " in line)

    def check() -> None:
        FORMATS["text"].render(reported("units", going.parts(), ()))

    yield from _timed(file, edits_of_turtle(text, block), check)


def _timed(file: Path, states: Iterable[tuple[str, str]], check: Callable[[], object]) -> Iterator[tuple[str, float]]:
    for what, text in states:
        file.write_text(text, encoding="utf-8")
        begun = time.process_time()
        with contextlib.redirect_stderr(io.StringIO()):
            check()
        yield what, time.process_time() - begun


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@click.option("--times", default=3, show_default=True, help="How often all is done; told is the median of each check.")
def main(sizes: tuple[int, ...], times: int) -> None:
    """Print the processor seconds of a first check and of one after each edit, for some numbers of units: 250 and 10000 unless named."""
    for size in sizes or (250, 10_000):
        for kind, checks in (("tables", of_tables), ("Turtle", of_turtle)):
            taken: dict[str, list[float]] = {}
            for _ in range(times):
                with tempfile.TemporaryDirectory() as folder:
                    for what, seconds in checks(Path(folder), size):
                        taken.setdefault(what, []).append(seconds)
            for what, each in taken.items():
                record = Record("watching", f"processor time of a check after an edit, {kind}", f"{size:,} units: {what}", OURS, "s")
                tell([summed(record, each)])


if __name__ == "__main__":
    main()
