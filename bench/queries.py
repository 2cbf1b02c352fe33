"""Measures the README's queries against RDFLib's own engine, in the same run, as ratios."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import click
import pyoxigraph as ox
from machine import installed
from rdflib import Dataset
from records import OURS, Record, summed, tell

from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.inmemory import named_graphs
from organograph.names import DEFAULT_BASE, ONTOLOGY, Names
from organograph.resources import bundled_tables, ontology_folder
from organograph.tabular.assemble import assemble
from organograph.writing import quads

README = Path(__file__).parents[1] / "README.md"


def measured(act: Callable[[], object], times: int) -> list[float]:
    """The milliseconds of several runs, after one that is not counted."""
    act()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


@click.command()
@click.option("--runs", default=20, show_default=True, help="How often the engine of ours is asked each; RDFLib's a seventh as often.")
def main(runs: int) -> None:
    """Print the time of each query of the README, within one process."""
    names, ontology = Names(DEFAULT_BASE), ontology_graph(ontology_folder())
    dataset = assemble(bundled_tables(), kind_notations(ontology)).dataset
    assert dataset is not None
    ours, theirs = ox.Store(), Dataset()
    graphs = {named.name: named.graph for named in named_graphs(dataset, names, ontology)}
    for name, graph in graphs.items():
        ours.bulk_extend(quads(graph, name))
    # As the server has it: the default graph is the latest edition with catalogue and ontology.
    default = (names.edition(dataset.editions[-1].id), names.catalogue, ONTOLOGY)
    ours.bulk_extend(ox.Quad(*triple) for name in default for triple in graphs[name])
    theirs.parse(data=ours.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
    text = README.read_text(encoding="utf-8")
    prefixes = "".join(re.findall(r"^PREFIX .*\n", text, re.MULTILINE))
    for number, query in enumerate(re.findall(r"```sparql\n(.+?)```", text, re.DOTALL), 1):
        tell(_asked(number, partial(ours.query, prefixes + query), partial(theirs.query, prefixes + query), runs))


def _asked(number: int, ours: Callable[[], Iterable[object]], theirs: Callable[[], Iterable[object]], runs: int) -> Iterator[Record]:
    right, found = len(list(ours())), len(list(theirs()))
    record = Record("engine", "time of a query in the process", f"README, query {number}: {right:,} rows", OURS, "ms")
    yield summed(record, measured(lambda: list(ours()), runs))
    other = "" if right == found else f"it finds {found:,} rows where ours finds {right:,}"
    its = replace(record, who=f"RDFLib {installed('rdflib')}", agrees=not other, remark=other)
    yield summed(its, measured(lambda: list(theirs()), max(1, runs // 7)))


if __name__ == "__main__":
    main()
