"""Quads that stay in their file: look-ups read the lines that they need, so that a dataset of any size is served in little memory."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby, islice
from operator import attrgetter, itemgetter

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from organograph_server.dataset.largefile import LargeFile
from organograph_server.dataset.positions import Positions, Section, lines_at
from organograph_server.dataset.quads import Quads

# Bytes of a graph that are read at once: many, since whoever reads waits for other threads at each.
_PIECE = 1 << 20
# Lines that are.
# Bytes of a graph that are read at once.
_PIECE = 1 << 18
# Where the lines that have an object stand nearer to each other than so many bytes, all between them is read.
_NEAR = 1 << 13
# Lines that are read at once.
_FEW, _MANY = 32, 4_096
# A text with its language, at the end of a line: in no text is there a line break.
_TAGGED = re.compile(rb'"@([A-Za-z0-9-]+) <[^>\n]*> \.\n')
# All lines of a subject.
_BLOCK = re.compile(rb"([^ \n]+) [^\n]*\n(?:\1 [^\n]*\n)*")
_IRI = re.compile(r'[^<>"\x00-\x20]*')


class Filed(Quads):
    """Quads of a file of N-Quads, which holds each once.

    Args:
        file: the quads.
        positions: where they are.
    """

    def __init__(self, file: LargeFile, positions: Positions) -> None:
        self._file, self._positions = file, positions
        self._owners: dict[str, bytes] = {}

    def written(self) -> LargeFile:
        """All of it in N-Quads."""
        return self._file

    def __len__(self) -> int:
        return sum(section.number for section in self._positions.sections.values())

    def __iter__(self) -> Iterator[Quad]:
        return (quad for section in self._positions.sections.values() for quad in self._section(section))

    def triples(self, name: NamedNode | BlankNode | DefaultGraph) -> Iterator[Triple]:
        """The triples of one graph, each once."""
        return (quad.triple for quad in self.graph(name.value)) if isinstance(name, NamedNode) else iter(())

    @cached_property
    def graphs(self) -> Sequence[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(_iri(graph) for graph in self._positions.sections)

    def graph(self, iri: str) -> Iterator[Quad]:
        """All of one graph."""
        section = self._positions.sections.get(written(iri))
        return self._section(section) if section else iter(())

    def quads(
        self,
        graphs: Iterable[str],
        subject: str | None = None,
        predicate: str | None = None,
        value: str | None = None,
    ) -> Iterator[Quad]:
        """The quads of the graphs that fit a pattern of IRIs."""
        s, p, o = (None if iri is None else written(iri) for iri in (subject, predicate, value))
        for graph in dict.fromkeys(graphs):
            if (section := self._positions.sections.get(written(graph))) is not None:
                yield from self._section(section) if s is p is o is None else _read(self._lines(section, s, p, o))

    def blocks(self, graph: str) -> Iterator[tuple[bytes, bytes]]:
        """Each subject of a graph as N-Triples write it, in the order of their bytes, with its statements, each a line."""
        if (section := self._positions.sections.get(written(graph))) is not None:
            pieces = (piece.replace(section.tail, b" .\n") for piece in self._pieces(section))
            for subject, found in groupby((block for piece in pieces for block in _BLOCK.finditer(piece)), key=itemgetter(1)):
                yield subject, b"".join(block[0] for block in found)

    def unnamed(self, graph: str) -> Iterator[Triple]:
        """The triples of a graph whose subject is no IRI: the last of it, since `_` comes after `<`."""
        if (section := self._positions.sections.get(written(graph))) is not None and section.subjects:
            place = max(bisect_left(section.subjects, b"_:") - 1, 0)
            lines = self._file.read(section.starts[place], section.end).splitlines(keepends=True)
            yield from (quad.triple for quad in _read(line for line in lines if line.startswith(b"_:")))

    def by_subject(self, iri: str) -> Iterator[tuple[str, Sequence[Quad]]]:
        """All of one graph, thing by thing: the IRI of each, and what is said of it."""
        for subject, found in groupby(self.graph(iri), attrgetter("subject")):
            if isinstance(subject, NamedNode):
                yield subject.value, list(found)

    def amounts(self, graph: str, predicate: str, values: Sequence[str]) -> list[int]:
        """How many things a graph says to have a property with each of some IRIs as object."""
        found = [0 for _ in values]
        if section := self._positions.sections.get(written(graph)):
            ends = [b" %b %b%b" % (written(predicate), written(value), section.tail) for value in values]
            for piece in self._pieces(section):
                # Blank nodes are no things; their lines come last.
                blank = 0 if piece.startswith(b"_:") else piece.find(b"\n_:") + 1 or len(piece)
                found = [number + piece.count(end, 0, blank) for number, end in zip(found, ends, strict=True)]
        return found

    def languages(self, graph: str) -> set[str]:
        """The language tags of the texts in a graph."""
        section = self._positions.sections.get(written(graph))
        # Read so that all is of one case, as the tags of quads are.
        return {tag.decode().lower() for piece in self._pieces(section) for tag in _TAGGED.findall(piece)} if section else set()

    def stating(self, graph: str, predicates: Sequence[str]) -> Iterator[tuple[bytes, str, bytes]]:
        """Subject, property and object of what a graph states with some properties, in the order of the subjects' bytes."""
        if (section := self._positions.sections.get(written(graph))) is None:
            return
        sought = {predicate: b" %b " % written(predicate) for predicate in predicates}
        for piece in self._pieces(section):
            found = [told for predicate, term in sought.items() for told in _stated(piece, predicate, term, len(section.tail) - 1)]
            yield from sorted(found, key=itemgetter(0))

    def knows(self, iri: str) -> bool:
        """Whether a triple mentions an IRI, or a part of it."""
        return bool(self.parts(iri))

    def parts(self, iri: str) -> Sequence[str]:
        """Of the IRI and its parts, which have it before their `#`, those that triples mention."""
        if "#" in iri:
            return ()
        found, whole = self._beginning(f"{iri}#"), written(iri)
        if any(self._about(section, whole) for section in self._positions.sections.values()) or self._positions.is_stray(whole):
            found.add(whole)
        return sorted(map(_iri, found))

    def owners(self, beginning: str) -> list[str]:
        """The IRIs without `#` that begin so, sorted."""
        if "#" in beginning:
            return []
        # Who asks does so for all things, or for all of a kind, and again: what was found is kept, in few bytes.
        kept = next((found for asked, found in self._owners.items() if beginning.startswith(asked)), None)
        if kept is None:
            owners = {found[1:-1].partition(b"#")[0] for found in self._beginning(beginning)}
            kept = self._owners[beginning] = b"\n%b\n" % b"\n".join(sorted(owners)) if owners else b""
        head = b"\n" + written(beginning)[1:-1]
        first, last = kept.find(head), kept.rfind(head)
        return kept[first + 1 : kept.find(b"\n", last + 1)].decode().split("\n") if first >= 0 else []

    def starting(self, beginning: str) -> list[str]:
        """All IRIs that begin so, with or without `#`, sorted."""
        return sorted(map(_iri, self._beginning(beginning)))

    def _section(self, section: Section) -> Iterator[Quad]:
        return (quad for piece in self._pieces(section) for quad in parse(piece, format=RdfFormat.N_QUADS))

    def _pieces(self, section: Section) -> Iterator[bytes]:
        """The lines of a section, many at once."""
        rest, at = b"", section.begin
        while at < section.end:
            end = min(at + _PIECE, section.end)
            piece = rest + self._file.read(at, end)
            whole = piece.rfind(b"\n") + 1
            yield piece[:whole]
            rest, at = piece[whole:], end

    def _lines(self, section: Section, s: bytes | None, p: bytes | None, o: bytes | None) -> Iterator[bytes]:
        """The lines of a section that fit a pattern, of which something is given."""
        if s is not None:
            found: Iterable[bytes] = _lines_with(self._about(section, s), s + b" " + (p + b" " if p is not None else b""))
        elif o is not None:
            if p is not None and self._positions.number(o, section) * _NEAR > section.end - section.begin:
                return self._ending(section, b" %b %b%b" % (p, o, section.tail))
            found = lines_at(self._file, self._positions.lines(o, section))
        else:
            return self._having(section, p or b"")
        # Within a literal no such end can stand: its quotation mark, type or language comes before the graph.
        end = b" " + o + section.tail if o is not None else b"\n"
        return (line for line in found if line.endswith(end) and (p is None or line.split(b" ", 2)[1] == p))

    def _about(self, section: Section, subject: bytes) -> bytes:
        """The lines of a section that have a subject."""
        if (number := bisect_right(section.subjects, subject) - 1) < 0:
            return b""
        read, head = self._file.read(*section.stretch(number)), subject + b" "
        begin = 0 if read.startswith(head) else read.find(b"\n" + head) + 1
        if not begin and not read.startswith(head):
            return b""
        last = max(read.rfind(b"\n" + head) + 1, begin)
        return read[begin : read.find(b"\n", last) + 1]

    def _having(self, section: Section, predicate: bytes) -> Iterator[bytes]:
        """The lines of a section that have a property."""
        sought = b" " + predicate + b" "
        for piece in self._pieces(section):
            at = piece.find(sought)
            while at >= 0:
                begin, end = piece.rfind(b"\n", 0, at) + 1, piece.find(b"\n", at) + 1
                # The same may stand within a literal.
                if b" " not in piece[begin:at]:
                    yield piece[begin:end]
                at = piece.find(sought, end)

    def _ending(self, section: Section, end: bytes) -> Iterator[bytes]:
        """The lines of a section that end with a property, an IRI and the graph."""
        for piece in self._pieces(section):
            at = piece.find(end)
            while at >= 0:
                yield piece[piece.rfind(b"\n", 0, at) + 1 : at + len(end)]
                at = piece.find(end, at + len(end))

    def _beginning(self, beginning: str) -> set[bytes]:
        """All IRIs that begin so, as they are written."""
        head = written(beginning)[:-1]
        found = self._positions.strays_beginning(head)
        for section in self._positions.sections.values():
            number = max(bisect_left(section.subjects, head) - 1, 0)
            while number < len(section.subjects) and (section.subjects[number] < head or section.subjects[number].startswith(head)):
                lines = self._file.read(*section.stretch(number)).splitlines()
                found.update(line.split(b" ", 1)[0] for line in lines if line.startswith(head))
                number += 1
        return found


