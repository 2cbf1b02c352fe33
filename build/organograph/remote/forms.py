"""Which literals a store writes in a way of its own, so that what it holds is no longer what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

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


def altered(source: Source) -> frozenset[Term]:
    """The datatypes of which a store takes a value for another one, or for one of another datatype.

    Raises:
        StoreUnusable: the store does not answer.
    """
    known = {NamedNode(XSD + name): value for name, value in _SAMPLES.items()}
    try:
        return _changed(source, known)
    except (Refused, TooMuch):  # it cannot take one of them; which?
        return frozenset(datatype for datatype, value in known.items() if _is_changed(source, datatype, value))


def _is_changed(source: Source, datatype: NamedNode, value: str) -> bool:
    try:
        return bool(_changed(source, {datatype: value}))
    except (Refused, TooMuch):
        return True


def _changed(source: Source, samples: Mapping[NamedNode, str]) -> frozenset[Term]:
    told = [Literal(value, datatype=datatype) for datatype, value in samples.items()]
    (row,) = source.rows(f"SELECT {' '.join(f'({literal} AS ?v{number})' for number, literal in enumerate(told))} WHERE {{}}")
    return frozenset(literal.datatype for literal, given in zip(told, row, strict=True) if not _is_same(literal, given))


def _is_same(literal: Literal, given: Term | None) -> bool:
    is_literal = isinstance(given, Literal) and given.datatype == literal.datatype and well_formed(given)
    return given == literal or (is_literal and key(given) == key(literal))


def with_values(source: Source, datatypes: Iterable[Term]) -> frozenset[Term]:
    """The properties that have values of some datatypes.

    Raises:
        Refused: the store can do nothing with the query, or not in time.
        StoreUnusable: the store does not answer.
    """
    listed = ", ".join(sorted(map(str, datatypes)))
    if not listed:
        return frozenset()
    rows = source.rows(f"SELECT DISTINCT ?p WHERE {{ ?s ?p ?o FILTER (isLiteral(?o) && DATATYPE(?o) IN ({listed})) }}")
    return frozenset(row[0] for row in rows if row[0] is not None)


def names(shapes: Description, shape: Shape, datatypes: frozenset[Term]) -> bool:
    """Whether a shape, or one that it asks by, names a datatype or a literal of it."""
    given = [value for word in ("datatype", "hasValue") for value in shapes.objects(shape.node, sh(word))]
    given += [value for listed in shapes.objects(shape.node, sh("in")) for value in shapes.items(listed)]
    if any((value.datatype if isinstance(value, Literal) else value) in datatypes for value in given):
        return True
    return any(names(shapes, used, datatypes) for used in shape.uses)
