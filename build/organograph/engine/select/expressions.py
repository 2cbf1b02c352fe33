"""Reads expressions of queries (SPARQL 1.1 section 17) and tells what kind of value each gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal as OneOf

from pyoxigraph import Literal, NamedNode

from organograph.engine.select.algebra import Beyond, Call, Exists, Expression, Group, Variable
from organograph.engine.select.tokens import Words
from organograph.engine.terms import XSD

Kind = OneOf["term", "text", "number", "truth", "unknown"]
"""A term; a text without language; a whole number; true or false; or what only the store can tell."""

_TEXT, _INTEGER = NamedNode(f"{XSD}string"), f"{XSD}integer"
_SIGNS = (("||",), ("&&",), ("=", "!=", "<", ">", "<=", ">="), ("+", "-"), ("*", "/"))
_KINDS: dict[str, tuple[Kind, tuple[tuple[Kind, ...], ...]]] = {
    "STR": ("text", (("term", "text"),)),
    "LANG": ("text", (("term",),)),
    "LCASE": ("text", (("text",),)),
    "UCASE": ("text", (("text",),)),
    "STRLEN": ("number", (("text",),)),
    "CONTAINS": ("truth", (("text",), ("text",))),
    "STRSTARTS": ("truth", (("text",), ("text",))),
    "STRENDS": ("truth", (("text",), ("text",))),
    "BOUND": ("truth", (("term",),)),
    "+": ("number", (("number",), ("number",))),
    "-": ("number", (("number",), ("number",))),
    "COUNT": ("number", (("term",),)),
}
_PART: tuple[tuple[Kind, ...], ...] = (("text",), ("number",), ("number",))
_COMPARED = {"=", "!=", "<", ">", "<=", ">="}
_LOGICAL = {"!", "&&", "||"}
Read = Callable[[], Group]


def kind(expression: Expression) -> Kind:
    """What kind of value an expression gives where it gives one; "unknown" where it is not answered here."""
    if isinstance(expression, Exists):
        return "truth"
    if not isinstance(expression, Call):
        return "term"
    if expression.name in _LOGICAL:
        return "truth"
    if expression.name in _COMPARED:
        return "truth" if together(*expression.operands) else "unknown"
    if expression.name in ("IN", "NOT IN"):
        named = all(isinstance(operand, NamedNode) for operand in expression.operands[1:])
        return "truth" if named and kind(expression.operands[0]) == "term" else "unknown"
    if expression.name == "SUBSTR":
        return "text" if _fits(expression, _PART[: max(2, len(expression.operands))]) else "unknown"
    if expression.name == "CONCAT":
        return "text" if all(fits(operand, "text") for operand in expression.operands) else "unknown"
    given, wanted = _KINDS.get(expression.name, ("unknown", ()))
    return given if _fits(expression, wanted) else "unknown"


def together(left: Expression, right: Expression) -> Kind | None:
    """The kind by which two values are compared, or None where they are not compared here."""
    kinds: tuple[Kind, ...] = ("text", "number", "term")
    return next((wanted for wanted in kinds if fits(left, wanted) and fits(right, wanted)), None)


def fits(expression: Expression, wanted: Kind) -> bool:
    """Whether an expression gives a value of a kind; a text or a number that is written out is also a term."""
    if isinstance(expression, Literal):
        if wanted == "text":
            return expression.datatype == _TEXT
        if wanted == "number":
            return expression.datatype.value == _INTEGER
        return wanted == "term"
    return kind(expression) == wanted


def _fits(expression: Call, wanted: tuple[tuple[Kind, ...], ...]) -> bool:
    if len(expression.operands) != len(wanted):
        return False
    return all(any(fits(operand, one) for one in some) for operand, some in zip(expression.operands, wanted, strict=True))


def read_expression(words: Words, group: Read, bare: bool = False) -> Expression:
    """Read an expression in brackets or a call; a bare one needs neither.

    Args:
        words: the query that is being read.
        group: reads a group.
        bare: whether it stands alone.

    Raises:
        Beyond: it is of another form.
    """
    reader = _Reader(words, group)
    return reader.joined(0) if bare else reader.primary()


class _Reader:
    def __init__(self, words: Words, group: Read) -> None:
        self._words = words
        self._group = group

    def joined(self, level: int) -> Expression:
        """Operands with operators of a level or stronger between them."""
        words, start = self._words, self._words.place
        if level == len(_SIGNS):
            return self.unary()
        left = self.joined(level + 1)
        while said := words.takes(*_SIGNS[level]):
            right = self.joined(level + 1)
            left = Call(said, (left, right), words.text(start))
        if level == 2 and (said := words.takes("NOT", "IN")):
            if said == "NOT":
                words.expect("IN")
            left = Call("IN" if said == "IN" else "NOT IN", (left, *self._operands()), words.text(start))
        return left

    def unary(self) -> Expression:
        """An operand, with a sign of negation or without."""
        start = self._words.place
        if self._words.takes("!"):
            return Call("!", (self.unary(),), self._words.text(start))
        return self.primary()

    def primary(self) -> Expression:
        """A variable, a term, a call, or an expression in brackets."""
        words, start = self._words, self._words.place
        if words.takes("("):
            inner = self.joined(0)
            words.expect(")")
            return inner
        if said := words.takes("NOT", "EXISTS"):
            if said == "NOT":
                words.expect("EXISTS")
            return Exists(self._group(), said == "NOT")
        word = words.next()
        if word.kind == "variable":
            return Variable(word.text[1:])
        if word.kind in ("word", "name", "iri") and words.ahead().upper == "(":
            name = word.upper or words.name(word).value
            return Call(name, self._operands(name == "COUNT"), words.text(start))
        return words.name(word) if word.kind in ("name", "iri") else words.literal(word)

    def _operands(self, counting: bool = False) -> tuple[Expression, ...]:
        words, found = self._words, list[Expression]()
        words.expect("(")
        if counting:
            words.expect("DISTINCT")
        while not words.takes(")"):
            found.append(self.joined(0))
            if not words.takes(","):
                words.expect(")")
                return tuple(found)
        return tuple(found)


def conjuncts(expression: Expression) -> list[Expression]:
    """The conditions that must all hold where an expression does."""
    if isinstance(expression, Call) and expression.name == "&&":
        return [part for operand in expression.operands for part in conjuncts(operand)]
    return [expression]


def refuse_unread(expression: Expression) -> None:
    """Refuse what looks at groups in a way that the store could not be asked about.

    Raises:
        Beyond: a part that only the store can tell holds a group.
    """
    if isinstance(expression, Call):
        for operand in expression.operands:
            refuse_unread(operand)
        if kind(expression) == "unknown" and any(isinstance(operand, Exists) for operand in expression.operands):
            raise Beyond("a condition of unknown kind about a group")


def variable_of(expression: Expression) -> str | None:
    """The one variable that an expression looks at, or None where there are more or none."""
    names = expression.names() if isinstance(expression, Call) else frozenset[str]()
    return next(iter(names)) if len(names) == 1 else None
