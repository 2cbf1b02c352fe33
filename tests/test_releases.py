"""Releases: published whole or not at all, whatever happens while they are written, and rolled back by one rename."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from organograph.cli import main
from organograph.errors import BuildFailed, DatasetUnreadable, Locked
from organograph.locking import locked
from organograph.releases import Releases
from places import TABLES

ONE = {"manifest.json": b"{}", "dataset.nq": b"", "editions/a.ttl": b"# one"}
TWO = {"manifest.json": b"{ }", "dataset.nq": b"", "editions/a.ttl": b"# two"}


def whole(root: Path) -> bytes:
    """The release that is current, which must be one of the two, whole."""
    current = Releases(root).current
    assert current is not None
    held = {str(path.relative_to(current)): path.read_bytes() for path in current.rglob("*") if path.is_file()}
    assert held in (ONE, TWO)
    return held["editions/a.ttl"]


def test_a_release_becomes_current_and_an_earlier_one_again(tmp_path: Path) -> None:
    """Publishing links to the new release, a rollback to the one before or to the one named; the history tells each step."""
    releases = Releases(tmp_path / "live")
    first, second = releases.publish(ONE), releases.publish(TWO)
    assert whole(tmp_path / "live") == b"# two"
    assert releases.rollback().name == first.name
    assert whole(tmp_path / "live") == b"# one"
    assert releases.rollback(second.name[:6]).name == second.name
    assert [(entry.name, entry.why) for entry in releases.history()] == [
        (first.name, "publish"),
        (second.name, "publish"),
        (first.name, "rollback"),
        (second.name, "rollback"),
    ]


def test_the_same_files_are_the_same_release(tmp_path: Path) -> None:
    """To publish again what is current changes nothing."""
    releases = Releases(tmp_path)
    first = releases.publish(ONE)
    before = sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file())
    assert releases.publish(ONE) == first
    assert sorted((path, path.lstat().st_mtime_ns) for path in tmp_path.rglob("*") if path.is_file()) == before


def test_the_last_releases_stay(tmp_path: Path) -> None:
    """As many as are asked for, the current one among them; the others go."""
    releases = Releases(tmp_path)
    published = [releases.publish(ONE | {"manifest.json": b" " * number}, keep=3).name for number in range(6)]
    assert sorted(path.name for path in (tmp_path / "releases").iterdir()) == sorted(published[-3:])
    assert [path.name for path in releases.earlier()] == [published[-2], published[-3]]


@pytest.mark.parametrize("name", ["", "nowhere"])
def test_a_rollback_to_nothing_is_refused(tmp_path: Path, name: str) -> None:
    """Where there is no earlier release, or none of that name, the message lists those that there are."""
    releases = Releases(tmp_path)
    releases.publish(ONE)
    with pytest.raises(DatasetUnreadable, match="The earlier releases are: none"):
        releases.rollback(name or None)


def test_something_else_is_not_overwritten(tmp_path: Path) -> None:
    """A directory that holds something that is no release is left alone."""
    (tmp_path / "letters.txt").write_text("keep me")
    with pytest.raises(BuildFailed, match="something else"):
        Releases(tmp_path).publish(ONE)
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def _failing(monkeypatch: pytest.MonkeyPatch, at: int) -> Callable[[], int]:
    """Let the call to the system of that number fail, among all that write."""
    calls = 0
    for module, name in ((os, "fsync"), (os, "rename"), (os, "open"), (os, "symlink"), (os, "mkdir")):
        original = getattr(module, name)

        def call(*arguments: object, original: Callable[..., object] = original, **options: object) -> object:
            nonlocal calls
            calls += 1
            if calls == at:
                raise OSError(28, "No space left on device")
            return original(*arguments, **options)

        monkeypatch.setattr(module, name, call)
    return lambda: calls


def test_a_fault_at_every_step_leaves_a_whole_release(tmp_path: Path) -> None:
    """Whichever write, sync or rename fails: it is told, one release is current and whole, and the next attempt works."""
    at, told = 1, 0
    while True:
        root = tmp_path / str(at)
        Releases(root).publish(ONE)
        with pytest.MonkeyPatch.context() as patch:
            calls = _failing(patch, at)
            try:
                Releases(root).publish(TWO)
            except BuildFailed as error:
                told += "No space left on device" in str(error)
            made = calls()
        assert whole(root) in (b"# one", b"# two")
        Releases(root).publish(TWO)
        assert whole(root) == b"# two"
        assert not [path for path in (root / "releases").iterdir() if path.name.startswith(".")]
        if made < at:
            break
        at += 1
    assert told > 10


def _publish_for_ever(root: Path) -> int:
    """The number of a process that publishes one release after the other."""
    pid = os.fork()
    while pid == 0:
        try:
            for files in (TWO, ONE):
                Releases(root).publish(files, keep=1)
        except BaseException:
            os._exit(1)
    return pid


def test_who_is_ended_at_any_moment_leaves_a_whole_release(tmp_path: Path) -> None:
    """Publishers that are killed without warning, again and again, leave the old release or the new one, and no lock."""
    root = tmp_path / "live"
    Releases(root).publish(ONE)
    seen = set()
    for turn in range(60):
        pid = _publish_for_ever(root)
        time.sleep(0.002 + 0.0013 * turn)
        os.kill(pid, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        seen.add(whole(root))
    Releases(root).publish(TWO)
    assert whole(root) == b"# two"
    assert seen == {b"# one", b"# two"}


def test_two_at_once_are_told_who_is_first(tmp_path: Path) -> None:
    """The second publisher, or builder, is told who holds the lock and since when, and ends with status 75."""
    Releases(tmp_path / "live").publish(ONE)
    with locked(tmp_path / "live" / ".lock"):
        with pytest.raises(Locked, match=f"process {os.getpid()} on "):
            Releases(tmp_path / "live").publish(TWO)
        with pytest.raises(Locked):
            Releases(tmp_path / "live").rollback()
    Releases(tmp_path / "live").publish(TWO)
    with locked(tmp_path / ".out.lock"):
        told = CliRunner().invoke(main, ["build", "--out", str(tmp_path / "out")])
    assert (told.exit_code, "is being written by" in told.output) == (75, True)
    assert CliRunner().invoke(main, ["build", "--out", str(tmp_path / "out")]).exit_code == 0


def test_the_command_publishes_what_is_sound(tmp_path: Path) -> None:
    """`organograph publish` checks, compiles and links; `rollback --list` tells; faulty tables change nothing."""
    live, tables = tmp_path / "live", tmp_path / "tables"
    shutil.copytree(TABLES, tables)
    run = CliRunner().invoke
    assert run(main, ["publish", str(tables), "--to", str(live)]).exit_code == 0
    first = Releases(live).current
    assert first is not None
    assert json.loads((first / "manifest.json").read_text())["latest"]
    units = next((tables / "editions").iterdir()) / "units.csv"
    lines = units.read_text("utf-8").splitlines(keepends=True)
    units.write_text("".join([*lines, lines[-1]]), "utf-8")
    refused = run(main, ["publish", str(tables), "--to", str(live)])
    assert (refused.exit_code, Releases(live).current) == (1, first)
    assert "units.csv" in refused.output
    listed = run(main, ["rollback", "--to", str(live), "--list"])
    assert (first.name in listed.output, "current" in listed.output) == (True, True)
    assert run(main, ["rollback", "--to", str(live)]).exit_code == 2
