"""The command build."""

from __future__ import annotations

from pathlib import Path

import click

from organograph.cli.common import BASE, CLEAN, LANGUAGE, TABLES, names_under, say, sound_tables, told
from organograph.faults import Language
from organograph.resources import ontology_folder, shapes_folder


@click.command()
@TABLES
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("published"), show_default=True, help="The dataset directory to write."
)
@BASE
@LANGUAGE
@told
def build(tables: Path | None, out: Path, base: str | None, language: Language) -> int:
    """Compile tables to a dataset directory, whole or not at all."""
    from organograph.publish import build as compile_tables

    _, dataset = sound_tables(tables)
    names = names_under(base, dataset)
    say(f"Compiling {dataset.title} …")
    manifest = compile_tables(dataset, names, ontology_folder(), shapes_folder(), out)
    click.echo(
        f"{out}: {manifest['triples']} triples in {len(manifest['graphs'])} graphs, {len(manifest['editions'])} editions, "
        f"base {manifest['base']}, RDFC-1.0 {manifest['dataset_sha256'][:12]}"
    )
    return CLEAN
