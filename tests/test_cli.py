"""The command line: what it prints, its exit status, and its sentences for mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rdflib import SH, Graph

from organograph.cli import main
from places import copied, edited, shared


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], env=environment)


def test_build_says_what_it_wrote(tmp_path: Path) -> None:
    """A build prints where it wrote, how much, and under which base."""
    done = run("build", "--out", tmp_path / "out", HOST="127.0.0.1", PORT="8123")
    assert done.exit_code == 0
    assert "3 editions, base http://127.0.0.1:8123/" in done.stdout
    assert json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))["base"] == "http://127.0.0.1:8123/"


def test_faulty_tables_are_told_and_the_last_build_stays(tmp_path: Path) -> None:
    """Faults end a build with 1, all are printed, and what was built before is untouched."""
    folder, out = copied(tmp_path), tmp_path / "out"
    assert run("build", folder, "--out", out).exit_code == 0
    before = (out / "manifest.json").read_bytes()
    edited(folder / "editions/2023-10/units.csv", "Climate Action,unspecified,", "Climate Action,programme,")
    edited(folder / "editions.csv", "2022-06,2,2022-06,", "2022-06,2,June,")
    done = run("build", folder, "--out", out)
    assert done.exit_code == 1
    assert "column kind: 'programme' is no kind" in done.stdout
    assert "iom/editions.csv, row 3, column not_before" in done.stdout
    assert (out / "manifest.json").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build", "/nowhere/at/all"), "There is no folder /nowhere/at/all."),
        (("build", "--base", "not an address"), "cannot be used"),
        (("check", "--edition", "1999-01"), "The editions are: 2021-09, 2022-06, 2023-10."),
        (("reason", "--edition", "1999-01"), "There is no edition '1999-01'."),
        (("evidence", "--sources", "/nowhere"), "cannot be read"),
    ],
)
def test_mistake_is_told_in_a_sentence(arguments: tuple[str, ...], words: str) -> None:
    """What could not run ends with 2, a sentence on standard error, and no traceback."""
    done = run(*arguments)
    assert done.exit_code == 2
    assert words in done.stderr
    assert done.stdout == ""
    assert isinstance(done.exception, SystemExit)


def test_bundled_dataset_is_clean() -> None:
    """No rule finds anything in the bundled dataset, and every part of it was looked at."""
    done = run("check")
    assert (done.exit_code, done.stdout) == (0, "")
    for part in ("edition 2021-09", "edition 2022-06", "edition 2023-10", "evidence 2022-06/structure-2022", "register"):
        assert part in done.stderr
    assert "no findings" in done.stderr


def test_finding_names_file_row_and_column(tmp_path: Path) -> None:
    """A rule broken by a cell is told at that cell, in a steward's words."""
    folder = copied(tmp_path)
    table = folder / "editions/2023-10/units.csv"
    edited(
        table,
        "Office of Legal Affairs,office,post:director-general,",
        "Office of Legal Affairs,office,post:deputy-director-general-operations,",
    )
    row = next(number for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1) if line.startswith("legal-affairs,"))
    done = run("check", folder, "--edition", "2023-10")
    assert done.exit_code == 1
    assert done.stdout.startswith(
        f"iom/editions/2023-10/units.csv, row {row}, column parent: The independent office “Office of Legal Affairs”"
    )
    assert "[shape:IndependentOffice-deputy]" in done.stdout


def test_findings_in_french(tmp_path: Path) -> None:
    """Findings are told in French where that is asked for."""
    folder = copied(tmp_path)
    edited(
        folder / "editions/2023-10/units.csv",
        "Office of Legal Affairs,office,post:director-general,",
        "Office of Legal Affairs,office,post:deputy-director-general-operations,",
    )
    done = run("check", folder, "--edition", "2023-10", "--language", "fr")
    assert "« Office of Legal Affairs »" in done.stdout


def test_evidence_is_proved() -> None:
    """Every span of the bundled tables matches, as text and as JSON."""
    documents = shared("sources")
    done = run("evidence", "--sources", documents)
    assert done.exit_code == 0
    assert "(100.0 %)" in done.stderr
    told = json.loads(run("evidence", "--sources", documents, "--json").stdout)
    assert sum(each["spans"] for each in told) == sum(each["matched"] for each in told) > 600


