"""Checking RDF files: with other people's shapes or the shipped ones, each finding at the statements it speaks of."""

from __future__ import annotations

from pathlib import Path

import pytest

from organograph.conformance.coverage import refuse_idle
from organograph.conformance.inspection import Asked, inspect, other_shapes
from organograph.conformance.verdict import total_looks
from organograph.errors import CheckFailed, DatasetUnreadable
from organograph.faults import Fault
from organograph.graphs.vocabulary import ontology_graph
from organograph.statements import Graph
from places import ONTOLOGY, SHAPES
from test_checks import HEAD

LINES = HEAD.count("\n")
DATA = """@prefix : <https://example.org/> .
:a a :Unit ; :parent :b , :c ; :name "Alpha"@en , "Al"@en , "Alpha"@fr ; :size "007"^^xsd:integer .
:b a :Unit ; :parent :c
  ; :size 12 , "big" ; :site [ :city :x ] .
:c a :Root ; :note "x" .
"""


def files(folder: Path, shapes: str, data: str = DATA, suffix: str = "ttl") -> Asked:
    (folder / f"data.{suffix}").write_text(HEAD + data, encoding="utf-8")
    (folder / "shapes.ttl").write_text(f"{HEAD}@prefix : <https://example.org/> .\n{shapes}", encoding="utf-8")
    return Asked((folder / f"data.{suffix}",), others=(folder / "shapes.ttl",))


def found(asked: Asked) -> list[Fault]:
    return [fault for part in inspect(asked, Graph(), SHAPES) for fault in part.faults]


def places(fault: Fault) -> list[tuple[int, int | None]]:
    """Line of the data, and character."""
    assert fault.where is not None
    return [((place.line or 0) - LINES, place.position) for place in (fault.where, *fault.also)]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        ("sh:path :parent ; sh:maxCount 1", [[(2, 22), (2, 27)]]),
        ("sh:path :parent ; sh:minCount 2", [[(3, 1)]]),
        ("sh:path :parent ; sh:hasValue :nowhere", [[(2, 1)], [(3, 1)]]),
        ("sh:path :parent ; sh:class :Root ; sh:not [ sh:in ( :a ) ]", [[(2, 22)]]),
        ("sh:path :name ; sh:uniqueLang true", [[(2, 38), (2, 51)]]),
        ("sh:path :name ; sh:minLength 3", [[(2, 51)]]),
        ('sh:path :size ; sh:pattern "^[0-9]+$"', [[(4, 16)]]),
        ("sh:path :size ; sh:datatype xsd:integer", [[(4, 16)]]),
        ("sh:path ( :parent :parent ) ; sh:maxCount 0", [[(3, 22)]]),
        ("sh:path [ sh:oneOrMorePath :parent ] ; sh:class :Root", [[(2, 22)]]),
        ("sh:path [ sh:zeroOrMorePath :parent ] ; sh:class :Root", [[(2, 1)], [(2, 22)], [(3, 1)]]),
        ("sh:path [ sh:inversePath :parent ] ; sh:maxCount 0", [[(2, 22)]]),
        ("sh:path [ sh:alternativePath ( :size :name ) ] ; sh:maxCount 2", [[(2, 38), (2, 51), (2, 61), (2, 80)]]),
        ("sh:path ( :site [ sh:zeroOrOnePath :city ] ) ; sh:nodeKind sh:Literal", [[(4, 30)], [(4, 38)]]),
        ("sh:path :parent ; sh:equals :above", [[(2, 22)], [(2, 27)], [(3, 22)]]),
    ],
)
def test_a_finding_is_at_the_statements_it_speaks_of(tmp_path: Path, constraint: str, expected: list[list[tuple[int, int]]]) -> None:
    """Every statement that is too much, the thing where one is missing, the last step of a path where it leads further."""
    faults = found(files(tmp_path, f":S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ {constraint} ] ."))
    assert sorted(map(places, faults)) == sorted(expected)


def test_what_is_not_allowed_is_told_where_it_stands(tmp_path: Path) -> None:
    """A closed shape names the statement that it does not know."""
    shapes = ":S a sh:NodeShape ; sh:targetClass :Root ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ."
    (fault,) = found(files(tmp_path, shapes))
    assert places(fault) == [(5, 20)]
    assert str(fault).endswith("[https://example.org/S]")


