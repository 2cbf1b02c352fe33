"""Where tests find the repository's folders, the outside material beside it, and a copy of the tables to break."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.tabular.assemble import Assembly, assemble

REPOSITORY = Path(__file__).parents[1]
ONTOLOGY = REPOSITORY / "ontology"
TABLES = ONTOLOGY / "iom"
SHAPES = REPOSITORY / "shapes"
SHARED = REPOSITORY.parent / "shared"


def shared(name: str) -> Path:
    """A folder of outside material; skips the test, saying why, where it is not at hand."""
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"outside material is not at hand: ../shared/{name}")
    return folder


@cache
def kinds() -> frozenset[str]:
    """The notations of the scheme of kinds."""
    return kind_notations(ontology_graph(ONTOLOGY))


@cache
def bundled() -> Assembly:
    """The bundled tables, read and joined."""
    return assemble(TABLES, kinds())


def copied(folder: Path) -> Path:
    """A copy of the bundled tables that a test may break."""
    return Path(shutil.copytree(TABLES, folder / "iom"))


def edited(table: Path, old: str, new: str) -> None:
    """Replace text that stands exactly once in a table."""
    text = table.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {table.name}"
    table.write_text(text.replace(old, new), encoding="utf-8")


CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
