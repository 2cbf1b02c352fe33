"""The commands new edition and compare."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import click

from organograph.cli.common import CLEAN, FINDINGS, TABLES, chosen_editions, say, sound_tables, told
from organograph.errors import OrganographError
from organograph.resources import bundled_tables
from organograph.schema import OF_EDITION
from organograph.storing import store

_HEADINGS = {
    "appeared": "Appeared", "disappeared": "Disappeared", "renamed": "Renamed", "moved": "Moved", "kind": "Changed their kind",
    "classes": "Changed their class", "heads": "Head something else", "holder": "Changed their holder",
}  # fmt: skip


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
    with --source or in editions.csv, and change the rows to what it says; organograph compare then tells what differs.
    """
    from organograph.successor import new_edition

    folder = tables or bundled_tables()
    files = new_edition(folder, identifier, old, sources)
    store(files)
    click.echo(f"{folder}/editions/{identifier}: {len(OF_EDITION)} tables, copied from {old}; scope.csv and editions.csv name it.")
    say(f"Its rows cite the documents of {old}. Edit them, then run: organograph compare {old} {identifier} {tables or ''}".rstrip())
    return CLEAN


@click.command()
@click.argument("old")
@click.argument("new")
@TABLES
@told
def compare(old: str, new: str, tables: Path | None) -> int:
    """Tell what differs between two editions, and what still lacks a change event or a scope.

    Exit status 1 while something that came or went is not explained.
    """
    from organograph.difference import differences

    _, dataset = sound_tables(tables)
    (before,), (after,) = chosen_editions(dataset, old), chosen_editions(dataset, new)
    if before.order >= after.order:
        raise OrganographError(f"The edition {old} does not come before {new}.", "Name the earlier one first.")
    found = differences(dataset, before, after)
    for sort, group in groupby(found, key=lambda each: each.sort):
        members = list(group)
        click.echo(f"{_HEADINGS[sort]} ({len(members)}):")
        for each in members:
            click.echo(f"  {each.words}" + (f"\n    MISSING: {each.missing}" if each.missing else ""))
    missing = sum(bool(each.missing) for each in found)
    say(f"{len(found)} differences from {old} to {new}, {missing} of them not explained." if found else f"{old} and {new} say the same.")
    return FINDINGS if missing else CLEAN
