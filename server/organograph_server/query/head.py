"""What a query says before its pattern: its form, and the graphs that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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


def gives_graph(form: str) -> bool:
    """Whether the answer to a query of this form is a graph and no table."""
    return form in ("CONSTRUCT", "DESCRIBE")


def read_head(text: str) -> Head:
    """Read the head of a query; one that is no query has the form ""."""
    found = _PROLOGUE.match(text)
    start = found.end() if found else 0
    if (form := _FORM.match(text, start)) is None:
        first = next((token for token in tokens(text) if _word(token) in FORMS + UPDATES), None)
        return Head("", text) if first is None else Head(_word(first), text[: first.start])
    # Most queries have no such word, and need not be read on for it.
    default, named = _sources(text, form) if "from" in text.lower() else ([], [])
    return Head(form[0].upper(), text[:start], tuple(default), tuple(named))


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


def _declared(read: Iterable[Token]) -> set[str]:
    return {after.text for before, after in pairwise(read) if _word(before) == "PREFIX"}


def _prefix(name: str) -> str:
    return name.partition(":")[0] + ":"


def _sources(text: str, form: re.Match[str]) -> tuple[list[str], list[str]]:
    """What follows each FROM, and each FROM NAMED: these stand before the pattern, outside of all brackets."""
    # DESCRIBE is followed by names, until there is something else.
    declared, takes_names = _declared(tokens(text)), form[0].upper() == "DESCRIBE"
    found: tuple[list[str], list[str]] = ([], [])
    awaited: list[str] | None = None
    for token in _outside(text, form):
        rest = token.text
        is_name = token.kind == "name" and _prefix(rest) in declared
        # The engine reads on right after a word: `FROMex:g` and `FROM NAMEDex:g` name ex:g, unless that is a name itself.
        if awaited is None and not (takes_names and is_name) and (begun := _FROM.fullmatch(rest)):
            takes_names = False
            awaited, rest = found[begun[1] is not None], begun[2]
        elif awaited is found[0] and not is_name and (begun := _NAMED.fullmatch(rest)):
            awaited, rest = found[1], begun[1]
        if awaited is not None and rest:
            awaited.append(rest)
            awaited = None
    return found


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
