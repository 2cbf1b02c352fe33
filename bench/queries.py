"""Measures the README's queries against RDFLib's own engine, in the same run, as ratios."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click
import pyoxigraph as ox
from rdflib import Dataset

from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.inmemory import named_graphs
from organograph.names import DEFAULT_BASE, Names
from organograph.resources import bundled_tables, ontology_folder
from organograph.tabular.assemble import assemble
from organograph.writing import quads

README = Path(__file__).parents[1] / "README.md"


def measured(act: Callable[[], object], times: int) -> float:
    """The median of several runs, in seconds, after one that is not counted."""
    act()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> None:
    """Print a ratio a query."""
    names, ontology = Names(DEFAULT_BASE), ontology_graph(ontology_folder())
    dataset = assemble(bundled_tables(), kind_notations(ontology)).dataset
    assert dataset is not None
    ours, theirs = ox.Store(), Dataset(default_union=True)
    for named in named_graphs(dataset, names, ontology):
        ours.bulk_extend(quads(named.graph, named.name))
        target = theirs.graph(named.name)
        for triple in named.graph:
            target.add(triple)
    text = README.read_text(encoding="utf-8")
    prefixes = "".join(re.findall(r"^PREFIX .*\n", text, re.MULTILINE))
    for number, query in enumerate(re.findall(r"```sparql\n(.+?)```", text, re.DOTALL), 1):
        fast = measured(lambda asked=prefixes + query: list(ours.query(asked, use_default_graph_as_union=True)), 20)  # type: ignore[misc]
        slow = measured(lambda asked=prefixes + query: list(theirs.query(asked)), 3)  # type: ignore[misc]
        click.echo(f"README query {number}: {fast * 1000:.2f} ms, RDFLib {slow * 1000:.1f} ms, ratio {slow / fast:.0f}")


if __name__ == "__main__":
    main()
