"""Graphs that are written thing by thing have the bytes that the engine and RDFLib give of the whole, however few triples are held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox
import pytest

from organograph.names import OG, ORG, PREFIXES, RDF, SKOS, XSD
from organograph.statements import Graph, Triple
from organograph.streams.graphfiles import DatasetFiles
from organograph.streams.outputs import Room
from organograph.streams.runs import Sorted
from organograph.writing import quads, rdfc10, serialize
from places import ONTOLOGY

CONTEXT: dict[str, Any] = json.loads((ONTOLOGY / "context.jsonld").read_text("utf-8"))["@context"]
_BASE = "https://example.org/id/unit/"
_IRIS = [
    *(f"{_BASE}{name}" for name in ("u1", "u10", "u1-a", "u1#at", "u1#at-1", "u2", "é", "a&b'c", "a%20b", "u(1)")),
    "https://example.org/other", "urn:example:a", "http://www.w3.org/ns/org#strange.name.", "http://www.w3.org/ns/org#1st",
    "http://www.w3.org/ns/org#a/b", "http://purl.org/dc/terms/x/y", "http://www.w3.org/ns/org#", *PREFIXES.values(),
]  # fmt: skip
_TEXTS = [
    "plain", "two words", 'a "quoted" text', "back\\slash \\u0041 \\n", "a\ttab\nand a\rbreak", "<&>'", "kind: a word", "label",
    "é😀\u2028\u0085",
    "\x7f\b\f", "og:", "True",
]  # fmt: skip
_TYPES = [XSD.integer, XSD.nonNegativeInteger, XSD.boolean, XSD.gYearMonth, XSD.duration, ox.NamedNode("https://example.org/a'type")]
_PREDICATES = [
    RDF.type, SKOS.prefLabel, SKOS.altLabel, ORG.purpose, OG.parent, OG.basis, OG.order, OG.manyHolders, RDF.object, OG.things, OG.post,
    ORG.post, ORG.postIn, ox.NamedNode("http://www.w3.org/2006/vcard/ns#country-name"), ox.NamedNode("https://example.org/said"),
    ox.NamedNode("http://www.w3.org/ns/org#post/x"),
]  # fmt: skip


def _triples(chance: Random, number: int) -> list[Triple]:
    """Triples by chance, some of them several times, with terms that are hard to write."""
    found = [(ox.NamedNode(chance.choice(_IRIS)), chance.choice(_PREDICATES), _value(chance)) for _ in range(number)]
    found = [(s, p, o if p != RDF.type else ox.NamedNode(chance.choice(_IRIS[:-1]))) for s, p, o in found]
    return found + chance.choices(found, k=number // 4)


def _value(chance: Random) -> ox.NamedNode | ox.Literal:
    sort, text = chance.randrange(5), chance.choice(_TEXTS)
    if sort < 2:
        return ox.NamedNode(chance.choice([*_IRIS, RDF.nil.value]))
    if sort == 2:
        return ox.Literal(text)
    if sort == 3:
        return ox.Literal(text, language=chance.choice(["en", "fr", "de-ch"]))
    return ox.Literal(chance.choice(["5", "05", "true", "2024-01", "P5Y", "-1"]), datatype=chance.choice(_TYPES))


@pytest.mark.parametrize("seed", range(40))
def test_files_are_those_of_the_whole(seed: int, tmp_path: Path) -> None:
    """Turtle, RDF/XML, N-Triples, N-Quads, TriG and both hashes are what the engine gives, JSON-LD is what RDFLib gives."""
    chance = Random(seed)  # noqa: S311
    names = [ox.NamedNode(f"https://example.org/edition/{number}") for number in range(3)]
    graphs = {name: _triples(chance, chance.choice([1, 5, 60])) for name in names}
    (tmp_path / "room").mkdir()
    with Room(tmp_path / "room") as room:
        _compare(graphs, DatasetFiles(tmp_path / "out", CONTEXT, room, held=chance.choice([1, 7, 1000])), tmp_path)
    assert not list((tmp_path / "room").iterdir())


def _compare(graphs: Mapping[ox.NamedNode, list[Triple]], files: DatasetFiles, place: Path) -> None:
    whole: list[ox.Quad] = []
    for number, (name, triples) in enumerate(graphs.items()):
        told = files.add(triples, name, f"graph/{number}")
        lines = quads(Graph(triples), name)
        whole += lines
        assert (told.triples, told.rdfc10) == (len(lines), rdfc10(lines))
        for ending in ("ttl", "rdf", "nt", "jsonld"):
            assert (place / f"out/graph/{number}.{ending}").read_bytes() == serialize(lines, ending, CONTEXT), ending
    assert files.finish() == rdfc10(whole)
    assert (place / "out/dataset.nq").read_bytes() == ox.serialize(whole, format=ox.RdfFormat.N_QUADS)
    assert (place / "out/dataset.trig").read_bytes() == ox.serialize(whole, format=ox.RdfFormat.TRIG, prefixes=_used(whole))


def _used(lines: list[ox.Quad]) -> dict[str, str]:
    terms = [term for quad in lines for term in (quad.subject, quad.predicate, quad.object)]
    iris = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    iris |= {term.datatype.value for term in terms if isinstance(term, ox.Literal)}
    return {prefix: space for prefix, space in sorted(PREFIXES.items()) if any(iri.startswith(space) for iri in iris)}


@pytest.mark.parametrize("held", [1, 3, 1000])
def test_runs_are_told_in_canonical_order(held: int, tmp_path: Path) -> None:
    """Subjects come once and in order, classes first, whether all fits into memory or each run holds a single triple."""
    triples = _triples(Random(held), 200)  # noqa: S311
    with Room(tmp_path) as room:
        blocks = list(Sorted(triples, room, held=held))
    assert [subject for subject, _ in blocks] == sorted({str(s) for s, _, _ in triples})
    assert all(said == sorted(set(said)) for _, said in blocks)
    assert sum(len(said) for _, said in blocks) == len(set(triples))
    assert not list(tmp_path.iterdir())
