"""Edits of tables and of Turtle files made by chance: places, names, kinds, rows that come and go, and slips that are faults."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from random import Random

Rows = list[list[str]]


def edit_table(text: str, chance: Random) -> str:
    """A table after one edit."""
    rows = list(csv.reader(io.StringIO(text)))
    if len(rows) < 2:
        return text
    chance.choice(_EDITS)(rows, chance)
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()


def _cell(rows: Rows, chance: Random) -> None:
    column = chance.randrange(len(rows[0]))
    _row(rows, chance)[column] = _row(rows, chance)[column]


def _parent(rows: Rows, chance: Random) -> None:
    for name in ("parent", "within", "object"):
        if name in rows[0]:
            _row(rows, chance)[rows[0].index(name)] = _row(rows, chance)[rows[0].index(name)]


def _words(rows: Rows, chance: Random) -> None:
    for name in ("name", "label", "title", "purpose"):
        if name in rows[0]:
            words = ("Office of Words", 'A "quoted", name', "two\tsigns", " ".join(["many"] * 40), _row(rows, chance)[rows[0].index(name)])
            _row(rows, chance)[rows[0].index(name)] = chance.choice(words)


def _kind(rows: Rows, chance: Random) -> None:
    for name, words in (("kind", ("office", "unit", "team", "committee", "nonsense")), ("basis", ("stated", "layout", "inferred"))):
        if name in rows[0]:
            _row(rows, chance)[rows[0].index(name)] = chance.choice(words)


def _insert(rows: Rows, chance: Random) -> None:
    new = [*_row(rows, chance)]
    if rows[0][0] in ("slug", "id"):
        new[0] += f"-{chance.randrange(1000)}"
    rows.insert(chance.randrange(1, len(rows) + 1), new)


def _delete(rows: Rows, chance: Random) -> None:
    del rows[chance.randrange(1, len(rows))]


def _move(rows: Rows, chance: Random) -> None:
    rows.insert(chance.randrange(1, len(rows)), rows.pop(chance.randrange(1, len(rows))))


def _empty_line(rows: Rows, chance: Random) -> None:
    rows.insert(chance.randrange(1, len(rows) + 1), [])


def _tear(rows: Rows, chance: Random) -> None:
    _row(rows, chance).append("torn")


def _row(rows: Rows, chance: Random) -> list[str]:
    return chance.choice([row for row in rows[1:] if row] or rows[:1])


_EDITS: tuple[Callable[[Rows, Random], None], ...] = (
    _cell, _parent, _parent, _words, _words, _kind, _insert, _insert, _delete, _move, _empty_line, _tear,
)  # fmt: skip


def edit_turtle(text: str, chance: Random, units: int) -> str:
    """A file of a synthetic organization after one edit."""
    blocks = text.split(" .\n")
    at = chance.randrange(30, len(blocks) - 1)
    edit = chance.randrange(8)
    if edit < 2:
        blocks[at] = re.sub(r"(og:parent <[^>]*?)\d+>", rf"\g<1>{chance.randrange(units)}>", blocks[at])
    elif edit == 2:
        blocks[at] = re.sub(r'"[^"]*"@en', f'"Renamed {chance.randrange(9)} # not a comment. Really"@en', blocks[at])
    elif edit == 3:
        del blocks[at]
    elif edit == 4:
        blocks.insert(at, "\n# a comment. With a stop\n\n" + chance.choice(blocks[30:-1]).lstrip())
    elif edit == 5:
        blocks[at] = blocks[at].replace(" ;", chance.choice(["", " ; ;", ' ; skos:note """long\n text." """ ;']), 1)
    elif edit == 6:
        blocks[at], blocks[at - 1] = blocks[at - 1], blocks[at]
    else:
        blocks[at] = blocks[at].replace("org:", chance.choice(["skos:", "nowhere:"]), 1)
    return " .\n".join(blocks)


def files_of(folder: Path) -> list[Path]:
    """The tables of a folder; those that hold most of the structure several times, so that they are edited more often."""
    tables = sorted([*folder.glob("*.csv"), *folder.glob("editions/*/*.csv")])
    return [*tables, *(file for file in tables if file.stem in ("units", "posts", "mentions", "relations") for _ in range(6))]
