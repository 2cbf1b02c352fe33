"""Finds where each statement of a Turtle, TriG, N-Triples or N-Quads text stands; the text has been parsed before and is well-formed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

_STOP = r"\s<>\"'(){}\[\];,.#\\@^"
_TERM = rf"""
    <[^<>\s]*>
  | (?: \"\"\"(?:[^"\\]|\\.|"{{1,2}}(?!"))*\"\"\" | '''(?:[^'\\]|\\.|'{{1,2}}(?!'))*'''
      | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*' ) (?: @[A-Za-z0-9-]+ )?
  | [+-]?(?: [0-9]+\.?[0-9]*[eE][+-]?[0-9]+ | \.[0-9]+[eE][+-]?[0-9]+ | [0-9]*\.[0-9]+ | [0-9]+ )
  | (?: [^{_STOP}:] | \.+(?=[^{_STOP}:]) )* (?: : (?: [^{_STOP}] | \\. | \.+(?=[^{_STOP}]|\\) )* )?
"""
_SKIP = r"(?:\s|\#[^\n\r]*(?=[\n\r]|\Z))*"
_TOKENS = re.compile(
    rf"(?: (,) | (;) | (\.)(?![0-9]) | (\[) | (\]) | (\() | (\)) | (\{{) | (\}}) | (\^\^) | (@[A-Za-z-]+) | ({_TERM}) ) {_SKIP}",
    re.VERBOSE | re.DOTALL,
)
_SKIPPED = re.compile(_SKIP)
_COMMA, _SEMICOLON, _DOT, _OPEN, _CLOSE, _LIST, _END, _BLOCK, _BLOCK_END, _TYPE, _AT, _NAME = range(1, 13)
_SUBJECT, _PREDICATE, _OBJECT, _AFTER, _ITEM = range(5)
_DIRECTIVES = {"prefix": 2, "base": 1, "version": 1, "graph": 0}
_QUOTES = "\"'"
_REST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"


@dataclass(slots=True)
class _Frame:
    """An open bracket: where it stands, as what, and what is to be taken up again when it closes."""

    role: int
    at: int
    subject: int
    silent: bool
    is_list: bool
    started: bool = False


class Scan:
    """The places of all statements of a text but those of rdf:rest, in the order in which pyoxigraph tells them.

    A list has no words of its own for its rdf:rest, so these have no place. The parser tells in reverse what one token lets it know
    (the first member of a list makes the list known, too), and knows a literal without suffix only by the token after it.

    Args:
        text: a well-formed document of the Turtle family (Turtle, Recommendation of 25 February 2014, section 6.5).
    """

    def __init__(self, text: str) -> None:
        self.objects = array("q")
        self.subjects = array("q")
        self._frames: list[_Frame] = []
        self._held: list[tuple[int, int]] = []
        self._state, self._subject, self._silent = _SUBJECT, 0, False
        self._prefixes: dict[str, str] = {}
        self._says_rest = "rest" in text
        begins = _SKIPPED.match(text)
        self._run(_TOKENS.finditer(text, begins.end() if begins else 0))

    def _run(self, tokens: Iterator[re.Match[str]]) -> None:
        """Walk over the tokens; what nearly all of them are is dealt with here, at once."""
        objects, subjects, frames = self.objects, self.subjects, self._frames
        for token in tokens:
            kind = token.lastindex
            if frames:
                self._within(kind, token, tokens)
            elif kind == _NAME:
                state = self._state
                if state == _OBJECT:
                    self._state = _AFTER
                    if not self._silent:
                        objects.append(token.start())
                        subjects.append(self._subject)
                elif state == _PREDICATE:
                    self._silent = self._says_rest and self._is_rest(token[_NAME])
                    self._state = _OBJECT
                elif state == _SUBJECT:
                    self._begin(token, tokens)
            elif kind == _SEMICOLON:
                self._state = _PREDICATE
            elif kind == _COMMA:
                self._state = _OBJECT
            elif kind == _DOT:
                self._state = _SUBJECT
            else:
                self._sign(kind, token, tokens)

    def _begin(self, token: re.Match[str], tokens: Iterator[re.Match[str]]) -> None:
        """A subject or the name of a graph, or a directive without @."""
        word = token[_NAME].lower()
        if word in _DIRECTIVES:
            self._directive(word, tokens)
        else:
            self._subject, self._state = token.start(), _PREDICATE

    def _directive(self, word: str, tokens: Iterator[re.Match[str]]) -> None:
        words = [next(tokens)[_NAME] for _ in range(_DIRECTIVES[word])]
        if word == "prefix":
            self._prefixes[words[0]] = words[1][1:-1]

    def _is_rest(self, word: str) -> bool:
        prefix, _, local = word.partition(":")
        return word == f"<{_REST}>" or self._prefixes.get(f"{prefix}:", "") + local == _REST

    def _sign(self, kind: int | None, token: re.Match[str], tokens: Iterator[re.Match[str]]) -> None:
        """A rare sign outside all brackets."""
        if kind in (_OPEN, _LIST):
            self._open(token.start(), kind == _LIST)
        elif kind in (_BLOCK, _BLOCK_END):
            self._state = _SUBJECT
        elif kind == _TYPE:
            next(tokens)
        elif self._state == _SUBJECT:
            self._directive(token[_AT][1:], tokens)

    def _within(self, kind: int | None, token: re.Match[str], tokens: Iterator[re.Match[str]]) -> None:
        """One token within brackets, and all that it makes known."""
        told, self._held = self._held, []
        frame = self._frames[-1]
        if kind == _TYPE:
            next(tokens)
        elif kind != _AT:
            if self._state == _ITEM and kind != _END and not frame.started:
                frame.started = True
                told += self._of(frame)
            told += self._step(kind, token)
        self._tell(told)
        if self._held and kind == _NAME and token[_NAME][-1] not in _QUOTES:
            self._tell(self._held)  # its suffix came with it
            self._held = []

    def _step(self, kind: int | None, token: re.Match[str]) -> list[tuple[int, int]]:
        if kind == _NAME:
            return self._name(token)
        if kind in (_OPEN, _LIST):
            self._open(token.start(), kind == _LIST)
        elif kind in (_CLOSE, _END):
            return self._close()
        else:
            self._state = _OBJECT if kind == _COMMA else _PREDICATE
        return []

    def _name(self, token: re.Match[str]) -> list[tuple[int, int]]:
        """A term within brackets: a predicate, or what is told of the innermost subject."""
        if self._state == _PREDICATE:
            self._silent = self._says_rest and self._is_rest(token[_NAME])
            self._state = _OBJECT
            return []
        if self._state == _OBJECT:
            self._state = _AFTER
        told = [] if self._silent else [(token.start(), self._subject)]
        if token[_NAME][0] in _QUOTES:
            self._held, told = told, []
        return told

    def _open(self, at: int, is_list: bool) -> None:
        self._frames.append(_Frame(self._state, at, self._subject, self._silent, is_list))
        self._subject, self._silent = at, False
        self._state = _ITEM if is_list else _PREDICATE

    def _close(self) -> list[tuple[int, int]]:
        frame = self._frames.pop()
        self._silent = frame.silent
        self._subject = frame.at if frame.role == _SUBJECT else frame.subject
        self._state = {_SUBJECT: _PREDICATE, _OBJECT: _AFTER}.get(frame.role, _ITEM)
        return [] if frame.started else self._of(frame)

    def _tell(self, told: list[tuple[int, int]]) -> None:
        for at, subject in reversed(told):
            self.objects.append(at)
            self.subjects.append(subject)

    @staticmethod
    def _of(frame: _Frame) -> list[tuple[int, int]]:
        """The statement whose object a bracket is."""
        return [] if frame.role == _SUBJECT or frame.silent else [(frame.at, frame.subject)]
