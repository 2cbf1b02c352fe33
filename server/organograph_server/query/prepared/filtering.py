"""What must hold of rows, as steps of a plan: tests of texts, of things, and of whether there is a value at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from organograph_server.query.prepared.algebra import Bound, Same, Test
from organograph_server.query.prepared.columns import Asked, Table, number_of
from organograph_server.query.prepared.graph import Graph


def _in_range(tag: str, wanted: str) -> bool:
    """Whether a language is in a range (SPARQL 1.1 section 17.4.3.8)."""
    return tag != "" if wanted == "*" else f"{tag}-".startswith(f"{wanted.lower()}-")


_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "CONTAINS": str.__contains__,
    "STRSTARTS": str.startswith,
    "STRENDS": str.endswith,
    "=": str.__eq__,
    "!=": str.__ne__,
    "LANGMATCHES": _in_range,
}


class TextTested:
    """Only the rows with a text that passes a test.

    Args:
        graph: what the texts are of.
        test: which.
    """

    def __init__(self, graph: Graph, test: Test) -> None:
        self._graph, self._reading, self._place = graph, test.reading, test.other.place
        self._passes = _TESTS[test.name]

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it; where there is no text there is an error, and so no row (SPARQL 1.1 section 17.2)."""
        texts = self._graph.texts(self._reading, table.columns[self._reading.name])
        wanted, passes = asked.written[self._place][1:-1], self._passes
        if passes is str.__contains__:
            table.keep([text is not None and wanted in text for text in texts])
        else:
            table.keep([text is not None and passes(text, wanted) for text in texts])


class SameTested:
    """Only the rows in which a variable is a thing, or is another one.

    Args:
        test: which.
        node: of the thing; see `number_of`.
    """

    def __init__(self, test: Same, node: int) -> None:
        self._name, self._negated, self._node = test.name, test.negated, node

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        node, column = number_of(self._node, asked), table.columns[self._name]
        table.keep([value >= 0 and (value == node) != self._negated for value in column])


class BoundTested:
    """Only the rows in which a variable has a value, or has none.

    Args:
        test: which.
    """

    def __init__(self, test: Bound) -> None:
        self._name, self._negated = test.name, test.negated

    def __call__(self, table: Table, asked: Asked) -> None:
        """Do it."""
        table.keep([(value < 0) == self._negated for value in table.columns[self._name]])
