"""The steward's page, the hooks and the action: what they name is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from organograph.skeleton import Beginning, skeleton
from organograph.tabular.schema import TABLES
from organograph_server.cli import serve
from places import REPOSITORY
from test_cli import run

PAGES = {
    "docs/steward.md": (REPOSITORY / "docs/steward.md").read_text(encoding="utf-8"),
    ".pre-commit-hooks.yaml": (REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"),
    "README.md of a new dataset": skeleton(Beginning("A", "https://a.example/", "", "Head", "2024-05"))[Path("README.md")].decode(),
}
HOOKS = PAGES[".pre-commit-hooks.yaml"]


@cache
def help_of(*command: str) -> str:
    """What a command tells of itself; it ends with 0 only where there is such a command."""
    alone = {"help_option_names": ["-h", "--help"]}  # click keeps the first it makes, and docs are made of it too
    done = CliRunner().invoke(serve, ["--help"], **alone) if command == ("serve",) else run(*command, "--help")
    assert done.exit_code == 0, f"organograph {' '.join(command)}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_commands_and_options_exist(page: str) -> None:
    """Each command that a page names exists and has the options shown with it."""
    told = re.findall(r"organograph (init|check|fmt|evidence|build|serve|export|import|diff|new edition)\b([^\n`#]*)", PAGES[page])
    assert len(told) >= 2
    for command, rest in told:
        words = help_of(*command.split())
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in words, f"organograph {command} {option}"


def test_the_hook_takes_every_table() -> None:
    """The hook for canonical form runs on each table, on Turtle, and on nothing else."""
    pattern = re.compile(next(line for line in HOOKS.splitlines() if "(^|/)" in line).partition("files: ")[2])
    for table in TABLES:
        assert pattern.search(f"iom/editions/2023-10/{table.name}.csv")
    assert pattern.search("kinds.ttl")
    for other in ("iom/people.csv", "iom/dataset.toml", "myunits.csv", "units.csv.bak"):
        assert not pattern.search(other)


def test_the_action_installs_what_is_pinned() -> None:
    """The action installs the pinned requirements and this package from where it stands, and takes its inputs by environment only."""
    text = (REPOSITORY / "action.yml").read_text(encoding="utf-8")
    assert 'install -r "$GITHUB_ACTION_PATH/requirements.txt"' in text
    assert (REPOSITORY / "requirements.txt").is_file()
    runs = [line for line in text.splitlines() if "organograph/bin" in line or "install " in line]
    assert len(runs) >= 4
    assert all("${{" not in line for line in runs)


def test_the_current_folder_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of tables itself, findings name its files with the folder's name, as from anywhere else."""
    assert run("init", tmp_path / "here", "--name", "A", "--base", "https://a.example/").exit_code == 0
    (tmp_path / "here/persons.csv").unlink()
    monkeypatch.chdir(tmp_path / "here")
    assert run("build", ".", "--out", tmp_path / "out").stdout.startswith("here/persons.csv: The table persons is missing.")
