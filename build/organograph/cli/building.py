"""The command build."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from organograph.cli.common import BASE, CLEAN, LANGUAGE, TABLES, names_under, progress, say, sound_tables, told
from organograph.errors import BuildFailed
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
    """Compile tables to a dataset directory, whole or not at all.

    Equal tables give equal bytes, so a build has no date of its own. Where SOURCE_DATE_EPOCH in the environment says when
    the tables last changed, in seconds since 1970, the manifest tells it, and servers give it as Last-Modified.
    """
    from organograph.publish import build as compile_tables

    issued = changed(os.environ.get("SOURCE_DATE_EPOCH", ""))
    dataset = sound_tables(tables)[1]  # the rows are not needed any more
    names = names_under(base, dataset)
    say(f"Compiling {dataset.title} …")
    with progress("compiling") as tell:
        manifest = compile_tables(dataset, names, ontology_folder(), shapes_folder(), out, issued, tell)
    click.echo(
        f"{out}: {manifest['triples']} triples in {len(manifest['graphs'])} graphs, {len(manifest['editions'])} editions, "
        f"base {manifest['base']}, RDFC-1.0 {manifest['dataset_sha256'][:12]}"
    )
    return CLEAN


def changed(seconds: str) -> datetime | None:
    """What SOURCE_DATE_EPOCH says (https://reproducible-builds.org/specs/source-date-epoch/); None where it says nothing.

    Raises:
        BuildFailed: it is no number of seconds.
    """
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    except (ValueError, OverflowError, OSError) as error:
        raise BuildFailed(f"SOURCE_DATE_EPOCH is {seconds!r}.", "Set it to seconds since 1970, or not at all.") from error
