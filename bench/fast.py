"""One check by the fast engine as a process of its own: shapes and data from files, a line for each result."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pyoxigraph as ox

from organograph.engine import Data, compile_shapes

Triples = Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.Triple, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]


def triples(file: Path) -> Triples:
    """The triples of a file of Turtle."""
    return ((quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE))


def main() -> None:
    """Check the second file named by the rules in the first."""
    shapes, data = (Path(name) for name in sys.argv[1:3])
    report = compile_shapes(triples(shapes)).run(Data(triples(data)))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    click.echo(f"{len(report.results)} results, {megabytes} MB, {len(report.handed_over)} shapes handed over")
    for result in report.results:
        name, thing = (getattr(term, "value", "") for term in (result.source, result.focus))
        click.echo(f"{name.rpartition('/')[2]} {thing}")


if __name__ == "__main__":
    main()
