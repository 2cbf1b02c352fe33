"""One RDF file: its triples as written, and on request the line and character of each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

import pyoxigraph
from pyoxigraph import BlankNode, NamedNode, RdfFormat

from organograph.errors import DatasetUnreadable
from organograph.faults import Location
from organograph.located.blocks import Blocks, Unclear
from organograph.located.scan import Scan
from organograph.located.stopped import stopped
from organograph.statements import Graph, Term, Triple

FORMATS: Mapping[str, RdfFormat] = {
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
"""The formats of RDF files, by the suffix of their names."""

_LOCATED = frozenset({"ttl", "trig", "nt", "nq"})
_NOWHERE = (None, None)
_FEW = 300
"""Things of which each is looked for by itself; for more the whole text is walked over, which then takes less time."""
_REST = "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest"


def format_of(path: Path, chosen: str | None = None) -> str | None:
    """The format of a file: the one chosen, or that of its suffix; None where the suffix is of none."""
    suffix = chosen or path.suffix.removeprefix(".").lower()
    return suffix if suffix in FORMATS else None


class Document:
    """An RDF file that was read.

    Args:
        file: its path as the steward knows it.
        format: one of FORMATS.
        text: what stands in it.
        quads: its statements in the order in which pyoxigraph tells them, with terms as written ("007" stays so).
    """

    def __init__(self, file: str, format: str, text: str, quads: list[pyoxigraph.Quad]) -> None:
        self.file, self.format = file, format
        self.quads = quads
        self._text = text
        self._asked = 0

    @property
    def is_located(self) -> bool:
        """Whether lines can be told; JSON-LD and RDF/XML are told by their file only."""
        return self.format in _LOCATED

    @cached_property
    def graphs(self) -> dict[str | None, Graph]:
        """The graphs of the file by name, None for the default graph."""
        found: dict[Any, list[Triple]] = {}
        known: dict[Any, Any] = {}
        once = known.setdefault  # each reading of a quad makes its terms anew
        for subject, predicate, value, name in self.quads:
            triple = (once(subject, subject), once(predicate, predicate), once(value, value))
            found.setdefault(name, []).append(triple)
        return {getattr(name, "value", None): Graph(triples) for name, triples in found.items()}

    def statements(self, subject: Term, predicate: Term, value: Term | None = None) -> list[Location]:
        """Where statements about a thing stand: each place of its object, in the order of the file.

        Args:
            subject: the thing.
            predicate: the property.
            value: of these only those that state this value; None for all.
        """
        told = self._about(subject, whole=isinstance(value, BlankNode))  # which has another name in each reading
        return [self._location(at, quad.object) for quad, at, _ in told if quad.predicate == predicate and value in (None, quad.object)]

    def subject(self, thing: Term) -> Location | None:
        """Where a thing first stands as a subject; of a thing that is only spoken of, where it first does; None if nowhere."""
        for _, _, at in self._about(thing):
            return self._location(at, None)
        mentioned = next((number for number, quad in enumerate(self.quads) if quad.object == thing), None)
        return None if mentioned is None else self._location(self._place(mentioned)[0], None)

    def _about(self, subject: Term, whole: bool = False) -> Iterator[tuple[pyoxigraph.Quad, int | None, int | None]]:
        """The statements about a thing, with the offsets of object and subject; only its own blocks are read where that will do."""
        near = self._near(subject) if isinstance(subject, NamedNode) and not whole else []
        yield from near or ((self.quads[number], *self._place(number)) for number in self._by_subject.get(subject, ()))

    def _near(self, subject: NamedNode) -> list[tuple[pyoxigraph.Quad, int | None, int | None]]:
        """The statements in the blocks of a thing; none where its blocks cannot be told, or after so many things that all are read."""
        self._asked += 1
        if self._asked > _FEW or self._blocks is None:
            return []
        found: list[tuple[pyoxigraph.Quad, int | None, int | None]] = []
        for text, shift, begins in self._blocks.about(subject.value):
            quads = list(pyoxigraph.parse(text, format=RdfFormat.TURTLE))
            places = Places(quads, text)
            for number, quad in enumerate(quads):
                at, by = places.of(number)
                if quad.subject == subject and at is not None and by is not None and at >= begins:
                    found.append((quad, at + shift, by + shift))
        return found

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
        return self._places.of(number) if self.is_located else _NOWHERE

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", self._text))]

    def _location(self, offset: int | None, value: Term | pyoxigraph.Triple | None) -> Location:
        if offset is None:
            return Location(self.file)
        line = bisect_right(self._lines, offset)
        said = None if value is None or isinstance(value, BlankNode) else getattr(value, "value", None)
        return Location(self.file, line, value=said, position=offset - self._lines[line - 1] + 1)


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
        return _NOWHERE if place is None else (self._objects[place], self._subjects[place])


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
    name = shown or str(path)
    text, quads = read_quads(path, format, name, path.absolute().as_uri())
    spoken_of = "<<" in text or "{|" in text or "Triple" in text  # looking at each statement takes half as long as reading them
    nested = next((quad for quad in quads if isinstance(quad.object, pyoxigraph.Triple)), None) if spoken_of else None
    if nested is not None:
        raise DatasetUnreadable(f"{name} says something of a statement (RDF 1.2), which SHACL cannot check: {nested}.", "Take it out.")
    return Document(name, format, text, quads)


def read_quads(path: Path, format: str, name: str, base: str, *, rename: bool = False) -> tuple[str, list[pyoxigraph.Quad]]:
    """Read the text of an RDF file and its statements, in order and as written. Nothing is fetched for it.

    Args:
        path: the file.
        format: one of FORMATS.
        name: what messages call it.
        base: what its relative IRIs start from.
        rename: whether its blank nodes get names that no other file has.

    Raises:
        DatasetUnreadable: it is missing, or is not UTF-8 or not of that format; with line and position where the parser tells them.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetUnreadable(f"{name} cannot be read: {error.strerror}.", "Name a file that can.") from error
    text = _decoded(content, name)
    if format == "rdf" and "<!ENTITY" in text:
        raise DatasetUnreadable(f"{_at(name, text, '<!ENTITY')}: the file declares entities.", "Write them out; entities are not expanded.")
    if format == "rdf":
        _refuse_torn(text, name)
    return text, _parsed(text, format, name, base, rename)


