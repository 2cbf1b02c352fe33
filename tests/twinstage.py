"""Puts a dataset, its server and its static twin on stage, and chooses what to compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from flask import Flask

from organograph_server.app import create_app
from organograph_server.settings import Settings
from organograph_server.twin.export import export_site
from organograph_server.twin.model import Twin
from serving import listening
from twins import Lasting, Walk
from webservers import apache, apache_included, nginx

SERVERS = {"nginx": nginx, "apache": apache}
QUICK = {"nginx": nginx, "apache, included": apache_included}


@dataclass
class Stage:
    """A dataset, its server and its twin."""

    app: Flask
    live: str
    folder: Path
    twin: Twin

    def seeds(self) -> list[str]:
        """Where a walk begins: the home page, the site map, the catalogue, and all rules without parts that have something to give."""
        rules = (rule.rule for rule in self.app.url_map.iter_rules() if "<" not in rule.rule and "GET" in (rule.methods or ()))
        client = self.app.test_client()
        there = [rule for rule in sorted(rules) if client.get(rule).status_code != 404]
        return list(dict.fromkeys(["/", "/sitemap.xml", "/catalogue", *there]))

    def sample(self, first: int, step: int) -> list[str]:
        """Addresses of the twin: of each sort, which is what answers them and how they end, every so many, and one at least."""
        rules = self.app.url_map.bind("")
        sorts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for address in self.twin.addresses:
            path = urlsplit(address).path
            sorts[str(rules.match(path)[0]), Path(path).suffix].append(address)
        return [address for found in sorts.values() for address in found[first % len(found) :: step]]

    @contextmanager
    def on(self, program: str, work: Path) -> Iterator[Lasting]:
        """A client of a web server that serves the twin."""
        with {**SERVERS, **QUICK}[program](self.folder, work, self.twin.mount) as address:
            client = Lasting(address)
            yield client
            client.close()

    def walk(self, client: Lasting, program: str, whole: bool = True) -> Walk:
        """A walk through server and twin, done."""
        live = Lasting(self.live)
        found = Walk(live, {program: client}, self.twin.base, self.twin.mount, whole, self.twin.language)
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
def staged(dataset: Path, **more: int) -> Iterator[Stage]:
    """A dataset on stage."""
    settings = Settings(dataset=dataset, **more)  # type: ignore[arg-type]  # numbers only
    # Other users, as whom the web servers work, may not enter the folders that pytest makes.
    with TemporaryDirectory(prefix="twin-") as open_to_all:
        Path(open_to_all).chmod(0o755)
        folder = Path(open_to_all) / "twin"
        twin = export_site(settings, folder)
        app = create_app(settings)
        with listening(mounted(app, twin.mount)) as address:
            yield Stage(app, address, folder, twin)
