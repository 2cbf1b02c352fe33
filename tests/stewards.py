"""A server whose steward's door is open, what is sent to it, and what it writes down."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from httpclient import Answer, Client
from organograph.credentials import digest_of, new_token
from siege import besieged
from test_cli import run

ZIP = "application/zip"
BASE = "https://structure.lanternfish.example/"
_PATIENCE = 300
BEGINNING = ("--name", "Lanternfish Network", "--base", BASE, "--head", "Keeper")
TOKENS = {name: new_token() for name in ("anna", "ben", "cleo")}
RIGHTS = f"""
[tokens.anna]
sha256 = "{digest_of(TOKENS["anna"])}"

[tokens.ben]
sha256 = "{digest_of(TOKENS["ben"])}"
may = ["validate"]

[tokens.cleo]
sha256 = "{digest_of(TOKENS["cleo"])}"
until = 2020-01-31
"""


@dataclass(frozen=True)
class Open:
    """A server whose door is open.

    Args:
        client: of it.
        root: the directory of its releases.
        pid: the number of its process.
    """

    client: Client
    root: Path
    pid: int

    def check(self, body: bytes, media_type: str, query: str = "", **fields: str) -> Answer:
        """Send something to be checked."""
        return self.client.ask("POST", f"/validate{query}", {"Content-Type": media_type, **_named(fields)}, body)

    def publish(self, body: bytes, who: str | None = "anna", media_type: str = ZIP, **fields: str) -> Answer:
        """Send something to be published, with the token of somebody, or with what is no token of anybody."""
        shown = {} if who is None else {"Authorization": f"Bearer {TOKENS.get(who, who)}"}
        return self.client.ask("POST", "/editions", {"Content-Type": media_type, **shown, **_named(fields)}, body)

    def log(self) -> list[dict[str, Any]]:
        """The lines of the audit log."""
        path = self.root.parent / "audit.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def current(self) -> str:
        """The name of the release that is current on the disk."""
        return (self.root / "current").resolve().name

    def health(self) -> dict[str, Any]:
        """What the server tells of itself."""
        told: dict[str, Any] = json.loads(self.client.get("/healthz").body)
        return told


@contextmanager
def door(place: Path, rights: str = RIGHTS, tables: Path | None = None, **settings: object) -> Iterator[Open]:
    """A server of a first release, whose door is open.

    Args:
        place: an empty directory.
        rights: what the steward's file says.
        tables: of the release; by default those of an organization that has just begun.
        settings: of the server.
    """
    if tables is None:
        tables = beginning(place)
    root, file = place / "live", place / "steward.toml"
    assert run("publish", tables, "--to", root, "--base", BASE if tables.name == "lon" else "http://127.0.0.1:8000/").exit_code == 0
    file.write_text(rights, "utf-8")
    # On a busy machine all takes its time; what these limits do is tried with others.
    with besieged(root, **{"steward": file, "upload_seconds": 600, "publish_seconds": 600, "query_seconds": 600} | settings) as server:
        opened = Open(Client(server.address, _PATIENCE), root, server.pid)
        until(lambda: opened.health()["steward"]["walls"])
        yield opened


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, for five minutes at most."""
    for _ in range(3_000):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to hold within five minutes")


def beginning(place: Path) -> Path:
    """The tables of an organization that has just begun."""
    folder = place / "lon"
    if not folder.exists():
        assert run("init", folder, *BEGINNING, "--edition", "2024-05").exit_code == 0
    return folder


def zipped(folder: Path, within: str | None = None) -> bytes:
    """A zip of a folder of tables, as a steward makes it.

    Args:
        folder: of tables.
        within: the folder in the zip; by default its own name, "" for none.
    """
    inside = f"{folder.name}/" if within is None else within
    return packed({f"{inside}{path.relative_to(folder)}": path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()})


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip of some files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def _named(fields: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in fields.items()}
