"""The canonical form of the files that a steward edits, so that two versions differ only where their meaning does."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from organograph.faults import Fault, Location
from organograph.plainfiles import content
from organograph.sentences import fault_at
from organograph.tabular.columns import LISTS, Column, Table
from organograph.tabular.schema import TABLES
from organograph.tabular.tables import Row, read_table
from organograph.writing import in_turtle

_TOKEN = re.compile(
    r"""(?P<long>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3})"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\s]*>|\\."""
    r"""|(?P<comment>\#[^\n\r]*)|(?P<blank>\[|\(|_:)|(?P<spaces>[ \t]*(?:\r\n|\r|\n))""",
    re.DOTALL,
)


@dataclass(frozen=True)
class Formed:
    """A file read for its form.

    Args:
        data: what its canonical form is, or None where that cannot be told.
        faults: why it cannot be told.
        note: what was left as it is and why, or nothing.
    """

    data: bytes | None
    faults: tuple[Fault, ...] = ()
    note: str = ""


def canonical_table(rows: Iterable[Row], table: Table) -> str:
    """Write rows as CSV: header of the schema, quotation marks only where needed, lists separated by '; ', LF line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_cell(row, column) for column in table.columns] for row in rows)
    return text.getvalue()


def _cell(row: Row, column: Column) -> str:
    return "; ".join(row.many(column.name)) if column.kind in LISTS else row[column.name].strip()


def formed_table(path: Path, shown: str) -> Formed:
    """Tell the canonical form of a table; one with faults is left as it is, for its meaning is not known.

    Args:
        path: a file named for its table, such as units.csv.
        shown: its name in messages.
    """
    table = next(table for table in TABLES if table.name == path.stem)
    rows, faults = read_table(path, table, shown)
    if faults:
        return Formed(None, tuple(faults))
    return Formed(canonical_table(rows, table).encode())


def formed_turtle(path: Path, shown: str) -> Formed:
    """Tell the canonical form of a Turtle file (RDF 1.1 Turtle, Recommendation of 25 February 2014).

    A file without comments, lists and blank nodes is sorted. One with comments, which sorting would lose, or with blank
    nodes, whose nesting it would lose, keeps its hand-made layout; only ends of lines and spaces before them are mended.

    Args:
        path: the file.
        shown: its name in messages.
    """
    try:
        data = content(path)
    except OSError as error:
        return Formed(None, (fault_at(Location(shown), "turtle:unreadable", reason=error.strerror),))
    try:
        text = data.decode("utf-8-sig")
        parser = ox.parse(text, format=ox.RdfFormat.TURTLE)
        quads = list(parser)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Formed(None, (fault_at(Location(shown, line, position=1), "turtle:not-utf8"),))
    except SyntaxError as error:
        reason = str(error).splitlines()[0].rstrip(".")
        place = Location(shown, error.lineno or 1, position=error.offset or 1)
        return Formed(None, (fault_at(place, "turtle:not-turtle", reason=reason),))
    found = {kind for token in _TOKEN.finditer(text) if (kind := token.lastgroup)}
    kept = [word for kind, word in (("comment", "comments"), ("blank", "blank nodes or lists")) if kind in found]
    if not kept:
        return Formed(in_turtle(quads, parser.prefixes))
    note = f"{shown} holds {' and '.join(kept)}, which sorting would lose."
    return Formed(_mended(text).encode(), note=note)


def _mended(text: str) -> str:
    """The same text with line feeds at the ends of lines, no spaces before them and one at the end; long strings are data and stay."""
    return _TOKEN.sub(_tidied, text.rstrip()) + "\n"


def _tidied(token: re.Match[str]) -> str:
    if token.lastgroup == "spaces":
        return "\n"
    return token[0].rstrip() if token.lastgroup == "comment" else token[0]
