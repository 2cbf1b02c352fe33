"""The places of the statements of a text."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph
from pyoxigraph import NamedNode

from organograph.located.scan import Scan

NOWHERE = (None, None)
_REST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"


class Places:
    """The places of the statements of a text.

    Args:
        quads: the statements in their order.
        text: a well-formed document of the Turtle family.
    """

    def __init__(self, quads: Sequence[pyoxigraph.Quad], text: str) -> None:
        scan, rest = Scan(text), NamedNode(_REST)
        self._objects, self._subjects = scan.objects, scan.subjects
        self._of: dict[int, int] | None = None
        if len(quads) != len(scan.objects):  # there are lists, whose rdf:rest has no place, or something is not as it should be
            numbers = [number for number, quad in enumerate(quads) if quad.predicate != rest]
            # Where they still differ the file alone is told, rather than a wrong line.
            self._of = {number: place for place, number in enumerate(numbers)} if len(numbers) == len(scan.objects) else {}

    def of(self, number: int) -> tuple[int, int] | tuple[None, None]:
        """The offsets of object and subject of a statement by its number; None for one that has no place."""
        place = number if self._of is None else self._of.get(number)
        return NOWHERE if place is None else (self._objects[place], self._subjects[place])
