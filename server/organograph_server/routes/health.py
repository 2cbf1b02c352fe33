"""Says whether the server serves, and what, to those who watch it and to those who send it requests."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Blueprint, Response, current_app

from organograph_server.answers.representations import Representations
from organograph_server.api.operations import answers
from organograph_server.gate.traffic import TRAFFIC
from organograph_server.service import Service, service
from organograph_server.steward.door import StewardsDoor
from organograph_server.stores.states import UNKNOWN, WITHOUT

blueprint = Blueprint("health", __name__)
_OK, _STARTING, _GOING, _DEGRADED = "ok", "starting", "going away", "degraded"


@blueprint.get("/healthz")
@answers("application/json", schema="Health", is_kept=False, also=(HTTPStatus.SERVICE_UNAVAILABLE,))
def healthz() -> Response:
    """Give the state of the server as JSON; with status 503 where it was told to stop."""
    return _told(_GOING if _is_going() else _OK)


@blueprint.get("/readyz")
@answers("application/json", schema="Health", is_kept=False, also=(HTTPStatus.SERVICE_UNAVAILABLE,))
def readyz() -> Response:
    """Give the same, for who chooses a server; with status 503 also as long as a query would have to wait for the engine or its data."""
    is_starting = service().is_starting or service().engine.state.get("state") in (UNKNOWN, WITHOUT)
    return _told(_GOING if _is_going() else _STARTING if is_starting else _OK)


def _is_going() -> bool:
    traffic = current_app.extensions.get(TRAFFIC)
    return traffic is not None and traffic.is_going


def _told(status: str) -> Response:
    serving, door = service(), StewardsDoor.of(current_app)
    store = serving.engine.state
    if status == _OK and store.get("state", _OK) != _OK:
        # Documents are given all the same, so that no balancer should turn away from here for it.
        status = _DEGRADED
    state = {
        "status": status,
        "dataset_sha256": serving.sha256,
        "version": Representations.of(current_app).version,
        **_release(serving),
        "editions": [edition for edition in serving.doors if edition],
        "graphs": len(serving.quads.graphs),
        "triples": len(serving.quads),
        # What stands between a query and the machine; a worker tries each before it answers.
        "walls": ["guard", *serving.engine.walls],
        # What answers queries, and whether it can.
        "store": store,
        # Whether the steward's door is open, and for whom.
        "steward": False if door is None else door.told(),
    }
    response = Response(json.dumps(state) + "\n", content_type="application/json")
    response.status_code = HTTPStatus.OK if status in (_OK, _DEGRADED) else HTTPStatus.SERVICE_UNAVAILABLE
    response.headers["Cache-Control"] = "no-store"
    return response


def _release(serving: Service) -> dict[str, str]:
    """Which release is served, where it is one, and why not another."""
    if serving.publication is None:
        return {}
    published = serving.publication.published
    told = {"release": published.release, "notice": published.notice}
    return {name: text for name, text in told.items() if text}
