"""Constraints of SHACL Core that look at each value by itself (sections 4.1, 4.3, 4.4, 4.8.2): which of many values are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Set as Nodes
from itertools import islice

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.engine.data import Data
from organograph.engine.description import Description, Unusable
from organograph.engine.literals import key, less, well_formed
from organograph.engine.patterns import is_plain
from organograph.engine.terms import LANG_STRING, Term, sh, shown

_AT_ONCE = 20_000
"""How many texts a pattern is asked about in one query; at a million they would take a gigabyte."""
Wrong = Callable[[Data, Nodes[int]], Nodes[int]]
"""Tells which of some values of a graph are wrong."""


def value_tests(shapes: Description, node: Term) -> Iterator[tuple[str, Wrong]]:
    """What a shape asks of each of its values, with the names of the constraint components.

    Raises:
        Unusable: a parameter is not what it must be.
    """
    for word, (component, read) in _EACH.items():
        for parameter in shapes.objects(node, sh(word)):
            yield component, read(parameter)
    for parameter in shapes.objects(node, sh("in")):
        yield "InConstraintComponent", _among(shapes.items(parameter))
    for parameter in shapes.objects(node, sh("languageIn")):
        yield "LanguageInConstraintComponent", _in_language([shown(tag).lower() for tag in shapes.items(parameter)])
    flags = shapes.text(node, sh("flags")) or ""
    for pattern in shapes.objects(node, sh("pattern")):
        yield "PatternConstraintComponent", _matching(_text(pattern, "sh:pattern"), flags)


def _unless(test: Callable[[Term], bool]) -> Wrong:
    def wrong(data: Data, values: Nodes[int]) -> Nodes[int]:
        terms = data.terms
        return {value for value in values if not test(terms[value])}

    return wrong


def _instance(of: Term) -> Wrong:
    return lambda data, values: values - data.instances(of)


def _among(members: list[Term]) -> Wrong:
    return lambda data, values: values - {data.number(member) for member in members}


def _of_datatype(datatype: Term) -> Wrong:
    if datatype == LANG_STRING:
        return _unless(lambda term: isinstance(term, Literal) and term.language is not None)
    return _unless(lambda term: isinstance(term, Literal) and term.datatype == datatype and well_formed(term))


def _of_kind(kind: Term) -> Wrong:
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
    return _unless(lambda term: isinstance(term, wanted))


def _bounded(word: str, above: bool, inclusive: bool) -> Callable[[Term], Wrong]:
    def bounded(bound: Term) -> Wrong:
        if not isinstance(bound, Literal):
            raise Unusable(f"sh:{word} must be a literal")
        limit = key(bound)
        return _unless(lambda term: less(limit, key(term), inclusive) if above else less(key(term), limit, inclusive))

    return bounded


def _long(word: str, at_least: bool) -> Callable[[Term], Wrong]:
    def long(bound: Term) -> Wrong:
        limit = whole_number(bound, word)
        return _unless(
            lambda term: not isinstance(term, BlankNode) and (len(shown(term)) >= limit if at_least else len(shown(term)) <= limit)
        )

    return long


def _in_language(ranges: list[str]) -> Wrong:
    def test(term: Term) -> bool:
        tag = (term.language or "").lower() if isinstance(term, Literal) else ""
        return bool(tag) and any(wanted in ("*", tag) or tag.startswith(f"{wanted}-") for wanted in ranges)

    return _unless(test)


def _matching(pattern: str, flags: str) -> Wrong:
    """A pattern is asked of Python, unless it could take time without bound: then of an engine that always takes linear time."""
    try:
        known = re.compile(pattern, _flags(flags))
    except re.error as error:
        raise Unusable(f"The pattern {pattern!r} is none: {error}") from error
    unbounded = re.search(r"\)(?:[*+]|\{)", pattern) or len(re.findall(r"[*+]", pattern)) > 4
    if unbounded and (flags or not is_plain(pattern)):
        return _searched(pattern, flags)
    return _unless(lambda term: not isinstance(term, BlankNode) and known.search(shown(term)) is not None)


def _searched(pattern: str, flags: str) -> Wrong:
    """Asks of many values at once; the pattern is made ready each time, which takes far longer than to ask it."""
    matches = f"BIND (REGEX(STR(?term), {Literal(pattern)}, {Literal(flags)}) AS ?found) FILTER (!COALESCE(?found, false))"

    def wrong(data: Data, values: Nodes[int]) -> Nodes[int]:
        terms = data.terms
        found = {value for value in values if isinstance(terms[value], BlankNode)}
        texts = iter(values - found)
        while some := [*islice(texts, _AT_ONCE)]:
            asked = " ".join([f"({value} {_spelt(terms[value])})" for value in some])
            rows = pyoxigraph.Store().query(f"SELECT ?number ?found {{ VALUES (?number ?term) {{ {asked} }} {matches} }}")
            for row in rows if isinstance(rows, pyoxigraph.QuerySolutions) else ():
                if row["found"] is None:
                    raise Unusable(f"The pattern {pattern!r} could take time without bound, and cannot be asked otherwise")
                found.add(int(row["number"].value))
        return found

    return wrong


def _spelt(term: Term) -> str:
    """A term whose text is as it was written: the engine asked would write a number in its own way."""
    return str(Literal(term.value)) if isinstance(term, Literal) and term.language is None else str(term)


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


_EACH: dict[str, tuple[str, Callable[[Term], Wrong]]] = {
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