def test_a_rule_without_words_is_told_in_words(tmp_path: Path) -> None:
    """Other people's constraints are told in English and French, and their own message as it is."""
    shapes = """:S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ sh:path :parent ; sh:maxCount 1 ] ,
        [ sh:path :size ; sh:maxCount 1 ; sh:message "“{$this}” is odd. Mend it." ] ."""
    asked = files(tmp_path, shapes)
    parent, size = found(asked)
    assert "has too many values of https://example.org/parent:" in parent.message
    assert "at most 1 may be there." in parent.message
    assert (size.message, size.cure) == ("“https://example.org/b” is odd.", "Mend it.")
    assert (parent.rule, size.rule) == ("https://example.org/S/parent", "https://example.org/S/size")
    french = found(Asked(asked.files, others=asked.others, language="fr"))
    assert "a trop de valeurs" in french[0].message


def test_several_files_are_one_graph(tmp_path: Path) -> None:
    """What files state is taken together, and each finding is in its own file."""
    shapes = ":S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ sh:path :parent ; sh:maxCount 2 ] ."
    asked = files(tmp_path, shapes)
    more = tmp_path / "more.nt"
    more.write_text("<https://example.org/a> <https://example.org/parent> <https://example.org/d> .\n", encoding="utf-8")
    (fault,) = found(Asked((*asked.files, more), others=asked.others))
    assert {Path(place.file).name for place in (fault.where, *fault.also) if place} == {"data.ttl", "more.nt"}
    assert fault.also[-1].line == 1


def test_graphs_of_a_dataset_are_checked_one_by_one(tmp_path: Path) -> None:
    """Two parents in two named graphs are no fault; two in one are."""
    shapes = ":S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ sh:path :parent ; sh:maxCount 1 ] ."
    data = "@prefix : <https://example.org/> . :g { :a a :Unit ; :parent :b }"
    data += ":h { :a a :Unit ; :parent :c . :b a :Unit ; :parent :x , :y }"
    (fault,) = found(files(tmp_path, shapes, data, "trig"))
    assert fault.thing == "https://example.org/b"


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        ("", "No shape has a target"),
        (
            ":S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ sh:path :p ; sh:maxcount 1 ] .",
            "sh:maxcount is no term of SHACL, so it would be passed over. Did you mean sh:maxCount?",
        ),
        (":S a sh:NodeShape ; sh:targetClass :Unit ; sh:property [ sh:minCount 1 ] .", ":22:56: A property shape has no sh:path"),
        (":S a sh:NodeShape ; sh:targetClass :Unit ; sh:nodeKind sh:Iri .", "Did you mean sh:IRI?"),
        (
            ":S a sh:NodeShape ; sh:class :X . :T sh:targetNode :a .",
            "The shape https://example.org/S has no target and nothing refers to it",
        ),
        (":S a sh:NodeShape ; sh:targetNode :a ; sh:js [ ] .", "sh:js is not run here"),
        (":S a sh:NodeShape ; sh:targetNode :a ; sh:rule [ ] .", "sh:rule is not run here"),
        (":S a sh:NodeShape ; sh:target [ ] ; sh:targetNode :a .", "sh:target is not run here"),
        ('<u:s> sh:select "SELECT $this { service silent <http://127.0.0.1:9/> { $this ?p ?o } }" .', "asks another server (SERVICE)"),
        ("<u:o> owl:imports <http://127.0.0.1:9/> .", "import http://127.0.0.1:9/, and nothing is fetched"),
    ],
)
def test_shapes_that_would_look_at_nothing_are_refused(tmp_path: Path, shapes: str, says: str) -> None:
    """Shapes that would pass over the data, or reach out, are refused with the place and the cure."""
    with pytest.raises(CheckFailed) as refused:
        found(files(tmp_path, shapes))
    assert says in refused.value.message


