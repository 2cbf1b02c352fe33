"""Other people's shapes: what their messages say, what is refused in them, and that both engines tell the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from organograph.conformance.checks import examine, prepare
from organograph.conformance.others import read_shapes
from organograph.errors import CheckFailed
from organograph.faults import Fault, Language
from organograph.located import read_document
from organograph.statements import Graph, joined

HEAD = """@prefix : <https://e.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:head sh:declare [ sh:prefix "" ; sh:namespace "https://e.example/"^^xsd:anyURI ] .
"""
DATA = """:a a :T ; :p 1 , 2 ; :k :b ; :s "foo  bar" . :b a :T ; :p 3 ; :k :c . :c a :T ; :k :a ; :s "x" . [] a :T ."""
LONGER = """:Long a sh:ConstraintComponent ; sh:parameter [ sh:path :longest ] , [ sh:path :why ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "longer than {$longest}: {?value} ({$why})"@en , "plus de {$longest} : {?value}"@fr ;
    sh:ask "ASK { FILTER (STRLEN(STR($value)) <= $longest) }" ] .
:S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :s ; :longest 3 ; :why "short" ] ."""


@pytest.fixture(params=["fast", "reference"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines in turn."""
    return str(request.param)


def read(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(HEAD + text, encoding="utf-8")
    return file


def checked(folder: Path, shapes: str, engine: str = "fast", language: Language = "en") -> tuple[Fault, ...]:
    """What shapes find in the data above."""
    rules = prepare(read_shapes([read(folder, "shapes.ttl", shapes)]), own=False)
    data: Graph = joined(read_document(read(folder, "data.ttl", DATA), "ttl").graphs.values())
    return examine(data, rules, lambda found: [None], language, engine).faults  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "longer than 3: foo  bar (short)."), ("fr", "plus de 3 : foo  bar.")],
)
def test_components_say_their_parameters(tmp_path: Path, language: Language, says: str) -> None:
    """The message of a component names its parameters and the value, in the language asked for."""
    assert [fault.message for fault in checked(tmp_path, LONGER, language=language)] == [says]


def test_components_run_in_both_engines(tmp_path: Path, engine: str) -> None:
    """A component that binds its parameters finds the same in both."""
    (fault,) = checked(tmp_path, LONGER, engine)
    assert (fault.thing, fault.message) == ("https://e.example/a", "longer than 3: foo  bar (short).")


def test_queries_say_all_that_they_found(tmp_path: Path) -> None:
    """A message names any variable of its query's row, and the path; what no row binds stays as it is."""
    query = """:S a sh:PropertyShape ; sh:targetClass :T ; sh:path :k ; sh:sparql [ sh:prefixes :head ;
      sh:message "{$this} to {?value} by {$PATH}, then {?then}, {?none}"@en , "{$this} vers {?value}, puis {?then}"@fr ;
      sh:select "SELECT $this ?value ?then WHERE { $this $PATH ?value . ?value :k ?then FILTER ($this = :a) }" ] ."""
    name = "https://e.example/{}".format
    assert [fault.message for fault in checked(tmp_path, query)] == [
        f"{name('a')} to {name('b')} by {name('k')}, then {name('c')}, {{?none}}."
    ]
    assert [fault.message for fault in checked(tmp_path, query, language="fr")] == [f"{name('a')} vers {name('b')}, puis {name('c')}."]


@pytest.mark.parametrize(("language", "says"), [("en", "breaks the rule https://e.example/S; found: 3."), ("fr", "enfreint la règle")])
def test_what_says_nothing_is_told_in_words(tmp_path: Path, language: Language, says: str, engine: str) -> None:
    """A query without message is told by the rule that it belongs to, never by an address of SHACL."""
    query = """:S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:prefixes :head ;
      sh:select "SELECT $this ?value WHERE { $this :p ?value FILTER (?value = 3) }" ] ."""
    (fault,) = checked(tmp_path, query, engine, language)
    assert says in fault.message


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("[ sh:inversePath :k ]", "“https://e.example/a” has too few values of ^https://e.example/k: https://e.example/c; at least 9"),
        (
            "( :k :k )",
            "“https://e.example/a” has too few values of https://e.example/k/https://e.example/k: https://e.example/c; at least 9",
        ),
        (
            "[ sh:alternativePath ( :p :s ) ]",
            "“https://e.example/a” has too few values of https://e.example/p|https://e.example/s: 1, 2, foo  bar; at least 9",
        ),
    ],
)
def test_a_path_is_told_with_what_stands_at_its_end(tmp_path: Path, path: str, says: str, engine: str) -> None:
    """Of any path a message says which it is, and the values that it leads to, not those of its last step."""
    faults = checked(tmp_path, f":S a sh:NodeShape ; sh:targetNode :a ; sh:property [ sh:path {path} ; sh:minCount 9 ] .", engine)
    assert faults[0].message.startswith(says)


