"""The graph of shapes as a description: what it says of each node, by property."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph
from pyoxigraph import Literal, RdfFormat, Triple

from organograph.engine.terms import FIRST, NIL, REST, SUBCLASS, TRUE, TYPE, Term, shown

_BOOLEANS = ("true", "false", "1", "0")


class Unusable(Exception):
    """Shapes that cannot be used: ill-formed (SHACL section 3.4), or not allowed (section 5.2.1); says why."""


class Description:
    """What a graph of shapes says.

    Args:
        triples: all of it.
    """

    def __init__(self, triples: Iterable[tuple[Term, Term, Term]]) -> None:
        self._objects: dict[tuple[Term, Term], dict[Term, None]] = {}
        self._subjects: dict[Term, dict[Term, list[Term]]] = {}
        for subject, predicate, object_ in triples:
            self._objects.setdefault((subject, predicate), {})[object_] = None
            self._subjects.setdefault(predicate, {}).setdefault(object_, []).append(subject)

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """The values of a property."""
        return list(self._objects.get((subject, predicate), ()))

    def one(self, subject: Term, predicate: Term) -> Term | None:
        """The value of a property, or None where there is none.

        Raises:
            Unusable: there is more than one.
        """
        found = self.objects(subject, predicate)
        if len(found) > 1:
            raise Unusable(f"{shown(subject)} has more than one {shown(predicate)}")
        return found[0] if found else None

    def text(self, subject: Term, predicate: Term) -> str | None:
        """The text of a property, or None where there is none.

        Raises:
            Unusable: there is more than one, or it is no text.
        """
        found = self.one(subject, predicate)
        if found is not None and not isinstance(found, Literal):
            raise Unusable(f"{shown(predicate)} of {shown(subject)} must be a literal")
        return None if found is None else found.value

    def holds(self, subject: Term, predicate: Term) -> bool:
        """Whether a property is true.

        Raises:
            Unusable: it is neither true nor false.
        """
        found = self._objects.get((subject, predicate), ())
        for value in found:
            if not isinstance(value, Literal) or value.datatype != TRUE.datatype or value.value not in _BOOLEANS:
                raise Unusable(f"{shown(predicate)} of {shown(subject)} must be true or false")
        return TRUE in found

    def subjects(self, predicate: Term, object_: Term | None = None) -> Iterator[Term]:
        """What has a property, or has it with that value."""
        held = self._subjects.get(predicate, {})
        for found in held.values() if object_ is None else (held.get(object_, ()),):
            yield from found

    def items(self, start: Term) -> list[Term]:
        """The members of a list (RDF 1.1 Schema section 5.2).

        Raises:
            Unusable: it is no list.
        """
        found, seen = list[Term](), set[Term]()
        while start != NIL:
            first, rest = self.objects(start, FIRST), self.objects(start, REST)
            if len(first) != 1 or len(rest) != 1 or start in seen:
                raise Unusable(f"{shown(start)} is no list")
            seen.add(start)
            found.append(first[0])
            start = rest[0]
        return found

    def instances(self, of: Term) -> Iterator[Term]:
        """The instances of a class and of its subclasses."""
        for name in self.subclasses(of):
            yield from self.subjects(TYPE, name)

    def subclasses(self, of: Term) -> dict[Term, None]:
        """A class and all its subclasses."""
        waiting, seen = [of], {of: None}
        while waiting:
            new = [sub for sub in self.subjects(SUBCLASS, waiting.pop()) if sub not in seen]
            seen.update(dict.fromkeys(new))
            waiting += new
        return seen


def parsed(text: str) -> Iterator[Triple]:
    """The triples of Turtle, terms as they are written, its blank nodes apart from those of any other text.

    Raises:
        SyntaxError: it is no Turtle.
    """
    return (quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE, rename_blank_nodes=True))
