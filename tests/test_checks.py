"""What a check promises: findings in words, where they were written, and plain refusals of rules that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import SH
from rdflib import Graph as RDFLibGraph

from independent import plain
from organograph.conformance.checks import Locate, Shapes, counts, examine, in_tables, load_shapes, prepare
from organograph.conformance.rules import FILES, read_rules
from organograph.errors import CheckFailed
from organograph.faults import Fault, Location
from organograph.names import PREFIXES
from organograph.statements import Graph

SHAPES = Path(__file__).parent.parent / "shapes"
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
UNIT = "https://example.org/id/unit/"
WORDS = """sh:message "“{$this}” is wrong: {?value}. Mend it. Then check again."@en, "« {$this} » est faux : {?value}. Corrigez."@fr"""


def turtle(text: str) -> Graph:
    return plain(RDFLibGraph().parse(data=f"{HEAD}@prefix : <{UNIT}> .\n{text}", format="turtle"))


def rules(constraint: str) -> Shapes:
    """One rule about units, with the prefixes that queries use."""
    unit = "shape:Unit a sh:NodeShape ; sh:targetClass org:OrganizationalUnit ; sh:property shape:Unit-rule ."
    rule = f"shape:Unit-rule a sh:PropertyShape ; {constraint} ; {WORDS} ."
    return prepare(turtle(unit + rule) + read_rules([SHAPES / "prefixes.ttl"]))


def query(text: str) -> str:
    return f'sh:sparql [ sh:prefixes shape:prefixes ; sh:select """{text}""" ]'


def locator(asked: list[tuple[str, str | None, str | None]]) -> Locate:
    def locate(this: str, path: str | None, value: str | None) -> Location:
        asked.append((this, path, value))
        return Location("units.csv", 4, "parent")

    return locate


def found(data: Graph, shapes: Shapes) -> list[Fault]:
    return list(examine(data, shapes, lambda found: [None]).faults)


@pytest.fixture
def units() -> Graph:
    """Alpha stands under two units, Beta under a third, which has no name and stands under itself."""
    return turtle("""
        :a a org:OrganizationalUnit ; skos:prefLabel "Alpha"@en, "Alpha (fr)"@fr ; og:parent :b, :c ; og:basis "guess" .
        :b a org:OrganizationalUnit ; skos:prefLabel "Beta"@en ; og:parent :c .
        :c a org:OrganizationalUnit ; og:parent :c .
    """)


def test_a_finding_names_things_by_their_labels_and_tells_the_cure(units: Graph) -> None:
    """Rule, message, cure, severity and thing are those of the rule, with labels for addresses."""
    (fault,) = found(units, rules("sh:path og:parent ; sh:maxCount 1 ; sh:severity sh:Warning"))
    assert (fault.rule, fault.severity, fault.where, fault.thing) == ("shape:Unit-rule", "warning", None, f"{UNIT}a")
    assert fault.message == "“Alpha” is wrong: Beta, unit:c."
    assert fault.cure == "Mend it. Then check again."


def test_a_finding_is_told_in_french(units: Graph) -> None:
    """Words and labels are French where there are any."""
    (fault,) = examine(units, rules("sh:path og:parent ; sh:maxCount 1"), in_tables(locator([])), language="fr").faults
    assert (fault.message, fault.cure) == ("« Alpha (fr) » est faux : Beta, unit:c.", "Corrigez.")


@pytest.mark.parametrize(
    ("constraint", "told"),
    [
        ("sh:in ( og:stated og:layout )", "Expected: og:stated, og:layout; found: guess."),
        ("sh:datatype rdf:langString", "Expected: rdf:langString; found: guess."),
        ("sh:hasValue og:stated", "Expected: og:stated; found: guess."),
    ],
)
def test_a_finding_tells_what_was_expected(units: Graph, constraint: str, told: str) -> None:
    """Where SHACL Core says which terms are expected, the message does too."""
    fault = next(fault for fault in found(units, rules(f"sh:path og:basis ; {constraint}")) if fault.thing == f"{UNIT}a")
    assert fault.message == f"“Alpha” is wrong: guess. {told}"


def test_what_is_missing_is_told_as_nothing(units: Graph) -> None:
    """A blank for a value that is not there is filled in with a word."""
    faults = found(units, rules("sh:path skos:prefLabel ; sh:minCount 1"))
    assert [fault.message for fault in faults] == ["“unit:c” is wrong: nothing."]


@pytest.mark.parametrize(
    ("path", "column"),
    [
        ("og:parent", "og:parent"),
        ("( og:basis og:parent )", "og:parent"),
        ("[ sh:inversePath og:parent ]", "og:parent"),
        ("[ sh:oneOrMorePath [ sh:alternativePath ( og:parent og:heads ) ] ]", "og:parent"),
    ],
)
def test_a_finding_is_traced_by_thing_property_and_value(units: Graph, path: str, column: str) -> None:
    """The place is asked for with all that is known: the thing, the last property of the path, the value."""
    asked: list[tuple[str, str | None, str | None]] = []
    shapes = rules(f"sh:path {path} ; " + query("SELECT $this ?value WHERE { $this og:parent ?value FILTER ($this = ?value) }"))
    (fault,) = examine(units, shapes, in_tables(locator(asked))).faults
    assert asked == [(f"{UNIT}c", column.replace("og:", PREFIXES["og"]), f"{UNIT}c")]
    assert str(fault.where) == "units.csv, row 4, column parent"


def test_a_rule_about_the_thing_itself_is_traced_to_its_row(units: Graph) -> None:
    """A node shape names neither property nor value."""
    asked: list[tuple[str, str | None, str | None]] = []
    shapes = prepare(turtle(f"shape:Unit-rule a sh:NodeShape ; sh:targetNode :a ; sh:class org:Post ; {WORDS} ."))
    examine(units, shapes, in_tables(locator(asked)))
    assert asked == [(f"{UNIT}a", None, None)]


def test_what_a_condition_finds_inside_is_no_finding(units: Graph) -> None:
    """Shapes inside a rule decide, but only the rule itself is reported."""
    shapes = rules("sh:path og:parent ; sh:node [ sh:property [ sh:path skos:prefLabel ; sh:minCount 1 ] ]")
    assert {fault.rule for fault in found(units, shapes)} == {"shape:Unit-rule"}


@pytest.mark.parametrize("constraint", ["sh:path og:basis ; sh:class og:Basis", "sh:path ( og:basis skos:prefLabel ) ; sh:minCount 1"])
def test_text_in_the_place_of_a_thing_is_found(units: Graph, constraint: str) -> None:
    """Rules about what lies beyond a thing find fault with text that stands there, and do not break down over it."""
    assert f"{UNIT}a" in {fault.thing for fault in found(units, rules(constraint))}


def test_a_check_leaves_data_and_rules_as_they_were(units: Graph) -> None:
    """Checking twice finds the same, and adds nothing to the data or to the rules that are published."""
    shapes = rules("sh:path og:parent ; sh:maxCount 1")
    before, written = set(units), set(shapes.graph)
    assert found(units, shapes) == found(units, shapes)
    assert (set(units), set(shapes.graph)) == (before, written)


def test_counts_tell_how_many_things_a_rule_looks_at(units: Graph) -> None:
    """A rule that looks at nothing is told from one that finds nothing."""
    shapes = rules("sh:path og:parent ; sh:minCount 1")
    assert counts(units, shapes) == {"shape:Unit-rule": 3}
    assert counts(Graph(), shapes) == {"shape:Unit-rule": 0}


def test_nothing_is_fetched(units: Graph) -> None:
    """Imports of data and rules are not followed."""
    imports = turtle("<https://example.org/o> a owl:Ontology ; owl:imports <http://127.0.0.1:9/nothing> .")
    assert found(units + imports, prepare(rules("sh:path og:parent ; sh:minCount 1").graph + imports)) == []


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("shape:A-b a sh:PropertyShape ; sh:minCount 1 .", "must include one `sh:path`"),
        ("shape:A a sh:NodeShape ; sh:property shape:A-b .", "shape:A lists shape:A-b, which no file defines"),
        ('shape:A-b a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this WHERE {" ] .', "query of shape:A-b is not SPARQL: error at 1:21"),
        ('shape:A-b a sh:NodeShape ; sh:sparql [ sh:select "SELECT $this { $this a no:x }" ] .', "Prefix not found"),
    ],
)
def test_rules_that_cannot_be_used_are_refused(rule: str, says: str) -> None:
    """The refusal says which rule it is and what is wrong with it."""
    with pytest.raises(CheckFailed) as refused:
        prepare(turtle(rule))
    assert says in refused.value.message
    assert "shapes/README.md" in refused.value.cure


@pytest.mark.parametrize(
    ("constraint", "says"),
    [
        ('sh:path og:parent ; sh:minCount "one"', "sh:minCount must be a literal"),
        ('sh:path og:parent ; sh:pattern "("', "unterminated subpattern"),
        ("sh:path og:parent ; " + query("SELECT $this { $this a ?x MINUS { ?x a $this } }"), "must not contain a MINUS"),
    ],
)
def test_rules_that_could_not_run_are_refused(units: Graph, constraint: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that would break down stops the check with a sentence, and prints nothing besides."""
    with pytest.raises(CheckFailed, match=f"The rules cannot be used: .*{says}"):
        found(units, rules(constraint))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read"), (b"\xff", "cannot be read"), (b"shape:A a", "are not Turtle: Parser error at line 1")],
)
def test_files_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None, says: str) -> None:
    """A file of rules that is missing, not UTF-8 or not Turtle is named."""
    for name in ("prefixes", *FILES["ontology"]):
        (tmp_path / f"{name}.ttl").write_text("", encoding="utf-8")
    own = tmp_path / "own.ttl"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(CheckFailed) as refused:
        load_shapes(tmp_path, extra=["own"], room="ontology")
    assert refused.value.message.startswith(f"The rules in {own} {says}")


