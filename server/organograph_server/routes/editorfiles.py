"""The files of the editor for queries, YASGUI, where set-up has fetched it: at addresses that never change."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response

from organograph.messages import Message
from organograph_server.answers.finishing import FOR_EVER
from organograph_server.answers.responses import represent
from organograph_server.api.operations import answers
from organograph_server.api.values import listed
from organograph_server.errors import ResourceUnknown
from organograph_server.query.editor import VERSION, editor

_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}

blueprint = Blueprint("editor", __name__)


@blueprint.get("/editor/<version>/<name>")
@answers(
    *(kind.partition(";")[0] for kind in _TYPES.values()),
    parameters=(
        listed("name", "The file.", lambda _: [*editor().files]),
        listed("version", "Of the editor.", lambda _: [VERSION] if editor().files else []),
    ),
)
def file(version: str, name: str) -> Response:
    """Give a file of the editor for queries, YASGUI."""
    content = editor().files.get(name) if version == VERSION else None
    if content is None:
        message = Message("There is no file %(name)r of an editor %(version)r.", name=name, version=version)
        raise ResourceUnknown(message, "The form for queries is at /sparql.")
    response = represent(_TYPES[Path(name).suffix], lambda: content, ("editor", name))
    response.headers["Cache-Control"] = FOR_EVER
    return response
