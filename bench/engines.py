"""Measures the fast engine against its peers on the same graphs and shapes, whole processes, which must find the same."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import pyoxigraph as ox
from measure import Measured, measured
from peers import Installed, Missing, installed, title
from records import OURS, Record, summed, tell
from synthetic import FAULTS, organization, planted, unit

from organograph.conformance.rules import FILES
from organograph.resources import ontology_folder, shapes_folder

TOPIC = "validation"
PEERS: Mapping[str, str] = {
    "pyshacl": "",
    "pyrudof": "rudof.py",
    "shacl-engine": "shacl_engine.mjs",
    "rdf-validate-shacl": "rdf_validate_shacl.mjs",
}
"""Each peer, with what runs it: a file of runners/, or its own command."""

_HERE = Path(__file__).parent
_SELECT = ox.NamedNode("http://www.w3.org/ns/shacl#sparql")
_TURTLE = ox.RdfFormat.TURTLE


@dataclass(frozen=True)
class Plan:
    """How much is measured; the fields are the options of the command."""

    runs: int
    peer_limit: int
    peer_most: int


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@click.option(
    "--runs", default=5, show_default=True, help="How often each process is run up to 10,000 units; beyond that thrice, at a million once."
)
@click.option("--peer-limit", default=240, show_default=True, help="Processor seconds after which a peer is stopped.")
@click.option("--peer-most", default=10_000, show_default=True, help="The largest organization that peers are given.")
@click.option("--peers", multiple=True, type=click.Choice([*PEERS]), help="Peers to run; all unless told.")
def main(sizes: tuple[int, ...], peers: tuple[str, ...], **options: int) -> None:
    """Print processor seconds and memory for some numbers of units: 250, 10000 and 100000 unless named; a million needs 3 GB."""
    plan, here = Plan(**options), list(_here(peers or tuple(PEERS)))
    with tempfile.TemporaryDirectory() as folder:
        rules = _rules(Path(folder))
        for size in sizes or (250, 10_000, 100_000):
            data = _data(Path(folder), size)
            tell(_reading(data, size, plan))
            for name, shapes in rules.items():
                tell(_checked(size, name, shapes, data, here, plan))
            data.unlink()


def _here(keys: Sequence[str]) -> Iterator[tuple[str, Installed]]:
    """Each peer that can be had; say which cannot."""
    for key in keys:
        try:
            yield key, installed(key)
        except Missing as missing:
            tell([Record(TOPIC, "processor time of a check", "every size", title(key), "s", remark=str(missing))])


def _reading(data: Path, size: int, plan: Plan) -> Iterator[Record]:
    """What a process takes that reads and numbers the same file, and ends."""
    record = Record(TOPIC, "reading alone", f"{size:,} units", OURS, "s")
    yield from _of(record, measured([sys.executable, str(_HERE / "fast.py"), "-", str(data)], _often(size, plan)))


def _checked(size: int, rules: str, shapes: Path, data: Path, here: Sequence[tuple[str, Installed]], plan: Plan) -> Iterator[Record]:
    """What each takes; whoever finds other than ours is told with the numbers."""
    what = f"{size:,} units, {rules}"
    ours = measured([sys.executable, str(_HERE / "fast.py"), str(shapes), str(data)], _often(size, plan))
    assert ours.status == 0, ours.said
    right = ours.said.count("\n") - 1
    record = Record(TOPIC, "processor time of a check", what, OURS, "s")
    yield from _of(replace(record, remark=_verdict(size, ours.said) if rules == "all rules" else ""), ours)
    for key, peer in here if size <= plan.peer_most else ():
        runner = PEERS[key]
        command = [*(peer.runs(runner) if runner else (*peer.command, "-m", "pyshacl", "-s")), str(shapes), str(data)]
        its = measured(command, 1 if size > 1000 else min(plan.runs, 3), plan.peer_limit)
        found, record = _found(its), replace(record, who=peer.who)
        if its.stopped:
            yield from _of(replace(record, bound="more than", remark=f"stopped after {plan.peer_limit} s, the system’s counted in"), its)
        elif found is None:
            yield replace(record, agrees=False, remark=_trouble(its))
        else:
            told = "" if found == right else f"it finds {found:,} faults where {right:,} are"
            yield from _of(replace(record, agrees=not told, remark=told), its)


def _of(record: Record, taken: Measured) -> Iterator[Record]:
    yield replace(summed(record, [taken.user]), least=taken.least, most=taken.most, runs=taken.runs)
    memory = replace(record, measure=record.measure.replace("processor time", "memory"), unit="MB", remark="")
    if record.measure.startswith("processor"):
        yield summed(memory, [taken.megabytes])


def _often(size: int, plan: Plan) -> int:
    return plan.runs if size <= 10_000 else min(3, plan.runs) if size <= 100_000 else 1


def _found(taken: Measured) -> int | None:
    """How many results a peer tells, or None where it failed."""
    if told := re.search(r"^Results \((\d+)\)", taken.said, re.MULTILINE):
        return int(told[1])
    if "Conforms: True" in taken.said:
        return 0
    return None if taken.status else sum(1 for line in taken.said.splitlines() if re.fullmatch(r"\S* \S+", line))


def _trouble(taken: Measured) -> str:
    """The line of what a peer printed that tells why it failed."""
    lines = [
        line for line in taken.said.splitlines() if re.match(r"\S*(Error|Exception)\b|FATAL", line.strip())
    ] or taken.said.splitlines()[-1:]
    return f"it fails: {lines[0].strip()[:160]}" if lines else f"it ends with status {taken.status} and no word"


def _verdict(size: int, said: str) -> str:
    """Whether each planted fault was found by its rule, and nothing at a unit that has none and is no neighbour of one."""
    found = {tuple(line.split()) for line in said.splitlines()[1:]}
    missed = [number for number, kind in planted(size) if (FAULTS[kind].removeprefix("shape:"), unit(number)) not in found]
    strange = {thing for _, thing in found} - {unit(number) for number, _ in planted(size)}
    return f"of {len(list(planted(size))):,} planted faults it misses {len(missed)}, and finds {len(strange)} elsewhere"


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
