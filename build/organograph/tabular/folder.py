"""Reads a folder of tables whole: its settings and every table, with every fault found on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from organograph.errors import DatasetUnreadable
from organograph.faults import Fault, Location
from organograph.kept import Kept
from organograph.plainfiles import legible
from organograph.sentences import fault_at
from organograph.settings import Settings, read_settings
from organograph.tabular.columns import Table
from organograph.tabular.schema import OF_DATASET, OF_EDITION
from organograph.tabular.tables import Row, read_table


@dataclass
class Folder:
    """What a folder of tables holds, as rows.

    Args:
        name: the folder's name, with which messages name its files.
        settings: dataset.toml.
        rows: (edition or "", table) to its rows.
        faults: everything found wrong while reading.
    """

    name: str
    settings: Settings = field(default_factory=dict)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def table(self, name: str, edition: str = "") -> list[Row]:
        """The rows of a table."""
        return self.rows.get((edition, name), [])


def read_folder(folder: Path, kept: Kept[Any] | None = None) -> Folder:
    """Read dataset.toml and all tables of a folder.

    Args:
        folder: such as ontology/iom.
        kept: what was read of its files before; those that did not change have the same rows.

    Returns:
        rows and faults; faults in tables are never raised.

    Raises:
        DatasetUnreadable: there is no such folder, or it holds no dataset.toml.
    """
    if not folder.exists():
        raise DatasetUnreadable(f"There is no folder {folder}.", "Name the folder that holds dataset.toml and sources.csv.")
    if not (folder / "dataset.toml").is_file():
        raise DatasetUnreadable(
            f"{folder} is no folder of tables: it holds no dataset.toml.", "Name the folder that holds dataset.toml and sources.csv."
        )
    folder = folder.resolve()  # the current folder has no name of its own
    read = Folder(legible(folder.name))
    settings = folder / "dataset.toml"
    read.settings, told = _kept(kept, settings, lambda: read_settings(settings, f"{read.name}/dataset.toml"))
    read.faults += told
    for table in OF_DATASET:
        if table.optional and not (folder / f"{table.name}.csv").exists():
            continue
        shown = f"{read.name}/{table.name}.csv"
        rows, faults = _rows(folder / f"{table.name}.csv", table, shown, kept)
        read.rows["", table.name] = rows
        read.faults += faults
    for row in read.table("editions"):
        _read_edition(folder, row["id"], read, kept)
    read.faults += _forgotten(folder, read.name, {row["id"] for row in read.table("editions")})
    return read


def _read_edition(folder: Path, edition: str, read: Folder, kept: Kept[Any] | None) -> None:
    if not edition or "/" in edition or edition.startswith("."):
        return
    for table in OF_EDITION:
        place = Path("editions") / edition / f"{table.name}.csv"
        rows, faults = _rows(folder / place, table, f"{read.name}/{place}", kept)
        read.rows[edition, table.name] = rows
        read.faults += faults


def _kept(kept: Kept[Any] | None, path: Path, read: Callable[[], Any]) -> Any:
    return read() if kept is None else kept.of(path, read)


def _rows(path: Path, table: Table, shown: str, kept: Kept[Any] | None) -> tuple[list[Row], list[Fault]]:
    if kept is None:
        return read_table(path, table, shown)
    from organograph.tabular.retabled import Reading, read_again  # which a check that does not go on has no need of

    read: Reading = kept.of(path, lambda: read_again(path, table, shown, kept.last(path)))
    return read.rows, read.faults


def _forgotten(folder: Path, name: str, named: set[str]) -> Iterator[Fault]:
    known = {f"{table.name}.csv" for table in OF_EDITION}
    for place in sorted((folder / "editions").glob("*")):
        shown = f"{name}/editions/{legible(place.name)}"
        if place.is_dir() and place.name not in named:
            yield fault_at(Location(shown), "table:unlisted-edition")
        for file in sorted(place.glob("*.csv")) if place.is_dir() else ():
            if file.name not in known:
                yield fault_at(Location(f"{shown}/{legible(file.name)}"), "table:unknown-table", tables=", ".join(sorted(known)))
