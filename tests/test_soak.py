"""A short form of the soak: what it measures, fewer times, and without the seconds, which need a machine of their own."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from organograph_server.walls.handles import has_walls
from places import REPOSITORY
from serving import small_dataset
from siege import besieged

sys.path.insert(0, str(REPOSITORY / "bench"))

from soak.attack import soaked
from soak.cutting import cut
from soak.killing import killed
from soak.report import Report
from soak.swapping import swapped

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so queries run unwalled")


def test_honest_clients_are_served_while_others_attack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No answer is wrong or missing, no runaway gets anything but 503 or 504, and nothing is left open."""
    report = Report()
    with besieged(small_dataset(tmp_path), query_seconds=5) as server:
        soaked(server, 3, 5, report)
        assert server.process.poll() is None
    # What is no time is promised on any machine.
    assert {what: seen for what, (_, seen, unit) in report.rows.items() if not unit} == dict.fromkeys(
        ("documents: wrong or missing", "fair queries: wrong or missing", "… with anything but 503 or 504", "files left open"), 0
    )
    assert "under attack" in capsys.readouterr().out


def test_no_answer_is_cut(tmp_path: Path) -> None:
    """Around the limit of answers each has the rows that there are, or is refused."""
    report = Report()
    with besieged(small_dataset(tmp_path), max_answer_bytes=20_000) as server:
        cut(server, 300, report)
    ((what, (_, seen, _)),) = report.rows.items()
    refused = int(what.split(": ")[1].split(" ")[0])
    assert seen == 0
    assert 0 < refused < 300


def test_swaps_lose_and_mix_nothing(tmp_path: Path) -> None:
    """While releases follow each other under eight clients, each answer is whole, of one release, and the one that its fields name."""
    report = Report()
    swapped(tmp_path, 6, 400, report)
    assert [(what, seen) for what, (promised, seen, _) in report.rows.items() if seen > promised] == []
    assert len(report.rows) == 3


def test_who_is_ended_while_building_leaves_what_serves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Builders and publishers that are killed leave the old dataset or the new one, from which a server starts."""
    report = Report()
    killed(tmp_path, 4, random.Random(1), report)  # noqa: S311  # no secret
    assert {what: seen for what, (_, seen, unit) in report.rows.items() if not unit} == {
        "4 builders and publishers ended by kill -9: not whole": 0
    }
    assert "organograph publish: " in capsys.readouterr().out
