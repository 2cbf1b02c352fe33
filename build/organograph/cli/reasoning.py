"""The command reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from organograph.cli.common import BASE, CLEAN, FINDINGS, TABLES, chosen_editions, names_under, say, sound_tables, told
from organograph.resources import ontology_folder

if TYPE_CHECKING:
    from organograph.conformance.trace import Locate
    from organograph.reasoning.reason import Reasoning


@click.command()
@TABLES
@click.option("--edition", metavar="ID", help="Reason over one edition only.")
@click.option("--inferred", is_flag=True, help="List every inferred type, not only how many of each.")
@BASE
@told
def reason(tables: Path | None, edition: str | None, inferred: bool, base: str | None) -> int:
    """Run HermiT over the ontology, ORG and each edition; explain what is inconsistent."""
    from organograph.conformance.trace import Trace
    from organograph.graphs.graph import edition_graph
    from organograph.reasoning.reason import reason as run_reasoner

    assembly, dataset = sound_tables(tables)
    names = names_under(base, dataset)
    status, trace = CLEAN, Trace(assembly.folder, names)
    for each in chosen_editions(dataset, edition):
        say(f"Reasoning over edition {each.id} …")
        found = run_reasoner(names.edition(each.id).value, edition_graph(dataset, each, names), ontology_folder())
        _tell_reasoning(each.id, found, trace.of(each.id), inferred)
        status = max(status, CLEAN if found.consistent and not found.unsatisfiable else FINDINGS)
    return status


def _tell_reasoning(edition: str, found: Reasoning, locate: Locate, each: bool) -> None:
    verdict = "consistent" if found.consistent else "inconsistent"
    click.echo(f"edition {edition}: {verdict}, {len(found.unsatisfiable)} unsatisfiable classes, {len(found.inferred)} inferred types")
    for name in found.unsatisfiable:
        click.echo(f"  nothing can be a {name}")
    for explanation in found.explanation:
        click.echo(indent(str(explanation), "  "))
        places = {locate(str(subject), str(predicate), str(value)) for subject, predicate, value in explanation.facts}
        for place in sorted(str(place) for place in places if place):
            click.echo(f"    see {place}")
    for kind, number in sorted(Counter(kind for _, kind in found.inferred).items()):
        click.echo(f"  {number} things are also {kind}")
    for individual, kind in found.inferred if each else ():
        click.echo(f"  {individual} is also {kind}")
