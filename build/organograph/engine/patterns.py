"""Tells of a regular expression whether Python asks a text in time that grows with the text, however the text is made."""

from __future__ import annotations

import re

_SPACES, _OTHERS = "\u2003", "é"
"""They stand for all white space beyond ASCII, and for all else beyond it."""
_LETTERS = frozenset([*map(chr, range(128)), _SPACES, _OTHERS])
_PART = re.compile(r"(?P<class>\\[sS]|\[[\w ./,:;_-]+\]|[\w ./,:;_-])(?P<times>[*+]|\{\d+\})?", re.ASCII)
_GROUP = re.compile(r"\^(?P<before>[^()]*)\((?P<group>[^()?|][^()|]*)\)(?:[*+]|\{\d+,(?:\d{1,3})?\})(?P<after>[^()]*)\$")

Part = tuple[frozenset[str], str]
"""The letters that a part of a pattern takes, and how often: "*", "+" or once."""


def is_plain(pattern: str) -> bool:
    """Whether a pattern with one repeated group reads each text in one way, so that Python never tries a second.

    Each part must begin with letters that the one before it cannot go on with; the group may only end where what follows it
    begins, and what follows is then read to the end of the text at once.

    Args:
        pattern: the whole pattern, without flags.
    """
    whole = _GROUP.fullmatch(pattern)
    parts = None if whole is None else [_parts(whole[name]) for name in ("before", "group", "after")]
    if parts is None or any(part is None for part in parts):
        return False
    before, group, after = (part or [] for part in parts)
    if not group or any(times == "*" for _, times in group) or len(after) > 1:
        return False
    return all(map(_apart, [*before, *group], [*before[1:], *group, group[0]])) and all(_apart(group[-1], part) for part in after)


def _parts(text: str) -> list[Part] | None:
    found, place = list[Part](), 0
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            return None
        letters = frozenset(filter(re.compile(part["class"]).fullmatch, _LETTERS))
        times = part["times"] or ""
        found.append((letters, times if times in ("*", "+") else ""))
        place = part.end()
    return found


def _apart(part: Part, following: Part) -> bool:
    """Whether a part cannot take what the next one begins with, or takes a fixed number of letters."""
    return not part[1] or not part[0] & following[0]
