"""Tells where a query that the engine cannot read goes wrong, since the engine itself names a place some letters further on."""

from __future__ import annotations

import re
from itertools import islice

from pyoxigraph import Store

from organograph.messages import Message
from organograph_server.errors import QueryMalformed
from organograph_server.query.head import undeclared_prefix
from organograph_server.query.tokens import position_of, tokens

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected )?(?:one of )?(.*)", re.DOTALL)
# The engine tells the end of where it looked for a keyword, and that keyword; among these letters it always finds room to look.
_ROOM = "\n" + " " * 64
_KEYWORD = re.compile(r"[A-Za-z0-9_]+(?: [A-Z]+)?", re.ASCII)
# The engine may be this many tokens too early.
_EARLY = 8


def malformed(text: str, message: str) -> QueryMalformed:
    """What to tell of a query that the engine cannot read: where it goes wrong, and why as far as the engine has a sentence for it.

    Args:
        text: the query.
        message: what the engine says.
    """
    line, column = position_of(text, _place(text))
    if (missing := undeclared_prefix(text)) is not None and missing[1:] <= (line, column):
        prefix, line, column = missing
        return QueryMalformed(
            Message("The prefix %(prefix)s at line %(line)s, column %(column)s is not declared.", prefix=prefix, line=line, column=column),
            Message("Begin the query with PREFIX %(prefix)s and its IRI.", prefix=prefix),
            line=line,
            column=column,
        )
    # Of what the engine would have expected there, only its sentences help a person.
    found = _POSITION.match(message)
    reasons = [reason for reason in found[3].split(", ") if reason.count(" ") > 2 and "'" not in reason] if found else []
    reason = f": {reasons[0]}" if reasons else ""
    told = Message("The query cannot be read at line %(line)s, column %(column)s%(reason)s.", line=line, column=column, reason=reason)
    return QueryMalformed(told, "Correct the query there, or shortly before.", line=line, column=column)


def _place(text: str) -> int:
    """The offset of the first token that cannot follow what stands before it; the length of a text that breaks off."""
    place = _looked(text, len(text))
    for token in islice((token for token in tokens(text) if token.start >= place), _EARLY):
        # Names of functions hide behind longer ones, until their bracket comes.
        if (failed := max(_looked(f"{text[: token.end]}{after}", token.end) for after in ("", "("))) < token.end:
            return max(token.start, failed)
    return place


def _looked(text: str, end: int) -> int:
    """Where the engine looked for something that is not there: at the latest at the end."""
    asked = text + _ROOM
    try:
        # Of an empty store, for a text that can be read is a query, which must cost nothing.
        Store().query(asked, base_iri="http://example.org/")
    except SyntaxError as error:
        if (found := _POSITION.match(str(error))) is None:
            return end
        lines = asked.split("\n")
        place = sum(len(line) + 1 for line in lines[: int(found[1]) - 1]) + int(found[2]) - 1
        words = [len(word) if _KEYWORD.fullmatch(word) else 0 for word in found[3].split(", ")]
        return min(place - min(words), end)
    except (RuntimeError, ValueError):
        return end
    return end
