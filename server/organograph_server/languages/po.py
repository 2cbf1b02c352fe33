"""Reads a catalogue of messages as gettext writes it (PO files), and writes it in one order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from organograph.errors import OrganographError

_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d)\])?)\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


@dataclass
class Entry:
    """A message and its translation.

    Args:
        message: in English; "" for the header of the file.
        plural: in English for several, or "".
        context: what tells it from an equal message that means something else, or "".
        translations: one, or one for each form of the plural.
        places: where it is used.
        notes: what translators noted.
        is_fuzzy: whether it is to be looked at before it is used.
    """

    message: str
    plural: str = ""
    context: str = ""
    translations: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        """What it is looked up by: gettext puts the context before the message."""
        return f"{self.context}\x04{self.message}" if self.context else self.message

    @property
    def is_translated(self) -> bool:
        """Whether every form is there, and nothing is to be looked at."""
        return bool(self.translations) and all(self.translations) and not self.is_fuzzy


def read_po(text: str) -> list[Entry]:
    """The entries of a file; the header is the one whose message is empty.

    Raises:
        OrganographError: a line is none of PO.
    """
    blocks = re.split(r"\n\s*\n", text.strip())
    return [entry for number, block in enumerate(blocks, 1) if (entry := _entry(block, number)) is not None]


def write_po(entries: Iterable[Entry]) -> str:
    """The file of some entries."""
    return "\n".join("\n".join(_lines(entry)) + "\n" for entry in entries)


def _entry(block: str, number: int) -> Entry | None:
    entry, texts, last = Entry(""), dict[str, str](), ""
    for line in block.splitlines():
        if line.startswith("#~"):
            return None
        if line.startswith("#"):
            _remark(entry, line)
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or (found[1] is None and not last):
            raise OrganographError(f"Entry {number} of the translations has a line that is none of PO: {line[:80]!r}.", "Mend the file.")
        last = found[1] or last
        texts[last] = texts.get(last, "") + re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), found[3])
    if "msgid" not in texts:
        return None
    entry.message, entry.plural, entry.context = (texts.get(name, "") for name in ("msgid", "msgid_plural", "msgctxt"))
    entry.translations = [text for name, text in sorted(texts.items()) if name.startswith("msgstr")]
    return entry


def _remark(entry: Entry, line: str) -> None:
    if line.startswith("#:"):
        entry.places += line[2:].split()
    elif line.startswith("#,"):
        entry.is_fuzzy = entry.is_fuzzy or "fuzzy" in line
    elif line.startswith("# "):
        entry.notes.append(line[2:])


def _lines(entry: Entry) -> Iterator[str]:
    yield from (f"# {note}" for note in entry.notes)
    yield from (f"#: {place}" for place in entry.places)
    if entry.is_fuzzy:
        yield "#, fuzzy"
    if entry.context:
        yield from _string("msgctxt", entry.context)
    yield from _string("msgid", entry.message)
    if not entry.plural:
        yield from _string("msgstr", entry.translations[0] if entry.translations else "")
        return
    yield from _string("msgid_plural", entry.plural)
    for number, text in enumerate(entry.translations or ["", ""]):
        yield from _string(f"msgstr[{number}]", text)


def _string(name: str, text: str) -> Iterator[str]:
    parts = [_quoted(part) for part in text.splitlines(keepends=True)]
    yield from [f"{name} {parts[0] if parts else _quoted('')}"] if len(parts) < 2 else [f'{name} ""', *parts]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
