"""What `make bench` makes of measurements: records, tables and charts; no figure is measured here, and no peer installed."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from places import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "bench"))

import peers
from chart import SCALE, Bar, Group, chart
from figures import BEGIN, END, charts, document, placed
from hosting import hosted
from peers import PEERS, Missing, installed, title
from records import OURS, RATE, Record, Session, against, number, read, summed, write
from topics import TOPICS

SVG = "{http://www.w3.org/2000/svg}"
SESSION = Session("documents", "A machine, 2 cores", "Python 3.11.7", "2026-11-26", 65, 0.1, 1.9)
RATES = Record("documents", "answers in a second", "a document of 9 bytes", OURS, RATE)
RECORDS = [
    summed(RATES, [90, 100, 120]),
    summed(replace(RATES, who="nginx 1.22.1, a file", ratio=0.5), [200, 200, 220]),
    replace(summed(replace(RATES, who="Flask"), [5]), bound="less than", remark="stopped | after 60 s"),
    replace(summed(replace(RATES, who="Liar"), [1000]), agrees=False, remark="it finds 2 where 3 are"),
    replace(RATES, who="Virtuoso", remark="Virtuoso is not installed."),
    summed(Record("documents", "memory", "all", OURS, "MB"), [80]),
    summed(Record("documents", "memory", "all", "Flask", "MB"), [40]),
]
GOLDEN = """## The figures

Each figure is a median, with the least and the most of its runs. “Ours against it” is how many times better ours was in the
same run: more answers, less time or memory; below 1 ours is behind.

- Documents: A machine, 2 cores; Python 3.11.7.

### At a glance

Against each peer that gives the same answers: the geometric mean of “ours against it” over all rows of the first table of a
topic, and in how many of these rows ours is ahead and behind.

| topic | measure | peer | ours against it | ahead | behind |
|---|---|---|---|---|---|
| Documents | answers in a second | nginx 1.22.1, a file | 0.50 | 0 | 1 |
| Documents | answers in a second | Flask | more than 20 | 1 | 0 |

### Where ours is behind

| topic | measure | of | peer | ours against it |
|---|---|---|---|---|
| Documents | answers in a second | a document of 9 bytes | nginx 1.22.1, a file | 0.50 |
| Documents | memory | all | Flask | 0.50 |

### Documents

TOLD
`python bench --only documents`, 2026-11-26, 65 s; load 0.1 before and 1.9 after.

![Documents: answers in a second as bars; the table below has the same figures](figures/documents.svg)

| Answers in a second | who | answers/s | least to most | runs | ours against it |  |
|---|---|---|---|---|---|---|
| a document of 9 bytes | **organograph** | 100 | 90.0 to 120 | 3 |  |  |
|  | nginx 1.22.1, a file | 200 | 200 to 220 | 3 | 0.50 |  |
|  | Flask | less than 5.00 | one run | 1 | more than 20 | stopped \\| after 60 s |
|  | Liar | 1,000 | one run | 1 | 0.10 | it finds 2 where 3 are |

| Memory | who | MB | least to most | runs | ours against it |
|---|---|---|---|---|---|
| all | **organograph** | 80.0 | one run | 1 |  |
|  | Flask | 40.0 | one run | 1 | 0.50 |

Not measured:

