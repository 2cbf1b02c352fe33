"""Stores on disk: whole or not there, read only, behind the same walls."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from httpclient import Client
from organograph.cli import main
from organograph_server.app import create_app
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.stores.disk import Disk
from organograph_server.walls.handles import ALL_WALLS, has_walls
from serving import listening, small_dataset
from test_walls import ENDLESS, GREEDY, QUICK, until

pytestmark = pytest.mark.skipif(
    not has_walls(), reason="this system has no handles of processes (Linux 5.3), so no store on disk is opened"
)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """The small dataset."""
    return small_dataset(tmp_path)


def build(dataset: Path, place: Path, *arguments: str) -> str:
    """Build its store by the command; what that says."""
    result = CliRunner().invoke(main, ["load", str(dataset), "--store", f"disk:{place}", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


@contextmanager
def client_of(dataset: Path, place: Path, **settings: object) -> Iterator[Client]:
    """A client of a server that asks the store."""
    app = create_app(Settings(dataset=dataset, store=f"disk:{place}", **{"query_seconds": 120, **settings}))  # type: ignore[arg-type]
    with listening(app) as address:
        yield Client(address, 180)
    Service.of(app).close()


def whole(place: Path) -> list[str]:
    """The names of what is there, nothing hidden left out."""
    return sorted(path.name for path in place.iterdir() if path.name != ".lock")


def test_the_walls_are_the_same(dataset: Path, tmp_path: Path) -> None:
    """A store on disk is opened by a worker before its walls are raised, and all of them stand, around all of its threads."""
    place = tmp_path / "stores"
    build(dataset, place)
    with client_of(dataset, place, query_seconds=60) as client:
        assert client.sparql(QUICK, "text/csv").status == 200
        health = json.loads(client.get("/healthz").body)
        assert health["walls"] == ["guard", *ALL_WALLS]
        assert health["store"] == {"engine": "disk", "state": "ok"}


def test_no_query_ends_more_than_its_worker(dataset: Path, tmp_path: Path) -> None:
    """A query that takes too long or too much ends its worker, and the next one is answered."""
    place = tmp_path / "stores"
    build(dataset, place)
    with client_of(dataset, place, query_seconds=3, query_memory=67_108_864) as client:
        for query in (ENDLESS, GREEDY):
            assert client.sparql(query, "text/csv").status in (413, 503, 504)
            until(lambda: client.sparql(QUICK, "text/csv").status == 200)


def test_nothing_is_written_there(dataset: Path, tmp_path: Path) -> None:
    """Who only asks leaves every file as it was."""
    place = tmp_path / "stores"
    build(dataset, place)

    def state() -> dict[str, tuple[int, int]]:
        return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in place.rglob("*") if path.is_file()}

    before = state()
    with client_of(dataset, place) as client:
        until(lambda: client.sparql(QUICK, "text/csv").status == 200)
    assert state() == before


def test_a_store_is_there_whole_or_not_at_all(dataset: Path, tmp_path: Path) -> None:
    """Who is ended while building leaves nothing that anybody opens; the next one clears it away and builds."""
    place, key = tmp_path / "stores", Service.of(create_app(Settings(dataset=dataset))).holdings.key
    command = [sys.executable, "-m", "organograph", "load", str(dataset), "--store", f"disk:{place}"]
    for seconds in (0.0, 0.05, 0.2):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            until(lambda: (place.is_dir() and any(place.iterdir())) or process.poll() is not None)
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
        assert Disk(place).has(key) or key not in whole(place)
    build(dataset, place)
    assert whole(place) == [key]
    with client_of(dataset, place) as client:
        until(lambda: client.sparql(QUICK, "text/csv").status == 200)


def test_who_asks_before_is_told_so(dataset: Path, tmp_path: Path) -> None:
    """Without its store a server gives documents, says what is missing, and answers queries once it is built."""
    place = tmp_path / "stores"
    with client_of(dataset, place) as client:
        for path in (f"/sparql?query={quote(QUICK)}", f"/sparql?query={quote(QUICK)}&format=csv"):
            refused = client.get(path)
            assert (refused.status, refused.fields["Retry-After"]) == (503, "5")
            assert "does not hold this publication" in refused.text
        health = json.loads(client.get("/healthz").body)
        assert (health["status"], health["store"]["state"]) == ("degraded", "without this publication")
        assert client.get("/id/unit/legal-affairs", "text/turtle").status in (200, 303)
        build(dataset, place)
        assert client.sparql(QUICK, "text/csv").status == 200
        assert json.loads(client.get("/healthz").body)["status"] == "ok"


def test_as_many_stay_as_are_kept(tmp_path: Path) -> None:
    """Each publication has a store of its own; what was loaded longest ago goes."""
    place, keys = tmp_path / "stores", []
    for name in ("First", "Second", "Third"):
        folder = tmp_path / name
        folder.mkdir()
        dataset = small_dataset(folder, corrections={"Office of Legal Affairs": name})
        keys.append(Service.of(create_app(Settings(dataset=dataset))).holdings.key)
        build(dataset, place)
        os.utime(place / keys[-1], (len(keys), len(keys)))  # however coarse the clock of the disk is
    assert whole(place) == sorted(keys[1:])
    build(tmp_path / "Second/dataset", place, "--keep", "1")
    assert whole(place) == [keys[1]]


def test_what_is_in_the_way_is_told(dataset: Path, tmp_path: Path) -> None:
    """A place that cannot be written is told in a sentence, with the cure."""
    (tmp_path / "file").write_text("no directory", "utf-8")
    result = CliRunner().invoke(main, ["load", str(dataset), "--store", f"disk:{tmp_path / 'file'}"])
    assert result.exit_code == 2
    assert "could not be written" in result.output
