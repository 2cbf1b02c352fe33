"""Writes a dataset graph by graph: each in four formats, and all of them in two, with the hashes of RDFC-1.0."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from organograph.statements import Graph, Triple
from organograph.streams.layouts import Layouts
from organograph.streams.merging import Lines, canonical
from organograph.streams.outputs import Body, Output, Pieces, Room, Written
from organograph.streams.pairs import Pairs, class_name, escaped_iri, used_prefixes
from organograph.streams.runs import HELD, Block, Sorted
from organograph.writing import canonical_lines, quads, serialize, stems_of, trig_body, trig_head, xml_around

FORMATS = ("ttl", "jsonld", "rdf", "nt")
_TOGETHER = 500
"""How many things are written at once."""


@dataclass(frozen=True)
class Told:
    """What is told of a graph: how many triples it has, and the SHA-256 of its canonical form (RDFC-1.0, section 5)."""

    triples: int
    rdfc10: str


class DatasetFiles:
    """The files of a dataset that is written graph by graph.

    Args:
        folder: where they are to be; nobody reads it yet.
        context: JSON-LD context, of which the terms used are bundled.
        room: for what is only needed meanwhile.
        held: how many triples are held in memory.

    Attributes:
        written: every file that is whole, by its path.
    """

    def __init__(self, folder: Path, context: Mapping[str, Any], room: Room, held: int = HELD) -> None:
        self.written: dict[str, Written] = {}
        self._folder, self._context, self._room, self._held = folder, context, room, held
        self._stems: set[str] = set()
        self._lines: list[Lines] = []
        self._nq, self._trig = room.keep(Output(folder / "dataset.nq")), Body(room)

    def store(self, path: str, data: bytes) -> None:
        """Write a file as it is."""
        with Output(self._folder / path) as output:
            output.put(data)
            self.written[path] = output.finish()

    def add_small(self, graph: Graph, name: ox.NamedNode, stem: str) -> Told:
        """Write a graph that may have blank nodes; all such graphs of a dataset have to be one.

        Args:
            graph: its triples.
            name: its name.
            stem: the path of its files without their endings.
        """
        lines = quads(graph, name)
        self._lines.append(Lines(self._folder / "dataset.nq", self._nq.size, len(lines)))
        for extension in FORMATS:
            self.store(f"{stem}.{extension}", serialize(lines, extension, self._context))
        self._nq.write("".join(f"{quad} .\n" for quad in lines))
        self._trig.write(trig_body(lines))
        self._stems |= stems_of(lines)
        return Told(len(lines), hashlib.sha256(b"".join(canonical_lines(lines))).hexdigest())

    def add(self, triples: Iterable[Triple], name: ox.NamedNode, stem: str, tell: Callable[[int], None] | None = None) -> Told:
        """Write a graph without blank nodes, however large.

        Args:
            triples: of the graph, in any order, at least one.
            name: its name.
            stem: the path of its files without their endings.
            tell: is told how many things of it are written.
        """
        start = self._nq.size
        graph = _GraphFiles(name, Pairs(self._context), self._nq, self._trig, self._room, self._folder / f"{stem}.nt")
        ordered = Sorted(triples, self._room, self._held)
        told = graph.write(ordered, tell)
        self.written |= {f"{stem}.{extension}": written for extension, written in graph.finish(self._folder / stem).items()}
        self._stems |= graph.pairs.stems
        self._lines.append(Lines(self._folder / "dataset.nq", start, told.triples))
        return told

    def finish(self) -> str:
        """Write what stands over all graphs, and give the hash of the canonical form of the whole."""
        self.written["dataset.nq"] = self._nq.finish()
        with Output(self._folder / "dataset.trig") as output:
            output.write(trig_head(used_prefixes(self._stems)))
            self._trig.told(output)
            self.written["dataset.trig"] = output.finish()
        digest = hashlib.sha256()
        for lines in canonical(self._lines):
            digest.update(lines)
        return digest.hexdigest()


@dataclass
class _Texts:
    """Some things as each format writes them; quads twice, as told and in canonical order."""

    triples: list[str] = field(default_factory=list)
    quads: list[str] = field(default_factory=list)
    canonical: list[str] = field(default_factory=list)
    turtle: list[str] = field(default_factory=list)
    xml: list[str] = field(default_factory=list)
    json: list[tuple[str, str]] = field(default_factory=list)


class _GraphFiles:
    """The files of one graph while they are written, some things at a time."""

    def __init__(self, name: ox.NamedNode, pairs: Pairs, nq: Output, trig: Body, room: Room, nt: Path) -> None:
        self.pairs = pairs
        self._name, self._end, self._nq, self._trig = name, f" {name} .\n", nq, trig
        self._nt, self._ttl, self._rdf, self._json = room.keep(Output(nt)), Body(room), Body(room), Pieces(room)
        self._digest, self._layouts = hashlib.sha256(), Layouts()

    def write(self, blocks: Iterable[Block], tell: Callable[[int], None] | None) -> Told:
        """Write all things."""
        number = done = 0
        self._trig.write(f"{self.pairs.iri(self._name.value)} {{\n")
        for some in _batches(blocks):
            self._put(self._texts(some))
            number += sum(len(pairs) for _, pairs in some)
            done += len(some)
            if tell:
                tell(done)
        self._trig.write("}\n")
        return Told(number, self._digest.hexdigest())

    def finish(self, stem: Path) -> dict[str, Written]:
        """Put heads before bodies; by their endings."""
        prefixes = used_prefixes(self.pairs.stems)
        head, foot = xml_around(prefixes)
        declared = "".join(f"@prefix {prefix}: <{space}> .\n" for prefix, space in prefixes.items())
        found = {}
        with Output(stem.with_name(f"{stem.name}.ttl")) as output:
            output.write(declared)
            self._ttl.told(output)
            found["ttl"] = output.finish()
        with Output(stem.with_name(f"{stem.name}.jsonld")) as output:
            output.write(self.pairs.compaction.head())
            self._json.told(output, ",\n")
            output.write("\n ]\n}\n")
            found["jsonld"] = output.finish()
        with Output(stem.with_name(f"{stem.name}.rdf")) as output:
            output.write(head)
            self._rdf.told(output)
            output.write(foot)
            found["rdf"] = output.finish()
        return found | {"nt": self._nt.finish()}

    def _texts(self, blocks: Iterable[Block]) -> _Texts:
        """What is said of things in each format; of lines all but the first have what joins them put before them."""
        texts, said, layouts, named = _Texts(), self.pairs.__getitem__, self._layouts, self.pairs.named
        for subject, pairs in blocks:
            lines, properties, turtle, elements, json = zip(*map(said, pairs), strict=True)
            layout = layouts[properties]
            iri = subject[1:-1]
            name, short = named(iri)
            between, end = f" .\n{subject}", f"{self._end}{subject}"
            texts.triples.append(f"{subject}{between.join(lines)}")
            texts.quads.append(f"{subject}{end.join(lines)}")
            texts.canonical.append(f"{subject}{end.join(layout.canonical(lines))}" if layout.canonical else texts.quads[-1])
            texts.turtle.append(f"{name}{layout.in_turtle % turtle}")
            texts.xml.append(_in_xml(iri, class_name(pairs[0]), elements))
            texts.json.append((short, layout.in_json(f'"{short}"', *json)))
        return texts

    def _put(self, texts: _Texts) -> None:
        """Write some things; in Turtle no literal holds a line break, so that all of it can be indented once more."""
        self._nt.write(" .\n".join([*texts.triples, ""]))
        self._nq.write(self._end.join([*texts.quads, ""]))
        self._digest.update(self._end.join([*texts.canonical, ""]).encode())
        turtle = " .\n\n".join(texts.turtle)
        self._ttl.write(f"\n{turtle} .\n")
        indented = " .\n".join(texts.turtle).replace("\n", "\n\t")
        self._trig.write(f"\t{indented} .\n")
        self._rdf.write("".join(texts.xml))
        self._json.add(texts.json)


def _in_xml(iri: str, kind: str, elements: Sequence[str]) -> str:
    """A thing as an element, named by its first class."""
    name = kind or "rdf:Description"
    inner = "".join(elements[1:] if kind else elements)
    return f'\t<{name} rdf:about="{escaped_iri(iri)}">\n{inner}\t</{name.partition(" ")[0]}>\n'


def _batches(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    waiting = iter(blocks)
    while some := list(islice(waiting, _TOGETHER)):
        yield some
