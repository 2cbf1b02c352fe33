"""The command check."""

from __future__ import annotations

import os
from pathlib import Path

import click

from organograph.cli.common import BASE, TABLES, chosen_editions, how_many, names_under, say, sound_tables, told
from organograph.cli.reporting import Options, finish, reporting
from organograph.errors import Faulty
from organograph.resources import bundled_tables, ontology_folder, shapes_folder
from organograph.vocabulary import ontology_graph


@click.command()
@TABLES
@click.option("--edition", metavar="ID", help="Check one edition only.")
@BASE
@told
@reporting
def check(tables: Path | None, edition: str | None, base: str | None, options: Options) -> int:
    """Check tables against every rule and tell each finding with file, row and column."""
    from organograph.report.making import reported, with_waivers
    from organograph.verdict import Part, verdict

    names, chosen, parts = names_under(base), Path(os.path.abspath(tables or bundled_tables())), []
    shapes, root = sorted(shapes_folder().glob("*.ttl")), chosen.parent
    try:
        assembly, dataset = sound_tables(tables)
    except Faulty as error:
        say(str(error))
        return finish(reported(chosen.name, [Part("tables", error.faults, {})], shapes, options.language, root), options)
    chosen_editions(dataset, edition)
    for part in verdict(assembly, names, ontology_graph(ontology_folder()), shapes_folder(), edition, options.language):
        rules = sum(1 for number in part.looked_at.values() if number)
        say(f"{part.name}: {rules} rules, {how_many(part.faults)}")
        parts.append(part)
    report = reported(chosen.name, parts, shapes, options.language, root)
    return finish(with_waivers(report, assembly.folder, names, whole=edition is None), options)
