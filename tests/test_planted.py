"""Faults planted at random in tables and Turtle files are told at exactly the cell, or the line and character, where they were planted."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from independent import KIND, OG, ORG, Iris, graph_of
from organograph.conformance.inspection import Asked, inspect
from organograph.conformance.verdict import Verdicts
from organograph.faults import Fault
from organograph.graphs.graph import edition_graph
from organograph.graphs.vocabulary import ontology_graph
from organograph.names import PREFIXES, Names
from organograph.tabular.assemble import assemble
from places import ONTOLOGY, SHAPES, bundled, copied, kinds

Triple = tuple[Node, Node, Node]
NAMES, OURS = Iris(), Names()
LONG = " ".join(["word"] * 31)
TURTLE_FILES, TURTLE_FAULTS, TABLE_FAULTS, RULE_FAULTS = 4, 30, 60, 20


class Planting:
    """The triples of an edition, in which faults can be planted, and what each should be told as."""

    def __init__(self, graph: Graph) -> None:
        self.about: dict[Node, list[Triple]] = {}
        for triple in sorted(graph):
            self.about.setdefault(triple[0], []).append(triple)
        self.expected: list[tuple[str, Node, tuple[Triple, ...]]] = []

    def instead(self, rule: str, unit: Node, predicate: URIRef, *values: Node, keep: bool = False) -> None:
        """Give a unit other values; the rule is to be told at all that then stand there, or at the unit if there are none."""
        old = [triple for triple in self.about[unit] if triple[1] == predicate and keep]
        new = old + [(unit, predicate, value) for value in values]
        self.about[unit] = [triple for triple in self.about[unit] if triple[1] != predicate] + new
        self.expected.append((f"shape:Unit-{rule}", unit, tuple(new)))


Plant = Callable[[Planting, Node], None]
PLANTS: list[Plant] = [
    lambda p, u: p.instead("parent", u, OG.parent),
    lambda p, u: p.instead("parent-only-one", u, OG.parent, NAMES.thing("post", "director-general"), NAMES.thing("unit", "headquarters")),
    lambda p, u: p.instead("parent-in-edition", u, OG.parent, NAMES.thing("unit", "nowhere")),
    lambda p, u: p.instead("parent-itself", u, OG.parent, u),
    lambda p, u: p.instead("basis", u, OG.basis),
    lambda p, u: p.instead("basis-only-one", u, OG.basis, OG.stated, OG.layout),
    lambda p, u: p.instead("basis-known", u, OG.basis, Literal("a; guess. [ # (")),
    lambda p, u: p.instead("kind", u, ORG.classification),
    lambda p, u: p.instead("kind-only-one", u, ORG.classification, KIND.office, KIND.department),
    lambda p, u: p.instead("kind-known", u, ORG.classification, KIND.nowhere),
    lambda p, u: p.instead("label", u, SKOS.prefLabel),
    lambda p, u: p.instead("label-language", u, SKOS.prefLabel, Literal('One "more"', lang="en"), keep=True),
    lambda p, u: p.instead("label-tagged", u, SKOS.prefLabel, Literal("No, language; here.")),
    lambda p, u: p.instead("label-tidy", u, SKOS.prefLabel, Literal("Two  spaces\nand a line", lang="en")),
    lambda p, u: p.instead("purpose-length", u, ORG.purpose, Literal(LONG, lang="en")),
    lambda p, u: p.instead("organization", u, ORG.unitOf),
]


def written(about: Iterable[list[Triple]], random: Random) -> tuple[str, dict[Triple, tuple[int, int]], dict[Node, tuple[int, int]]]:
    """Turtle in a style that changes from statement to statement, and where each object, and each subject first, was written."""
    text = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    objects: dict[Triple, tuple[int, int]] = {}
    subjects: dict[Node, tuple[int, int]] = {}

    def blank() -> str:
        return random.choice([" ", "  ", "\t", "\n", "\r\n\t", " # a comment; with <signs> . \n", "\n\n    "])

    def place() -> tuple[int, int]:
        line = text.count("\n") + 1
        return line, len(text) - (text.rfind("\n") + 1) + 1

    for triples in about:
        before: Triple | None = None
        for triple in triples:
            s, p, o = triple
            if before is None or random.random() < 0.2:
                text += ("" if before is None else blank() + ".") + blank()
                subjects.setdefault(s, place())
                text += _term(s, random) + blank() + _term(p, random) + blank()
            elif before[1] == p:
                text += random.choice([",", " ,"]) + blank()
            else:
                text += random.choice([" ;", " ; ;"]) + blank() + ("a" if p == RDF.type else _term(p, random)) + blank()
            objects[triple] = place()
            text += _term(o, random)
            before = triple
        text += " ."
    return text, objects, subjects


def _term(term: Node, random: Random) -> str:
    if isinstance(term, URIRef):
        known = next(((prefix, space) for prefix, space in PREFIXES.items() if term.startswith(space)), None)
        local = "" if known is None else term.removeprefix(known[1])
        return f"{known[0]}:{local}" if known and local.isalnum() and random.random() < 0.7 else term.n3()
    text = term.n3()
    if isinstance(term, Literal) and '"""' not in text and "\\" not in text and random.random() < 0.3:
        return text.replace('"', "'''")
    return text


