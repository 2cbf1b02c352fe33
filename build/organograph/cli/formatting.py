"""The command fmt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from organograph.cli.common import CLEAN, FINDINGS, LANGUAGE, say, show, told
from organograph.errors import DatasetUnreadable
from organograph.plainfiles import legible
from organograph.resources import bundled_tables
from organograph.storing import store
from organograph.tabular.schema import OF_DATASET, OF_EDITION, TABLES

if TYPE_CHECKING:
    from organograph.faults import Language
    from organograph.tabular.canonical import Formed

_KNOWN = {table.name for table in TABLES}


@click.command()
@click.argument("paths", metavar="[PATH]...", type=click.Path(path_type=Path), nargs=-1)
@click.option("--check", is_flag=True, help="Change nothing; tell what would be changed.")
@LANGUAGE
@told
def fmt(paths: tuple[Path, ...], check: bool, language: Language) -> int:
    """Bring tables and Turtle files into canonical form.

    PATH is a folder of tables, a table named for what it holds, such as units.csv, or a Turtle file or a folder of them;
    without it, the bundled tables. A file with faults is told and not touched. Turtle with comments or blank nodes keeps its
    layout, which sorting would lose; only the ends of its lines are mended.
    """
    files = sorted({file for path in paths or (bundled_tables(),) for file in _files(path)})
    formed = {file: _formed(file) for file in files}
    for each in formed.values():
        show(each.faults, language)
    changed = {file: each.data for file, each in formed.items() if each.data is not None and each.data != file.read_bytes()}
    if not check:
        store(changed)
    for file in changed:
        click.echo(f"{legible(file)}: {'would be' if check else 'was'} brought into canonical form")
    _tell_kept([each.note for each in formed.values() if each.note])
    faulty = sum(bool(each.faults) for each in formed.values())
    say(f"{len(files)} files, {len(changed)} {'not in canonical form' if check else 'changed'}, {faulty} with faults and not touched.")
    return FINDINGS if faulty or (check and changed) else CLEAN


def _tell_kept(notes: list[str]) -> None:
    """Say which Turtle files were not sorted: each of a few, the number of many."""
    if notes:
        holding = " ".join(notes) if len(notes) < 4 else f"{len(notes)} files hold comments or blank nodes, which sorting would lose."
        say(f"{holding} Their layout stays; only the ends of lines are mended.")


def _formed(file: Path) -> Formed:
    from organograph.tabular.canonical import formed_table, formed_turtle

    return (formed_turtle if file.suffix == ".ttl" else formed_table)(file, legible(file))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = list(_inside(path))
        if not found:
            raise DatasetUnreadable(f"{path} holds no tables and no Turtle files.", "Name a folder of tables or of Turtle files.")
        yield from found
    elif not path.is_file():
        raise DatasetUnreadable(f"{path} is not there.", "Name a table, a Turtle file or a folder of them.")
    elif path.suffix == ".ttl" or (path.suffix == ".csv" and path.stem in _KNOWN):
        yield path
    else:
        tables = ", ".join(f"{table.name}.csv" for table in TABLES)
        raise DatasetUnreadable(f"{path} is no Turtle file and no table of ours.", f"The tables are: {tables}.")


def _inside(folder: Path) -> Iterator[Path]:
    """The tables of a dataset and of its editions, or of the one edition that a folder holds, and Turtle files."""
    yield from (file for table in OF_DATASET + OF_EDITION if (file := folder / f"{table.name}.csv").is_file())
    yield from sorted(folder.glob("*.ttl"))
    for table in OF_EDITION:
        yield from sorted(folder.glob(f"editions/*/{table.name}.csv"))