- Virtuoso, a document of 9 bytes: Virtuoso is not installed.
""".replace("TOLD", next(topic.told for topic in TOPICS if topic.key == "documents"))


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    """A file of records gives what was added to it, and a file that is not there gives nothing."""
    file = tmp_path / "records.jsonl"
    assert read(file) == ([], [])
    write(file, [SESSION])
    for record in RECORDS:
        write(file, [record])
    assert read(file) == (RECORDS, [SESSION])


def test_better_is_more_answers_and_less_of_all_else() -> None:
    """Ours against a peer is above 1 where ours is better, whatever is measured, and a ratio of the rounds goes before one of medians."""
    fast, slow = (summed(replace(RATES, who=who), [rate]) for who, rate in ((OURS, 300), ("it", 100)))
    assert against(slow, fast) == 3
    seconds = replace(slow, unit="s")
    assert against(seconds, replace(fast, unit="s")) == pytest.approx(1 / 3)
    assert against(replace(slow, ratio=2.5), fast) == 2.5
    assert against(fast, fast) is None
    assert against(slow, None) is None


@pytest.mark.parametrize(
    ("value", "shown"), [(23322.4, "23,322"), (100, "100"), (9.876, "9.88"), (0.0481, "0.0481"), (0.999, "0.999"), (0, "0")]
)
def test_figures_have_three_digits(value: float, shown: str) -> None:
    """A figure is shown with three digits that count."""
    assert number(value) == shown


def test_document_tells_gains_and_losses_and_what_could_not_run() -> None:
    """Of the same records the same document is made, in which whoever gives another answer counts neither way."""
    assert document(RECORDS, [SESSION]) == GOLDEN
    assert document([], []).startswith("No run is kept here yet")


def test_document_says_what_failed_and_what_was_quick() -> None:
    """A topic that did not come to its end is named with the reason, and figures of tiny sizes are marked."""
    told = document(RECORDS[:1], [replace(SESSION, failed="OSError: no room.", quick=True)])
    assert "**It did not come to its end: OSError: no room.**" in told
    assert "so that figures tell only that it runs: Documents." in told


def test_figures_stand_between_their_marks() -> None:
    """What is written by hand stays, before and after; a document without marks is refused with what to do."""
    page = f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n"
    assert placed(page, "new\n") == f"Before.\n{BEGIN}\n\nnew\n\n{END}\nAfter.\n"
    assert placed(placed(page, "older\n"), "new\n") == placed(page, "new\n")
    with pytest.raises(ValueError, match="put them where the figures belong"):
        placed("Before.", "new")


def test_document_of_the_project_is_made_of_its_records() -> None:
    """The figures and charts in docs are those of the records that are kept beside them."""
    records, sessions = read(REPOSITORY / "docs/figures/records.jsonl")
    page = (REPOSITORY / "docs/performance.md").read_text("utf-8")
    assert placed(page, document(records, sessions)) == page, "run python bench --again"
    drawn = {file.name: file.read_text("utf-8") for file in (REPOSITORY / "docs/figures").glob("*.svg")}
    assert drawn == charts(records), "run python bench --again"
    assert not any(session.quick for session in sessions)


def test_bars_are_as_long_as_the_logarithms_of_their_figures() -> None:
    """Ten times as much is the same length more, wherever on the scale; ours is set off; names and figures are there for screen readers."""
    bars = [Bar("one & only", 20, "20"), Bar("ten", 200, "200", ours=True), Bar("hundred", 2000, "2,000")]
    drawn = ElementTree.fromstring(chart("Speed <fast>", "Answers", [Group("a task", bars)]))
    lengths = [float(bar.get("width", "")) for bar in drawn.iter(f"{SVG}rect") if bar.get("class") in ("its", "ours")]
    first, second = (after - before for before, after in pairwise(lengths))
    assert first == pytest.approx(second, abs=0.11)
    assert lengths[0] / first == pytest.approx(math.log10(2), abs=0.01)
    assert lengths[-1] <= SCALE
    assert [bar.get("class") for bar in drawn.iter(f"{SVG}rect")][1:] == ["its", "ours", "its"]
    assert drawn.findtext(f"{SVG}title") == "Speed <fast>"
    assert "one & only 20, ten 200, hundred 2,000" in (drawn.findtext(f"{SVG}desc") or "")


@pytest.mark.parametrize("values", [(0.003,), (1,), (10, 10), (0.5, 300_000)])
def test_every_bar_can_be_seen_and_fits(values: tuple[float, ...]) -> None:
    """Whatever the figures, each bar has a length, within the drawing."""
    drawn = ElementTree.fromstring(chart("T", "N", [Group("g", [Bar("b", value, "v") for value in values])]))
    lengths = [float(bar.get("width", "")) for bar in drawn.iter(f"{SVG}rect") if bar.get("class") == "its"]
    assert len(lengths) == len(values)
    assert all(5 < length <= SCALE for length in lengths)


def test_chart_needs_nothing_from_elsewhere() -> None:
    """No chart loads a font, a script or a picture, and each has colours for light and for dark."""
    (drawn,) = charts(RECORDS).values()
    assert drawn.count("http") == 1
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawn
    assert "prefers-color-scheme: dark" in drawn
    assert not any(word in drawn for word in ("<script", "@import", "url(", "href"))
    assert "Liar" in drawn
    assert "1,000 (another answer)" in drawn


def test_every_peer_is_pinned_to_one_version() -> None:
    """What pip and npm install has an exact version, which readers are told."""
    for key, peer in PEERS.items():
        if peer.by != "Debian":
            sign = "==" if peer.by == "pip" else "@"
            versions = [pin.rpartition(sign)[2] for pin in peer.pins]
            assert all(pin.rpartition(sign)[0] and version[0].isdigit() for pin, version in zip(peer.pins, versions, strict=True)), peer
            assert versions[0] in title(key)


def test_peer_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A peer that cannot be had is named, with what would help, and nothing is left of what was begun."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(peers, "found", lambda program: None)
    installed.cache_clear()
    with pytest.raises(Missing, match=r"Virtuoso is not installed \(on Debian it is the package virtuoso-opensource-7\)\."):
        installed("virtuoso")
    with pytest.raises(Missing, match=r"shacl-engine comes from npm, which is not installed"):
        installed("shacl-engine")
    assert list(tmp_path.iterdir()) == []
    assert title("virtuoso") == "Virtuoso"
    installed.cache_clear()


def test_server_that_does_not_start_is_named() -> None:
    """A server that ends instead of answering is no error of the measurement, but a peer that is missing."""
    with (
        pytest.raises(Missing, match=r"it does not start; it ends with status 3 and says: No luck today\."),
        hosted("it", "/", lambda port: [sys.executable, "-c", "import sys; print('No luck today.', file=sys.stderr); sys.exit(3)"]),
    ):
        pass


def test_each_topic_is_a_script_that_can_be_run_alone() -> None:
    """Each topic names a file of bench/, and no two have one name."""
    assert len({topic.key for topic in TOPICS}) == len(TOPICS)
    for topic in TOPICS:
        assert '__name__ == "__main__"' in (REPOSITORY / "bench" / topic.script).read_text("utf-8")


def _bench(out: Path, *given: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """`python bench` with tiny sizes, with what it says on its two channels."""
    command = [sys.executable, str(REPOSITORY / "bench"), "--quick", "--out", str(out), *given]
    environment = {"PATH": path or "/usr/bin:/bin", "HOME": str(out)}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_one_topic_fails_and_the_others_go_on(tmp_path: Path) -> None:
    """A topic that fails is told, named in the document, and makes the status 1; what was measured is written all the same."""
    done = _bench(tmp_path, "--only", "pages", "--only", "reading", path=str(tmp_path))
    assert done.returncode == 1
    assert "The page of an edition in a browser failed; the document says so." in done.stderr
    page = (tmp_path / "performance.md").read_text("utf-8")
    assert "**It did not come to its end: Error: Chromium is not installed (Debian: chromium).**" in page
    assert "500 units, as graphs" in page
    assert "## How fast checks are" in page
    assert sorted(file.name for file in (tmp_path / "figures").iterdir()) == ["reading.svg", "records.jsonl"]


def test_topics_keep_their_figures_until_they_are_measured_again(tmp_path: Path) -> None:
    """A run of one topic leaves the others as they were, and a document is written again from the records alone, byte by byte."""
    (tmp_path / "figures").mkdir()
    write(tmp_path / "figures/records.jsonl", [SESSION, *RECORDS])
    assert _bench(tmp_path, "--only", "reading").returncode == 0
    records, sessions = read(tmp_path / "figures/records.jsonl")
    assert [record for record in records if record.topic == "documents"] == RECORDS
    assert [session.topic for session in sessions] == ["documents", "reading"]
    written = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert _bench(tmp_path, "--again").returncode == 0
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == written