def test_a_name_with_a_full_stop_is_told_whole(tmp_path: Path) -> None:
    """Where a message ends and what to do begins is told by the rule, not by what fills its blanks."""
    shapes = ':S a sh:NodeShape ; sh:targetNode "Dept. of X" ; sh:nodeKind sh:IRI ; sh:message "{$this} is no thing. Name one." .'
    (fault,) = checked(tmp_path, shapes)
    assert (fault.message, fault.cure) == ("Dept. of X is no thing.", "Name one.")


def test_rules_without_names_are_called_alike_in_each_run(tmp_path: Path) -> None:
    """Property shapes without names are numbered as they stand in their file, whatever labels they get."""
    shapes = ":S a sh:NodeShape ; sh:targetNode :a ; sh:property " + " , ".join(
        f"[ sh:path {path} ; sh:maxCount 0 ]" for path in (":p", "[ sh:oneOrMorePath :p ]", "( :k :p )", "[ sh:zeroOrOnePath :p ]")
    )
    runs = {tuple((fault.rule, fault.message) for fault in checked(tmp_path, f"{shapes} .")) for _ in range(4)}
    assert len(runs) == 1


@pytest.mark.parametrize(
    ("shapes", "says"),
    [
        (":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:maxCount 1 , 2 ] .", "[] has more than one sh:maxCount"),
        (":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:uniqueLang 'yes' ] .", "sh:uniqueLang of [] must be true or false"),
        (":S sh:targetClass :T ; sh:closed 5 .", "sh:closed of https://e.example/S must be true or false"),
        (":S a sh:NodeShape ; sh:targetClass :T .", "shapes.ttl:3:1: The shape https://e.example/S asks nothing of what it looks at."),
        (":S sh:targetClass :T ; sh:property [ sh:path :p ; sh:name 'p' ] .", "asks nothing of what it looks at."),
        (":S sh:targetClass :T ; sh:sparql [ sh:select 'SELECT ?x WHERE { ?x ?p 1 }' ] .", "must select $this"),
        (":S sh:targetClass :T ; sh:sparql [ sh:select 'CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }' ] .", "is no SELECT query"),
        (":S sh:targetClass :T ; sh:sparql [ sh:select 'DROP ALL' ] .", "is no SELECT query"),
        (
            ":S sh:targetClass :T ; sh:sparql [ sh:select 'SELECT $this FROM <file:///etc/passwd> { $this ?p 1 }' ] .",
            "must not contain a FROM",
        ),
        (":S sh:targetClass :T ; sh:sparql [ sh:select 'SELECT $this { SERVICE <http://x/> { $this ?p 1 } }' ] .", "nothing is fetched"),
    ],
)
def test_what_would_be_passed_over_is_refused(tmp_path: Path, shapes: str, says: str, engine: str) -> None:
    """Ill-formed shapes, and those that ask nothing or blindly, are refused by both engines with a sentence."""
    with pytest.raises(CheckFailed) as raised:
        checked(tmp_path, shapes, engine)
    assert says in str(raised.value)


def test_a_shape_that_asks_for_itself_is_looked_at(tmp_path: Path) -> None:
    """What the fast engine hands over counts as looked at, so that it is not refused for having looked at nothing."""
    shapes = ":S a sh:NodeShape ; sh:targetClass :T ; sh:property [ sh:path :k ; sh:node :S ; sh:maxCount 1 ] ."
    rules = prepare(read_shapes([read(tmp_path, "shapes.ttl", shapes)]), own=False)
    data: Graph = joined(read_document(read(tmp_path, "data.ttl", DATA), "ttl").graphs.values())
    told = examine(data, rules, lambda found: [None])
    assert told.looked_at == {"https://e.example/S/k": 4}
    assert set(told.handed_over.values()) == {"it asks for itself"}
