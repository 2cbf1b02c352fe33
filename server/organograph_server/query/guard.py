"""The guard in front of the query engine: refuses in linear time what would end the process or call another server.

The engine reads a query by recursion and without a limit, and one nested too deep ends the whole process. It also reads
words without looking where they end (`SERVICESILENT<…>`), reads on inside a name whose prefix or IRI does not resolve
(`SERVICEx:y {`), and takes `<` for an operator where an IRI cannot stand. So a `<` is followed in every way it can be
read, and the refusals hold for each way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from heapq import heappop, heappush

from organograph.messages import Message
from organograph_server.errors import QueryTooDeep, QueryTooLarge, RequestMalformed, ServiceRefused
from organograph_server.query.tokens import IRI, NAME, SPACE, VARIABLE, Reader, Token, ends_operand, position_of, without_escapes

_OPENING = "([{"
_CLOSING = ")]}"
_STEPS = frozenset({"&&", "||", "!", "+", "-", "*", "/", "|", "^", "?", ".", ";", "~", "<<", *_OPENING})
_MAY_NAME_A_SERVICE_GROUP = frozenset({"GRAPH", "FROM", "NAMED", "DESCRIBE"})
# One after the other and never in one pattern, which would try every division of a long space among them.
_SPACES, _SILENT, _TARGET = re.compile(f"{SPACE}*"), re.compile("SILENT", re.IGNORECASE), re.compile(f"{IRI}|{VARIABLE}|{NAME}")
# Every token begins a run of letters, or is a sign or a figure beside them.
_PIECES = re.compile(r"[A-Za-z]+|[^A-Za-z\x20\t\r\n]")
# Frames: an opening bracket, or D for the braces of a VALUES block, R for a row in it, ? where readings differ.
_DATA = frozenset("DR")


@dataclass(frozen=True)
class Limits:
    """What a query may have.

    Args:
        size: bytes of UTF-8.
        depth: brackets open at once.
        steps: patterns, operators and keywords in all; rows of VALUES and members of IN are not counted.
    """

    size: int = 262_144
    depth: int = 100
    steps: int = 1_000


@dataclass
class _Reading:
    """How far one way of reading has come: open brackets, steps so far, the token before."""

    frames: list[str] = field(default_factory=list)
    steps: int = 0
    before: Token | None = None
    values: bool = False

    @property
    def inner(self) -> str:
        return self.frames[-1] if self.frames else ""

    def copy(self) -> _Reading:
        return _Reading(list(self.frames), self.steps, self.before, self.values)

    def take(self, token: Token) -> None:
        """Read on over a token."""
        self.steps += self._weight(token)
        if token.text in _OPENING:
            self.frames.append(self._frame(token.text))
        elif token.text == "<<":
            self.frames.append("<")
        elif self.frames and (token.text in _CLOSING or (token.text == ">>" and self.inner == "<")):
            self.frames.pop()
        if token.kind == "word":
            self.values = token.text.upper() == "VALUES"
        elif token.text not in "()" and token.kind != "variable":
            self.values = False
        self.before = token

    def join(self, other: _Reading) -> None:
        """Take on whatever is worse in another reading that has come to the same place."""
        longer, shorter = sorted((self.frames, other.frames), key=len, reverse=True)
        apart = len(longer) - len(shorter)
        self.frames = ["?"] * apart + [a if a == b else "?" for a, b in zip(longer[apart:], shorter, strict=True)]
        self.steps = max(self.steps, other.steps)
        self.values = self.values and other.values
        if self.before != other.before:
            self.before = next((token for token in (self.before, other.before) if ends_operand(token)), None)

    def follows_operand(self) -> bool:
        """Whether an operator can come next."""
        return ends_operand(self.before)

    def _frame(self, sign: str) -> str:
        if sign == "{" and self.values:
            return "D"
        return "R" if sign == "(" and self.inner == "D" else sign

    def _weight(self, token: Token) -> int:
        if self.inner in _DATA and token.text not in ("{", "["):
            return 0
        if token.kind == "word":
            return 1
        if token.kind == "sign":
            return self._weight_of_sign(token.text)
        # A term right after a term is a member of a list, which stands for two patterns, or of DESCRIBE.
        weight = {"(": 2, "[": 2, "?": 2, "": 1}.get(self.inner, 0)
        return weight if self.follows_operand() and token.kind != "language" else 0

    def _weight_of_sign(self, sign: str) -> int:
        if sign == ",":
            return int(self.inner != "(")
        return 2 if sign == "(" and self.inner == "(" else int(sign in _STEPS)


def is_plain(query: str, limits: Limits) -> bool:
    """Whether a query passes for sure and as it is, whichever way it is read; told by a few searches of its text.

    Args:
        query: text that UTF-8 can carry.
        limits: what it may have.
    """
    return (
        "\\" not in query
        and 4 * len(query) <= limits.size
        and query.count("{") + query.count("(") + query.count("[") + query.count("<<") <= limits.depth
        # No token has more than two steps.
        and (2 * len(query) <= limits.steps or 2 * len(_PIECES.findall(query)) <= limits.steps)
        and "service" not in query.lower()
    )


def examine(query: str, limits: Limits) -> str:
    """Refuse a query that must not reach the engine.

    Args:
        query: text as the client sent it.
        limits: what it may have.

    Returns:
        The text to evaluate: the same, or with codepoint escapes replaced. Give the engine no other.

    Raises:
        QueryTooLarge: it is longer than the limit.
        QueryTooDeep: it nests deeper, or has more steps, than the limits.
        ServiceRefused: it has a SERVICE pattern (SPARQL 1.1 Federated Query), in whatever disguise.
        RequestMalformed: it has half a surrogate pair, which no encoding of text can carry.
    """
    try:
        size = len(query.encode())
    except UnicodeEncodeError as error:
        raise RequestMalformed("The query is not Unicode text.", "Send it in UTF-8.") from error
    if size > limits.size:
        raise QueryTooLarge(
            Message("The query has %(size)s bytes; this server reads up to %(limit)s.", size=size, limit=limits.size),
            "Ask for less at a time.",
            limit=limits.size,
        )
    text = without_escapes(query)
    _follow(text, limits)
    return text


def _follow(text: str, limits: Limits) -> None:
    """Follow every way to read the text, place by place; ways that meet go on as the worse of both."""
    reader, readings, places = Reader(text), {0: _Reading()}, [0] if text else []
    while places:
        place = heappop(places)
        reading = readings.pop(place)
        ways = _ways(reader.at(place), reading)
        for number, token in enumerate(ways):
            onward = reading.copy() if number + 1 < len(ways) else reading
            if token.kind != "space":
                _check(text, token, onward, limits)
            if token.end in readings:
                readings[token.end].join(onward)
            elif token.end < len(text):
                readings[token.end] = onward
                heappush(places, token.end)


def _ways(token: Token, reading: _Reading) -> list[Token]:
    """The tokens that can begin where this one does."""
    if token.text[0] != "<":
        # Two divisions in a row are only found on a false way, inside an IRI.
        before = reading.before
        return [] if token.text == "/" and before and before.text == "/" and before.end == token.start else [token]
    ways = [token]
    if len(token.text) > 1 and reading.inner in ("(", "?") and reading.follows_operand():
        ways.append(Token("sign", "<", token.start, token.start + 1))
    return ways


def _check(text: str, token: Token, reading: _Reading, limits: Limits) -> None:
    if token.kind in ("word", "name") and "service" in token.text.lower() and _calls(text, token, reading):
        line, column = position_of(text, token.start)
        raise ServiceRefused(
            Message(
                "The query has SERVICE at line %(line)s, column %(column)s; this server calls no other server.", line=line, column=column
            ),
            "Ask the other endpoint yourself and join the answers.",
            line=line,
            column=column,
        )
    reading.take(token)
    if len(reading.frames) > limits.depth or reading.steps > limits.steps:
        line, column = position_of(text, token.start)
        is_deep = len(reading.frames) > limits.depth
        what = Message("%(number)s open brackets", number=limits.depth) if is_deep else Message("%(number)s steps", number=limits.steps)
        raise QueryTooDeep(
            Message("The query goes beyond %(what)s at line %(line)s, column %(column)s.", what=what, line=line, column=column),
            "Divide it, or list values in VALUES or IN.",
            line=line,
            column=column,
        )


def _calls(text: str, token: Token, reading: _Reading) -> bool:
    """Whether a word or name with "service" in it can be the head of a SERVICE pattern."""
    if token.kind == "word":
        return True
    exempt = reading.before is not None and reading.before.text.upper() in _MAY_NAME_A_SERVICE_GROUP
    return not exempt and _group_follows(text, token.end)


def _group_follows(text: str, place: int) -> bool:
    """Whether a group begins after SILENT and a target, of which each may be missing."""
    places = [_past(_SPACES, text, place)]
    for pattern in (_SILENT, _TARGET):
        places += [_past(_SPACES, text, end) for start in places if (end := _past(pattern, text, start)) > start]
    return any(text.startswith("{", each) for each in places)


def _past(pattern: re.Pattern[str], text: str, place: int) -> int:
    """Where what a pattern finds at a place ends; the place itself where it finds nothing."""
    return found.end() if (found := pattern.match(text, place)) else place