def _lines_with(read: bytes, head: bytes) -> Iterator[bytes]:
    """Those of some lines that begin so: of a catalogue a hundred thousand may not."""
    begin = 0 if read.startswith(head) else read.find(b"\n" + head) + 1
    while begin or read.startswith(head):
        end = read.find(b"\n", begin) + 1
        yield read[begin:end]
        if not read.startswith(head, end):
            end = read.find(b"\n" + head, end) + 1
            if not end:
                return
        begin = end


def _stated(lines: bytes, predicate: str, sought: bytes, tail: int) -> Iterator[tuple[bytes, str, bytes]]:
    """Subjects and objects of a property in some lines, whose last bytes are the graph."""
    at = lines.find(sought)
    while at >= 0:
        subject, end = lines[lines.rfind(b"\n", 0, at) + 1 : at], lines.find(b"\n", at)
        # The same may stand within a literal.
        if b" " not in subject:
            yield subject, predicate, lines[at + len(sought) : end - tail]
        at = lines.find(sought, end)


def _read(lines: Iterable[bytes]) -> Iterator[Quad]:
    """The quads of lines: few at first, since one is often enough, and then more at once."""
    left, size = iter(lines), _FEW
    while batch := b"".join(islice(left, size)):
        yield from parse(batch, format=RdfFormat.N_QUADS)
        size = _MANY


def written(iri: str) -> bytes:
    """An IRI as N-Quads write it; what is no IRI is written so that it is found nowhere."""
    return b"<%b>" % iri.encode("utf-8", "surrogatepass") if _IRI.fullmatch(iri) else b"<\n>"


def _iri(found: bytes) -> str:
    return found[1:-1].decode()
