"""A check that goes on: after any edits it tells what a fresh check tells, finding by finding, each at its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import Literal, NamedNode

from edits import edit_table, edit_turtle, files_of
from organograph.conformance.checks import Shapes, load_shapes
from organograph.conformance.inspection import Asked, inspect
from organograph.conformance.verdict import Part, Verdicts
from organograph.engine import Data, compile_shapes, parsed
from organograph.engine.changing import Changing
from organograph.engine.standing import NotKept, Standing
from organograph.errors import OrganographError
from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.kept import Kept
from organograph.located import read_document
from organograph.names import Names
from organograph.resources import ontology_folder, shapes_folder
from organograph.statements import Graph
from organograph.tabular.assemble import assemble
from organograph.tabular.retabled import Reading, read_again
from organograph.tabular.schema import OF_EDITION
from organograph.tabular.tables import read_table
from organograph.watched.reinspection import Reinspection
from organograph.watched.reverdict import Reverdicts
from places import REPOSITORY, copied

sys.path.insert(0, str(REPOSITORY / "bench"))
ONTOLOGY = ontology_graph(ontology_folder())
KINDS = kind_notations(ONTOLOGY)
GROUNDS = (Names(), ONTOLOGY, shapes_folder())


def told(parts: Iterable[Part]) -> list[object]:
    """All that parts tell, also what equality of findings passes over."""
    return [(part, [(fault.also, fault.found, fault.component, fault.said) for fault in part.faults]) for part in parts]


def follows_edits(folder: Path, seed: int, edits: int) -> tuple[int, int]:
    """Edit tables by chance, and compare each verdict with a fresh one; tells how many states were sound, and how many had findings."""
    chance, kept, going = Random(seed), Kept[object](), Reverdicts(Verdicts(*GROUNDS))  # noqa: S311 - the same edits each time
    sound = found = 0
    first = {file: file.read_text(encoding="utf-8") for file in files_of(folder)}
    for _ in range(edits):
        for file in chance.choices(files_of(folder), k=chance.choice([1, 1, 1, 2])):
            file.write_text(edit_table(file.read_text(encoding="utf-8"), chance), encoding="utf-8")
        now, fresh = assemble(folder, KINDS, kept), assemble(folder, KINDS)
        assert now.faults == fresh.faults
        assert now.folder.rows == fresh.folder.rows
        assert now.dataset == fresh.dataset
        if fresh.dataset is None:
            for file, text in first.items():
                file.write_text(text, encoding="utf-8")
            continue
        parts = list(going.of(now))
        assert told(parts) == told(Verdicts(*GROUNDS).of(fresh))
        sound, found = sound + 1, found + any(part.faults for part in parts)
    return sound, found


@pytest.mark.parametrize("seed", range(2))
def test_edits_of_the_bundled_tables_are_followed(tmp_path: Path, seed: int) -> None:
    """Places, names, kinds, rows, several tables and editions, faults and their mending: each verdict is that of a fresh check."""
    sound, found = follows_edits(copied(tmp_path), seed, 15)
    assert sound > 3
    assert found > 1


@pytest.mark.parametrize("seed", range(2))
def test_edits_of_a_larger_organization_are_followed(tmp_path: Path, seed: int) -> None:
    """The same in one deep edition, of which rules look at whole chains of command."""
    from watching import organization

    organization(tmp_path, 60)
    sound, found = follows_edits(tmp_path, seed, 50)
    assert sound > 8
    assert found > 2


@pytest.mark.parametrize("seed", range(3))
def test_edits_of_turtle_are_followed(tmp_path: Path, seed: int) -> None:
    """Statements that come, go and move, comments, long texts and slips: each finding is told at its line as by a fresh check."""
    from synthetic import organization

    file, chance = tmp_path / "units.ttl", Random(seed)  # noqa: S311 - the same edits each time
    text = "".join(f"{line}\n" for line in organization(60))
    file.write_text(text, encoding="utf-8")
    asked = Asked((file,))
    going = Reinspection(asked, ONTOLOGY, shapes_folder())
    going.parts()
    followed = 0
    for _ in range(60):
        file.write_text(edited := edit_turtle(text, chance, 60), encoding="utf-8")
        now, fresh = _or_error(going.parts), _or_error(lambda: inspect(asked, ONTOLOGY, shapes_folder()))
        assert now == fresh
        followed += going.goes_on
        text = edited if isinstance(fresh, list) else text
    assert followed > 30


def _or_error(check: Callable[[], list[Part]]) -> list[object] | str:
    try:
        return told(check())
    except OrganographError as error:
        return str(error)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_is_read_again_as_if_anew(tmp_path: Path, newline: str) -> None:
    """Rows, their lines and faults are those of a whole reading, and rows that did not change hold what they held, by identity."""
    kept = 0
    for table in OF_EDITION:
        file, chance = tmp_path / f"{table.name}.csv", Random(table.name)  # noqa: S311 - the same edits each time
        text = first = (copied(tmp_path / table.name) / f"editions/2022-06/{table.name}.csv").read_text(encoding="utf-8")
        known: Reading | None = None
        for _ in range(60):
            file.write_text(text, encoding="utf-8", newline=newline)
            now, (rows, faults) = read_again(file, table, "t.csv", known), read_table(file, table, "t.csv")
            assert now.rows == rows
            assert sorted(map(str, now.faults)) == sorted(map(str, faults))
            kept += known is not None and bool({id(row.values) for row in now.rows} & {id(row.values) for row in known.rows})
            known, text = now, first if faults else edit_table(text, chance)
    assert kept > 300


def _graph(text: str) -> list[tuple[NamedNode, NamedNode, NamedNode]]:
    return [(t.subject, t.predicate, t.object) for t in parsed(f"@prefix : <urn:> . @prefix sh: <http://www.w3.org/ns/shacl#> . {text}")]  # type: ignore[misc]


def _select(text: str) -> str:
    return f'sh:sparql [ sh:select "SELECT $this ?value WHERE {{ {text} }}" ]'


RULES = {
    "a sequence": "sh:property [ sh:path ( :a [ sh:inversePath :b ] ) ; sh:maxCount 1 ]",
    "a repeated step": "sh:property [ sh:path ( [ sh:oneOrMorePath :a ] :b ) ; sh:class :Kind ]",
    "another shape": "sh:property [ sh:path :a ; sh:node [ sh:property [ sh:path :b ; sh:minCount 1 ] ] ]",
    "either": "sh:or ( [ sh:property [ sh:path :a ; sh:maxCount 0 ] ] [ sh:property [ sh:path [ sh:zeroOrOnePath :b ] ; sh:class :K ] ] )",
    "pairs": "sh:property [ sh:path :a ; sh:disjoint :b ] ; sh:closed true ; sh:ignoredProperties ( :a )",
    "properties of values": "sh:property [ sh:path :a ; sh:property [ sh:path :b ; sh:maxCount 1 ] ]",
    "qualified values": "sh:property [ sh:path :a ; sh:qualifiedValueShape [ sh:class :Kind ] ; sh:qualifiedMinCount 2 ]",
    "a query": _select("$this :a ?value . FILTER NOT EXISTS { ?value :b+ ?x . ?x a :Kind }"),
    "any property": _select("$this ?p ?value . ?value :b $this"),
    "a count": 'sh:sparql [ sh:select "SELECT $this WHERE { $this :a/^:a ?o } GROUP BY $this HAVING (COUNT(DISTINCT ?o) > 2)" ]',
    "things apart": _select("$this :a ?x . ?value :b :n1 . FILTER (?x = ?value)"),
    "what only the store answers": _select("{ SELECT $this ?value WHERE { $this :a ?value } ORDER BY ?value LIMIT 3 }"),
    "a query within": _select("$this :a ?x { SELECT $this ?value { $this :b ?y . ?y :c ?value } } FILTER (?x != ?value)"),
    "a query within about others": _select("{ SELECT $this ?value { ?x :a ?y . ?y :a ?value . ?value a :Kind } } $this :b ?value"),
    "an option": _select("$this :a ?value OPTIONAL { ?value :b ?y } FILTER (!BOUND(?y))"),
    "a union": _select("{ $this :a ?value } UNION { ?value :b $this } ?value a :Kind"),
    "a circle": _select("$this :a ?value . ?value :a+ $this"),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_what_a_rule_reads_is_known(rule: str) -> None:
    """Whatever statements come and go, a rule finds what it finds of the graph anew, and looks at as much."""
    chance = Random(rule)  # noqa: S311 - the same edits each time
    declared = '<urn:> a <http://www.w3.org/2002/07/owl#Ontology> ; sh:declare [ sh:prefix "" ; sh:namespace "urn:" ] .'
    shapes = _graph(f"{declared} :S a sh:NodeShape ; sh:targetClass :Kind ; sh:targetSubjectsOf :b ; {rule} .")
    plan = compile_shapes(shapes)
    nodes = [NamedNode(f"urn:n{number}") for number in range(8)]
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    every = [(s, NamedNode(f"urn:{p}"), o) for s in nodes for p in "abc" for o in nodes] + [(s, kind, NamedNode("urn:Kind")) for s in nodes]
    now = set(chance.sample(every, 40))
    standing = Standing(plan, shapes, Changing(now))
    for _ in range(80):
        gone = set(chance.sample(sorted(now, key=str), chance.randrange(3)))
        come = set(chance.sample(every, chance.randrange(3))) - now
        now = now - gone | come
        standing.change(come, gone)
        data = Data(sorted(now, key=str))
        assert set(standing.results) == set(plan.run(data).results)
        looked = standing.looked_at()
        assert {node: number for node, number in plan.looked_at(data).items() if number} == {n: c for n, c in looked.items() if c}


def test_a_statement_made_twice_is_held_until_both_are_gone() -> None:
    """Two blocks, or two rows, may state the same."""
    triple = (NamedNode("urn:s"), NamedNode("urn:p"), Literal("o"))
    data = Changing([triple, triple])
    assert data.leaving([triple]) == []
    (gone,) = data.leaving([triple])
    data.let_go([gone])
    assert not data.forward(triple[1])
    assert not data.holds(data.number(triple[0]))
    assert data.come([triple]) == [gone]
    assert data.holds(data.number(triple[0]))


def test_a_rule_of_another_engine_does_not_go_on() -> None:
    """Shapes that the fast engine hands over are checked as a whole each time."""
    shapes = _graph(":S a sh:NodeShape ; sh:targetClass :Kind ; sh:node :S .")
    with pytest.raises(NotKept):
        Standing(compile_shapes(shapes), shapes, Changing([]))


def test_the_shipped_rules_tell_what_they_read() -> None:
    """No shipped rule is asked of all things whatever changes."""
    for room in ("edition", "evidence", "catalogue"):
        shapes: Shapes = load_shapes(shapes_folder(), (), room)
        assert Standing(shapes.plan, shapes.graph, Changing([])).always_whole == []


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("<http://e/b>", "<http://e/c>", True),
        ("@prefix e: <http://e/>", "@prefix e: <http://f/>", False),
        ('"text"', '"text', False),
        ('"text"', "[ a e:Kind ]", False),
        ("e:Last", "<relative>", True),
        ("a e:Kind", "a e:Kind.<http://e/x> a e:Kind", True),
    ],
)
def test_only_an_edit_that_can_be_told_by_its_place_is(tmp_path: Path, before: str, after: str, place: bool) -> None:
    """Edits of prefixes, blank nodes and what is no Turtle are left to a whole reading; any other reads only what it changed."""
    file = tmp_path / "a.ttl"
    text = '@prefix e: <http://e/> .\ne:a a e:Kind ; e:p <http://e/b> .\ne:d a e:Kind ; e:name "text" .\ne:z a e:Last .\n'
    file.write_text(text, encoding="utf-8")
    document = read_document(file, "ttl")
    edit = document.edited(text.replace(before, after))
    assert (edit is not None) == place
    if edit is not None:
        changed, come, gone = edit
        file.write_text(text.replace(before, after), encoding="utf-8")
        whole = read_document(file, "ttl")
        assert Graph([*(t for t in document.graphs[None] if t not in gone), *come]).same(whole.graphs[None])
        assert _places(changed, come) == _places(whole, come)


def _places(document: object, triples: Sequence[object]) -> list[object]:
    return [document.statements(*triple) for triple in triples]  # type: ignore[attr-defined, misc]
