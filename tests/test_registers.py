"""Registers that are made for measuring: sound, always the same, and at fault exactly where faults were planted."""

from __future__ import annotations

import importlib
import io
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from organograph.cli import common
from organograph.conformance.verdict import Verdicts, all_faults
from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.inmemory import compiled
from organograph.names import Names
from organograph.publish import build
from organograph.resources import ontology_folder, shapes_folder
from organograph.tabular.assemble import assemble
from places import REPOSITORY


@pytest.fixture
def registers(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(REPOSITORY / "bench"))
    return importlib.import_module("registers")


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _found(folder: Path) -> list[tuple[str, str]]:
    ontology, names = ontology_graph(ontology_folder()), Names()
    parts = list(Verdicts(names, ontology, shapes_folder()).of(assemble(folder, kind_notations(ontology))))
    return sorted((fault.rule, (fault.thing or "").rpartition("/")[2]) for fault in all_faults(parts))


def test_a_seed_makes_one_register(registers: ModuleType, tmp_path: Path) -> None:
    """The same seed gives the same bytes, another one another register of three editions."""
    for name, seed in (("one", 1), ("again", 1), ("other", 2)):
        registers.write_register(tmp_path / name, 300, seed)
    one, again, other = (_contents(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again != other
    assert {path.split("/")[1] for path in one if path.startswith("editions/")} == set(registers.EDITIONS)


def test_rules_find_exactly_what_was_planted(registers: ModuleType, tmp_path: Path) -> None:
    """A register checks clean; with faults each rule is broken by the units at fault and by no other."""
    assert registers.write_register(tmp_path / "sound", 400) == []
    assert _found(tmp_path / "sound") == []
    planted = registers.write_register(tmp_path / "faulty", 400, faults=8)
    assert {rule for rule, _ in planted} == set(registers.FAULTS.values())
    assert _found(tmp_path / "faulty") == sorted(planted)


def test_both_ways_of_compiling_give_the_same_bytes(registers: ModuleType, tmp_path: Path) -> None:
    """A dataset written graph by graph and one compiled in memory are the same files, with the same findings in their reports."""
    registers.write_register(tmp_path / "faulty", 200, faults=8)
    dataset, names = assemble(tmp_path / "faulty", kind_notations(ontology_graph(ontology_folder()))).dataset, Names()
    assert dataset is not None
    issued = datetime(2026, 1, 2, tzinfo=UTC)
    whole, manifest = compiled(dataset, names, ontology_folder(), shapes_folder(), issued)
    assert build(dataset, names, ontology_folder(), shapes_folder(), tmp_path / "out", issued) == manifest
    assert _contents(tmp_path / "out") == whole
    (last,) = [data.decode() for path, data in whole.items() if path == f"editions/{registers.EDITIONS[-1]}/report.ttl"]
    assert last.count("a sh:ValidationResult ") >= 8


def test_a_register_tells_of_every_kind_of_change(registers: ModuleType, tmp_path: Path) -> None:
    """Units are founded, closed, joined, split and succeeded, renamed and moved."""
    registers.write_register(tmp_path, 1000)
    told = (tmp_path / "changes.csv").read_text("utf-8")
    assert all(f",{way}," in told for way in ("foundation", "closure", "merger", "split", "succession"))
    before, after = (_rows(tmp_path / "editions" / edition / "units.csv") for edition in registers.EDITIONS[:2])
    both = before.keys() & after.keys()
    assert any(before[unit][1] != after[unit][1] for unit in both)
    assert any(before[unit][3] != after[unit][3] for unit in both)


def _rows(path: Path) -> dict[str, list[str]]:
    return {line.split(",")[0]: line.split(",") for line in path.read_text("utf-8").splitlines()[1:]}


def test_a_bar_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is drawn at most ten times in a second, and tells the time that is left once that can be known."""
    now, told = [0.0], io.StringIO()
    monkeypatch.setattr(common.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(common.click, "echo", lambda text, err, nl: told.write(text))
    bar = common.Bar("compiling")
    for second, done in ((0.05, 1), (10.0, 25), (10.05, 26), (20.0, 50)):
        now[0] = second
        bar.tell(done, 100)
    assert [line for line in told.getvalue().split("\r\x1b[K") if line] == [
        f"compiling {'█' * 8}{'░' * 22}  25%, 30 s left",
        f"compiling {'█' * 15}{'░' * 15}  50%, 20 s left",
    ]


def test_a_bar_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    """On a terminal a build draws a bar and takes it away at its end; in a pipe or a file there is none."""
    command = [sys.executable, "-m", "organograph", "build", "--out", str(tmp_path / "out")]
    path = os.pathsep.join(str(REPOSITORY / room) for room in ("build", "server"))
    environ = os.environ | {"PYTHONPATH": path}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environ, cwd=tmp_path) as process:
        os.close(theirs)
        told = b""
        while data := _read(ours):
            told += data
    os.close(ours)
    assert process.returncode == 0
    assert told.endswith(b"\r\x1b[K")
    piped = subprocess.run(command, capture_output=True, env=environ, cwd=tmp_path, check=True)
    assert b"\x1b" not in piped.stderr + piped.stdout


def _read(terminal: int) -> bytes:
    """What is written to a terminal; nothing once nobody writes any more, which Linux calls an error."""
    try:
        return os.read(terminal, 10_000)
    except OSError:
        return b""
