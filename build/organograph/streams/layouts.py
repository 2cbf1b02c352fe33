"""How a thing is laid out in Turtle and JSON-LD, and which order its lines have in N-Quads, all of which hangs on its properties alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from organograph.streams.jsonld import INDENT, INNER, Nested

_KEPT = 1_000
"""How many layouts are kept, before all are forgotten: things of one class have few."""


@dataclass(frozen=True, eq=False)
class Property:
    """A property with values that JSON-LD puts under one key; made once, so that it is told from others by its place in memory.

    Args:
        iri: in N-Triples.
        turtle: in Turtle.
        key: in JSON-LD.
    """

    iri: str
    turtle: str
    key: str


class Layout:
    """How things are laid out of which the same properties are told, in the same order.

    Args:
        properties: one for each value.

    Attributes:
        in_turtle: a template for the values, which follows the subject.
        canonical: puts the lines of a thing into the order of code points; None where they have it.
    """

    def __init__(self, properties: Sequence[Property]) -> None:
        self.in_turtle = "".join(_in_turtle(properties))
        order = sorted(range(len(properties)), key=lambda place: properties[place].iri)
        in_order = order == list(range(len(properties)))
        self.canonical: Callable[[Sequence[str]], tuple[str, ...]] | None = None if in_order else itemgetter(*order)
        # The name of the node is the value that comes before all others.
        places: dict[str, list[int]] = {"id": [0]}
        for place, each in enumerate(properties, 1):
            places.setdefault(each.key, []).append(place)
        keys = sorted(places)
        self._in_json = "  {" + ",".join([f'{INDENT}"{_plainly(key)}": %s' for key in keys]) + "\n  }"
        self._first: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(*(places[key][0] for key in keys))
        self._several = [(slot, itemgetter(*places[key])) for slot, key in enumerate(keys) if len(places[key]) > 1]

    def in_json(self, *values: str) -> str:
        """A node of JSON-LD with its name and its values."""
        told: Sequence[Any] = self._first(values)
        if self._several:
            told = [*told]
            for slot, of in self._several:
                told[slot] = _list(of(values))
        return self._in_json % tuple(told)


class Layouts(dict[tuple[Property, ...], Layout]):
    """Layouts by the properties, made where they are missing."""

    def __missing__(self, properties: tuple[Property, ...]) -> Layout:
        if len(self) >= _KEPT:
            self.clear()
        made = self[properties] = Layout(properties)
        return made


def _in_turtle(properties: Sequence[Property]) -> Iterator[str]:
    last = ""
    for each in properties:
        if each.turtle == last:
            yield " , %s"
        else:
            yield f"{' ;' if last else ''}{chr(10) + chr(9) if last else ' '}{_plainly(each.turtle)} %s"
            last = each.turtle


def _plainly(text: str) -> str:
    """A text within a template."""
    return text.replace("%", "%%")


def _list(values: Sequence[str]) -> str:
    ordered = sorted(values, key=_order)
    return f"[{','.join([f'{INNER}{value.inner if isinstance(value, Nested) else value}' for value in ordered])}{INDENT}]"


def _order(value: str) -> str:
    return value.order if isinstance(value, Nested) else value
