"""The command new edition."""

from __future__ import annotations

from pathlib import Path

import click

from organograph.cli.common import CLEAN, TABLES, say, told
from organograph.resources import bundled_tables
from organograph.storing import store
from organograph.tabular.schema import OF_EDITION


@click.group()
def new() -> None:
    """Begin something new in a dataset."""


@new.command()
@click.argument("identifier", metavar="ID")
@TABLES
@click.option("--from", "old", metavar="OLD", required=True, help="The edition to copy.")
@click.option("--source", "sources", metavar="SLUG", multiple=True, help="A document of the new edition; may be given again.")
@told
def edition(identifier: str, tables: Path | None, old: str, sources: tuple[str, ...]) -> int:
    """Begin an edition as a copy of an older one.

    ID is its earliest month, YYYY-MM. Its rows still cite the documents of OLD: add the new document to sources.csv, name it
    with --source or in editions.csv, and change the rows to what it says; organograph diff then tells what differs.
    """
    from organograph.successor import new_edition

    folder = tables or bundled_tables()
    files = new_edition(folder, identifier, old, sources)
    store(files)
    click.echo(f"{folder}/editions/{identifier}: {len(OF_EDITION)} tables, copied from {old}; scope.csv and editions.csv name it.")
    say(f"Its rows cite the documents of {old}. Edit them, then run: organograph diff {old} {identifier} {tables or ''}".rstrip())
    return CLEAN
