"""The commands export and import."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from organograph.cli.common import CLEAN, LANGUAGE, TABLES, say, told
from organograph.errors import BuildFailed, DatasetUnreadable
from organograph.faults import Language
from organograph.plainfiles import content, legible
from organograph.resources import bundled_tables, ontology_folder
from organograph.storing import store


@click.command("export")
@TABLES
@click.option("--xlsx", "file", metavar="FILE", type=click.Path(path_type=Path), help="The workbook.")
@click.option("--site", metavar="DIR", type=click.Path(path_type=Path), help="Write a published dataset as a static site.")
@click.option("--dataset", metavar="DIR", type=click.Path(path_type=Path), help="Of a site: what `organograph build` wrote.")
@click.option("--edition", metavar="ID", help="Of a workbook: write the tables of one edition only.")
@click.option("--force", is_flag=True, help="Of a workbook: replace a file that is there.")
@LANGUAGE
@told
def export_tables(
    tables: Path | None, file: Path | None, site: Path | None, dataset: Path | None, edition: str | None, force: bool, language: Language
) -> int:
    """Write tables as a workbook, or a published dataset as a static site.

    A workbook has a sheet for each table, every cell text. A site has every address of the server in every format as a file, and
    configuration by which nginx and Apache answer as the server does; a site that is there is replaced.
    """
    if file is not None and site is None:
        if dataset is not None:
            raise click.UsageError("--dataset is for --site; a workbook is made of TABLES.")
        return _workbook(tables, file, edition, force)
    if site is None or file is not None:
        raise click.UsageError("Name a workbook with --xlsx, or a folder with --site.")
    return _site(site, dataset, [name for name, given in (("TABLES", tables), ("--edition", edition), ("--force", force)) if given])


def _workbook(tables: Path | None, file: Path, edition: str | None, force: bool) -> int:
    from organograph.tabular.exchange import exported

    if file.exists() and not force:
        raise BuildFailed(f"{file} is there already.", "Name another file, or give --force if it may be replaced.")
    data = exported(tables or bundled_tables(), edition)
    store({file: data})
    click.echo(f"{file}: {len(data)} bytes")
    return CLEAN


def _site(site: Path, dataset: Path | None, foreign: list[str]) -> int:
    """Let the server, which this room never enters by name, write the site."""
    from importlib.metadata import entry_points

    if foreign:
        raise click.UsageError(f"{foreign[0]} is for --xlsx; a site is made of --dataset.")
    exports = entry_points(group="organograph.exports")
    if "site" not in exports.names:
        raise BuildFailed("The server of Organograph is not installed, and it alone can write a site.", "Install all of Organograph.")
    for line in exports["site"].load()(dataset, site, _progress if sys.stderr.isatty() else None):
        click.echo(line)
    return CLEAN


def _progress(done: int, known: int) -> None:
    if done % 50 == 0 or done == known:
        click.echo(f"\r{done} of {known} addresses ", nl=done == known, err=True)


@click.command("import")
@click.option("--xlsx", "file", metavar="FILE", type=click.Path(path_type=Path), required=True, help="The workbook.")
@click.argument("tables", type=click.Path(path_type=Path))
@LANGUAGE
@told
def import_tables(tables: Path, file: Path, language: Language) -> int:
    """Read a workbook back into tables, all of them or none.

    Tables without a sheet stay as they are. Faults are told by sheet, row and column before anything is written.
    """
    from organograph.graphs.vocabulary import kind_notations, ontology_graph
    from organograph.tabular.exchange import imported

    try:
        data = content(file)
    except OSError as error:
        raise DatasetUnreadable(f"{file} cannot be read: {error.strerror}.", "Name a workbook that organograph export wrote.") from error
    changed = imported(data, legible(file.name), tables, kind_notations(ontology_graph(ontology_folder())))
    store(changed)
    for path in changed:
        click.echo(f"{path}: changed")
    say(f"{len(changed)} tables changed.")
    return CLEAN
