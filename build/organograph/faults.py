"""Faults as data: what is wrong, where in the steward's own file, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["violation", "warning", "info"]
Language = Literal["en", "fr"]


@dataclass(frozen=True)
class Location:
    """A place in a file that a person edits: a cell of a table, or a position in a text.

    Args:
        file: path as the steward knows it.
        line: line of the file, from 1 (a table's header is line 1); None for the whole file.
        column: name of the table's column, or None for the whole line.
        value: what stands there.
        position: of a file that is no table, the character in the line, from 1.
        sheet: of a workbook, the name of the sheet.
    """

    file: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    position: int | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        if self.position is not None:
            return f"{self.file}:{self.line}:{self.position}"
        place = self.file
        if self.sheet is not None:
            place += f", sheet {self.sheet}"
        if self.line is not None:
            place += f", row {self.line}"
        if self.column is not None:
            place += f", column {self.column}"
        return place


@dataclass(frozen=True)
class Said:
    """Words as data, which `organograph.sentences` tells in each language.

    Args:
        key: which sentences or which phrase.
        values: what fills their blanks, by name; may be said likewise.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """One finding.

    Args:
        rule: name of the rule broken, such as `shape:Unit-parent` or `table:unknown-column`.
        message: what is wrong, in a steward's words.
        cure: what to do about it.
        where: the place in the tables, or None where none can be told.
        severity: violation, warning or info (SHACL section 2.1.4).
        thing: the IRI concerned, or None.
        component: of a validation result, the IRI of its constraint component (SHACL section 3.6.2.5).
        found: of a validation result, its value as N-Triples writes it, or None where it has none.
        also: further places that have a part in it, such as each statement where there are too many.
        said: what message and cure are made of, so that they can be told in another language; None where they are as a rule has them.
    """

    rule: str
    message: str
    cure: str
    where: Location | None = None
    severity: Severity = "violation"
    thing: str | None = None
    component: str | None = field(default=None, compare=False)
    found: str | None = field(default=None, compare=False)
    also: tuple[Location, ...] = field(default=(), compare=False)
    said: Said | None = field(default=None, compare=False)

    def __str__(self) -> str:
        places = ", ".join(str(place) for place in (self.where, *self.also) if place)
        place = f"{places}: " if places else (f"{self.thing}: " if self.thing else "")
        return f"{place}{self.message} {self.cure} [{self.rule}]"


def in_order(faults: Iterable[Fault]) -> list[Fault]:
    """Sort faults by file, line, column and rule, each told once; the order in which they were found has no part in it."""
    return list(dict.fromkeys(sorted(faults, key=_place)))


def _place(fault: Fault) -> tuple[str, str, int, int, str, str, str, str, str, str]:
    where = fault.where or Location("")
    line, position, column = where.line or 0, where.position or 0, where.column or ""
    beside = fault.found or "", fault.component or ""
    return (where.file, where.sheet or "", line, position, column, fault.rule, fault.thing or "", fault.message, *beside)
