"""The whole export: asks the application for everything, writes the files, and the configuration of each web server."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from organograph.messages import Message
from organograph_server.answers import problems
from organograph_server.app import create_app
from organograph_server.content.formats import EDITION_FORMATS, HTML
from organograph_server.dataset.publication import Publication
from organograph_server.errors import SettingsInvalid
from organograph_server.settings import Settings
from organograph_server.twin.apache import Apache
from organograph_server.twin.asking import Asker
from organograph_server.twin.crawl import Crawl
from organograph_server.twin.folder import MARK, SITE, date, put, written
from organograph_server.twin.guide import guide
from organograph_server.twin.model import Twin, file_of
from organograph_server.twin.nginx import Nginx

Tell = Callable[[int, int], None]

_ENDINGS = {"application/problem+json": "problem", "application/json": "json", "text/html": "html", "application/xhtml+xml": "html"}
_ENDINGS |= {"text/plain": "txt", "text/turtle": "ttl", "application/ld+json": "jsonld"}
_ENDINGS |= {"application/rdf+xml": "rdf", "application/n-triples": "nt"}
PROBLEMS = {
    HTTPStatus.NOT_FOUND: (Message("Nothing is published at this address."), Message("Look it up in the catalogue, /catalogue.")),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        Message("This address does not answer that method."),
        Message("The Allow field lists those that it answers."),
    ),
    HTTPStatus.NOT_ACCEPTABLE: (
        Message("None of the formats that the request accepts can be given here."),
        Message("Leave out the Accept field, or ask for text/turtle or text/html."),
    ),
    HTTPStatus.NOT_IMPLEMENTED: (
        Message("These are files: they answer no queries and follow no parameters that they are not linked with."),
        Message("Take the whole dataset from /catalogue, or run `organograph serve` over it."),
    ),
}


def export_site(settings: Settings, place: Path, tell: Tell = lambda done, known: None) -> Twin:
    """Write the static twin of a dataset.

    Args:
        settings: where the dataset is, and the size of a page.
        place: the folder to write; replaced where it is a twin.
        tell: is told how many addresses are done, and how many are known.

    Raises:
        DatasetUnreadable: there is no dataset.
        BuildFailed: the folder holds something else, or cannot be written.
    """
    # Each answer is needed once, and none is to come from a store that the application does not see.
    app = create_app(replace(settings, max_kept_bytes=0))
    publication = Publication.of(app)
    base = publication.published.names.base
    with written(place) as folder:
        site = folder / SITE
        twin = Crawl(Asker(app, base), base, lambda path, content: put(site, path, content), tell).run()
        errors = _write_problems(app, twin, site)
        endings = {name: form.name for form in EDITION_FORMATS for name in (form.name, *form.names, form.media_type, *form.asked_as)}
        nginx = Nginx(twin, errors, endings)
        put(folder, "nginx/maps.conf", _lines(nginx.maps()))
        put(folder, "nginx/site.conf", _lines(nginx.site()))
        apache = Apache(twin, errors, PROBLEMS)
        for path, content in apache.files():
            put(site, path, content)
        for path in (f"{SITE}/.htaccess", "apache/site.conf"):
            put(folder, path, _lines(apache.rules()))
        put(folder, "README.md", _lines(guide(twin)))
        put(folder, MARK, _summary(twin, publication))
        date(folder, publication.published.changed)
    return twin


def export_named(dataset: Path | None, place: Path, tell: Tell | None) -> Iterator[str]:
    """What the command does: settings from the environment, and lines that tell what was written.

    Args:
        dataset: the directory; None for that of the settings.
        place: the folder to write.
        tell: is told how far it is.

    Raises:
        OrganographError: as export_site, or settings that cannot be used.
    """
    settings = Settings.from_environment(os.environ, dataset=dataset)
    if settings.dataset.is_file():
        raise SettingsInvalid(f"{settings.dataset} is a file.", "Name a directory that `organograph build` wrote with --dataset.")
    twin = export_site(settings, place, tell or (lambda done, known: None))
    size = sum(found.size for found in twin.files.values())
    yield f"{place}: {len(twin.addresses)} addresses in {len(twin.files)} files of {size} bytes; README.md says how to host them."
    for address, page in sorted(twin.dead.items()):
        yield f"{place}: {page} leads to {address}, where nothing is, on the server either."


def _write_problems(app: Flask, twin: Twin, site: Path) -> dict[str, tuple[str, str]]:
    """Write what problems are told with, and pages in each language; give the ending and the Content-Type of each media type."""
    found: dict[str, tuple[str, str]] = {}
    root = f"{twin.mount}/"
    asked = [(media_type, "") for media_type in problems.OFFERS] + [(HTML.media_type, language) for language in twin.others.values()]
    for status, (message, cure) in PROBLEMS.items():
        for media_type, language in asked:
            with app.test_request_context(f"/?{language}", base_url=twin.base, headers={"Accept": media_type}):
                # A file knows no address that would give the same in another language.
                answer = problems.problem(status, message, cure, {}, root=root, is_file=True)
            found[media_type] = (_ENDINGS[media_type], answer.content_type or "")
            put(site, file_of(f"/{status.value}.{_ENDINGS[media_type]}?{language}", ""), answer.get_data())
    return found


def _summary(twin: Twin, publication: Publication) -> bytes:
    """What this is an export of, in JSON."""
    told = {
        "base": twin.base,
        "dataset_sha256": publication.published.sha256,
        "host": urlsplit(twin.base).netloc,
        "addresses": len(twin.addresses),
        "files": len(twin.files),
        "bytes": sum(found.size for found in twin.files.values()),
        "dead": dict(sorted(twin.dead.items())),
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _lines(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
