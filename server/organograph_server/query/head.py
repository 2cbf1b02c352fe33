"""What a query says before its pattern: its form, and the graphs that it asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from organograph_server.query.tokens import IRI, PREFIX, SPACE, Token, position_of, tokens

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
# A prologue as most write it, and a form that no letter follows. Each alternative begins otherwise, so none is tried twice.
_PLAIN = re.compile(
    rf"(?:{SPACE}|PREFIX{SPACE}+(?:{PREFIX})?:{SPACE}*{IRI}|BASE{SPACE}*{IRI})*({'|'.join(FORMS)})(?=[\s{{(*?$<\#])",
    re.ASCII | re.IGNORECASE,
)

_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass(frozen=True)
class Head:
    """The head of a query.

    Args:
        form: SELECT, ASK, CONSTRUCT or DESCRIBE; the first word of an update; "" where there is neither.
        prologue: the text before the form, with its prefixes and base.
        default: what follows each FROM, as written.
        named: what follows each FROM NAMED, as written.
    """

    form: str
    prologue: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def gives_graph(self) -> bool:
        """Whether the answer is a graph and no table."""
        return gives_graph(self.form)


def gives_graph(form: str) -> bool:
    """Whether the answer to a query of this form is a graph and no table."""
    return form in ("CONSTRUCT", "DESCRIBE")


def read_head(text: str) -> Head:
    """Read the head of a query; one that is no query has the form ""."""
    first = next((token for token in tokens(text) if _word(token) in FORMS + UPDATES), None)
    if first is None:
        return Head("", text)
    # Most queries have no such word, and need not be read to their end for it.
    default, named = _sources(list(tokens(text))) if "from" in text.lower() else ([], [])
    return Head(_word(first), text[: first.start], tuple(default), tuple(named))


def plain_form(text: str) -> str:
    """The form of a query that begins as most do, as `read_head` finds it; "" where only that can tell."""
    return found[1].upper() if (found := _PLAIN.match(text)) else ""


def undeclared_prefix(text: str) -> tuple[str, int, int] | None:
    """The first name whose prefix the query does not declare: the prefix, its line and column."""
    read = list(tokens(text))
    declared = {after.text for before, after in pairwise(read) if _word(before) == "PREFIX"}
    for token in read:
        prefix = token.text.partition(":")[0] + ":"
        if token.kind == "name" and prefix not in declared:
            return (prefix, *position_of(text, token.start))
    return None


def without_sources(text: str) -> str:
    """A query without the graphs that it asks for, and else as it was, each word at its place."""
    read, ends = list(tokens(text)), []
    for number, token in enumerate(read):
        if _word(token) == "FROM":
            is_named = number + 1 < len(read) and _word(read[number + 1]) == "NAMED"
            ends.append((token.start, read[min(number + 1 + is_named, len(read) - 1)].end))
    return _blanked(text, ends)


def without_bases(head: Head, text: str) -> str | None:
    """A query without what its relative IRIs start from, and else as it was.

    Returns:
        None where it says nothing of that, or says it after prefixes that are relative to something else.
    """
    read = list(tokens(head.prologue))
    ends = [(token.start, iri.end) for token, iri in pairwise(read) if _word(token) == "BASE"]
    bases = {end for _, end in ends}
    early = [token for token in read if ends and token.kind == "iri" and token.end < ends[-1][0] and token.end not in bases]
    if not ends or not all(_SCHEME.match(token.text) for token in early):
        return None
    return _blanked(text, ends)


def _blanked(text: str, parts: Sequence[tuple[int, int]]) -> str:
    """A text with spaces for some of its parts."""
    for start, end in reversed(parts):
        text = text[:start] + re.sub(r"[^\r\n]", " ", text[start:end]) + text[end:]
    return text


def _sources(read: Sequence[Token]) -> tuple[list[str], list[str]]:
    default: list[str] = []
    named: list[str] = []
    for number, token in enumerate(read):
        if _word(token) == "FROM":
            is_named = number + 1 < len(read) and _word(read[number + 1]) == "NAMED"
            source = read[number + 1 + is_named : number + 2 + is_named]
            (named if is_named else default).extend(found.text for found in source)
    return default, named


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
