"""Reads a folder of tables whole: its settings and every table, with every fault found on the way."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from organograph.errors import DatasetUnreadable
from organograph.faults import Fault, Location
from organograph.schema import OF_DATASET, OF_EDITION
from organograph.tables import Row, read_table

_SETTINGS = {
    "organization": {"slug": str, "name": str, "acronym": str, "classes": list, "purpose": str, "homepage": str},
    "dataset": {"title": str, "language": str, "licence": str, "head_post": str, "shapes": list},
}
_NEEDED = (("organization", "slug"), ("organization", "name"), ("dataset", "title"), ("dataset", "head_post"))


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
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def table(self, name: str, edition: str = "") -> list[Row]:
        """The rows of a table."""
        return self.rows.get((edition, name), [])


def read_folder(folder: Path) -> Folder:
    """Read dataset.toml and all tables of a folder.

    Args:
        folder: such as ontology/iom.

    Returns:
        rows and faults; faults in tables are never raised.

    Raises:
        DatasetUnreadable: there is no such folder, or it holds no dataset.toml.
    """
    if not (folder / "dataset.toml").is_file():
        raise DatasetUnreadable(
            f"{folder} is no folder of tables: it holds no dataset.toml.", "Name the folder that holds dataset.toml and sources.csv."
        )
    folder = Path(os.path.abspath(folder))  # "." has no name to tell its files by
    read = Folder(folder.name)
    _read_settings(folder / "dataset.toml", read)
    for table in OF_DATASET:
        if table.optional and not (folder / f"{table.name}.csv").exists():
            continue
        shown = f"{folder.name}/{table.name}.csv"
        rows, faults = read_table(folder / f"{table.name}.csv", table, shown)
        read.rows["", table.name] = rows
        read.faults += faults
    for row in read.table("editions"):
        _read_edition(folder, row["id"], read)
    read.faults += _forgotten(folder, {row["id"] for row in read.table("editions")})
    return read


def _read_edition(folder: Path, edition: str, read: Folder) -> None:
    if not edition or "/" in edition or edition.startswith("."):
        return
    for table in OF_EDITION:
        place = Path("editions") / edition / f"{table.name}.csv"
        rows, faults = read_table(folder / place, table, f"{folder.name}/{place}")
        read.rows[edition, table.name] = rows
        read.faults += faults


def _forgotten(folder: Path, named: set[str]) -> Iterator[Fault]:
    known = {f"{table.name}.csv" for table in OF_EDITION}
    for place in sorted((folder / "editions").glob("*")):
        shown = f"{folder.name}/editions/{place.name}"
        if place.is_dir() and place.name not in named:
            yield Fault(
                "table:unlisted-edition", "The folder belongs to no edition.", "Add a row to editions.csv or remove it.", Location(shown)
            )
        for file in sorted(place.glob("*.csv")) if place.is_dir() else ():
            if file.name not in known:
                where = Location(f"{shown}/{file.name}")
                yield Fault(
                    "table:unknown-table",
                    "No such table is known.",
                    f"Rename or remove it; the tables are: {', '.join(sorted(known))}.",
                    where,
                )


def _read_settings(path: Path, read: Folder) -> None:
    shown = f"{path.parent.name}/{path.name}"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        read.faults.append(Fault("settings:not-toml", f"The settings cannot be read: {error}.", "Mend that place.", Location(shown)))
        return
    for section, keys in settings.items():
        for key, value in keys.items() if isinstance(keys, dict) else ():
            wanted = _SETTINGS.get(section, {}).get(key)
            if wanted is None or not isinstance(value, wanted):
                problem = "is not known" if wanted is None else "has the wrong type"
                read.faults.append(
                    Fault("settings:bad-key", f"The setting {section}.{key} {problem}.", "See ontology/README.md.", Location(shown))
                )
    for section, key in _NEEDED:
        if not settings.get(section, {}).get(key):
            read.faults.append(Fault("settings:missing", f"The setting {section}.{key} is missing.", "Add it.", Location(shown)))
    read.settings = settings
