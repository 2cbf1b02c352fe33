"""Asks the store's engine for the values of expressions, row by row, in one query about no graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyoxigraph
from pyoxigraph import BlankNode

from organograph.engine.data import Data
from organograph.engine.select.algebra import Beyond
from organograph.engine.select.table import Table
from organograph.engine.terms import Term


def asked(text: str, names: Sequence[str], table: Table, data: Data, prefixes: Mapping[str, str]) -> list[Term | None]:
    """What an expression gives for each row, None where it gives nothing.

    Args:
        text: the expression.
        names: the variables it looks at.
        table: the rows.
        data: the graph, whose terms the rows are made of.
        prefixes: those that the expression uses.

    Raises:
        Beyond: a value is a blank node, which a query cannot name.
    """
    held = [name for name in names if name in table.columns]
    rows = table.tuples(held)
    places = {row: place for place, row in enumerate(dict.fromkeys(rows))}
    given = " ".join(f"({place} {' '.join(_spelt(number, data) for number in row)})" for row, place in places.items())
    variables = " ".join(f"?{name}" for name in held)
    query = f"SELECT ?_place ({text} AS ?_found) {{ VALUES (?_place {variables}) {{ {given} }} }}"
    try:
        found = pyoxigraph.Store().query(query, prefixes={**prefixes})
    except SyntaxError as error:
        raise Beyond(f"an expression that cannot be asked by itself: {text}") from error
    assert isinstance(found, pyoxigraph.QuerySolutions)  # noqa: S101 - it is a SELECT
    values = {int(row["_place"].value): row["_found"] for row in found}
    return [values[places[row]] for row in rows]


def _spelt(number: int | None, data: Data) -> str:
    term = None if number is None else data.terms[number]
    if isinstance(term, BlankNode):
        raise Beyond("an expression about a blank node")
    return "UNDEF" if term is None else str(term)
