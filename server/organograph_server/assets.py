"""Gives the style sheet, the scripts and the icon, with tags made of their bytes, which are the same wherever they are deployed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from organograph_server.errors import ResourceUnknown
from organograph_server.operations import answers
from organograph_server.responses import represent
from organograph_server.values import listed

blueprint = Blueprint("files", __name__)

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@blueprint.get("/static/<name>")
@answers(*(kind.partition(";")[0] for kind in _TYPES.values()), parameters=(listed("name", "The file.", lambda _: names()),))
def static(name: str) -> Response:
    """Give one of the files."""
    content = _files().get(name)
    if content is None:
        raise ResourceUnknown(f"There is no file {name!r}.", "Begin at the home page, /.")
    return represent(_TYPES[Path(name).suffix], lambda: content, ("static", name), dated=False)


def names() -> list[str]:
    """The names of the files, sorted."""
    return sorted(_files())


@cache
def _files() -> dict[str, bytes]:
    folder = Path(__file__).parent / "static"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _TYPES}
