"""Writes directives of nginx: maps, header fields and what stands within a block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping


def variable(name: str) -> str:
    """How the name of a field is written in that of a variable."""
    return name.lower().replace("-", "_")


def headers(fields: Mapping[str, str]) -> Iterator[str]:
    """What gives an answer fields, whatever its status."""
    for name, value in sorted(fields.items()):
        yield f"add_header {name} {quoted(value)} always;"


def mapping(source: str, name: str, entries: Iterable[tuple[str, str]], default: str = "") -> Iterator[str]:
    """A map; keys that begin with `~` are regular expressions, and those that differ only by case are made such."""
    pairs = list(entries)
    lowered = Counter(key.lower() for key, _ in pairs)
    yield f"map {source} ${name} {{"
    yield f"    default {quoted(default)};"
    for key, value in pairs:
        alike = lowered[key.lower()] > 1 and not key.startswith("~")
        yield f"    {quoted(f'~^{re.escape(key)}$' if alike else key)} {quoted(value)};"
    yield "}"


def quoted(text: str) -> str:
    """A text as one word."""
    return '"' + text.replace('"', '\\"') + '"'


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Lines that stand within a block."""
    return (f"    {line}" for line in lines)
