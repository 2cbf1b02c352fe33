"""The commands export and import."""

from __future__ import annotations

from pathlib import Path

import click

from organograph.cli.common import CLEAN, LANGUAGE, TABLES, say, told
from organograph.errors import BuildFailed, DatasetUnreadable
from organograph.faults import Language
from organograph.resources import bundled_tables, ontology_folder
from organograph.storing import store

_FILE = click.option("--xlsx", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="The workbook.")


@click.command("export")
@TABLES
@_FILE
@click.option("--edition", metavar="ID", help="Write the tables of one edition only.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@LANGUAGE
@told
def export_tables(tables: Path | None, file: Path, edition: str | None, force: bool, language: Language) -> int:
    """Write tables as a workbook: a sheet for each table, every cell text."""
    from organograph.exchange import exported

    if file.exists() and not force:
        raise BuildFailed(f"{file} is there already.", "Name another file, or give --force if it may be replaced.")
    data = exported(tables or bundled_tables(), edition)
    store({file: data})
    click.echo(f"{file}: {len(data)} bytes")
    return CLEAN


@click.command("import")
@_FILE
@click.argument("tables", type=click.Path(path_type=Path))
@LANGUAGE
@told
def import_tables(tables: Path, file: Path, language: Language) -> int:
    """Read a workbook back into tables, all of them or none.

    Tables without a sheet stay as they are. Faults are told by sheet, row and column before anything is written.
    """
    from organograph.exchange import imported
    from organograph.vocabulary import kind_notations, ontology_graph

    try:
        data = file.read_bytes()
    except OSError as error:
        raise DatasetUnreadable(f"{file} cannot be read: {error.strerror}.", "Name a workbook that organograph export wrote.") from error
    changed = imported(data, file.name, tables, kind_notations(ontology_graph(ontology_folder())))
    store(changed)
    for path in changed:
        click.echo(f"{path}: changed")
    say(f"{len(changed)} tables changed.")
    return CLEAN
