"""The command line: what it prints, its exit status, and its sentences for mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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
        (("build", "/nowhere/at/all"), "is no folder of tables"),
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
