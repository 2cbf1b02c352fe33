"""Measures the fast engine against pySHACL's command on the same graphs and shapes, whole processes, as ratios of one run."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
import pyoxigraph as ox
from synthetic import FAULTS, organization, planted, unit

from organograph.resources import ontology_folder, shapes_folder
from organograph.rules import FILES

_HERE = Path(__file__).parent
_SELECT = ox.NamedNode("http://www.w3.org/ns/shacl#sparql")
_TURTLE = ox.RdfFormat.TURTLE


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@click.option("--without-peer", is_flag=True, help="Measure the fast engine alone.")
def main(sizes: Sequence[int], without_peer: bool) -> None:
    """Print a row for each number of units: 250 and 10000 unless named."""
    with tempfile.TemporaryDirectory() as folder:
        rules = _rules(Path(folder))
        for size in sizes or (250, 10_000):
            data = _data(Path(folder), size)
            for name, shapes in rules.items():
                ours, said = _timed([sys.executable, str(_HERE / "fast.py"), str(shapes), str(data)])
                told = "" if name == "core only" else _compared(size, said)
                theirs = "" if without_peer else _ratio(ours, [sys.executable, "-m", "pyshacl", "-s", str(shapes), str(data)])
                click.echo(f"{size} units, {name}: {ours:.2f} s, {said.splitlines()[0]}{theirs}{told}")


def _ratio(ours: float, command: list[str]) -> str:
    theirs, _ = _timed(command)
    return f"; pySHACL {theirs:.1f} s, ratio {theirs / ours:.0f}"


def _timed(command: list[str]) -> tuple[float, str]:
    """The processor time of a process, which other work on the machine changes least, and what it printed."""
    begun = _processor_time()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return _processor_time() - begun, done.stdout


def _processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
