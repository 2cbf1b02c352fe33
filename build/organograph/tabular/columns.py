"""How a column of a table is written, and the columns that many tables share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text", "slug", "thing", "slugs", "things", "words", "number", "month", "date", "choice", "hash", "address", "addresses", "spans"
]  # fmt: skip

LISTS = ("slugs", "things", "words", "addresses", "spans")
"""Kinds of columns that hold several values, separated by ';'."""
BASES = ("stated", "layout", "inferred")
RELATIONS = (
    "oversees", "coordinates-with", "secretariat-of", "reports-to", "linked-to", "elected-by", "appointed-by",
    "focal-point-for", "remit", "term-of-office", "is-a",
)  # fmt: skip
CHANGES = ("merger", "split", "succession", "foundation", "closure")
INDEPENDENT = "og:IndependentOffice"
"""The class that no kind word tells: a document has to say it, and a row of relations to cite where."""
CLASSES = (INDEPENDENT, "og:RegionalOffice", "og:SpecialLiaisonOffice", "og:CountryOffice", "og:AdministrativeCentre")


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, how it is written, and whether it may be empty."""

    name: str
    holds: str
    kind: Kind = "text"
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of the header, and the columns that together name a row; an optional one may be absent."""

    name: str
    holds: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    of_edition: bool = False
    optional: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)


def evidence() -> tuple[Column, ...]:
    """The columns that cite a document: which, and from which character to which."""
    return (
        Column("source", "document that says it (slug in sources.csv)", "slug", True),
        Column("start", "offset of the first character, from 0, in the document decoded as UTF-8", "number", True),
        Column("end", "offset after the last character", "number", True),
    )


PRINTED = Column("printed", "the words in that span, where they are not the name (a joined phrase)")
NOTE = Column("note", "a doubt, a choice and its reason")
BASIS = Column("basis", "how the place is known: stated in words, by layout, or inferred (then with a note)", "choice", True, BASES)
STATED = Column("basis", "how it is known: stated in words, by layout, or inferred (then with a note)", "choice", True, BASES)
CUE = Column("cue", "the word or two in the span that carry the fact", needed=True)
ALT = Column("alt_names", "further names and acronyms, separated by '; '", "words")
PURPOSE = Column("purpose", "one sentence of at most thirty words, written afresh")


def slug(what: str) -> Column:
    """The column of the name by which a thing is known in all editions."""
    return Column(
        "slug", f"name of the {what} in its address: small letters, digits, hyphens; stays the same in all editions", "slug", True
    )
