"""Answers with large files, which are never held whole."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, current_app, request

from organograph_server.answers.lane import FILES
from organograph_server.answers.representations import Representations, tag_of
from organograph_server.answers.responses import represent_silent
from organograph_server.content.coding import GZIP, coding_for
from organograph_server.content.conditions import evaluate
from organograph_server.dataset.largefile import LargeFile
from organograph_server.errors import PreconditionFailed


def represent_file(content_type: str, file: LargeFile) -> Response:
    """Answer with a large file, which is never held whole, nor compressed, unless the request refuses it as it is.

    Raises:
        PreconditionFailed: the request asks for another state of it.
        NotAcceptable: the request refuses every coding of it.
    """
    accepted = request.headers.get("Accept-Encoding")
    if coding_for(accepted, 0) == GZIP:
        return represent_silent(content_type, file.read)
    kept, tag = Representations.of(current_app), tag_of(content_type, file.sha256)
    modified = kept.modified(content_type)
    status = evaluate(dict(request.headers), tag, modified, request.method)
    if status == HTTPStatus.PRECONDITION_FAILED:
        raise PreconditionFailed("The representation is not in the state that the request names.", "Get it without a condition.")
    if status == HTTPStatus.NOT_MODIFIED:
        response = Response(status=304)
    else:
        taken = request.environ.get(FILES)
        if taken is not None:
            # Who gives the answer reads the file itself, as fast as its client takes it.
            taken.append(file)
        response = Response(file.pieces() if taken is None else b"", content_type=content_type)
        response.content_length = file.size
    response.set_etag(tag)
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = "no-cache"
    if modified is not None:
        response.last_modified = modified
    return response
