"""Who asks at the steward's door, and the refusal of who may not, which is written down."""

from __future__ import annotations

from typing import NoReturn

from flask import request

from organograph_server.errors import NotPermitted, RequestRefused, Unauthenticated
from organograph_server.steward.door import REFUSED, REQUEST_ID, the_door
from organograph_server.steward.rights import Holder


def client() -> str:
    """The address that the request comes from."""
    return str(request.environ.get("REMOTE_ADDR", ""))


def request_id() -> str:
    """The number of the request, which the answer tells and the access log has."""
    return str(request.environ.get(REQUEST_ID, ""))


def check_sender(right: str | None) -> Holder | None:
    """Let the sender of a request in.

    Args:
        right: that is needed; None where anyone may.

    Raises:
        Unauthenticated: there is no token, or none that is known.
        NotPermitted: the token does not permit that.
        BudgetSpent: too many such requests have come from there.
        Overloaded: too many uploads are held already.
    """
    door = the_door()
    try:
        holder = door.known(request.environ, right) if right else None
    except (Unauthenticated, NotPermitted) as error:
        _refuse(error)
    # What refused it before its body was read, and is no matter of tokens.
    if (refusal := request.environ.get(REFUSED)) is not None:
        raise refusal
    return holder


def _refuse(error: RequestRefused) -> NoReturn:
    """Write a refusal down, without what was sent as a token, and refuse."""
    door = the_door()
    door.guessed(client())
    outcome = "unknown" if isinstance(error, Unauthenticated) else "not permitted"
    told = {"id": request_id(), "client": client(), "action": request.path, "who": None, "outcome": outcome, "detail": error.message}
    door.audit.write(**told)
    raise error