def test_reasoning_is_consistent() -> None:
    """HermiT finds an edition consistent and tells what it infers."""
    done = run("reason", "--edition", "2023-10")
    assert done.exit_code == 0, done.output
    assert "edition 2023-10: consistent, 0 unsatisfiable classes" in done.stdout


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A Turtle file with a unit that stands under two others."""
    file = tmp_path / "unit.ttl"
    file.write_text(
        """@prefix org: <http://www.w3.org/ns/org#> . @prefix og: <https://w3id.org/organograph/ns#> . @prefix : <u:> .
        :a a org:OrganizationalUnit ;
            og:parent :b ,
                :c .
        """,
        encoding="utf-8",
    )
    return file


def test_an_rdf_file_is_checked_by_the_shipped_rules(unit: Path) -> None:
    """Every statement that is too much is told with line and character, and rules that looked at nothing are told."""
    done = run("check", unit)
    assert done.exit_code == 1
    (told,) = (line for line in done.stdout.splitlines() if line.endswith("[shape:Unit-parent-only-one]"))
    assert told.startswith(f"{unit}:3:23, {unit}:4:17: ")
    assert f"{unit}:2:9: " in done.stdout
    assert "Rules that found nothing to look at: " in done.stderr


def test_counts_and_coverage_are_told(unit: Path) -> None:
    """How many things each rule looked at, and what none did."""
    shapes = unit.with_name("shapes.ttl")
    shapes.write_text("<u:S> <http://www.w3.org/ns/shacl#targetNode> <u:z> ; <http://www.w3.org/ns/shacl#minLength> 3 .", encoding="utf-8")
    done = run("check", unit, "--shapes", shapes, "--counts", "--coverage")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "       1 u:S\n" in done.stderr
    assert f"{unit}: no rule looked at <u:a>\n" in done.stderr


def test_tables_are_checked_by_other_peoples_shapes(tmp_path: Path) -> None:
    """Findings of others' shapes in tables are told at their cells."""
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix org: <http://www.w3.org/ns/org#> .\n"
        "<u:S> sh:targetClass org:Post ; sh:property [ sh:path <http://www.w3.org/2004/02/skos/core#prefLabel> ; sh:maxLength 20 ] .",
        encoding="utf-8",
    )
    done = run("check", "--shapes", shapes, "--edition", "2023-10", "--coverage")
    assert done.exit_code == 1
    assert "iom/editions/2023-10/posts.csv, row " in done.stdout
    assert "column name: “Deputy Director General for Operations” has a value of skos:prefLabel that is longer than 20" in done.stdout
    assert "edition 2023-10: no rule looked at <http://127.0.0.1:8000/id/unit/legal-affairs>" in done.stderr


PERSON = "@prefix sh: <http://www.w3.org/ns/shacl#> . <u:S> sh:targetClass <u:Person> ; sh:property <u:P> . <u:P> sh:path <u:p> ; "


