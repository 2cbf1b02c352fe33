"""Finds the statements about one thing in a Turtle text without walking over all of it: block by block, of which only its own are read."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from organograph.kept import alike, alike_behind

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


class _Block(NamedTuple):
    """A statement: where it begins and ends, the number of the prefixes that it uses, and the IRI that it is about."""

    at: int
    end: int
    head: int
    iri: str | None

    def moved(self, by: int) -> _Block:
        """The same statement further on in the text."""
        return _Block(self.at + by, self.end + by, self.head, self.iri) if by else self


class Unclear(Exception):
    """The text has something by which its blocks cannot be told; it has to be walked over whole."""


@dataclass(frozen=True)
class Edit:
    """What an edit changed in a text: the statements as they stood and as they stand, each to be parsed by itself.

    Args:
        before: the statements that were changed or taken out, after the prefixes that they use.
        after: what stands in their place, likewise.
        blocks: of the text as it is now.
    """

    before: str
    after: str
    blocks: Blocks


class Blocks:
    """The statements of a Turtle text, by their subjects.

    Args:
        text: a well-formed document.

    Raises:
        Unclear: its blocks cannot be told: it has a base, relative addresses, or statements without space between them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._heads = [""]
        self._prefixes: dict[str, str] = {}
        self._held: list[_Block] = list(self._read(0, len(text)))

    def about(self, iri: str) -> Iterator[tuple[str, int, int]]:
        """The blocks with statements about a thing: the text to parse, and what to add to its offsets, from which on they count."""
        for block in self._found.get(iri, ()):
            declared = self._heads[block.head]
            yield declared + self._text[block.at : block.end], block.at - len(declared), len(declared)

    def edited(self, text: str) -> Edit | None:
        """What an edit changed; None where prefixes did, or where it cannot be told.

        Args:
            text: the document as it is now, perhaps no longer well-formed.
        """
        old, held, before = self._text, self._held, alike(self._text, text)
        behind = alike_behind(old, text, before)
        first = bisect_left(held, before, key=lambda block: block.end)  # what ended before, ends there still
        start, moved = held[first - 1].end if first else 0, len(text) - len(old)
        after = Blocks.__new__(Blocks)
        after._text, after._heads, after._prefixes = text, self._heads, dict(self._prefixes)
        new, last = [], len(held)
        try:
            for block in after._read(start, len(text)):
                new.append(block)
                place = bisect_left(held, block.end - moved, key=lambda one: one.end)
                if block.end > len(text) - behind and place < len(held) and held[place].end == block.end - moved:
                    last = place + 1
                    break
        except Unclear:
            return None
        head = held[first - 1].head if first else 0
        if len(after._heads) != len(self._heads) or any(block.head != head for block in held[first:last]):
            return None
        end, declared = held[last - 1].end if last else 0, self._heads[head]
        after._held = [*held[:first], *(block._replace(head=head) for block in new), *(block.moved(moved) for block in held[last:])]
        return Edit(declared + old[start:end], declared + text[start : end + moved], after)

    @cached_property
    def _found(self) -> dict[str, list[_Block]]:
        found: dict[str, list[_Block]] = {}
        for block in self._held:
            if block.iri is not None:
                found.setdefault(block.iri, []).append(block)
        return found

    def _read(self, at: int, limit: int) -> Iterator[_Block]:
        while at < limit:
            found = _BLOCK.match(self._text, at)
            end = found.end() if found else limit
            if _CLOSED.search(self._text, max(0, at - 2), end + 1):
                raise Unclear
            yield self._block(at, end)
            at = end

    def _block(self, start: int, end: int) -> _Block:
        """Read a block: the prefixes that it declares, or what it is about."""
        at = self._after_space(start)
        while declared := _DIRECTIVE.match(self._text, at, end):
            self._prefixes[declared[1]] = declared[2]
            self._heads = [*self._heads, _head(self._prefixes)]
            at = self._after_space(declared.end())
        head = len(self._heads) - 1
        if at >= end or self._text.startswith(_BLANK, at):
            return _Block(at, end, head, None)
        if _OTHER.match(self._text, at):
            raise Unclear
        subject = _SUBJECT.match(self._text, at)
        iri = None if subject is None else self._iri(subject)
        if iri is None or not _WHOLE.fullmatch(iri):
            raise Unclear
        return _Block(at, end, head, iri)

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
