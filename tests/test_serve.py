"""The command that serves, its settings, and the dataset directory that it reads."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from organograph.cli import main
from organograph.errors import DatasetUnreadable
from organograph.releases import Releases
from organograph_server.dataset.published import read_current, read_published
from organograph_server.errors import SettingsInvalid
from organograph_server.settings import Settings
from serving import small_dataset


def test_settings_come_from_the_environment() -> None:
    """Each setting may be given as ORGANOGRAPH_ and its name, host and port also as HOST and PORT; the command line wins."""
    environ = {"HOST": "here", "PORT": "81", "ORGANOGRAPH_PORT": "82", "ORGANOGRAPH_MAX_QUERY_STEPS": "500", "ORGANOGRAPH_THREADS": ""}
    settings = Settings.from_environment(environ)
    assert (settings.host, settings.port, settings.max_query_steps, settings.threads) == ("here", 82, 500, Settings().threads)
    assert settings.query_limits.steps == 500
    assert Settings.from_environment(environ, port="83", host=None).port == 83


def test_bad_settings_are_told_all_at_once() -> None:
    """Every value that cannot be used is named in a sentence with what it must be."""
    environ = {"PORT": "eighty", "ORGANOGRAPH_THREADS": "0", "ORGANOGRAPH_MAX_QUERY_DEPTH": "4000"}
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment(environ)
    for words in ("port is 'eighty'", "threads is '0'", "max query depth is '4000'", "must be a number from"):
        assert words in str(refusal.value)


def test_a_dataset_is_read_whole(tmp_path: Path) -> None:
    """The manifest gives base, editions in order, graphs and files."""
    published = read_published(small_dataset(tmp_path))
    assert [edition.identifier for edition in published.editions] == ["2021-09", "2022-06"]
    assert published.latest.identifier == "2022-06"
    assert set(published.graphs[published.catalogue]) == {"ttl", "jsonld", "rdf", "nt"}


def _remove(directory: Path) -> None:
    (directory / "manifest.json").unlink()


def _garble(directory: Path) -> None:
    (directory / "manifest.json").write_bytes(b"\xff{")


def _change(directory: Path) -> None:
    (directory / "catalogue.ttl").write_bytes((directory / "catalogue.ttl").read_bytes().replace(b"2021", b"2020"))


def _lose(directory: Path) -> None:
    (directory / "editions" / "2022-06.rdf").unlink()


def _edit(change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def edit(directory: Path) -> None:
        manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
        change(manifest)
        (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    return edit


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_remove, "There is no dataset"),
        (_garble, "not JSON"),
        (_change, "catalogue.ttl is not the file that was built"),
        (_lose, "2022-06.rdf cannot be read"),
        (_edit(lambda manifest: manifest.pop("editions")), "is not a manifest"),
        (_edit(lambda manifest: manifest.update(latest="1999-01")), "is not a manifest"),
        (_edit(lambda manifest: manifest.update(base="nowhere")), "is not a manifest"),
        (
            _edit(lambda manifest: manifest.update(files=[{"path": "../x", "bytes": 1, "sha256": "", "media_type": ""}])),
            "is not a manifest",
        ),
        (_edit(lambda manifest: manifest.update(files=[], graphs=[])), "dataset.nq"),
    ],
)
def test_a_damaged_dataset_is_not_served(tmp_path: Path, damage: Callable[[Path], None], words: str) -> None:
    """A dataset that is missing, unreadable or not what was built is refused with the file's name and the cure."""
    directory = small_dataset(tmp_path)
    damage(directory)
    with pytest.raises(DatasetUnreadable, match=re.escape(words)) as refusal:
        read_published(directory)
    assert "organograph build" in str(refusal.value)


def test_the_command_tells_what_keeps_it_from_serving(tmp_path: Path) -> None:
    """No dataset, a bad port, a port in use: each a sentence, and exit status 2."""
    directory = small_dataset(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for options, words in (
            (["--dataset", str(tmp_path / "none")], "There is no dataset"),
            (["--dataset", str(directory), "--port", "65536"], "must be a number from 0 to 65535"),
            (["--dataset", str(directory), "--port", port], f"cannot listen at '127.0.0.1', port {port}"),
            (["--dataset", str(directory), "--host", "no.such.host.invalid"], "cannot listen at 'no.such.host.invalid'"),
            (["--dataset", str(directory), "--host", "a..b"], "cannot listen at 'a..b'"),
        ):
            done = CliRunner().invoke(main, ["serve", *options], env={"HOST": None, "PORT": None})
            assert done.exit_code == 2
            assert words in done.stderr


def test_the_command_serves_until_it_is_stopped(tmp_path: Path) -> None:
    """It says where it listens and what it serves, answers there, and ends cleanly when it is told to."""
    command = [sys.executable, "-c", "from organograph_server.cli import serve; serve()", "--dataset", str(small_dataset(tmp_path))]
    environ = os.environ | {"PORT": "0", "HOST": "127.0.0.1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout
        greeting = process.stdout.readline()
        found = re.search(r"Serving \d+ triples of editions 2021-09, 2022-06 at (http://127\.0\.0\.1:\d+/)", greeting)
        assert found, greeting
        deepest = "SELECT+*+" + "%7B" * 99 + "%7D" * 99
        for path in ("healthz", "doc/unit/legal-affairs.ttl", f"sparql?query={deepest}"):
            with urllib.request.urlopen(found[1] + path, timeout=20) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0


def _release(dataset: Path, root: Path, note: bytes = b"") -> Path:
    """Publish a dataset directory as a release below a root."""
    files = {str(path.relative_to(dataset)): path.read_bytes() for path in dataset.rglob("*") if path.is_file()}
    Releases(root).publish(files | {"manifest.json": files["manifest.json"] + note})
    current = Releases(root).current
    assert current is not None
    return current


def test_the_current_release_is_read(tmp_path: Path) -> None:
    """A directory of releases is served as the release that is current."""
    current = _release(small_dataset(tmp_path), tmp_path / "live")
    published = read_current(tmp_path / "live")
    assert (published.directory, published.notice) == (current, "")


def test_a_broken_release_gives_way_to_the_last_good_one(tmp_path: Path) -> None:
    """Where the current release is damaged the one before is served, and the notice says which file is wrong."""
    dataset = small_dataset(tmp_path)
    good = _release(dataset, tmp_path / "live")
    broken = _release(dataset, tmp_path / "live", b"\n")
    (broken / "catalogue.ttl").write_bytes(b"")
    published = read_current(tmp_path / "live")
    assert published.directory == good
    assert all(words in published.notice for words in (broken.name, good.name, "catalogue.ttl"))
    (good / "catalogue.ttl").write_bytes(b"")
    with pytest.raises(DatasetUnreadable, match=broken.name):
        read_current(tmp_path / "live")
