"""Measures the fast engine against its peers on the same graphs and shapes, whole processes, as ratios within one run."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click
import pyoxigraph as ox
from measure import Measured, measured
from synthetic import FAULTS, organization, planted, unit

from organograph.conformance.rules import FILES
from organograph.resources import ontology_folder, shapes_folder

_HERE = Path(__file__).parent
_SELECT = ox.NamedNode("http://www.w3.org/ns/shacl#sparql")
_TURTLE = ox.RdfFormat.TURTLE
_ROW = "{:>9}  {:<10} {:<18} {:>8}  {:>13}  {:>8}  {}"


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@click.option("--with-peer", is_flag=True, help="Run both peers on all rules of 10,000 units too, which takes them many minutes.")
@click.option("--peer-limit", default=600, show_default=True, help="Processor seconds after which a peer is stopped.")
@click.option("--large", is_flag=True, help="Measure 100,000 and 1,000,000 units too; the latter takes minutes and three gigabytes.")
@click.option("--runs", default=5, help="How often each process is run up to 10,000 units; beyond that three times, at a million once.")
def main(sizes: tuple[int, ...], with_peer: bool, peer_limit: int, large: bool, runs: int) -> None:
    """Print a table for some numbers of units: 250 and 10000 unless named."""
    click.echo(_versions())
    click.echo(_ROW.format("units", "rules", "process", "user s", "least to most", "MB", "against ours; what was found"))
    with tempfile.TemporaryDirectory() as folder:
        rules = _rules(Path(folder))
        for size in sizes or (250, 10_000, *((100_000, 1_000_000) if large else ())):
            data, often = _data(Path(folder), size), runs if size <= 10_000 else 3 if size <= 100_000 else 1
            reading = measured(_ours("-", data), often)
            _print(size, "-", "parse and intern", reading, "")
            for name, shapes in rules.items():
                ours = measured(_ours(shapes, data), often)
                found = "" if name == "core only" else _compared(size, ours.said)
                _print(size, name, "organograph", ours, f"{ours.user / reading.user:.2f} x parse and intern{found}")
                for peer, command in _peers(shapes, data, size, with_peer or (name == "core only" and size <= 10_000)):
                    theirs = measured(command, 1 if size > 1000 else min(runs, 3), peer_limit)
                    more = "more than " if theirs.stopped else ""
                    _print(size, name, peer, theirs, f"{more}{theirs.user / ours.user:.1f} x ours")
            data.unlink()


def _versions() -> str:
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in ("pyoxigraph", "pyshacl", "pyrudof"))]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _print(size: int, rules: str, process: str, taken: Measured, told: str) -> None:
    spread = "stopped" if taken.stopped else f"{taken.least:.2f} to {taken.most:.2f}" if taken.runs > 1 else "one run"
    click.echo(_ROW.format(f"{size:,}", rules, process, f"{taken.user:.2f}", spread, taken.megabytes, told))


def _ours(shapes: Path | str, data: Path) -> list[str]:
    return [sys.executable, str(_HERE / "fast.py"), str(shapes), str(data)]


def _peers(shapes: Path, data: Path, size: int, anyway: bool) -> Iterator[tuple[str, list[str]]]:
    if size <= 1000 or anyway:
        yield "pyshacl's command", [sys.executable, "-m", "pyshacl", "-s", str(shapes), str(data)]
        if _version("pyrudof") != "not installed":
            yield "pyrudof", [sys.executable, str(_HERE / "rudof.py"), str(shapes), str(data)]


def _compared(size: int, said: str) -> str:
    """Whether each planted fault was found by its rule, and nothing at a unit that has none and is no neighbour of one."""
    found = {tuple(line.split()) for line in said.splitlines()[1:]}
    missed = [number for number, kind in planted(size) if (FAULTS[kind].removeprefix("shape:"), unit(number)) not in found]
    strange = {thing for _, thing in found} - {unit(number) for number, _ in planted(size)}
    return f"; planted {len(list(planted(size)))}, missed {len(missed)}, found elsewhere {len(strange)}"


def _rules(folder: Path) -> dict[str, Path]:
    """All rules of an edition in one file, and without their queries in another."""
    texts = [(shapes_folder() / f"{name}.ttl").read_bytes() for name in ("prefixes", *FILES["edition"])]
    quads = [quad for text in texts for quad in ox.parse(text, _TURTLE)]
    kept = {"all rules": quads, "core only": [quad for quad in quads if quad.predicate != _SELECT]}
    return {name: _written(folder / f"{name.replace(' ', '-')}.ttl", some) for name, some in kept.items()}


def _data(folder: Path, size: int) -> Path:
    """A synthetic organization with the ontology and its kinds, which the rules look into."""
    file = folder / f"{size}.ttl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(organization(size))
        for name in ("organograph.ttl", "kinds.ttl"):
            out.write((ontology_folder() / name).read_text(encoding="utf-8"))
    return file


def _written(file: Path, quads: list[ox.Quad]) -> Path:
    ox.serialize((quad.triple for quad in quads), file, format=_TURTLE)
    return file


if __name__ == "__main__":
    main()
