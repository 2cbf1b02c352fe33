"""The faulty examples of rules of tables, settings, sheets, Turtle, spans and waivers, in a small sound organization; tests make each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from organograph.errors import DatasetUnreadable


@dataclass(frozen=True)
class TableExample:
    """One faulty example, and what stands there when all is well.

    Args:
        rule: which it breaks.
        told: what is wrong in it, in a sentence.
        file: of the small organization; empty for a workbook of it.
        old: what stands there when all is well; None where the whole file is meant.
        new: what breaks the rule; None where something is gone.
        sheet: of a workbook, the name of the sheet.
        cell: its cell, or its row as `row 2`; None for the name of the sheet itself.
        alone: the workbook has no other sheet.
        encoding: how the file is written; or what stands in its place, `folder` or `pipe`.
        brings: further rules that are broken by the same.
    """

    rule: str
    told: str
    file: str = ""
    old: str | None = None
    new: str | int | None = None
    sheet: str | None = None
    cell: str | None = None
    alone: bool = False
    encoding: str = "utf-8"
    brings: Sequence[str] = ()


def table_base(cases: Path) -> Path:
    """The folder of the small sound organization, whose documents lie in `documents`."""
    return cases / "_tables"


@cache
def table_examples(cases: Path) -> tuple[TableExample, ...]:
    """All of them.

    Args:
        cases: the folder of all cases.

    Raises:
        DatasetUnreadable: they cannot be read.
    """
    try:
        told = tomllib.loads((cases / "_tables.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetUnreadable(f"The examples of tables cannot be read: {error}.", "Install Organograph again.") from error
    return tuple(TableExample(**each) for each in told["fault"])


def shown(example: TableExample, cases: Path) -> tuple[list[str], list[str]]:
    """The lines of an example that are sound, and those that are at fault, with the head of a table above both."""
    if example.sheet is not None:
        return [str(example.old)] if example.old else [], [repr(example.new) if isinstance(example.new, int) else example.new or ""]
    file = table_base(cases) / example.file
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    faulty = text.replace(example.old, str(example.new or "")) if example.old else str(example.new or "")
    sound, wrong = _changed(text.splitlines(), faulty.splitlines())
    head = text.splitlines()[:1] if file.suffix == ".csv" else []
    return [*(line for line in head if line not in sound), *sound], [
        *(line for line in head if line not in wrong and head[0] in faulty),
        *wrong,
    ]


def where(example: TableExample) -> str:
    """The file, or the sheet and the cell, where an example stands."""
    if example.sheet is None:
        return example.file
    return f"{example.sheet}!{example.cell}" if example.cell else example.sheet


def _changed(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The lines that only one of two texts has."""
    return list(_without(before, after)), list(_without(after, before))


def _without(lines: list[str], others: list[str]) -> Iterator[str]:
    left = [*others]
    for line in lines:
        if line in left:
            left.remove(line)
        else:
            yield line
