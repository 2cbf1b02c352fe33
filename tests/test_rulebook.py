"""`organograph rules` and the options of reports: what they print, and how they end."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from organograph.cli import main
from organograph.report.examples import examples
from organograph.report.explained import explanations
from organograph.resources import cases_folder
from places import SHAPES, copied, edited
from shapecases import CASES, cases, rules


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_all_rules_are_listed() -> None:
    """Every rule of the shapes stands in the list, with what it demands."""
    done = run("rules")
    assert done.exit_code == 0
    named = re.findall(r"^  (\S+)  \S", done.stdout, re.M)
    assert set(named) == set(explanations(sorted(SHAPES.glob("*.ttl"))))
    assert set(rules()) <= set(named)
    assert "  shape:Unit-parent  has a parent\n" in done.stdout


@pytest.mark.parametrize("name", ["shape:Unit-parent", "Unit-parent", "unit-PARENT"])
def test_a_rule_is_explained(name: str) -> None:
    """Name, demand, reason, severity, message and examples of one rule are told, by its name with or without prefix."""
    told = run("rules", name).stdout
    for words in ("shape:Unit-parent\n", "Demands: has a parent", "Reason: Only the organization", "Severity: violation", "org:Organiz"):
        assert words in told
    assert "Sound (sound): Each unit of the base" in told
    assert "Faulty (parent-missing): A unit without a parent.\n  # taken away: unit:finance og:parent *\n" in told


def test_a_rule_is_explained_in_french() -> None:
    """Words, demand and message are French."""
    told = run("rules", "Unit-parent", "--language", "fr").stdout
    assert "Exige\u00a0: a un supérieur" in told
    assert "n’est placé sous rien" in told


def test_a_fault_of_tables_is_explained() -> None:
    """What is found before any shape runs is explained likewise."""
    assert "Demands: fills in what is needed" in run("rules", "table:empty-cell").stdout


@pytest.mark.parametrize(
    ("name", "words"), [("Unit-parnt", "Did you mean shape:Unit-parent?"), ("zzzz", "organograph rules lists them all.")]
)
def test_an_unknown_rule_is_told_with_the_likely_one(name: str, words: str) -> None:
    """A misspelt name ends with 2 and the name that was probably meant."""
    done = run("rules", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_rules_stands_alone(tmp_path: Path, language: str) -> None:
    """The page holds every rule under its anchor, asks for nothing, and all its links lead somewhere in it."""
    done = run("rules", "--html", "--language", language, "--out", tmp_path / "rules.html")
    assert (done.exit_code, done.stdout) == (0, "")
    page = (tmp_path / "rules.html").read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in page
    anchors = re.findall(r'\sid="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)
    assert {f"shape-{rule.removeprefix('shape:')}" for rule in rules()} <= set(anchors)
    assert not re.search(r"<script|<link|<img|\ssrc=|https?://[^ ]*\.css", page)


def test_examples_are_the_cases_of_the_tests() -> None:
    """Each case is an example of its rule, and its words are told whole."""
    assert cases_folder() == CASES
    for case in cases():
        (found,) = (example for example in examples(case.rule, CASES) if example.name == case.file.stem)
        assert found.sound == case.sound
        assert found.told
        assert len(found.at) == len(case.at)
        assert len(found.without) == len(case.without)


@pytest.fixture(scope="module")
def warned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables with one violation that is waived, and waivers that ran out or fit nothing, which are warnings."""
    folder = copied(tmp_path_factory.mktemp("warned"))
    edited(
        folder / "editions/2023-10/units.csv",
        "Office of Legal Affairs,office,post:director-general,",
        "Office of Legal Affairs,office,post:deputy-director-general-operations,",
    )
    (folder / "waivers.csv").write_text(
        "rule,thing,reason,who,until\n"
        "shape:IndependentOffice-deputy,unit:legal-affairs,The document is being read again,A. Steward,2999\n"
        "shape:Unit-kind,unit:legal-affairs,It was so,A. Steward,2020-05\n",
        encoding="utf-8",
    )
    return folder


def test_check_ends_by_what_it_is_told_to_fail_on(warned: Path, tmp_path: Path) -> None:
    """A warning fails a check only if warnings do; a waived violation never does; the report is in the file, the summary beside."""
    report = tmp_path / "report.json"
    done = run("check", warned, "--edition", "2023-10", "--fail-on", "violation", "--out", report)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "1 finding (1 warning, 1 waived)." in done.stderr
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [each["rule"] for each in told["findings"]] == ["waiver:expired"]
    assert [each["thing"].rpartition("/")[2] for each in told["waived"]] == ["legal-affairs"]
    again = run("check", warned, "--edition", "2023-10", "--fail-on", "warning")
    assert again.exit_code == 1
    assert "iom/waivers.csv, row 3, column until: The waiver of shape:Unit-kind" in again.stdout
    known = run("check", warned, "--edition", "2023-10", "--new-since", report)
    assert known.exit_code == 0
    assert "no findings (1 waived, 1 known already)." in known.stderr


def test_faults_of_tables_are_in_the_report(tmp_path: Path) -> None:
    """What keeps tables from being compiled is told in every format too, and ends with 1."""
    folder = copied(tmp_path)
    (folder / "persons.csv").unlink()
    done = run("check", folder, "--output-format", "json", "--fail-on", "violation")
    assert done.exit_code == 1
    assert "table:missing-file" in {each["rule"] for each in json.loads(done.stdout)["findings"]}


def test_a_workbook_needs_a_file() -> None:
    """What no terminal can show is refused in a sentence."""
    done = run("check", "--output-format", "xlsx")
    assert done.exit_code == 2
    assert "Name a file with --out." in done.stderr
    assert run("check", "--new-since", "/nowhere.json", "--edition", "2021-09").exit_code == 2


def test_only_what_came_after_an_edition_is_told(tmp_path: Path) -> None:
    """A fault that an earlier edition has too is left out, one that is new is told, and the earlier edition itself is silent."""
    folder = copied(tmp_path)
    for edition in ("2021-09", "2022-06"):
        edited(
            folder / f"editions/{edition}/posts.csv",
            "deputy-director-general-operations,Deputy Director General for",
            "deputy-director-general-operations, Deputy  Director General for",
        )
    table = folder / "editions/2023-10/units.csv"
    edited(table, "climate-action,Climate Action,", "climate-action,Protection,")
    everything = run("check", folder)
    assert {"[shape:Post-label-tidy]", "[shape:Unit-siblings]"} <= {line.rpartition(" ")[2] for line in everything.stdout.splitlines()}
    done = run("check", folder, "--new-since", "2021-09")
    assert done.exit_code == 1
    assert {line.rpartition(" ")[2] for line in done.stdout.splitlines()} == {"[shape:Unit-siblings]"}
    assert "known already" in done.stderr
    assert run("check", folder, "--new-since", "2021-09", "--edition", "2022-06").exit_code == 0
    told = run("check", folder, "--new-since", "1999-01")
    assert (told.exit_code, "or, of tables, an edition" in told.stderr) == (2, True)
