"""check --watch: findings anew after each save, through files that cannot be read, until Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from organograph.kept import Kept
from places import copied

UNIT = "<https://example.org/u> a <http://www.w3.org/ns/org#OrganizationalUnit> ."


class Watch:
    """A watch that runs: what it says, line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def round(self) -> list[str]:
        """The lines of one check, from the time to the summary or the error."""
        lines: list[str] = []
        assert self._process.stdout is not None
        while not lines or not re.match(r"\d+ rules, |organograph: ", lines[-1]):
            line = self._process.stdout.readline()
            assert line, f"The watch ended after {lines}."
            lines.append(line.rstrip("\n"))
        return lines

    def end(self) -> tuple[int, str]:
        """The exit status after Ctrl-C, and what was still said."""
        time.sleep(0.3)  # a check is over a moment after its last line
        self._process.send_signal(signal.SIGINT)
        rest, _ = self._process.communicate(timeout=120)
        return self._process.returncode, rest


@contextmanager
def watching(*arguments: str) -> Iterator[Watch]:
    command = [sys.executable, "-u", "-m", "organograph", "check", "--watch", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8") as process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def test_tables_are_checked_again_when_one_is_saved(tmp_path: Path) -> None:
    """Each save is followed by a line with the time and the findings anew; Ctrl-C ends with the status of the last check."""
    folder = copied(tmp_path)
    units = folder / "editions/2022-06/units.csv"
    sound = units.read_text(encoding="utf-8")
    with watching(str(folder)) as watch:
        first = watch.round()
        assert re.fullmatch(r"--- \d\d:\d\d:\d\d ---", first[0])
        assert first[-1].endswith("rules, no findings.")
        units.write_text(sound.replace("treasury,Treasury Division,division", "treasury,Treasury Division,nonsense"), encoding="utf-8")
        told = watch.round()
        assert [line for line in told if "units.csv, row 81, column kind" in line or "[table:missing-reference]" in line]
        assert "1 finding" in told[-1]
        units.write_text(sound.replace("post:deputy-director-general-operations", "post:director-general"), encoding="utf-8")
        watch.round()
        units.write_text(sound, encoding="utf-8")
        assert watch.round()[-1] == first[-1]
        assert watch.end() == (0, "")


def test_rdf_that_cannot_be_read_is_told_and_watched_on(tmp_path: Path) -> None:
    """A file that is torn or gone for a moment is told with its place, and checked once it is whole again."""
    file = tmp_path / "unit.ttl"
    file.write_text(UNIT, encoding="utf-8")
    with watching(str(file)) as watch:
        whole = watch.round()
        assert "findings" in whole[-1]
        assert any(line.startswith(f"{file}:1:1: ") for line in whole)
        file.write_text(UNIT[:-9], encoding="utf-8")
        assert watch.round()[-1].startswith(f"organograph: {file}:1:")
        file.unlink()
        assert "cannot be read" in watch.round()[-1]
        file.write_text(UNIT, encoding="utf-8")
        assert watch.round()[1:] == whole[1:]
        assert watch.end() == (1, "")


def test_what_is_not_there_is_not_watched(tmp_path: Path) -> None:
    """A name that leads nowhere is told at once."""
    command = [sys.executable, "-m", "organograph", "check", "--watch", str(tmp_path / "nothing.ttl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not there" in done.stderr


def test_a_file_is_read_again_only_once_it_has_changed(tmp_path: Path) -> None:
    """What was read is kept as long as time, size and number of the file stay as they are."""
    file, kept, reads = tmp_path / "a", Kept[str](), list[str]()

    def read() -> str:
        reads.append(file.read_text(encoding="utf-8"))
        return reads[-1]

    file.write_text("one", encoding="utf-8")
    assert [kept.of(file, read), kept.of(file, read)] == ["one", "one"]
    os.utime(file, (time.time(), time.time() - 60))
    assert kept.of(file, read) == "one"
    file.write_text("two", encoding="utf-8")
    assert kept.of(file, read) == "two"
    assert reads == ["one", "one", "two"]
    file.unlink()
    with pytest.raises(OSError, match="No such file"):
        kept.of(file, read)
