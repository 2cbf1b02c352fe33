"""Gives the style sheet and the icon, with tags made of their bytes, which are the same wherever they are deployed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from organograph_server.errors import ResourceUnknown
from organograph_server.responses import represent

blueprint = Blueprint("files", __name__)

_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


@blueprint.get("/static/<name>")
def static(name: str) -> Response:
    """Give one of the files."""
    content = _files().get(name)
    if content is None:
        raise ResourceUnknown(f"There is no file {name!r}.", "Begin at the home page, /.")
    return represent(_TYPES[Path(name).suffix], lambda: content, ("static", name))


@cache
def _files() -> dict[str, bytes]:
    folder = Path(__file__).parent / "static"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _TYPES}
