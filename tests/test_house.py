"""The house: files begin with what they hold, files and functions stay small, docs are what the code says."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from re import _parser as sre_parse  # type: ignore[attr-defined]

import pytest

from places import REPOSITORY

CODE = sorted(path for room in ("build", "server", "docs", "bench") for path in (REPOSITORY / room).rglob("*.py"))
LENGTHS = [
    (path.relative_to(REPOSITORY), node.name, (node.end_lineno or 0) - node.lineno + 1)
    for path in CODE
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_file_begins_with_what_it_holds(path: Path) -> None:
    """Each module's docstring begins with one sentence, and the module has at most 300 lines."""
    text = path.read_text(encoding="utf-8")
    first = (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0]
    assert first.endswith((".", ";", ":"))
    assert text.count("\n") <= 300


def test_no_possessive_quantifiers() -> None:
    """No regular expression of a module uses what Python 3.11.0 to 3.11.3 misreads."""
    names = [str(path.relative_to(REPOSITORY / path.parts[len(REPOSITORY.parts)]).with_suffix("")).replace("/", ".") for path in CODE]
    modules = [importlib.import_module(name) for name in names if name.startswith("organograph") and not name.endswith("__main__")]
    patterns = {held.pattern: held for module in modules for held in vars(module).values() if isinstance(held, re.Pattern)}
    parsed = {text: repr(sre_parse.parse(text, held.flags & ~re.DEBUG)) for text, held in patterns.items()}
    assert len(parsed) > 20
    assert [text for text, tree in parsed.items() if "POSSESSIVE" in tree or "ATOMIC" in tree] == []


def test_functions_are_small() -> None:
    """No function is longer than 50 lines, nine in ten have at most 25."""
    lengths = [length for _, _, length in LENGTHS]
    assert [entry for entry in LENGTHS if entry[2] > 50] == []
    assert statistics.quantiles(lengths, n=10)[-1] <= 25


def test_no_package_shadows_the_build_tool() -> None:
    """`python -m build` works, since build/ is no package."""
    assert not (REPOSITORY / "build/__init__.py").exists()
    assert "build/" not in (REPOSITORY / ".gitignore").read_text(encoding="utf-8").split()


def test_generated_files_are_current() -> None:
    """What `make docs` would write is what stands there."""
    spec = importlib.util.spec_from_file_location("make_docs", REPOSITORY / "docs/make.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    stale = [
        str(path.relative_to(REPOSITORY))
        for path, text in made.generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run make docs"


def test_wheel_holds_everything(tmp_path: Path) -> None:
    """The wheel holds both packages, the ontology with its tables, and the shapes."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)], cwd=REPOSITORY, check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        "organograph/cli/__init__.py",
        "organograph/py.typed",
        "organograph/ontology/organograph.ttl",
        "organograph/ontology/iom/editions/2022-06/units.csv",
        "organograph/ontology/queries/chain-of-command.ttl",
        "organograph/shapes/unit.ttl",
        "organograph/shapes/cases/_base.ttl",
        "organograph/shapes/cases/Unit-parent/parent-missing.ttl",
        "organograph_server/app.py",
        *_server_files(),
    }
    assert wanted <= names


def _server_files() -> Iterator[str]:
    room = REPOSITORY / "server"
    for folder in ("templates", "static"):
        yield from (str(path.relative_to(room)) for path in (room / "organograph_server" / folder).rglob("*") if path.is_file())


def test_arrows_run_one_way() -> None:
    """The contracts between rooms in pyproject.toml hold."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("library", "rooms"),
    [
        ("flask", {"server/organograph_server"}),
        ("pyshacl", {"build/organograph/conformance/reference.py"}),
        (
            "owlready2",
            {"build/organograph/reasoning/"},
        ),
        (
            "click",
            {
                "build/organograph/__main__.py",
                "build/organograph/cli/",
                "server/organograph_server/cli.py",
                "server/organograph_server/loadcli.py",
                "docs/make.py",
            },
        ),
    ],
)
def test_libraries_keep_to_their_rooms(library: str, rooms: set[str]) -> None:
    """Each library is imported only where it has its job."""
    for path in CODE:
        if path.is_relative_to(REPOSITORY / "bench"):
            continue  # measures the libraries themselves
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if any(name.partition(".")[0] == library for name in names):
            place = str(path.relative_to(REPOSITORY))
            assert any(place.startswith(room) for room in rooms), place
