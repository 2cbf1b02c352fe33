"""Gives the style sheet, the scripts and the icon, with tags made of their bytes, which are the same wherever they are deployed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.responses import represent_silent
from organograph_server.api.operations import answers
from organograph_server.api.values import listed
from organograph_server.errors import ResourceUnknown

blueprint = Blueprint("files", __name__)

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@blueprint.get("/static/<name>")
@answers(*(kind.partition(";")[0] for kind in _TYPES.values()), parameters=(listed("name", "The file.", lambda _: names()),))
def static(name: str) -> Response:
    """Give one of the files."""
    content = _files().get(name)
    if content is None:
        raise ResourceUnknown(Message("There is no file %(name)r.", name=name), "Begin at the home page, /.")
    return represent_silent(_TYPES[Path(name).suffix], lambda: content, ("static", name), dated=False)


def names() -> list[str]:
    """The names of the files, sorted."""
    return sorted(_files())


@cache
def _files() -> dict[str, bytes]:
    folder = Path(__file__).parent.parent / "static"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in _TYPES}
