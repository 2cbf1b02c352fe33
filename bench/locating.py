"""Measures what locating costs, in one run: reading a Turtle file, and finding every statement's place, against plain parses."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
from machine import installed
from pyoxigraph import NamedNode
from rdflib import Graph
from records import OURS, Record, summed, tell

from organograph.located import read_document
from organograph.names import PREFIXES

HEAD = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in PREFIXES.items()) + "@prefix unit: <https://example.org/unit/> .\n"
UNIT = """unit:u{0} a org:OrganizationalUnit , org:Organization ; skos:prefLabel "Unit {0}"@en ; org:classification kind:office ;
    og:parent <https://example.org/unit/u{1}> ; og:basis og:stated ; org:subOrganizationOf unit:u{1} ;
    org:purpose "Does what unit {0} does, and no more."@en ; skos:altLabel "U{0}"@en , "X{0}"@en .
"""


def measured(act: Callable[[], object], times: int = 3) -> list[float]:
    """The seconds of several runs."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return taken


def located(file: Path) -> object:
    """Read the file and ask for one place, for which all are found."""
    return read_document(file, "ttl").statements(NamedNode("https://example.org/unit/u1"), NamedNode(PREFIXES["og"] + "parent"))


@click.command()
@click.argument("units", type=int, default=10_000)
def main(units: int) -> None:
    """Print the seconds for an organization of so many units."""
    text = HEAD + "".join(UNIT.format(number, number // 7) for number in range(units))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "units.ttl"
        file.write_text(text, encoding="utf-8")
        acts: tuple[tuple[str, str, Callable[[], object], int], ...] = (
            ("with the place of a statement", OURS, lambda: located(file), 3),
            ("as graphs", OURS, lambda: read_document(file, "ttl"), 3),
            ("as graphs", f"pyoxigraph {installed('pyoxigraph')}, a list", lambda: list(ox.parse(text, format=ox.RdfFormat.TURTLE)), 3),
            ("as graphs", f"RDFLib {installed('rdflib')}", lambda: Graph().parse(data=text, format="turtle"), 1),
        )
        for what, who, act, times in acts:
            tell([summed(Record("reading", "time to read Turtle", f"{units:,} units, {what}", who, "s"), measured(act, times))])


if __name__ == "__main__":
    main()
