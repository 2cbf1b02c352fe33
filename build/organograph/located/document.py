"""One RDF file: its triples as written, and on request the line and character of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode

from organograph.errors import DatasetUnreadable
from organograph.faults import Location
from organograph.located.blocks import Blocks, Unclear
from organograph.located.nodes import described, described_in_xml
from organograph.located.places import NOWHERE, Places
from organograph.located.reading import explained, parse, read_text
from organograph.plainfiles import legible
from organograph.statements import Graph, Term, Triple

_LOCATED = frozenset({"ttl", "trig", "nt", "nq"})
_BLANK = ("[", "(", "_:")
"""Signs without which a text of the Turtle family has no blank nodes."""
_FEW = 2000
"""Things of which each is looked for by itself; for more the whole text is walked over, which then takes less time."""
_Placed = tuple[pyoxigraph.Quad, int | None, int | None]
"""A statement with the offsets of its object and its subject."""


class Document:
    """An RDF file that was read.

    Args:
        file: its path as the steward knows it.
        format: one of FORMATS.
        text: what stands in it.
        base: what its relative IRIs start from.
        graphs: the graphs of the file by name, None for the default graph, with terms as written ("007" stays so).
        quads: its statements in the order in which pyoxigraph tells them; None where reading them again gives the same.
    """

    def __init__(
        self, file: str, format: str, text: str, base: str, graphs: Mapping[str | None, Graph], quads: list[pyoxigraph.Quad] | None = None
    ) -> None:
        self.file, self.format, self.graphs = file, format, graphs
        self._text, self._base, self._quads = text, base, quads
        self._asked = 0
        self._told: dict[str, list[_Placed]] = {}

    @property
    def is_located(self) -> bool:
        """Whether the line of each statement can be told; in JSON-LD and RDF/XML that of its thing can be at most."""
        return self.format in _LOCATED

    @property
    def can_be_edited(self) -> bool:
        """Whether an edit can be told by its place: in Turtle without blank nodes, whose statements can be told apart."""
        return self._quads is None and self._blocks is not None

    def stated(self) -> Iterator[Triple]:
        """Its statements without their graphs, each as often as it is made."""
        return ((quad.subject, quad.predicate, quad.object) for quad in parse(self._text, self.format, self._base))  # type: ignore[misc]

    @cached_property
    def quads(self) -> list[pyoxigraph.Quad]:
        """Its statements in the order in which pyoxigraph tells them."""
        return list(parse(self._text, self.format, self._base)) if self._quads is None else self._quads

    def edited(self, text: str) -> tuple[Document, list[Triple], list[Triple]] | None:
        """The file after an edit, and the statements that came and went, each as often as it is made; its graphs are those before.

        Args:
            text: what stands in it now.

        Returns:
            None where that cannot be told of the edited place alone: in other formats than Turtle, where prefixes changed, where blank
            nodes stand there, or where it is no longer Turtle.
        """
        edit = None if self._blocks is None else self._blocks.edited(text)
        if edit is None:
            return None
        gone, come = _stated(edit.before, self._base), _stated(edit.after, self._base)
        if gone is None or come is None:
            return None
        after = Document(self.file, self.format, text, self._base, self.graphs)
        after.__dict__["_blocks"], after._told = edit.blocks, self._told
        return after, come, gone

    def statements(self, subject: Term, predicate: Term, value: Term | None = None) -> list[Location]:
        """Where statements about a thing stand: each place of its object, in the order of the file.

        Args:
            subject: the thing.
            predicate: the property.
            value: of these only those that state this value; None for all.
        """
        told = self._about(subject, whole=isinstance(value, BlankNode))  # which has another name in each reading
        if (node := self._node(subject)) is not None:
            return [node] if any(quad.predicate == predicate and value in (None, quad.object) for quad, _, _ in told) else []
        return [self._location(at, quad.object) for quad, at, _ in told if quad.predicate == predicate and value in (None, quad.object)]

    def subject(self, thing: Term) -> Location | None:
        """Where a thing first stands as a subject; of a thing that is only spoken of, where it first does; None if nowhere."""
        for _, _, at in self._about(thing):
            return self._node(thing) or self._location(at, None)
        mentioned = next((number for number, quad in enumerate(self.quads) if quad.object == thing), None)
        return None if mentioned is None else self._location(self._place(mentioned)[0], None)

    def _node(self, thing: Term) -> Location | None:
        """Of JSON-LD and RDF/XML the object or element that describes a thing, where that is one alone."""
        at = self._nodes.get(thing.value) if isinstance(thing, NamedNode) else None
        return None if at is None else self._location(at, None)

    @cached_property
    def _nodes(self) -> Mapping[str, int]:
        if self.format == "jsonld":
            return described(self._text)
        return described_in_xml(self._text) if self.format == "rdf" else {}

    def _about(self, subject: Term, whole: bool = False) -> Iterator[_Placed]:
        """The statements about a thing, with the offsets of object and subject; only its own blocks are read where that will do."""
        near = self._near(subject) if isinstance(subject, NamedNode) and not whole else []
        yield from near or ((self.quads[number], *self._place(number)) for number in self._by_subject.get(subject, ()))

    def _near(self, subject: NamedNode) -> list[_Placed]:
        """The statements in the blocks of a thing; none where its blocks cannot be told, or after so many things that all are read."""
        if self._asked > _FEW or self._blocks is None:
            return []
        found: list[_Placed] = []
        for text, shift, begins in self._blocks.about(subject.value):
            found += (
                (quad, at + shift, by + shift)
                for quad, at, by in self._of_block(text)
                if quad.subject == subject and at is not None and by is not None and at >= begins
            )
        return found

    def _of_block(self, text: str) -> list[_Placed]:
        """The statements of a block, with their offsets in it."""
        if text not in self._told:
            self._asked += 1
            quads = list(parse(text, "ttl", self._base))
            places = Places(quads, text)
            self._told[text] = [(quad, *places.of(number)) for number, quad in enumerate(quads)]
        return self._told[text]

    @cached_property
    def _blocks(self) -> Blocks | None:
        try:
            return Blocks(self._text) if self.format == "ttl" else None
        except Unclear:
            return None

    @cached_property
    def _by_subject(self) -> dict[Term | pyoxigraph.Triple, list[int]]:
        found: dict[Term | pyoxigraph.Triple, list[int]] = {}
        for number, quad in enumerate(self.quads):
            found.setdefault(quad.subject, []).append(number)
        return found

    @cached_property
    def _places(self) -> Places:
        """Walked over only once a finding asks."""
        return Places(self.quads, self._text)

    def _place(self, number: int) -> tuple[int, int] | tuple[None, None]:
        return self._places.of(number) if self.is_located else NOWHERE

    @cached_property
    def _lines(self) -> list[int]:
        if "\r" not in self._text:
            return [0, *accumulate(len(line) + 1 for line in self._text.split("\n")[:-1])]
        return [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", self._text))]

    def _location(self, offset: int | None, value: Term | pyoxigraph.Triple | None) -> Location:
        if offset is None:
            return Location(self.file)
        line = bisect_right(self._lines, offset)
        said = None if value is None or isinstance(value, BlankNode) else getattr(value, "value", None)
        return Location(self.file, line, value=said, position=offset - self._lines[line - 1] + 1)


def _stated(text: str, base: str) -> list[Triple] | None:
    """The statements of a few blocks; None where they are none, or where blank nodes or statements of statements are among them."""
    try:
        found = [(quad.subject, quad.predicate, quad.object) for quad in parse(text, "ttl", base)]
    except (SyntaxError, MemoryError):
        return None
    plain = all(isinstance(s, NamedNode) and isinstance(o, NamedNode | Literal) for s, _, o in found)
    return found if plain else None  # type: ignore[return-value]


def read_document(path: Path, format: str, shown: str | None = None) -> Document:
    """Read an RDF file. Nothing is fetched for it; addresses that are not whole start from that of the file.

    Args:
        path: the file.
        format: one of FORMATS.
        shown: the name that messages give it; by default its path.

    Raises:
        DatasetUnreadable: it is missing, is not UTF-8 or not of that format, or says what SHACL knows nothing of; with line and position
            where the parser tells them.
    """
    name, base = shown or legible(path), path.absolute().as_uri()
    text = read_text(path, format, name)
    return Document(name, format, text, base, *_read(text, format, name, base))


def _read(text: str, format: str, name: str, base: str) -> tuple[dict[str | None, Graph], list[pyoxigraph.Quad] | None]:
    """The graphs of a file, and its quads where blank nodes are among them, which would have other names in another reading.

    Each quad makes its terms anew, so the first of each is held for all.
    """
    found: dict[Any, list[Triple]] = {}
    known: dict[Any, Any] = {}
    once = known.setdefault
    spoken_of = "<<" in text or "{|" in text or "Triple" in text  # looking at each statement takes half as long as reading them
    with explained(text, format, name, base):
        quads: Iterable[pyoxigraph.Quad] = parse(text, format, base)
        kept = list(quads) if format not in _LOCATED or any(sign in text for sign in _BLANK) else None
        for subject, predicate, value, graph in kept or quads:
            if spoken_of and isinstance(value, pyoxigraph.Triple):
                told = f"{subject} {predicate} {value}"
                raise DatasetUnreadable(
                    f"{name} says something of a statement (RDF 1.2), which SHACL cannot check: {told}.", "Take it out."
                )
            found.setdefault(graph, []).append((once(subject, subject), once(predicate, predicate), once(value, value)))
    blank = kept is not None and any(isinstance(term, BlankNode) for term in known)
    graphs = {getattr(graph, "value", None): Graph(triples) for graph, triples in found.items()}
    return graphs, kept if blank or format not in _LOCATED else None
