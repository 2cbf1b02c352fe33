"""Servers over releases that come, go and are broken while they start or serve: they find one whole, and keep what they have read."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner

from httpclient import Client
from marked import QUERY, marks, release
from organograph.cli import main
from organograph.errors import DatasetUnreadable
from organograph.releases import Releases
from organograph_server.dataset.published import read_current
from organograph_server.walls.handles import has_walls
from serving import serving_process
from siege import children


def state(files: dict[str, bytes], number: int) -> dict[str, bytes]:
    """The same data under the name of another release."""
    return files | {"manifest.json": files["manifest.json"] + b" " * number}


def test_who_starts_during_publishing_finds_a_whole_release(tmp_path: Path) -> None:
    """However fast releases follow each other, with none kept, a reader never meets half of one, and no server takes it for broken."""
    root, files = tmp_path / "live", release(tmp_path, "A")
    Releases(root).publish(files, keep=1)
    pid = os.fork()
    number = 0
    while pid == 0:
        try:
            number += 1
            Releases(root).publish(state(files, number), keep=1)
        except BaseException:
            os._exit(1)
    seen = []
    try:
        while len({published.release for published in seen}) < 12:
            seen.append(read_current(root))
    finally:
        os.kill(pid, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    assert {published.notice for published in seen} == {""}


def test_a_release_that_goes_while_it_is_read_is_not_taken_for_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the current release is removed just as it is read, the one that is current by then is read instead, with no notice."""
    root, files = tmp_path / "live", release(tmp_path, "A")
    first = Releases(root).publish(files, keep=1)
    read, later = Path.read_bytes, iter([state(files, 1)])

    def reads(path: Path) -> bytes:
        if path.name == "dataset.nq" and (coming := next(later, None)):
            Releases(root).publish(coming, keep=1)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", reads)
    found = read_current(root)
    assert (found.notice, found.release != first.name, (root / "releases" / first.name).exists()) == ("", True, False)


def test_a_link_to_nothing_is_told(tmp_path: Path) -> None:
    """Where the link leads nowhere, the last whole release is served and named; where there is none, the message says what to do."""
    root, files = tmp_path / "live", release(tmp_path, "A")
    first = Releases(root).publish(files)
    second = Releases(root).publish(state(files, 1))
    shutil.rmtree(root / "releases" / second.name)
    found = read_current(root)
    assert (found.release, f"Release {second.name} is not whole, so release {first.name} is served" in found.notice) == (first.name, True)
    (root / "current").unlink()
    with pytest.raises(
        DatasetUnreadable, match=f"holds releases, but none is current. Publish one, or run `organograph rollback --to {root}"
    ):
        read_current(root)
    assert CliRunner().invoke(main, ["rollback", "--to", str(root), first.name]).exit_code == 0
    assert read_current(root).notice == ""


@pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so there is no keeper to end")
def test_a_server_needs_nothing_of_its_release_any_more(tmp_path: Path) -> None:
    """When its release is removed, a server goes on with every sort of answer, also where its keeper must be started anew."""
    root = tmp_path / "live"
    Releases(root).publish(release(tmp_path, "A"))
    with serving_process("--dataset", root) as (address, process):
        client = Client(address)
        shutil.rmtree(root)
        for keeper in children(process.pid):
            os.kill(keeper, signal.SIGKILL)
        paths = [path for path in json.loads(client.get("/openapi.json").body)["paths"] if "{" not in path]
        assert len(paths) > 20
        assert {path: status for path in paths if (status := client.get(path).status) >= 500} == {}
        for path in ("/doc/unit/legal-affairs", "/edition/2022-06.rdf", "/data/dataset.nq", "/edition/2022-06/chart"):
            assert (path, client.get(path).status) == (path, 200)
        assert marks(client.sparql(QUERY, "text/csv").text) == {"A"}
        # Nor does it lose what it has where it is told to take up what is not there.
        process.send_signal(signal.SIGHUP)
        assert client.get("/healthz").status == 200
        assert marks(client.sparql(QUERY + " ORDER BY ?n", "text/csv").text) == {"A"}
