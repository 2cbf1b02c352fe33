"""One check by the fast engine as a process of its own: shapes and data from files, a line for each result."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from organograph.engine import Data, compile_shapes

Triples = Iterator[tuple[ox.NamedNode | ox.BlankNode | ox.Triple, ox.NamedNode, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]


def triples(file: Path) -> Triples:
    """The triples of a file of Turtle."""
    return ((quad.subject, quad.predicate, quad.object) for quad in ox.parse(path=file, format=ox.RdfFormat.TURTLE))


def main() -> None:
    """Check the second file named by the rules in the first; read it only, where "-" stands in the place of rules."""
    shapes, data = sys.argv[1:3]
    if shapes == "-":
        sys.stdout.write(f"{len(Data(triples(Path(data))).terms)} terms\n")
        return
    report = compile_shapes(triples(Path(shapes))).run(Data(triples(Path(data))))
    sys.stdout.write(f"{len(report.results)} results, {len(report.handed_over)} shapes handed over\n")
    for result in report.results:
        name, thing = (getattr(term, "value", "") for term in (result.source, result.focus))
        sys.stdout.write(f"{name.rpartition('/')[2]} {thing}\n")


if __name__ == "__main__":
    main()
