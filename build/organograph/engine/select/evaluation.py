"""Works out expressions over columns (SPARQL 1.1 section 17), None where SPARQL has an error; asks the store what it does not know."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.engine.data import Data
from organograph.engine.literals import key
from organograph.engine.select.algebra import Beyond, Call, Exists, Expression, Variable, names_in
from organograph.engine.select.asked import asked
from organograph.engine.select.expressions import Kind, kind, together
from organograph.engine.select.table import Table
from organograph.engine.terms import XSD, Term, shown

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "CONTAINS": lambda text, part: part in text,
    "STRSTARTS": lambda text, part: text.startswith(part),
    "STRENDS": lambda text, part: text.endswith(part),
}
Asks = Callable[[Table, Exists], list[bool]]
"""Tells for each row whether a group has a solution."""

_LARGE = 2**60
"""Whole numbers beyond it are left to the store, which has 64 bits for them."""


class Evaluation:
    """Works out expressions of one query.

    Args:
        data: the graph.
        prefixes: those of the query.
    """

    def __init__(self, data: Data, prefixes: Mapping[str, str]) -> None:
        self._data = data
        self._prefixes = prefixes
        self._known: dict[str, dict[int | None, str | None]] = {name: {} for name in _READ}

    def truths(self, condition: Expression, table: Table, exists: Asks) -> list[bool | None]:
        """Whether a condition holds, row by row (section 17.2.2).

        Args:
            condition: the condition.
            table: the rows.
            exists: tells for each row whether a group has a solution.
        """
        if not table.size:
            return []
        if isinstance(condition, Exists):
            return [*exists(table, condition)]
        if not isinstance(condition, Call):
            raise Beyond("a term as a condition")
        if condition.name == "!":
            return [None if one is None else not one for one in self.truths(condition.operands[0], table, exists)]
        if condition.name in ("&&", "||"):
            return self._joined(condition, table, exists)
        if kind(condition) != "truth":
            return self._asked_truths(f"IF({condition.text}, true, false)", condition, table)
        return self._truth(condition, table)

    def _joined(self, condition: Call, table: Table, exists: Asks) -> list[bool | None]:
        """Two conditions together; the second is asked only of the rows that the first does not decide."""
        left, decides = self.truths(condition.operands[0], table, exists), condition.name == "||"
        open_ = [one is not decides for one in left]
        right = iter(self.truths(condition.operands[1], table.kept(open_), exists))
        found: list[bool | None] = []
        for one in left:
            other = None if one is decides else next(right)
            found.append(decides if decides in (one, other) else None if one is None or other is None else not decides)
        return found

    def _truth(self, condition: Call, table: Table) -> list[bool | None]:
        name, operands = condition.name, condition.operands
        if name in _COMPARE:
            return self._compared(condition, together(*operands) or "term", table)
        if name == "BOUND":
            return [number is not None for number in self._column(operands[0], table)]
        if name in ("IN", "NOT IN"):
            among = {self._data.number(term) for term in operands[1:] if isinstance(term, NamedNode)}
            found = self._column(operands[0], table)
            return [None if number is None else (number in among) == (name == "IN") for number in found]
        left, right = (self.texts(operand, table) for operand in operands)
        test: Callable[[str, str], bool] = _TESTS[name]
        return [None if a is None or b is None else test(a, b) for a, b in zip(left, right, strict=True)]

    def _compared(self, condition: Call, by: Kind, table: Table) -> list[bool | None]:
        compare, (first, second) = _COMPARE[condition.name], condition.operands
        if by == "term":
            try:
                return self._of_terms(condition.name, self._column(first, table), self._column(second, table))
            except Beyond:
                return self._asked_truths(condition.text, condition, table)
        values = self.texts if by == "text" else self.wholes
        left, right = values(first, table), values(second, table)
        return [None if a is None or b is None else compare(a, b) for a, b in zip(left, right, strict=True)]

    def _of_terms(self, sign: str, left: Sequence[int | None], right: Sequence[int | None]) -> list[bool | None]:
        compare, pairs = _COMPARE[sign], [*zip(left, right, strict=True)]
        if sign in ("=", "!=") and self._things(right):  # a thing is equal to itself only
            return [None if a is None or b is None else compare(a, b) for a, b in pairs]
        keys = {number: self._key(number) for number in {*left, *right} if number is not None}
        if sign in ("=", "!="):
            return [None if a is None or b is None else compare(keys[a], keys[b]) for a, b in pairs]
        if len({type(held[1]) for held in keys.values()} | {str, int}) > 2 or any(
            held[0] not in ("text", "whole") for held in keys.values()
        ):
            raise Beyond("an order of other things than texts and whole numbers")
        known = [None if a is None or b is None else (keys[a], keys[b]) for a, b in pairs]
        return [None if pair is None or pair[0][0] != pair[1][0] else compare(pair[0][1], pair[1][1]) for pair in known]

    def _things(self, column: Sequence[int | None]) -> bool:
        terms = self._data.terms
        return not any(number is not None and isinstance(terms[number], Literal) for number in {*column})

    def _key(self, number: int) -> tuple[str, Any]:
        """What a term is compared by: only such kinds as SPARQL 1.1 tells apart whatever their values."""
        term = self._data.terms[number]
        if not isinstance(term, Literal):
            return "thing", number
        if term.language is not None:
            return "language", number
        datatype = term.datatype.value.removeprefix(XSD)
        if datatype == "string":
            return "text", term.value
        if datatype == "boolean" and term.value in ("true", "false"):
            return "boolean", term.value
        found = key(term)
        if found is None or found[0] != "number" or not isinstance(found[1], int) or abs(found[1]) > _LARGE:
            raise Beyond("a value of another kind")
        return "whole", found[1]

    def texts(self, expression: Expression, table: Table) -> Sequence[str | None]:
        """The texts that an expression gives, row by row."""
        if isinstance(expression, Literal):
            return [expression.value] * table.size
        assert isinstance(expression, Call)  # noqa: S101 - nothing else is of this kind
        name, operands = expression.name, expression.operands
        if name in ("STR", "LANG") and kind(operands[0]) == "term":
            return self._each(name, self._column(operands[0], table))
        if name == "SUBSTR":
            inner = [self.texts(operands[0], table), *(self.wholes(one, table) for one in operands[1:])]
        else:
            inner = [self.texts(one, table) for one in operands]
        if len(inner) == 1:
            return [None if text is None else _MADE[name](text) for text in inner[0]]
        return [None if None in row else _MADE[name](*row) for row in zip(*inner, strict=True)]

    def wholes(self, expression: Expression, table: Table) -> Sequence[int | None]:
        """The whole numbers that an expression gives, row by row."""
        if isinstance(expression, Literal):
            return [int(expression.value)] * table.size
        assert isinstance(expression, Call)  # noqa: S101 - nothing else is of this kind
        if expression.name == "COUNT":
            return table.columns[expression.text]
        if expression.name == "STRLEN":
            return [None if text is None else len(text) for text in self.texts(expression.operands[0], table)]
        left, right = (self.wholes(operand, table) for operand in expression.operands)
        sign = 1 if expression.name == "+" else -1
        return [None if a is None or b is None else _small(a + sign * b) for a, b in zip(left, right, strict=True)]

    def numbers(self, expression: Expression, table: Table) -> list[int | None]:
        """The terms that an expression gives, by their numbers, row by row."""
        if not table.size:
            return []
        given, number = kind(expression), self._data.number
        if given == "term":
            return [*self._column(expression, table)]
        if given == "text":
            return [None if text is None else number(Literal(text)) for text in self.texts(expression, table)]
        if given == "number":
            return [None if whole is None else number(Literal(whole)) for whole in self.wholes(expression, table)]
        text = expression.text if isinstance(expression, Call) else ""
        return [None if term is None else number(term) for term in self._asked(text, expression, table)]

    def _column(self, expression: Expression, table: Table) -> Sequence[int | None]:
        if isinstance(expression, Variable):
            return table.columns.get(expression.name) or [None] * table.size
        assert not isinstance(expression, Call | Exists)  # noqa: S101 - these give no term
        return [self._data.number(expression)] * table.size

    def _each(self, name: str, column: Sequence[int | None]) -> list[str | None]:
        """STR or LANG of each row, of each term once."""
        known, read, terms = self._known[name], _READ[name], self._data.terms
        known.update({number: read(terms[number]) for number in {*column} - known.keys() if number is not None})
        return [*map(known.get, column)]

    def _asked(self, text: str, about: Expression, table: Table) -> list[Term | None]:
        return asked(text, sorted(names_in(about)), table, self._data, self._prefixes)

    def _asked_truths(self, text: str, about: Expression, table: Table) -> list[bool | None]:
        return [term.value == "true" if isinstance(term, Literal) else None for term in self._asked(text, about, table)]


def _text(term: Term) -> str | None:
    return None if isinstance(term, BlankNode) else shown(term)


def _language(term: Term) -> str | None:
    return (term.language or "") if isinstance(term, Literal) else None


_READ: Mapping[str, Callable[[Term], str | None]] = {"STR": _text, "LANG": _language}


def _small(number: int) -> int:
    if abs(number) > _LARGE:
        raise Beyond("a large number")
    return number


def _part(text: str, start: int, length: int | None = None) -> str:
    if start < 1 or (length is not None and length < 0):
        raise Beyond("a part that begins before its text")
    return text[start - 1 :] if length is None else text[start - 1 : start - 1 + length]


_MADE: Mapping[str, Callable[..., str]] = {
    "STR": lambda text: text,
    "LCASE": str.lower,
    "UCASE": str.upper,
    "SUBSTR": _part,
    "CONCAT": lambda *texts: "".join(texts),
}