@pytest.mark.parametrize("room", FILES)
def test_the_rules_of_each_room_can_be_used(room: str) -> None:
    """All files of rules load together with those they run with."""
    assert next(shapes for shapes in [load_shapes(SHAPES, room=room)] if shapes.rules)  # type: ignore[arg-type]


def test_queries_mean_by_a_prefix_what_the_project_means() -> None:
    """The prefixes declared for queries are among those used everywhere else."""
    graph = RDFLibGraph().parse(SHAPES / "prefixes.ttl")
    declared = {str(graph.value(part, SH.prefix)): str(graph.value(part, SH.namespace)) for part in graph.objects(None, SH.declare)}
    assert declared
    assert declared.items() <= PREFIXES.items()


def test_a_message_stays_short() -> None:
    """A text of thousands of characters and a list of hundreds of values are cut in the message, and whole in what was found."""
    long, many = "x" * 5000, " , ".join(f":v{number:03}" for number in range(300))
    data = turtle(f':a a org:OrganizationalUnit ; og:parent {many} ; skos:prefLabel "{long}"@en .')
    (fault,) = found(data, rules("sh:path og:parent ; sh:maxCount 1"))
    assert len(fault.message) < 1000
    assert "and 280 more" in fault.message
    (fault,) = found(data, rules("sh:path skos:prefLabel ; sh:maxLength 9"))
    assert len(fault.message) < 1000
    assert long in str(fault.found)
