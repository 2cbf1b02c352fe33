"""Finds the statements about one thing in a Turtle text without walking over all of it: block by block, of which only its own are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_SKIPPED = re.compile(r"(?:\s|\#[^\n\r]*(?=[\n\r]|\Z))*")
# Each sign is taken by just one alternative, and the last takes any, so that nothing is tried twice.
_BLOCK = re.compile(
    r"""(?: [^.<"'\#\\]+ | <[^<>\s]*> | \"{3}(?:[^"\\]|\\.|\"{1,2}(?!\"))*\"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
        | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' | \#[^\n\r]*(?:[\n\r]|\Z) | \\. | \.(?=[^\s\#]) | [<"'\\] )* (?:\.|\Z)""",
    re.VERBOSE | re.DOTALL,
)
_CLOSED = re.compile(r"""[>"')\]]\.[^\s\#]""")
"""A full stop that could end a statement, with the next one right behind it: what such a text is divided by is not told here."""
_DIRECTIVE = re.compile(r"@?prefix\s+([^\s:<]*:)\s*<([^<>\s\\]+:[^<>\s\\]*)>\s*\.?", re.IGNORECASE)
_OTHER = re.compile(r"@?(?:base|version)\s", re.IGNORECASE)
_SUBJECT = re.compile(r"<([^<>\s]*)>|([^\s:<>\"'\[\](){};,\#]*:)((?:\\.|[^\s<>\"'\[\](){};,\#])*)", re.DOTALL)
_WHOLE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\\]*")
_BLANK = ("[", "(", "_:")


class Unclear(Exception):
    """The text has something by which its blocks cannot be told; it has to be walked over whole."""


class Blocks:
    """The statements of a Turtle text, by their subjects.

    Args:
        text: a well-formed document.

    Raises:
        Unclear: its blocks cannot be told: it has a base, relative addresses, or statements without space between them.
    """

    def __init__(self, text: str) -> None:
        if _CLOSED.search(text):
            raise Unclear
        self._text = text
        self._heads = [""]
        self._found: dict[str, list[tuple[int, int, int]]] = {}
        self._prefixes: dict[str, str] = {}
        for start, end in self._blocks():
            self._note(start, end)

    def about(self, iri: str) -> Iterator[tuple[str, int, int]]:
        """The blocks with statements about a thing: the text to parse, and what to add to its offsets, from which on they count."""
        for start, end, head in self._found.get(iri, ()):
            declared = self._heads[head]
            yield declared + self._text[start:end], start - len(declared), len(declared)

    def _blocks(self) -> Iterator[tuple[int, int]]:
        at = 0
        while at < len(self._text):
            found = _BLOCK.match(self._text, at)
            end = found.end() if found else len(self._text)
            yield at, end
            at = end

    def _note(self, start: int, end: int) -> None:
        """Take up a block: the prefixes that it declares, or what it is about."""
        at = self._after_space(start)
        while declared := _DIRECTIVE.match(self._text, at, end):
            self._prefixes[declared[1]] = declared[2]
            self._heads.append(_head(self._prefixes))
            at = self._after_space(declared.end())
        if at >= end or self._text.startswith(_BLANK, at):
            return
        if _OTHER.match(self._text, at):
            raise Unclear
        subject = _SUBJECT.match(self._text, at)
        iri = None if subject is None else self._iri(subject)
        if iri is None or not _WHOLE.fullmatch(iri):
            raise Unclear
        self._found.setdefault(iri, []).append((at, end, len(self._heads) - 1))

    def _iri(self, subject: re.Match[str]) -> str | None:
        if subject[2] is None:
            return subject[1]
        space = self._prefixes.get(subject[2])
        return None if space is None else space + re.sub(r"\\(.)", r"\1", subject[3])

    def _after_space(self, at: int) -> int:
        found = _SKIPPED.match(self._text, at)
        return found.end() if found else at


def _head(prefixes: Mapping[str, str]) -> str:
    return "".join(f"@prefix {name} <{iri}> .\n" for name, iri in prefixes.items())