def _refuse_torn(text: str, name: str) -> None:
    """Refuse what is no whole XML: the parser of RDF takes a file that ends too early for one that says less."""
    try:
        ParserCreate("utf-8").Parse(text.encode(), True)
    except ExpatError as error:
        reason = f"{name}:{error.lineno}:{error.offset + 1}: {ErrorString(error.code)}."
        raise DatasetUnreadable(reason, "Mend that place, or name another format: the file was read as rdf.") from error


def _parsed(text: str, format: str, name: str, base: str, rename: bool) -> list[pyoxigraph.Quad]:
    try:
        return list(pyoxigraph.parse(text, format=FORMATS[format], base_iri=base, rename_blank_nodes=rename))
    except SyntaxError as error:
        place = (error.lineno, error.offset) if error.lineno else stopped(text.encode(), FORMATS[format], base)
        raise DatasetUnreadable(*_told(error, place, name, format)) from error
    except MemoryError as error:
        raise DatasetUnreadable(
            f"{name} holds a text or a name of more than 16 MiB, or one that never ends.", "Shorten or end it."
        ) from error


def _told(error: SyntaxError, place: tuple[int, int | None] | None, name: str, format: str) -> tuple[str, str]:
    """The parser's reason, with the place in front."""
    where = f"{name}:{place[0]}:{place[1]}" if place else name
    reason = re.sub(r"^Parser error at line .*?: ", "", error.msg).replace("\n", " ").rstrip(".")
    if "LoadDocumentCallback" in reason:
        return f"{where}: the file asks for a remote JSON-LD context, and nothing is fetched.", "Write the context into the file."
    shortened = reason if len(reason) <= 200 else f"{reason[:200]} …"
    return f"{where}: {shortened}.", f"Mend that place, or name another format: the file was read as {format}."


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, position = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise DatasetUnreadable(f"{name}:{line}:{position}: the file is not UTF-8.", "Save it as UTF-8.") from error


def _at(name: str, text: str, word: str) -> str:
    before = text[: text.index(word)]
    return f"{name}:{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}"
