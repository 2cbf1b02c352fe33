"""The notebook: run cell by cell against a server that really listens, it answers its questions, and says where each answer is written."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from places import REPOSITORY
from serving import Running

NOTEBOOK = REPOSITORY / "docs/notebook/structure.ipynb"

# What the kernel's own libraries use, and are told of.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::UserWarning")


@pytest.fixture(scope="module")
def printed(iom: Running, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What each cell of code prints, by the heading above it."""
    place, kept = tmp_path_factory.mktemp("jupyter"), dict(os.environ)
    os.environ |= {"ORGANOGRAPH_ADDRESS": iom.address, "IPYTHONDIR": str(place / "ipython"), "PYTHONWARNINGS": "default"}
    os.environ |= {f"JUPYTER_{kind}_DIR": str(place / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    try:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        NotebookClient(
            notebook, timeout=120, startup_timeout=120, kernel_name="python3", resources={"metadata": {"path": str(place)}}
        ).execute()
    finally:
        os.environ.clear()
        os.environ.update(kept)
    found: dict[str, str] = {}
    heading = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            heading = cell.source.partition("\n")[0]
        found[heading] = found.get(heading, "") + "".join(output.get("text", "") for output in cell.get("outputs", []))
    return found


def test_independent_offices(printed: Mapping[str, str]) -> None:
    """Four offices are independent and report to the Director General; each is told with document and characters."""
    lines = printed["## Which offices are independent, and to whom do they report?"].splitlines()
    assert len(lines) == 8
    assert "Office of Legal Affairs reports to Director General." in lines
    assert all(line.endswith(" reports to Director General.") for line in lines[::2])
    assert set(lines[1::2]) == {"    Web page Director General, characters 852–875"}


def test_head_of_operations(printed: Mapping[str, str]) -> None:
    """Ugochi Daniels headed Operations in two editions, as documents say at some characters; of the third no document says."""
    lines = printed["## Who heads Operations in each edition?"].splitlines()
    assert {line[:24] for line in lines[:-1]} == {"2021-09: Ugochi Daniels ", "2022-06: Ugochi Daniels "}
    assert all(" characters " in line for line in lines[:-1])
    assert lines[-1] == "2023-10: no document says"


def test_units_under_migration_health(printed: Mapping[str, str]) -> None:
    """Eight units stand under Migration Health; each is told with the document and the characters, and what that puts above it."""
    units = printed["## What are the units under Migration Health?"].splitlines()
    assert len(units) == 8
    assert "Mental Health and Psychosocial Support Unit" in units
    told = next(text for heading, text in printed.items() if heading.startswith("Where does it say so?")).splitlines()
    assert {line.partition(": ")[0] for line in told} == set(units)
    assert all(" characters " in line and line.endswith(", below Migration Health Division") for line in told)


def test_notebook_is_stored_without_what_it_printed() -> None:
    """Outputs and counters are not stored, so that a diff shows what people wrote; the file is a valid notebook."""
    text = NOTEBOOK.read_text(encoding="utf-8")
    told: dict[str, Any] = json.loads(text)
    nbformat.validate(nbformat.from_dict(told))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    assert len(code) >= 5
    assert [cell for cell in code if cell["outputs"] or cell["execution_count"] is not None] == []
    assert text == json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def test_notebook_leads_on(iom: Running) -> None:
    """It names no address but that of the server, and none of a machine."""
    text = Path(NOTEBOOK).read_text(encoding="utf-8")
    assert "127.0.0.1:8000" in text
    assert str(Path.home()) not in text
