"""The static twin: on nginx and on Apache every address answers as on the server, and nothing is missing or dead."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from organograph_server.app import create_app
from organograph_server.service import Service
from organograph_server.settings import Settings
from organograph_server.twin.export import export_site
from organograph_server.twin.model import Twin
from second_organization import FIRST, SECOND, SETTINGS, Document, add_row, changes, reformed, store_rows, stored_rows, units, write_edition
from serving import listening, small_dataset
from test_cli import run
from twins import Lasting, Walk
from webservers import apache, nginx

MOUNT = "/open/structure"
SERVERS = {"nginx": nginx, "apache": apache}


@dataclass
class Stage:
    """A dataset, its server and its twin."""

    app: Flask
    live: str
    folder: Path
    twin: Twin

    def seeds(self) -> list[str]:
        """Where a walk begins: the home page, the site map, the catalogue, and all rules without parts to fill in."""
        rules = (rule.rule for rule in self.app.url_map.iter_rules() if "<" not in rule.rule and "GET" in (rule.methods or ()))
        return list(dict.fromkeys(["/", "/sitemap.xml", "/catalogue", *sorted(rules)]))

    @contextmanager
    def on(self, program: str, work: Path) -> Iterator[Lasting]:
        """A client of a web server that serves the twin."""
        with SERVERS[program](self.folder, work, self.twin.mount) as address:
            client = Lasting(address)
            yield client
            client.close()

    def walk(self, client: Lasting, program: str, whole: bool = True) -> Walk:
        """A walk through server and twin, done."""
        live = Lasting(self.live)
        found = Walk(live, {program: client}, self.twin.base, self.twin.mount, whole)
        found.run(self.seeds())
        live.close()
        return found


def mounted(app: Flask, mount: str) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The application as if it stood below a path."""

    def below(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["SCRIPT_NAME"], environ["PATH_INFO"] = mount, environ["PATH_INFO"].removeprefix(mount)
        return app.wsgi_app(environ, start_response)

    return below


@contextmanager
def staged(dataset: Path, folder: Path, **more: int) -> Iterator[Stage]:
    """A dataset on stage."""
    settings = Settings(dataset=dataset, **more)  # type: ignore[arg-type]  # numbers only
    twin = export_site(settings, folder)
    app = create_app(settings)
    with listening(mounted(app, twin.mount)) as address:
        yield Stage(app, address, folder, twin)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The small dataset, with pages so short that some documents have several."""
    work = tmp_path_factory.mktemp("twin")
    (work / "data").mkdir()
    with staged(small_dataset(work / "data"), work / "small", page_size=10) as stage:
        yield stage


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The invented second organization, under a base with a path."""
    work = tmp_path_factory.mktemp("twin")
    folder, out = work / "lon", work / "out"
    settings = [f"https://data.lanternfish.example{MOUNT}/" if text.startswith("https:") else text for text in SETTINGS]
    assert run("init", folder, *settings, "--edition", FIRST).exit_code == 0
    first, later = Document("chart-2024", folder), Document("chart-2025", folder)
    (folder / "documents/first-note.txt").unlink()
    write_edition(folder, FIRST, first, units(), "Ada Brine")
    store_rows(folder / "sources.csv", [first.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert run("new", "edition", SECOND, folder, "--from", FIRST).exit_code == 0
    write_edition(folder, SECOND, later, reformed(units()), "Bo Skerry")
    told = changes(later)
    add_row(folder / "sources.csv", later.source())
    editions = stored_rows(folder / "editions.csv")
    store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    store_rows(folder / "changes.csv", told)
    assert run("build", folder, "--out", out).exit_code == 0
    with staged(out, work / "site") as stage:
        yield stage


@pytest.mark.parametrize("program", SERVERS)
def test_every_address_answers_every_client_alike(small: Stage, program: str, tmp_path: Path) -> None:
    """Server and twin give every address to every kind of client with equal status, bytes, type and fields."""
    with small.on(program, tmp_path) as client:
        walk = small.walk(client, program)
    assert walk.differences[:5] == []
    assert walk.asked > 1_000
    assert {address for address in small.twin.addresses if "?page=2" in address}


@pytest.mark.parametrize("program", SERVERS)
def test_a_second_organization_below_a_path(second: Stage, program: str, tmp_path: Path) -> None:
    """The same holds for another organization, whose base has a path."""
    with second.on(program, tmp_path) as client:
        walk = second.walk(client, program, whole=False)
        assert client.get(f"{MOUNT}/id/unit/audit").status == 303
        assert client.get("/id/unit/audit").status == 404
    assert walk.differences[:5] == []
    assert len(walk.seen) > 1_000


@pytest.mark.parametrize("program", SERVERS)
def test_no_link_is_dead(small: Stage, program: str, tmp_path: Path) -> None:
    """Whatever a page, a Link field or the site map of the twin names is there; queries alone are not, and say so."""
    with small.on(program, tmp_path) as client:
        walk = Walk(client, {}, small.twin.base)
        walk.run(small.seeds())
        found = {address: client.get(address, "text/html, */*;q=0.5").status for address in walk.seen}
    dead = {address: status for address, status in found.items() if status not in (200, 302, 303, 307)}
    assert {address: status for address, status in dead.items() if status != 501} == {}
    assert all("sparql?query=" in address or address == "/rdf-graph-store" for address in dead)


def test_nothing_is_missing(small: Stage) -> None:
    """What the rules, the site map and the list of files name is in the twin, and every negotiation told its formats."""
    client = small.app.test_client()
    listed = {line.partition("<loc>")[2].partition("</loc>")[0] for line in client.get("/sitemap.xml").text.splitlines() if "<loc>" in line}
    named = {f"/{iri.removeprefix(small.twin.base)}" for iri in listed} | set(small.seeds())
    named |= {
        f"/data/{file['path']}"
        for file in json.loads((Service.of(small.app).settings.dataset / "manifest.json").read_text("utf-8"))["files"]
    }
    assert named - set(small.twin.addresses) == set(small.twin.refused) == {"/rdf-graph-store"}
    assert small.twin.untold == []
    assert small.twin.dead == {}


def test_two_exports_are_the_same_bytes(small: Stage, tmp_path: Path) -> None:
    """The same dataset gives the same files, byte for byte, and of the same date."""
    again = tmp_path / "again"
    export_site(Service.of(small.app).settings, again)

    def told(folder: Path) -> dict[str, tuple[bytes, float]]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime) for path in files}

    assert told(again) == told(small.folder)
