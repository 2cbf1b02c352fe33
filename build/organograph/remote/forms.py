"""Which literals a store writes in a way of its own, so that what it holds is no longer what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from organograph.engine.description import Description
from organograph.engine.literals import key, well_formed
from organograph.engine.shapes import Shape
from organograph.engine.terms import XSD, sh
from organograph.remote.asking import Refused, Source, TooMuch
from organograph.statements import Term

_SAMPLES: Mapping[str, str] = {
    "boolean": "true", "duration": "P5Y", "dayTimeDuration": "P1DT2H", "yearMonthDuration": "P1Y2M", "date": "2024-02-29",
    "gYear": "2024", "gYearMonth": "2024-02", "gMonthDay": "--02-29", "gDay": "---29", "gMonth": "--02",
    "dateTime": "2024-02-29T12:00:00Z", "time": "12:00:00", "integer": "7", "nonNegativeInteger": "7", "positiveInteger": "7",
    "int": "7", "long": "7", "decimal": "1.5", "double": "1.5E0", "float": "1.5E0", "anyURI": "http://example.org/",
    "hexBinary": "0AFF", "base64Binary": "AAAA", "token": "a", "language": "en",
}  # fmt: skip
"""A value of each datatype of XML Schema that data mostly have."""


def altered(source: Source) -> Mapping[Term, bool]:
    """The datatypes of which a store takes a value for another one, or for the same of another datatype: whether the value is lost.

    Raises:
        StoreUnusable: the store does not answer.
    """
    known = {NamedNode(XSD + name): value for name, value in _SAMPLES.items()}
    try:
        return _changed(source, known)
    except (Refused, TooMuch):  # it cannot take one of them; which?
        each = (_alone(source, datatype, value) for datatype, value in known.items())
        return {datatype: lost for one in each for datatype, lost in one.items()}


def _alone(source: Source, datatype: NamedNode, value: str) -> Mapping[Term, bool]:
    try:
        return _changed(source, {datatype: value})
    except (Refused, TooMuch):
        return {datatype: True}


def _changed(source: Source, samples: Mapping[NamedNode, str]) -> Mapping[Term, bool]:
    told = [Literal(value, datatype=datatype) for datatype, value in samples.items()]
    (row,) = source.rows(f"SELECT {' '.join(f'({literal} AS ?v{number})' for number, literal in enumerate(told))} WHERE {{}}")
    both = zip(told, row, strict=True)
    return {literal.datatype: given is None or given.value != literal.value for literal, given in both if not _is_same(literal, given)}


def _is_same(literal: Literal, given: Term | None) -> bool:
    if not isinstance(given, Literal) or given.datatype != literal.datatype:
        return False
    return given == literal or (well_formed(given) and key(given) == key(literal))


def with_values(source: Source, datatypes: Iterable[Term]) -> Mapping[Term, Term]:
    """The properties that have values of some datatypes, each with one of these.

    Raises:
        Refused: the store can do nothing with the query, or not in time.
        StoreUnusable: the store does not answer.
    """
    listed = ", ".join(sorted(map(str, datatypes)))
    if not listed:
        return {}
    found = f"?s ?p ?o FILTER (isLiteral(?o) && DATATYPE(?o) IN ({listed}))"
    rows = source.rows(f"SELECT DISTINCT ?p (DATATYPE(?o) AS ?of) WHERE {{ {found} }}")
    return {row[0]: row[1] for row in rows if row[0] is not None and row[1] is not None}


def has_numbers(source: Source, properties: Iterable[Term]) -> bool:
    """Whether some properties have literals that are no texts, and so may have been changed.

    Raises:
        Refused: the store can do nothing with the query, or not in time.
        StoreUnusable: the store does not answer.
    """
    listed = " ".join(sorted(map(str, properties)))
    if not listed:
        return False
    literal = f"isLiteral(?o) && LANG(?o) = '' && DATATYPE(?o) != <{XSD}string>"
    return any(True for _ in source.rows(f"SELECT ?s WHERE {{ VALUES ?p {{ {listed} }} ?s ?p ?o FILTER ({literal}) }} LIMIT 1"))


def named(shapes: Description, shape: Shape, uses: Sequence[Shape]) -> Iterator[Term]:
    """The datatypes that a shape names, or of which it names a literal, and those that the shapes name that it asks by."""
    given = [value for word in ("datatype", "hasValue") for value in shapes.objects(shape.node, sh(word))]
    given += [value for listed in shapes.objects(shape.node, sh("in")) for value in shapes.items(listed)]
    yield from (value.datatype if isinstance(value, Literal) else value for value in given if isinstance(value, Literal | NamedNode))
    for used in uses:
        yield from named(shapes, used, used.uses)
