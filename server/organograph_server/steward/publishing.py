"""Publishes the tables that are sent as the release that is served, after a check that finds nothing that breaks a rule."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, request

from organograph.errors import BuildFailed, DatasetUnreadable, Locked
from organograph.messages import Message
from organograph.releases import Outdated, Release, Releases
from organograph.uploads.sent import ZIP
from organograph_server.answers.responses import here
from organograph_server.api.operations import Json, Parameter, Values, answers
from organograph_server.errors import BeingPublished, BodyUnsupported, PreconditionFailed, PublishingFailed, RequestRefused
from organograph_server.service import ASKER, Service, service
from organograph_server.steward.asking import check_sender, client, request_id
from organograph_server.steward.checking import PARAMETERS, UNANSWERED, order, reported, sent
from organograph_server.steward.door import PUBLISHING, StewardsDoor, the_door
from organograph_server.steward.rights import PUBLISH, Holder
from organograph_server.walls import wire

blueprint = Blueprint("publishing", __name__)

_LOG = logging.getLogger(__name__)
# What a dataset directory holds, and no path that leads out of it, whoever named it.
_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_IF_MATCH = Parameter(
    "If-Match",
    "header",
    "The tag of the release that the tables were made from, as GET tells it; where another is current by now, nothing is published.",
    lambda _: Values({"type": "string"}),
    is_posted=True,
)


def _body(serving: Service) -> Json:
    told = f"A zip of the whole folder that holds dataset.toml, of up to {serving.settings.max_upload_bytes:,} bytes."
    return {ZIP: {"schema": {"type": "string", "format": "binary", "description": told}}}


@blueprint.get(f"/{PUBLISHING}")
@answers("application/json", schema="Release", is_kept=False)
def release() -> Response:
    """Tell which release is current; its tag is what `If-Match` of a publication names."""
    door = the_door()
    name = _current(door)
    found = [entry for entry in _releases(door).history() if entry.name == name]
    told: Json = {"release": name, "since": found[-1].when if found else None}
    response = _answer(told | {"editions": [edition for edition in service().doors if edition]}, HTTPStatus.OK, name)
    response.make_conditional(request)
    return response


@blueprint.post(f"/{PUBLISHING}")
@answers(
    "application/json",
    schema="Release",
    is_kept=False,
    status=HTTPStatus.CREATED,
    parameters=(_IF_MATCH, *PARAMETERS),
    body=_body,
    also=(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.CONFLICT,
        HTTPStatus.PRECONDITION_FAILED,
        *UNANSWERED,
    ),
)
def publish() -> Response:
    """Check the tables in a zip, compile them, and serve what comes of it; needs a token.

    Where the check finds that a rule is broken, the answer is 422 with the report. Whatever fails, the dataset before stays.

    Raises:
        RequestRefused: the sender may not, the request is not right, or another publication is under way.
    """
    door, holder = the_door(), check_sender(PUBLISH)
    assert holder is not None  # noqa: S101 - who has no token is refused
    told: Json = {"id": request_id(), "client": client(), "action": f"/{PUBLISHING}", "who": holder.name}
    try:
        with door.publishing(holder.name):
            return _published(door, holder, told)
    except RequestRefused as error:
        _write_down(door, told, "refused", type(error).__name__, error.message)
        raise


def _published(door: StewardsDoor, holder: Holder, told: Json) -> Response:
    """The answer to tables that a steward sends."""
    serving, before = service(), _current(door)
    told["before"] = before
    _check_condition(before)
    content = sent()
    if request.mimetype != ZIP:
        message = Message("A body of %(type)r is not published here.", type=request.mimetype[:60])
        raise BodyUnsupported(message, Message("Send %(type)s: the whole folder of tables.", type=ZIP))
    head = order("publish", serving.base)
    told |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    # So that there is a trace even where this process is ended now; and nothing is done that cannot be written down.
    door.audit.write(**told, outcome="begun")
    found, body = door.inspectors.ask(head, content, serving.settings.publish_seconds, request.environ.get(ASKER))
    if "files" not in found:
        _write_down(door, told, "refused", "Findings", f"{found['findings']} findings.")
        return reported(found, body, HTTPStatus.UNPROCESSABLE_ENTITY)
    with _told_apart():
        made = _releases(door).publish(_files(found, body), by=holder.name, after=before)
    is_served = _taken_up(door, made, before, told)
    new = [edition for edition in found["editions"] if edition not in serving.doors]
    _write_down(door, told, "published", made.name, f"editions {', '.join(found['editions'])}; new: {', '.join(new) or 'none'}")
    answer: Json = {"release": made.name, "since": made.when, "dataset_sha256": found["sha256"], "triples": found["triples"]}
    answer |= {"editions": found["editions"], "new": new, "before": before, "served": is_served}
    response = _answer(answer, HTTPStatus.CREATED, made.name)
    response.headers["Location"] = here(f"edition/{(new or found['editions'])[-1]}")
    return response


def _check_condition(current: str) -> None:
    """Refuse tables that were made from another release than the current one.

    Raises:
        PreconditionFailed: they were (RFC 9110, section 13.1.1).
    """
    wanted = request.if_match
    if wanted and not wanted.contains(current):
        raise PreconditionFailed(
            Message("Release %(name)s is current, and the request names another.", name=current),
            "Get the tables as they are now, and make your change to those.",
        )


def _files(found: wire.Head, body: bytes) -> Mapping[str, bytes]:
    """The files that an inspector made, none of which may stand elsewhere than in their directory.

    Raises:
        PublishingFailed: it says what it cannot have made.
    """
    files, at = dict[str, bytes](), 0
    for path, size in found["files"]:
        if not _PATH.fullmatch(path):
            message = Message("The dataset would hold %(path)r, so it was not published.", path=path[:80])
            raise PublishingFailed(message, "Report this with the tables.")
        files[path] = body[at : at + size]
        at += size
    if at != len(body) or "manifest.json" not in files:
        raise PublishingFailed("The dataset came incomplete, so it was not published.", "Report this with the tables.")
    return files


def _taken_up(door: StewardsDoor, made: Release, before: str, told: Json) -> bool:
    """Let the server take the release up; one that cannot be served is rolled back.

    Raises:
        PublishingFailed: it cannot.
    """
    if door.renew is None:
        return False
    served = door.renew()
    if Path(served).name == made.name:
        return True
    with suppress(DatasetUnreadable, BuildFailed, Locked):
        _releases(door).rollback(before)
    told["release"] = made.name
    raise PublishingFailed("The new release could not be served, so the one before is current again.", "The server's log tells why.")


@contextmanager
def _told_apart() -> Iterator[None]:
    """What releases refuse, as answers."""
    try:
        yield
    except Locked as error:
        raise BeingPublished(error.message, "Try again soon.", retry_after=5) from error
    except Outdated as error:
        raise PreconditionFailed(error.message, error.cure) from error
    except (BuildFailed, DatasetUnreadable) as error:
        raise PublishingFailed(error.message, error.cure) from error


def _write_down(door: StewardsDoor, told: Json, outcome: str, what: str, detail: str) -> None:
    """Write the end of a publication down; where that fails now, only the log of errors can tell."""
    try:
        door.audit.write(**told, outcome=outcome, **({"release": what} if outcome == "published" else {"reason": what}), detail=detail)
    except PublishingFailed:
        _LOG.exception("The audit log lacks the end of %s, which was %s.", told.get("id"), outcome)


def _releases(door: StewardsDoor) -> Releases:
    return Releases(door.settings.dataset)


def _current(door: StewardsDoor) -> str:
    found = _releases(door).current
    return found.name if found else ""


def _answer(told: Json, status: HTTPStatus, tag: str) -> Response:
    response = Response(json.dumps(told, ensure_ascii=False, indent=1) + "\n", status, content_type="application/json")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-store" if status == HTTPStatus.CREATED else "no-cache"
    return response
