"""Constraints of SHACL Core that look at each value by itself (sections 4.1, 4.3, 4.4, 4.8.2): tests of a term's number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.engine.data import Data
from organograph.engine.description import Description, Unusable
from organograph.engine.literals import key, less, well_formed
from organograph.engine.terms import Term, sh, shown

Test = Callable[[int], bool]
Make = Callable[[Data], Test]
"""Makes the test of a value out of the graph it is to be asked about."""


class Remembered(dict[int, bool]):
    """The answers of a test, each worked out once."""

    def __init__(self, test: Test) -> None:
        super().__init__()
        self._test = test

    def __missing__(self, number: int) -> bool:
        """Work the answer out."""
        answer = self[number] = self._test(number)
        return answer


def value_tests(shapes: Description, node: Term) -> Iterator[tuple[str, Make]]:
    """The tests that a shape makes of each of its values, with the names of their constraint components.

    Raises:
        Unusable: a parameter is not what it must be.
    """
    for word, (component, make) in _EACH.items():
        for parameter in shapes.objects(node, sh(word)):
            yield component, make(parameter)
    for parameter in shapes.objects(node, sh("in")):
        yield "InConstraintComponent", _among(shapes.items(parameter))
    for parameter in shapes.objects(node, sh("languageIn")):
        yield "LanguageInConstraintComponent", _in_language([shown(tag).lower() for tag in shapes.items(parameter)])
    flags = shapes.text(node, sh("flags")) or ""
    for pattern in shapes.objects(node, sh("pattern")):
        yield "PatternConstraintComponent", _matching(_text(pattern, "sh:pattern"), flags)


def _of_term(test: Callable[[Term], bool]) -> Make:
    def make(data: Data) -> Test:
        terms = data.terms
        return Remembered(lambda number: test(terms[number])).__getitem__

    return make


def _instance(of: Term) -> Make:
    return lambda data: data.instances(of).__contains__


def _among(members: list[Term]) -> Make:
    return lambda data: frozenset(data.number(member) for member in members).__contains__


def _of_datatype(datatype: Term) -> Make:
    return _of_term(lambda term: isinstance(term, Literal) and term.datatype == datatype and well_formed(term))


def _of_kind(kind: Term) -> Make:
    kinds = {
        sh("IRI"): (NamedNode,),
        sh("BlankNode"): (BlankNode,),
        sh("Literal"): (Literal,),
        sh("BlankNodeOrIRI"): (BlankNode, NamedNode),
        sh("BlankNodeOrLiteral"): (BlankNode, Literal),
        sh("IRIOrLiteral"): (NamedNode, Literal),
    }
    if not isinstance(kind, NamedNode) or kind not in kinds:
        raise Unusable(f"{shown(kind)} is no value of sh:nodeKind")
    wanted = kinds[kind]
    return _of_term(lambda term: isinstance(term, wanted))


def _bounded(word: str, above: bool, inclusive: bool) -> Callable[[Term], Make]:
    def bounded(bound: Term) -> Make:
        if not isinstance(bound, Literal):
            raise Unusable(f"sh:{word} must be a literal")
        limit = key(bound)
        return _of_term(lambda term: less(limit, key(term), inclusive) if above else less(key(term), limit, inclusive))

    return bounded


def _long(word: str, at_least: bool) -> Callable[[Term], Make]:
    def long(bound: Term) -> Make:
        limit = whole_number(bound, word)
        return _of_term(
            lambda term: not isinstance(term, BlankNode) and (len(shown(term)) >= limit if at_least else len(shown(term)) <= limit)
        )

    return long


def _in_language(ranges: list[str]) -> Make:
    def test(term: Term) -> bool:
        tag = (term.language or "").lower() if isinstance(term, Literal) else ""
        return bool(tag) and any(wanted in ("*", tag) or tag.startswith(f"{wanted}-") for wanted in ranges)

    return _of_term(test)


def _matching(pattern: str, flags: str) -> Make:
    """A pattern is asked of Python, unless it could take time without bound: then of an engine that always takes linear time."""
    try:
        known = re.compile(pattern, _flags(flags))
    except re.error as error:
        raise Unusable(f"The pattern {pattern!r} is none: {error}") from error
    if re.search(r"\)(?:[*+]|\{)", pattern) or len(re.findall(r"[*+]", pattern)) > 4:
        return lambda data: Searched(data, pattern, flags)
    return _of_term(lambda term: not isinstance(term, BlankNode) and known.search(shown(term)) is not None)


class Searched(Remembered):
    """The answers of a pattern that could take Python time without bound, asked of an engine that takes linear time.

    Args:
        data: the graph.
        pattern: the pattern.
        flags: how it is to be read.
    """

    def __init__(self, data: Data, pattern: str, flags: str) -> None:
        super().__init__(self._learned)
        self._data = data
        self._pattern = pattern
        self._asks = f"REGEX(?text, {Literal(pattern)}, {Literal(flags)})"

    def __call__(self, number: int) -> bool:
        """Whether a term matches."""
        return self[number]

    def learn(self, numbers: set[int]) -> None:
        """Ask of many terms at once; the pattern is made ready each time, which takes far longer than to ask it."""
        texts = {number: term for number in numbers - self.keys() if not isinstance(term := self._data.terms[number], BlankNode)}
        self.update(dict.fromkeys(numbers - self.keys() - texts.keys(), False))
        asked = " ".join(f"({number} {Literal(shown(term))})" for number, term in texts.items())
        rows = pyoxigraph.Store().query(f"SELECT ?number ({self._asks} AS ?found) {{ VALUES (?number ?text) {{ {asked} }} }}")
        for row in rows if isinstance(rows, pyoxigraph.QuerySolutions) else ():
            if row["found"] is None:
                raise Unusable(f"The pattern {self._pattern!r} could take time without bound, and cannot be asked otherwise")
            self[int(row["number"].value)] = row["found"].value == "true"

    def _learned(self, number: int) -> bool:
        self.learn({number})
        return self[number]


def _flags(flags: str) -> re.RegexFlag:
    known = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
    found = re.RegexFlag(0)
    for letter in flags:
        if letter not in known:
            raise Unusable(f"{letter!r} is no value of sh:flags")
        found |= known[letter]
    return found


def whole_number(term: Term, word: str) -> int:
    """The number of a parameter such as sh:minCount.

    Raises:
        Unusable: it is no integer.
    """
    if not isinstance(term, Literal):
        raise Unusable(f"sh:{word} must be a literal")
    try:
        return int(term.value)
    except ValueError as error:
        raise Unusable(f"sh:{word} must be a literal with an integer, not {term.value!r}") from error


def _text(term: Term, word: str) -> str:
    if not isinstance(term, Literal):
        raise Unusable(f"{word} must be a literal")
    return term.value


_EACH: dict[str, tuple[str, Callable[[Term], Make]]] = {
    "class": ("ClassConstraintComponent", _instance),
    "datatype": ("DatatypeConstraintComponent", _of_datatype),
    "nodeKind": ("NodeKindConstraintComponent", _of_kind),
    "minExclusive": ("MinExclusiveConstraintComponent", _bounded("minExclusive", True, False)),
    "minInclusive": ("MinInclusiveConstraintComponent", _bounded("minInclusive", True, True)),
    "maxExclusive": ("MaxExclusiveConstraintComponent", _bounded("maxExclusive", False, False)),
    "maxInclusive": ("MaxInclusiveConstraintComponent", _bounded("maxInclusive", False, True)),
    "minLength": ("MinLengthConstraintComponent", _long("minLength", True)),
    "maxLength": ("MaxLengthConstraintComponent", _long("maxLength", False)),
}
