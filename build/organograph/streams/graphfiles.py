"""Writes a dataset graph by graph: each in four formats, and all of them in two, with the hashes of RDFC-1.0."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from organograph.statements import Graph, Triple
from organograph.streams.outputs import Body, Output, Pieces, Room, Written
from organograph.streams.pairs import Pairs, Said, escaped, used_prefixes
from organograph.streams.runs import HELD, Sorted
from organograph.writing import canonical_lines, quads, serialize, stems_of, trig_body, trig_head, xml_around

FORMATS = ("ttl", "jsonld", "rdf", "nt")
_BETWEEN = " ;\n\t"


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
        self._canonical: list[Iterator[bytes]] = []
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
        for extension in FORMATS:
            self.store(f"{stem}.{extension}", serialize(lines, extension, self._context))
        self._nq.write("".join(f"{quad} .\n" for quad in lines))
        self._trig.write(trig_body(lines))
        self._stems |= stems_of(lines)
        canonical = canonical_lines(lines)
        self._canonical.append(iter(canonical))
        return Told(len(lines), hashlib.sha256(b"".join(canonical)).hexdigest())

    def add(self, triples: Iterable[Triple], name: ox.NamedNode, stem: str, tell: Callable[[int], None] | None = None) -> Told:
        """Write a graph without blank nodes, however large.

        Args:
            triples: of the graph, in any order, at least one.
            name: its name.
            stem: the path of its files without their endings.
            tell: is told how many things of it are written.
        """
        graph = _GraphFiles(name, Pairs(self._context), self._nq, self._trig, self._room, self._folder / f"{stem}.nt")
        ordered = Sorted(triples, self._room, self._held)
        told = graph.write(ordered, tell)
        self.written |= {f"{stem}.{extension}": written for extension, written in graph.finish(self._folder / stem).items()}
        self._stems |= graph.pairs.stems
        self._canonical.append(graph.canonical.lines())
        return told

    def finish(self) -> str:
        """Write what stands over all graphs, and give the hash of the canonical form of the whole."""
        self.written["dataset.nq"] = self._nq.finish()
        with Output(self._folder / "dataset.trig") as output:
            output.write(trig_head(used_prefixes(self._stems)))
            self._trig.told(output)
            self.written["dataset.trig"] = output.finish()
        digest, lines = hashlib.sha256(), heapq.merge(*self._canonical)
        while batch := b"".join(islice(lines, 2_000)):
            digest.update(batch)
        return digest.hexdigest()


class _GraphFiles:
    """The files of one graph while they are written, thing by thing."""

    def __init__(self, name: ox.NamedNode, pairs: Pairs, nq: Output, trig: Body, room: Room, nt: Path) -> None:
        self.pairs, self.canonical = pairs, Body(room)
        self._name, self._nq, self._trig = name, nq, trig
        self._nt, self._ttl, self._rdf, self._json = room.keep(Output(nt)), Body(room), Body(room), Pieces(room)
        self._digest = hashlib.sha256()

    def write(self, blocks: Iterable[tuple[str, list[str]]], tell: Callable[[int], None] | None) -> Told:
        """Write all things."""
        said_of, number, end = self.pairs.said, 0, f" {self._name} .\n"
        self._trig.write(f"{self.pairs.iri(self._name.value)} {{\n")
        for done, (subject, pairs) in enumerate(blocks, 1):
            said = [said_of(pair) for pair in pairs]
            number += len(said)
            self._write_lines(subject, said, end)
            self._write_turtle(subject, said)
            self._write_xml(subject[1:-1], said)
            self._json.add(*self.pairs.compaction.node(subject[1:-1], said))
            if tell and not done % 1_000:
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

    def _write_lines(self, subject: str, said: list[Said], end: str) -> None:
        triples = [f"{subject}{each.line}" for each in said]
        self._nt.write(" .\n".join([*triples, ""]))
        lines = [f"{triple}{end}" for triple in triples]
        self._nq.write("".join(lines))
        lines.sort()
        text = "".join(lines)
        self._digest.update(text.encode())
        self.canonical.write(text)

    def _write_turtle(self, subject: str, said: list[Said]) -> None:
        parts, last = [self.pairs.iri(subject[1:-1])], ""
        for each in said:
            if each.predicate == last:
                parts.append(f" , {each.value}")
            else:
                parts.append(f"{_BETWEEN if last else ' '}{each.predicate} {each.value}")
                last = each.predicate
        text = "".join(parts)
        self._ttl.write(f"\n{text} .\n")
        indented = text.replace("\n\t", "\n\t\t")
        self._trig.write(f"\t{indented} .\n")

    def _write_xml(self, subject: str, said: list[Said]) -> None:
        """A thing as an element named by its first class."""
        name = said[0].class_name
        elements = "".join([each.element for each in (said[1:] if name else said)])
        name = name or "rdf:Description"
        self._rdf.write(f'\t<{name} rdf:about="{escaped(subject)}">\n{elements}\t</{name.partition(" ")[0]}>\n')
