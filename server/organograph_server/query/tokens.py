"""The words of a SPARQL query as the engine reads them: strings, IRIs, names, numbers, words and signs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_CHARS = _BASE + "_0-9\u00b7\u0300-\u036f\u203f\u2040\\-"
_LOCAL = rf"(?:[{_CHARS}:]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])"
_LOCAL_FIRST = rf"(?:[{_BASE}_:0-9]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])"
# A string with an escape that is none of these is no string to the engine either, which then reads on inside it.
_ESCAPE = (
    r"""\\(?:[tbnrf"'\\]|u(?![dD][89a-fA-F])[0-9A-Fa-f]{4}"""
    r"""|U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[0-9A-Fa-f]{4})"""
)

# No possessive quantifiers: Python 3.11.0 to 3.11.3 misread them. Each alternative has one way to match, so none backtracks.
SPACE = r"(?:[\x20\t\r\n]|\#[^\r\n]*(?=[\r\n]|\Z))"
IRI = r"""<(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>"""
VARIABLE = rf"[?$][{_BASE}_0-9][{_BASE}_0-9\u00b7\u0300-\u036f\u203f\u2040]*"
PREFIX = rf"[{_BASE}][{_CHARS}]*(?:\.+[{_CHARS}]+)*"
NAME = rf"(?:{PREFIX})?:(?:{_LOCAL_FIRST}{_LOCAL}*(?:\.+{_LOCAL}+)?)?"

_OF_NAMES = rf"| (?P<name>{NAME})"
_PATTERN = rf"""
  (?P<space>{SPACE}+)
| (?P<iri>{IRI})
| (?P<variable>{VARIABLE})
| (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
| (?P<blank>_:[{_BASE}_0-9][{_CHARS}]*(?:\.+[{_CHARS}]+)*)
{_OF_NAMES}
| (?P<number>(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)
| (?P<word>[A-Za-z][A-Za-z0-9_]*)
| (?P<sign>&&|\|\||<<|>>|<=|>=|!=|\^\^|.)
"""
_TOKEN = re.compile(_PATTERN, re.VERBOSE | re.DOTALL)
_NAMELESS = re.compile(_PATTERN.replace(_OF_NAMES, ""), re.VERBOSE | re.DOTALL)
# What may be a prefix, up to its end; from wherever within it one begins to read, it ends there.
_RUN = re.compile(PREFIX)
# A string up to the quotes that end it, by these quotes.
_STRINGS = {
    '"""': re.compile(rf'"""(?:(?:""|")?(?:[^"\\]|{_ESCAPE}))*'),
    "'''": re.compile(rf"'''(?:(?:''|')?(?:[^'\\]|{_ESCAPE}))*"),
    '"': re.compile(rf'"(?:[^"\\\n\r]|{_ESCAPE})*'),
    "'": re.compile(rf"'(?:[^'\\\n\r]|{_ESCAPE})*"),
}
_CODEPOINT = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# What can be the end of an operand: kinds of tokens, and signs and words.
_OPERANDS = frozenset({"string", "iri", "variable", "language", "blank", "name", "number"})
_ENDS_OF_OPERANDS = frozenset({")", "}", "]", ">>", "true", "false"})
# After these words one bracket holds an expression, or every one up to the words of the last line.
_ONE, _ALL = "one", "all"
_SAID = {
    **dict.fromkeys(("FILTER", "BIND"), _ONE),
    **dict.fromkeys(("SELECT", "BY", "HAVING"), _ALL),
    **dict.fromkeys(("FROM", "WHERE", "LIMIT", "OFFSET", "VALUES"), ""),
}


class Token(NamedTuple):
    """One token: its kind (string, or a group of the pattern above), its text and where it stands."""

    kind: str
    text: str
    start: int
    end: int


class Reader:
    """Reads a text token by token, in a time that grows with its length alone.

    Args:
        text: what is read.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        # Where no name begins by a prefix, and no string by these quotes: found out once, not from each place again.
        self._nameless = range(0)
        self._unended = dict.fromkeys(_STRINGS, range(0))

    def at(self, position: int) -> Token:
        """The token that begins at a position.

        Raises:
            IndexError: the text ends there.
        """
        if self._text.startswith(("'", '"'), position):
            return self._string(self._text[position], position)
        pattern = _NAMELESS if position in self._nameless else _TOKEN
        found = pattern.match(self._text, position)
        if found is None or found.lastgroup is None:
            raise IndexError(f"There is no token at {position}.")
        if pattern is _TOKEN and found.lastgroup in ("word", "sign") and (run := _RUN.match(self._text, position)):
            self._nameless = range(position, run.end())
        return Token(found.lastgroup, found[0], position, found.end())

    def _string(self, quote: str, position: int) -> Token:
        """A string, or the sign that would open it where nothing ends it."""
        text = self._text
        for quotes in (quote * 3, quote):
            if text.startswith(quotes, position) and position not in self._unended[quotes]:
                found = _STRINGS[quotes].match(text, position)
                end = found.end() if found else position
                if text.startswith(quotes, end):
                    return Token("string", text[position : end + len(quotes)], position, end + len(quotes))
                self._unended[quotes] = range(position, end)
        return Token("sign", quote, position, position + 1)


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens of a text in order, without white space and comments; a `<` compares where the grammar has an operator there.

    Args:
        text: of a query.
        start: 0, or where its form ends.
    """
    reader, position, brackets = Reader(text), start, _Brackets(_ALL if start else "")
    while position < len(text):
        token = reader.at(position)
        if token.text[0] == "<" and brackets.takes_operator():
            sign = "<=" if text.startswith("<=", position) else "<"
            token = Token("sign", sign, position, position + len(sign))
        position = token.end
        if token.kind != "space":
            brackets.take(token)
            yield token


def ends_operand(token: Token | None) -> bool:
    """Whether a token can be the end of what an operator follows."""
    return token is not None and (token.kind in _OPERANDS or token.text in _ENDS_OF_OPERANDS)


class _Brackets:
    """The brackets that are open, and which of them hold expressions: elsewhere `?a <b>` are two members of a list."""

    def __init__(self, said: str) -> None:
        # Of each: whether it is one of an expression, and what the words in it say of the next in it: "" for no expression.
        self._open: list[tuple[bool, str]] = [(False, said)]
        self._before: Token | None = None

    def takes_operator(self) -> bool:
        """Whether what can be an operator is one here."""
        return self._open[-1][0] and ends_operand(self._before)

    def take(self, token: Token) -> None:
        """Read on over a token."""
        inside, said = self._open[-1]
        if token.kind == "word":
            self._open[-1] = inside, _SAID.get(token.text.upper(), said)
        elif token.text == "(":
            in_triple = self._before is not None and self._before.text == "<<"
            self._open.append(((inside and not in_triple) or said != "", ""))
        elif token.text in ("{", "["):
            self._open.append((False, ""))
        elif token.text in (")", "}", "]") and len(self._open) > 1:
            self._open.pop()
            inside, said = self._open[-1]
            self._open[-1] = inside, "" if said == _ONE else said
        self._before = token


def without_escapes(text: str) -> str:
    r"""Replace codepoint escapes where the engine would not: `\u0053ELECT` (SPARQL 1.1 section 19.2).

    The engine itself reads the escapes within strings and IRIs. A text that has others is expanded whole, as the
    section says; an escape of no character stays, and is then an error to the engine.
    """
    if "\\" not in text or not any(token.text == "\\" for token in tokens(text)):
        return text
    return expanded(text)


def expanded(text: str) -> str:
    """Replace codepoint escapes, wherever they stand."""
    return _CODEPOINT.sub(_character, text)


def position_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1, of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _character(found: re.Match[str]) -> str:
    code = int(found[1] or found[2] or "D800", 16)
    return found[0] if code > 0x10FFFF or 0xD800 <= code < 0xE000 else chr(code)
