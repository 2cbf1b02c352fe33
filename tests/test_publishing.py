"""docs/publishing.md: every command in it, run against a server that really listens, prints what the table says."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from places import REPOSITORY
from serving import Running

TEXT = (REPOSITORY / "docs/publishing.md").read_text(encoding="utf-8")
ROWS = [
    (feature.strip(), command.replace("\\|", "|"), re.findall(r"`([^`]+)`", shown))
    for feature, command, shown in re.findall(r"^\| ([^|]+) \| `((?:curl)[^`]+)` \| (.+) \|$", TEXT, re.MULTILINE)
]


def test_every_row_has_a_command() -> None:
    """No row of the tables escapes the test below."""
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| feature")]
    assert len(ROWS) == len(rows) >= 45
    assert all(shown for _, _, shown in ROWS)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(("feature", "command", "shown"), ROWS, ids=[f"{number}: {row[0]}" for number, row in enumerate(ROWS)])
def test_command_prints_what_the_table_says(iom: Running, feature: str, command: str, shown: list[str]) -> None:
    """Each command proves its feature; in which letters, small or capital, does not matter to HTTP."""
    done = subprocess.run(
        ["bash", "-c", command.replace("http://127.0.0.1:8000/", iom.address)], capture_output=True, text=True, timeout=30, check=True
    )
    assert [text for text in shown if text.lower() not in done.stdout.lower()] == []
    assert "evil.example" not in done.stdout