def test_an_import_that_is_at_hand_is_none(tmp_path: Path) -> None:
    """Shapes may import what another of the files is."""
    asked = files(tmp_path, "<u:o> owl:imports <u:p> . :S sh:targetNode :a ; sh:nodeKind sh:IRI .")
    (tmp_path / "p.ttl").write_text(f"{HEAD}<u:p> a owl:Ontology .", encoding="utf-8")
    assert found(Asked(asked.files, others=(tmp_path / "shapes.ttl", tmp_path / "p.ttl"))) == []


def test_a_folder_of_shapes_is_read_whole(tmp_path: Path) -> None:
    """All RDF files of a folder are shapes; a folder without any is refused."""
    (tmp_path / "shapes").mkdir()
    with pytest.raises(DatasetUnreadable, match="holds no shapes"):
        other_shapes([tmp_path / "shapes"])
    (tmp_path / "shapes/a.ttl").write_text(f"{HEAD}<u:S> sh:targetNode <u:a> ; sh:property <u:P> . <u:P> sh:minCount 1 .", encoding="utf-8")
    (tmp_path / "shapes/b.nt").write_text("<u:P> <http://www.w3.org/ns/shacl#path> <u:p> .\n", encoding="utf-8")
    assert [rule.name for rule in other_shapes([tmp_path / "shapes"]).rules.values()] == ["u:P"]


def test_a_shape_within_a_shape_looks_at_what_its_holder_does(tmp_path: Path) -> None:
    """Counts are those of the targets of the shapes that hold a rule, subclasses included, and never of what is switched off."""
    shapes = """
        :S a sh:NodeShape ; sh:targetClass :Thing ; sh:property [ sh:path :parent ; sh:minCount 0 ;
            sh:property [ sh:path :name ; sh:minCount 0 ] ] .
        :T a sh:NodeShape ; sh:targetSubjectsOf :size ; sh:nodeKind sh:IRI .
        :O a sh:NodeShape ; sh:targetObjectsOf :size ; sh:nodeKind sh:Literal .
        :Root a sh:NodeShape , rdfs:Class ; sh:nodeKind sh:IRI .
        :D a sh:NodeShape ; sh:targetClass :Unit ; sh:deactivated true ; sh:nodeKind sh:Literal .
    """
    asked = files(tmp_path, shapes, DATA + ":Unit rdfs:subClassOf :Thing .\n")
    parts = inspect(Asked(asked.files, others=asked.others, coverage=True), Graph(), SHAPES)
    short = {rule.removeprefix("https://example.org/"): number for rule, number in total_looks(parts).items()}
    assert short == {"S/parent": 2, "S/parent/name": 2, "T": 2, "O": 3, "Root": 1}
    (kind, blank) = parts[0].unseen
    assert blank.startswith("_:")
    assert kind == "<https://example.org/Unit>"


def test_rules_that_look_at_nothing_stop_the_check() -> None:
    """Each rule of others must look at something unless it is said to be meant; of the shipped ones, one at least."""
    refuse_idle({"a": 0, "b": 1}, ["a"], strict=True, where="x")
    refuse_idle({"a": 0, "b": 1}, [], strict=False, where="x")
    with pytest.raises(CheckFailed, match=r"looked at nothing in x: a, c\.") as refused:
        refuse_idle({"a": 0, "b": 1, "c": 0}, [], strict=True, where="x")
    assert "--allow-empty a --allow-empty c" in refused.value.cure
    with pytest.raises(CheckFailed, match="No rule looked at anything in x"):
        refuse_idle({"a": 0}, [], strict=False, where="x")
    with pytest.raises(CheckFailed, match="There is no rule z"):
        refuse_idle({"a": 1}, ["z"], strict=False, where="x")


def test_a_published_dataset_is_checked_graph_by_graph(published: Path) -> None:
    """Each edition and each evidence graph of a TriG file meets its rules with the catalogue beside it, and all are sound."""
    parts = inspect(Asked((published / "dataset.trig",)), ontology_graph(ONTOLOGY, ["kinds.ttl"]), SHAPES)
    assert len(parts) == 3 + 5 + 1
    assert [fault for part in parts for fault in part.faults] == []
    assert {part.name.rpartition("/")[2] for part in parts} >= {"2021-09", "structure-2022", "register"}