def at(fault: Fault) -> set[tuple[int | None, int | None]]:
    assert fault.where is not None
    return {(place.line, place.position) for place in (fault.where, *fault.also)}


def turtle_misses(folder: Path, seed: int) -> list[str]:
    """The faults of one file that were not told where they were planted."""
    dataset, random = bundled().dataset, Random(seed)  # noqa: S311 - the same faults each time
    assert dataset is not None
    planting = Planting(graph_of(edition_graph(dataset, dataset.editions[1], OURS)))
    units = [thing for thing, said in planting.about.items() if (thing, RDF.type, ORG.OrganizationalUnit) in said]
    for number, unit in enumerate(random.sample(units, TURTLE_FAULTS)):
        PLANTS[(number + seed) % len(PLANTS)](planting, unit)
    things = list(planting.about.values())
    random.shuffle(things)
    text, objects, subjects = written(things, random)
    file = folder / "edition.ttl"
    file.write_bytes(text.encode())
    (part,) = inspect(Asked((file,)), ontology_graph(ONTOLOGY), SHAPES)
    told = {(fault.rule, fault.thing): at(fault) for fault in part.faults}
    wrong = []
    for rule, thing, triples in planting.expected:
        wanted = {objects[triple] for triple in triples} or {subjects[thing]}
        if told.get((rule, str(thing))) != wanted:
            wrong.append(f"{rule} of {thing}: {told.get((rule, str(thing)))} for {wanted}")
    return wrong


CELLS = {
    "parent": ("unit:nowhere", "Nowhere", "post:"),
    "kind": ("nonsense", "An office"),
    "basis": ("guess", ""),
    "start": ("x", "-1", ""),
    "end": ("0", "many"),
    "source": ("nowhere", ""),
    "name": ("",),
}


def replanted(folder: Path, random: Random, number: int, choose: Callable[[], tuple[str, str]]) -> set[tuple[str, int, str]]:
    """Change that many cells of the units of an edition, one a row; the file, row and column of each."""
    file = folder / "editions/2022-06/units.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    places = set()
    for row in random.sample(range(len(rows)), number):
        column, value = choose()
        rows[row][column] = value
        places.add(("iom/editions/2022-06/units.csv", row + 2, column))
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return places


def cells(faults: Iterable[Fault]) -> set[tuple[str, int | None, str | None]]:
    return {(fault.where.file, fault.where.line, fault.where.column) for fault in faults if fault.where}


def test_two_hundred_planted_faults_are_told_where_they_are(tmp_path: Path) -> None:
    """Of 200 faults in tables and Turtle files, 99 in 100 are told at exactly their cell, or exactly their lines and characters."""
    missed: list[str] = []
    for seed in range(TURTLE_FILES):
        missed += turtle_misses(tmp_path, seed)
    random = Random(3)  # noqa: S311 - likewise

    def any_cell() -> tuple[str, str]:
        column = random.choice(list(CELLS))
        return column, random.choice(CELLS[column])

    (tmp_path / "cells").mkdir()
    folder = copied(tmp_path / "cells")
    planted = replanted(folder, random, TABLE_FAULTS, any_cell)
    missed += map(str, planted - cells(assemble(folder, kinds()).faults))

    (tmp_path / "rules").mkdir()
    folder = copied(tmp_path / "rules")
    planted = replanted(folder, random, RULE_FAULTS, lambda: ("purpose", LONG))
    told = [
        fault for part in Verdicts(OURS, ontology_graph(ONTOLOGY), SHAPES, "2022-06").of(assemble(folder, kinds())) for fault in part.faults
    ]
    missed += map(str, planted - cells(told))

    assert TURTLE_FILES * TURTLE_FAULTS + TABLE_FAULTS + RULE_FAULTS == 200
    assert len(missed) <= 2, missed


@pytest.mark.parametrize("plant", PLANTS, ids=range(len(PLANTS)))
def test_each_kind_of_fault_is_one(plant: Plant) -> None:
    """What is planted changes the edition."""
    dataset = bundled().dataset
    assert dataset is not None
    graph = graph_of(edition_graph(dataset, dataset.editions[1], OURS))
    planting, unit = Planting(graph), NAMES.thing("unit", "treasury")
    plant(planting, unit)
    assert set(planting.about[unit]) != set(graph.triples((unit, None, None)))
