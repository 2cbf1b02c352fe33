"""What a query says before its pattern: its form, and the graphs that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from organograph_server.query.tokens import IRI, PREFIX, SPACE, Token, position_of, tokens

FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
# A prologue as most write it, and a form that no letter follows. Each alternative begins otherwise, so none is tried twice.
_PLAIN = re.compile(
    rf"(?:{SPACE}|PREFIX{SPACE}+(?:{PREFIX})?:{SPACE}*{IRI}|BASE{SPACE}*{IRI})*({'|'.join(FORMS)})(?=[\s{{(*?$<\#])",
    re.ASCII | re.IGNORECASE,
)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
# The engine takes more: it reads on right after a word, such as `PREFIXex:<urn:x>SELECTDISTINCT`.
_PROLOGUE = re.compile(
    rf"(?:{SPACE}|PREFIX{SPACE}*(?:{PREFIX})?:{SPACE}*{IRI}|BASE{SPACE}*{IRI}|VERSION{SPACE}*(?:'[^'\\\n\r]*'|\"[^\"\\\n\r]*\"))*",
    re.ASCII | re.IGNORECASE,
)
_FORM = re.compile("|".join(FORMS), re.ASCII | re.IGNORECASE)
_FROM = re.compile("FROM(NAMED)?(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_NAMED = re.compile("NAMED(.*)", re.ASCII | re.IGNORECASE | re.DOTALL)
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


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


class _Source(NamedTuple):
    """A graph that a query asks for, as written, and where that stands with the words before it."""

    is_named: bool
    iri: str
    start: int
    end: int


def gives_graph(form: str) -> bool:
    """Whether the answer to a query of this form is a graph and no table."""
    return form in ("CONSTRUCT", "DESCRIBE")


def read_head(text: str) -> Head:
    """Read the head of a query; one that is no query has the form ""."""
    if (form := _form(text)) is None:
        first = next((token for token in tokens(text) if _word(token) in FORMS + UPDATES), None)
        return Head("", text) if first is None else Head(_word(first), text[: first.start])
    default, named = (tuple(source.iri for source in _sources(text, form) if source.is_named is wanted) for wanted in (False, True))
    return Head(form[0].upper(), text[: form.start()], default, named)


def plain_form(text: str) -> str:
    """The form of a query that begins as most do, as `read_head` finds it; "" where only that can tell."""
    return found[1].upper() if (found := _PLAIN.match(text)) else ""


def undeclared_prefix(text: str) -> tuple[str, int, int] | None:
    """The first name whose prefix the query does not declare: the prefix, its line and column."""
    read = list(tokens(text))
    declared = _declared(read)
    for token in read:
        prefix = _prefix(token.text)
        if token.kind == "name" and prefix not in declared:
            return (prefix, *position_of(text, token.start))
    return None


def without_sources(text: str) -> str:
    """A query without the graphs that it asks for, and else as it was, each word at its place."""
    form = _form(text)
    return text if form is None else _blanked(text, [(source.start, source.end) for source in _sources(text, form)])


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


def _declared(read: Iterable[Token]) -> set[str]:
    return {after.text for before, after in pairwise(read) if _word(before) == "PREFIX"}


def _prefix(name: str) -> str:
    return name.partition(":")[0] + ":"


def _form(text: str) -> re.Match[str] | None:
    """The form of a query, where it stands."""
    found = _PROLOGUE.match(text)
    return _FORM.match(text, found.end() if found else 0)


def _sources(text: str, form: re.Match[str]) -> Iterator[_Source]:
    """What follows each FROM, and each FROM NAMED: these stand before the pattern, outside of all brackets."""
    if "from" not in text.lower():
        return  # Most queries have no such word, and need not be read on for it.
    # DESCRIBE is followed by names, until there is something else.
    declared, takes_names = _declared(tokens(text)), form[0].upper() == "DESCRIBE"
    start, is_named = None, False
    for token in _outside(text, form):
        rest = token.text
        is_name = token.kind == "name" and _prefix(rest) in declared
        # The engine reads on right after a word: `FROMex:g` and `FROM NAMEDex:g` name ex:g, unless that is a name itself.
        if start is None and not (takes_names and is_name) and (begun := _FROM.fullmatch(rest)):
            takes_names, start = False, token.start
            is_named, rest = begun[1] is not None, begun[2]
        elif start is not None and not is_named and not is_name and (begun := _NAMED.fullmatch(rest)):
            is_named, rest = True, begun[1]
        if start is not None and rest:
            yield _Source(is_named, rest, start, token.end)
            start = None


def _outside(text: str, form: re.Match[str]) -> Iterator[Token]:
    """The tokens between the form and the pattern, but for what stands in brackets."""
    depth, may_template = 0, form[0].upper() == "CONSTRUCT"
    for token in tokens(text, form.end()):
        if not depth and (_word(token) == "WHERE" or (token.text == "{" and not may_template)):
            return
        may_template = False
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if not depth and token.text not in _CLOSING:
            yield token


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