@pytest.mark.parametrize(
    ("shapes", "arguments", "says"),
    [
        ("", (), "No shape has a target, so nothing would be looked at."),
        (f"{PERSON} sh:minCount 1 .", (), "No rule looked at anything in"),
        (f"{PERSON} sh:minCount 1 . <u:T> sh:targetNode <u:a> ; sh:class <u:A> .", (), "Rules that looked at nothing in"),
        (f"{PERSON} sh:minCount 1 .", ("--allow-empty", "u:Q"), "There is no rule u:Q to be allowed to look at nothing. The rules are"),
        (f"{PERSON} sh:maxcount 1 .", (), "shapes.ttl:1:134: sh:maxcount is no term of SHACL, so it would"),
        (f"{PERSON} sh:minCount 1 ", (), "shapes.ttl:1:136: Unexpected end"),
        ('@prefix sh: <http://www.w3.org/ns/shacl#> . <u:T> sh:targetNode "' + "a" * 40 + '!" ; sh:pattern "^(a+)+$" .',
         ("--engine", "reference", "--time-limit", "2"), "took more than 2 seconds"),
    ],
)  # fmt: skip
def test_what_would_pass_without_looking_could_not_run(unit: Path, shapes: str, arguments: tuple[str, ...], says: str) -> None:
    """Shapes that look at nothing, cannot be read or never end are told in a sentence, with status 2."""
    file = unit.with_name("shapes.ttl")
    file.write_text(shapes, encoding="utf-8")
    done = run("check", unit, "--shapes", file, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_rule_may_be_allowed_to_look_at_nothing(unit: Path) -> None:
    """What is meant to be empty passes, if another rule looked."""
    file = unit.with_name("shapes.ttl")
    file.write_text(f"{PERSON} sh:minCount 1 . <u:T> sh:targetNode <u:a> ; sh:nodeKind sh:IRI .", encoding="utf-8")
    assert run("check", unit, "--shapes", file, "--allow-empty", "u:P").exit_code == 0


@pytest.mark.parametrize(
    ("name", "text", "arguments", "says"),
    [
        ("file.ttl", "<u:a> <u:b> <u:c>", (), "file.ttl:1:18: Unexpected end"),
        ("file.ttl", "", (), "No rule looked at anything in"),
        ("file.txt", "", (), "does not tell its format. Suffixes known are .ttl, .trig, .nt, .nq, .jsonld, .rdf; or give --format."),
        ("file.txt", "<u:a>", ("--format", "nt"), "file.txt:1:6: "),
        ("file.jsonld", '{"@context": "http://127.0.0.1:9/"}', (), "nothing is fetched"),
        ("file.rdf", "<!DOCTYPE r [<!ENTITY a 'b'>]><r/>", (), "file.rdf:1:14: the file declares entities."),
    ],
)
def test_a_file_that_cannot_be_checked_is_told(tmp_path: Path, name: str, text: str, arguments: tuple[str, ...], says: str) -> None:
    """File, line and position where known, in a sentence, with status 2."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    done = run("check", tmp_path / name, *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert says in done.stderr
    assert run("check", tmp_path / "missing.ttl").exit_code == 2
    assert "is checked alone" in run("check", tmp_path / name, tmp_path).stderr


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_both_engines_tell_every_place_in_every_format(unit: Path, engine: str) -> None:
    """Whatever runs other people's shapes, JSON and SARIF tell the further places of a finding as the text does."""
    shapes = unit.with_name("shapes.ttl")
    shapes.write_text(
        "[] <http://www.w3.org/ns/shacl#targetNode> <u:a> ; <http://www.w3.org/ns/shacl#property> "
        "[ <http://www.w3.org/ns/shacl#path> <https://w3id.org/organograph/ns#parent> ; <http://www.w3.org/ns/shacl#maxCount> 1 ] .",
        encoding="utf-8",
    )

    def told(chosen: str) -> str:
        done = run("check", unit, "--shapes", shapes, "--engine", engine, "--format", "ttl", "--output-format", chosen)
        assert done.exit_code == 1, done.output
        return done.stdout

    assert told("text").startswith(f"{unit}:3:23, {unit}:4:17: “u:a” has too many values of og:parent: u:b, u:c")
    (finding,) = json.loads(told("json"))["findings"]
    assert (finding["line"], finding["position"]) == (3, 23)
    assert finding["also"] == [{"file": str(unit), "line": 4, "column": None, "position": 17, "value": "u:c"}]
    (result,) = json.loads(told("sarif"))["runs"][0]["results"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"] == {"startLine": 4, "startColumn": 17, "endColumn": 18}
    (node,) = Graph().parse(data=told("shacl"), format="turtle").objects(None, SH.sourceShape)
    assert str(node) == "https://w3id.org/organograph/rule/shape%20of%20u%3Aa%2Fparent"


def test_a_thing_without_a_name_is_known_again(unit: Path) -> None:
    """A finding about a blank node is the same in the next check, whose labels are others."""
    unit.write_text("[ <u:p> 1 ] .", encoding="utf-8")
    shapes = unit.with_name("shapes.ttl")
    shapes.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . <u:S> sh:targetSubjectsOf <u:p> ; sh:nodeKind sh:IRI .", encoding="utf-8"
    )
    earlier = unit.with_name("earlier.json")
    assert run("check", unit, "--shapes", shapes, "--out", earlier).exit_code == 1
    assert "The value “[]” is not of kind sh:IRI" in earlier.read_text(encoding="utf-8")
    again = run("check", unit, "--shapes", shapes, "--new-since", earlier)
    assert (again.exit_code, again.stdout) == (0, "")
