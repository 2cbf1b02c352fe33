"""Says whether the server serves, and what."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app

from organograph_server.operations import answers
from organograph_server.representations import Representations
from organograph_server.service import service
from organograph_server.steward.door import StewardsDoor

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@answers("application/json", schema="Health", is_kept=False)
def healthz() -> Response:
    """Give the state of the server as JSON."""
    serving, door = service(), StewardsDoor.of(current_app)
    state = {
        "status": "ok",
        "dataset_sha256": serving.sha256,
        "version": Representations.of(current_app).version,
        "editions": [edition for edition in serving.doors if edition],
        "graphs": len(serving.quads.graphs),
        "triples": len(serving.quads),
        **({"notice": serving.publication.published.notice} if serving.publication and serving.publication.published.notice else {}),
        # What stands between a query and the machine; a worker tries each before it answers.
        "walls": ["guard", *serving.engine.walls],
        # Whether the steward's door is open, and for whom.
        "steward": False if door is None else door.told(),
    }
    response = Response(json.dumps(state) + "\n", content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
