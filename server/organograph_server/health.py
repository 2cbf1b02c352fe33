"""Says whether the server serves, and what."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app

from organograph_server.publication import current
from organograph_server.representations import Representations

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Give the state of the server as JSON."""
    publication = current()
    state = {
        "status": "ok",
        "dataset_sha256": publication.published.sha256,
        "version": Representations.of(current_app).version,
        "editions": [edition.identifier for edition in publication.published.editions],
        "triples": len(publication.quads),
    }
    response = Response(json.dumps(state) + "\n", content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
