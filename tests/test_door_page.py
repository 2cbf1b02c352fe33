"""The steward's page on the door: its commands, run by a shell against a server that really listens, do what it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from organograph_server.steward.rights import read_rights
from organograph_server.walls.handles import has_walls
from places import REPOSITORY
from stewards import TOKENS, Open, beginning, door, zipped

pytestmark = [
    pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so the door stays shut"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]
SECTION = (REPOSITORY / "docs/steward.md").read_text("utf-8").partition("## Over the web")[2].partition("\n## ")[0]
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE) for line in block.splitlines()]
UNIT = (
    '<https://a.example/unit> a <http://www.w3.org/ns/org#OrganizationalUnit> ; <http://www.w3.org/2004/02/skos/core#prefLabel> "A"@en .\n'
)
# What each command shows, in the order of the page.
SHOWN = (
    (),
    ("unit.ttl,violation,shape:Unit-parent", "table,level,rule"),
    ('"language": "fr"', '"file": "unit.ttl"', '"file": "post.ttl"'),
    ("etag: ",),
    ("HTTP/1.1 201 ", "location: /edition/2024-05", '"served": true'),
    ('"who": "anna"', '"outcome": "published"'),
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A server whose door is open, and files beside it as a steward has them."""
    place = tmp_path_factory.mktemp("page")
    with door(place) as server:
        (place / "unit.ttl").write_text(UNIT, "utf-8")
        (place / "post.ttl").write_text(UNIT.replace("OrganizationalUnit", "Post").replace("unit>", "post>"), "utf-8")
        (place / "iom.zip").write_bytes(zipped(beginning(place)))
        yield server


def test_every_command_of_the_page_does_what_it_says(opened: Open) -> None:
    """Each is run in its order: checks, the tag of the release, a publication, and the log of it."""
    assert len(COMMANDS) == len(SHOWN)
    place = opened.root.parent
    for command, shown in zip(COMMANDS, SHOWN, strict=True):
        done = subprocess.run(
            ["bash", "-c", command.replace("http://127.0.0.1:8000", opened.client.address)],
            capture_output=True, text=True, timeout=300, check=True, cwd=place, env={**os.environ, "TOKEN": TOKENS["anna"]},
        )  # fmt: skip
        assert [text for text in shown if text.lower() not in done.stdout.lower()] == [], (command, done.stdout)


def test_the_file_on_the_page_is_read(tmp_path: Path) -> None:
    """The steward's file on the page is one that the server reads, but for the hash, which is left out."""
    (written,) = re.findall(r"^```toml\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)
    (tmp_path / "steward.toml").write_text(written.replace("…", "0" * 64), "utf-8")
    rights = read_rights(tmp_path / "steward.toml")
    assert (rights.anyone_checks, [holder.name for holder in rights.holders]) == (True, ["anna"])
