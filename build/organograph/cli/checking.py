"""The command check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from organograph.cli.common import BASE, CLEAN, FINDINGS, TABLES, chosen_editions, how_many, names_under, say, show, sound_tables, told
from organograph.resources import ontology_folder, shapes_folder
from organograph.vocabulary import ontology_graph

if TYPE_CHECKING:
    from organograph.findings import Language


@click.command()
@TABLES
@click.option("--edition", metavar="ID", help="Check one edition only.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the findings.")
@BASE
@told
def check(tables: Path | None, edition: str | None, language: Language, base: str | None) -> int:
    """Check tables against every rule and tell each finding with file, row and column."""
    from organograph.verdict import all_faults, verdict

    names, (assembly, dataset) = names_under(base), sound_tables(tables)
    chosen_editions(dataset, edition)
    parts = []
    for part in verdict(assembly, names, ontology_graph(ontology_folder()), shapes_folder(), edition, language):
        rules = sum(1 for number in part.looked_at.values() if number)
        say(f"{part.name}: {rules} rules, {how_many(part.faults)}")
        parts.append(part)
    faults = all_faults(parts)
    show(faults)
    asked = sorted({rule for part in parts for rule in part.looked_at})
    idle = [rule for rule in asked if not any(part.looked_at.get(rule) for part in parts)]
    if idle:
        say(f"Rules that found nothing to look at: {', '.join(idle)}")
    say(f"{len(asked)} rules, {how_many(faults)}.")
    return FINDINGS if faults else CLEAN
