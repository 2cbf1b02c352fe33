"""Disks that are full, really or by the system's limit: builders and publishers say so, and what was there stays whole."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from organograph_server.dataset.published import read_current

_PROGRAM = str(Path(sys.executable).parent / "organograph")
COMMANDS = {"build": "--out", "publish": "--to"}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk that holds one dataset and the beginning of another."""
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=18m", "tmpfs", str(folder)], capture_output=True, check=False)
    if done.returncode:
        pytest.skip("this system lets nobody mount a small disk, so none is filled; RLIMIT_FSIZE is tried beside it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def run(command: str, target: Path, base: str, limits: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """The command, ended."""
    words = [_PROGRAM, command, COMMANDS[command], str(target), "--base", base]
    return subprocess.run(words, capture_output=True, text=True, check=False, preexec_fn=limits)


def assert_whole_and_alone(target: Path, state: str) -> None:
    """What is there is the dataset of that state, and nothing half written takes room."""
    found = read_current(target)
    assert (found.state, found.notice) == (state, "")
    folders = [folder for folder in (target.parent, target / "releases") if folder.is_dir()]
    left = [path.name for folder in folders for path in folder.iterdir() if path.name.startswith(".")]
    assert left == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk to fill")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, command: str) -> None:
    """However much room is left for the second dataset, the command ends with status 2 and a sentence, and the first stays whole."""
    with small_disk(tmp_path / "disk") as disk:
        target = disk / "data"
        assert run(command, target, "http://one.example/").returncode == 0
        state = read_current(target).state
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        for megabytes in (0, 4):
            (disk / "filler").write_bytes(b"x" * max(int(free - megabytes * 1_000_000) - 4_096, 0))
            told = run(command, target, "http://two.example/")
            assert told.returncode == 2
            assert "No space left on device" in told.stderr
            (disk / "filler").unlink()
            assert_whole_and_alone(target, state)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_limit_of_files_leaves_what_was_there(tmp_path: Path, command: str) -> None:
    """Where the system lets no file grow any more (RLIMIT_FSIZE), it is the same."""
    target = tmp_path / "data"
    assert run(command, target, "http://one.example/").returncode == 0
    state = read_current(target).state

    def limited() -> None:
        # Beyond it the system ends a process, unless that ignores the signal, as Python does.
        with suppress(ValueError):
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    told = run(command, target, "http://two.example/", limited)
    assert told.returncode == 2
    assert "File too large" in told.stderr
    assert_whole_and_alone(target, state)
