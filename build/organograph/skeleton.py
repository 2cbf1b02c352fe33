"""The beginning of a dataset for any organization: sound from the first minute, to be filled with what its documents say."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from organograph.errors import OrganographError
from organograph.names import Names
from organograph.settings import is_language
from organograph.tabular.canonical import canonical_table
from organograph.tabular.schema import OF_DATASET, OF_EDITION
from organograph.tabular.tables import Row
from organograph.tabular.written import is_month, is_printable

_DOCUMENT = "first-note"
_README = """# {title}

Tables that `organograph` publishes. `documents/{document}.txt` stands in for the first document: replace it by one that was published,
and the rows that cite it by what it says. Then:

```
organograph fmt .                            # canonical form
organograph check .                          # what is wrong, where, and how to mend it
organograph evidence . --sources documents   # each cited span holds the words of its row
organograph build . --out ../published       # the linked data
organograph serve --dataset ../published
```
"""


@dataclass(frozen=True)
class Beginning:
    """What is known of an organization at the start.

    Args:
        name: its name.
        base: base of all IRIs.
        acronym: its acronym, or empty.
        head: name of the post that heads it.
        edition: month of the first edition, YYYY-MM.
        language: tag of the language of its names.

    Raises:
        OrganographError: one of them cannot be used.
    """

    name: str
    base: str
    acronym: str
    head: str
    edition: str
    language: str = "en"

    def __post_init__(self) -> None:
        Names(self.base)
        for what, text in (("name", self.name), ("acronym", self.acronym), ("head", self.head)):
            if not is_printable(text) or text != " ".join(text.split()) or (what != "acronym" and not text):
                raise OrganographError(f"The {what} {text!r} is empty or holds stray white space.", "Write it in one line.")
        if not is_month(self.edition):
            raise OrganographError(f"The edition {self.edition!r} is no month.", "Write its earliest month as YYYY-MM, such as 2024-05.")

        if not is_language(self.language):
            raise OrganographError(f"{self.language!r} is no language tag.", "Write one such as en or fr-CH.")

    @property
    def slug(self) -> str:
        """The organization in its address."""
        return slug(self.acronym) if self.acronym else slug(self.name)


def slug(words: str) -> str:
    """Words as small Latin letters, digits and hyphens.

    Raises:
        OrganographError: they hold no Latin letter and no digit.
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    joined = "-".join(re.findall(r"[a-z0-9]+", plain))
    if not joined:
        raise OrganographError(f"{words!r} has no Latin letters that could stand in an address.", "Give an acronym or a name that has.")
    return joined


def skeleton(beginning: Beginning) -> dict[Path, bytes]:
    """Every file of a new folder of tables by its path: settings, tables, one edition with the head post, and a stand-in document."""
    text = f"The {beginning.head} heads {beginning.name}.\n"
    title = f"The structure of {beginning.name}"
    rows = _rows(beginning, text)
    files = {Path("dataset.toml"): _settings(beginning, title)}
    for table in OF_DATASET + OF_EDITION:
        place = Path("editions") / beginning.edition if table.of_edition else Path()
        filled = [Row(table.name, "", 2, rows[table.name])] if table.name in rows else []
        files[place / f"{table.name}.csv"] = canonical_table(filled, table)
    files[Path("documents") / f"{_DOCUMENT}.txt"] = text
    files[Path("README.md")] = _README.format(title=title, document=_DOCUMENT)
    return {path: content.encode() for path, content in files.items()}


def _rows(beginning: Beginning, text: str) -> Mapping[str, Mapping[str, str]]:
    start = len("The ")
    return {
        "sources": {
            "slug": _DOCUMENT,
            "identifier": _DOCUMENT,
            "title": "First note",
            "address": f"{Names(beginning.base).base}id/source/{_DOCUMENT}",
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "characters": str(len(text)),
            "note": "Stands in for a document that was published.",
        },
        "editions": {
            "id": beginning.edition,
            "order": "1",
            "not_before": beginning.edition,
            "title": f"As of {beginning.edition}",
            "sources": _DOCUMENT,
        },
        "posts": {
            "slug": slug(beginning.head),
            "name": beginning.head,
            "parent": f"organization:{beginning.slug}",
            "basis": "stated",
            "heads": f"organization:{beginning.slug}",
            "source": _DOCUMENT,
            "start": str(start),
            "end": str(start + len(beginning.head)),
        },
    }


def _settings(beginning: Beginning, title: str) -> str:
    """The text of dataset.toml; a TOML string is written as a JSON one."""
    quoted = {key: json.dumps(value, ensure_ascii=False) for key, value in vars(beginning).items()}
    acronym = f"acronym = {quoted['acronym']}\n" if beginning.acronym else ""
    return f"""# The settings of this dataset: the organization it describes and the base of its addresses.

[organization]
slug = "{beginning.slug}"
name = {quoted["name"]}
{acronym}
[dataset]
title = {json.dumps(title, ensure_ascii=False)}
base = {quoted["base"]}
language = {quoted["language"]}
# The post that heads the organization, and the rule files of this organization alone.
head_post = "{slug(beginning.head)}"
shapes = []
"""
