"""What the requests at the steward's door share, as long as the server runs: rights, inspectors, places, and one publication at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, current_app

from organograph.locking import now
from organograph.messages import Counted, Message
from organograph_server.answers.lane import Environ
from organograph_server.errors import (
    BeingPublished,
    BudgetSpent,
    NotPermitted,
    Overloaded,
    RequestRefused,
    SettingsInvalid,
    Unauthenticated,
    WallsMissing,
)
from organograph_server.query.budget import Budget
from organograph_server.settings import Settings
from organograph_server.steward.audit import Audit
from organograph_server.steward.inspectors import Inspectors, Terms
from organograph_server.steward.rights import CHECK, PUBLISH, Holder, Rights, read_rights
from organograph_server.walls.handles import ALL_WALLS, has_walls

CHECKING, PUBLISHING = "validate", "editions"
REFUSED = "organograph.refused"
"""In the environment of a request: what refused it before its body was read."""
REQUEST_ID = "organograph.request-id"
"""In the environment of a request: its number, which the answer tells and the logs have."""
_KEY = "organograph.steward"
# In the environment of a request: whether it has a place.
_PLACE = "organograph.place"
_TOKEN = re.compile(r"[Bb]earer +([A-Za-z0-9._~+/-]{1,500}=*)")
# A client may show so many wrong tokens in a minute; what is more is refused without a line in the log.
_GUESSES = 10
_PATIENCE_SECONDS = 10.0


class StewardsDoor:
    """The door.

    Args:
        settings: of the server.

    Raises:
        SettingsInvalid: the file that opens it cannot be used, or what it permits cannot be done here.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.rights = _rights(settings)
        self.renew: Callable[[], str] | None = None
        """Lets the server take up the current release, and tells the directory that is served then; None where nothing can."""
        longest = max(settings.upload_seconds, settings.publish_seconds)
        terms = Terms(settings.upload_workers, _PATIENCE_SECONDS, longest, settings.upload_memory, settings.upload_memory)
        self.inspectors = Inspectors(terms)
        self._guesses = Budget(_GUESSES)
        self._lock = threading.Lock()
        self._held = 0
        self._publisher = ""

    @classmethod
    def of(cls, app: Flask) -> StewardsDoor | None:
        """The door of an application; None where it is shut."""
        return cast("StewardsDoor | None", app.extensions.get(_KEY))

    def attach(self, app: Flask) -> None:
        """Let an application have this door."""
        app.extensions[_KEY] = self

    def start(self) -> None:
        """Have inspectors ready.

        Raises:
            WallsMissing: walls are demanded that do not stand around them.
            EngineFailed: there are none to be had.
        """
        self.inspectors.start()
        missing = [wall for wall in ALL_WALLS if wall not in self.inspectors.walls]
        if missing and self.settings.require_isolation:
            message = f"Uploads would not be kept apart here: {', '.join(missing)} missing."
            raise WallsMissing(message, "Leave out --steward or --require-isolation.")

    @property
    def audit(self) -> Audit:
        """The log of what is done here."""
        return Audit(self.rights.audit)

    def told(self) -> Mapping[str, object]:
        """Whether it is open and for whom, for /healthz."""
        who = "anyone" if self.rights.anyone_checks else "tokens"
        return {"validate": who, "publish": self.rights.anyone_publishes, "walls": [*self.inspectors.walls]}

    def admit(self, environ: Environ) -> int:
        """Give a request that sends something a place, until it leaves; in the event loop.

        Returns:
            How many bytes of it are to be read, none where it is refused anyway.
        """
        refusal = self._refusal(environ)
        if refusal is not None:
            environ[REFUSED] = refusal
            return 0
        environ[_PLACE] = True
        self._held += 1
        return self.settings.max_upload_bytes

    def leave(self, environ: Environ) -> None:
        """Leave the place of a request to others, where it has one; in the event loop."""
        self._held -= environ.pop(_PLACE, False)

    def _refusal(self, environ: Environ) -> RequestRefused | None:
        if self._held >= self.places:
            return Overloaded(
                Message("The server is busy: %(number)s uploads are being taken or checked.", number=self._held),
                "Try again soon.",
                retry_after=5,
            )
        try:
            if environ["PATH_INFO"].endswith(f"/{PUBLISHING}"):
                self.known(environ, PUBLISH)
            elif not self.rights.anyone_checks:
                self.known(environ, CHECK)
        except RequestRefused as error:
            return error
        return None

    @property
    def places(self) -> int:
        """How many uploads are held in memory at once."""
        return self.settings.upload_workers + self.settings.waiting_uploads

    def known(self, environ: Mapping[str, Any], right: str) -> Holder:
        """Who sends a request.

        Args:
            environ: of the request.
            right: that it needs.

        Raises:
            Unauthenticated: it has no token, or one that nobody knows.
            NotPermitted: the token does not permit that.
        """
        field = environ.get("HTTP_AUTHORIZATION")
        if not field:
            raise Unauthenticated("This needs a token.", "Send it as Authorization: Bearer TOKEN.")
        found = _TOKEN.fullmatch(field.strip())
        holder = self.rights.of(found[1]) if found else None
        if holder is None:
            raise Unauthenticated("Nobody is known by this token.", "Ask whoever runs the server for one that `organograph token` made.")
        if holder.has_ended():
            raise NotPermitted(
                Message("The token of %(name)s ended with %(day)s.", name=holder.name, day=holder.until),
                "Ask whoever runs the server for another.",
            )
        if right not in holder.may:
            raise NotPermitted(
                Message("The token of %(name)s does not permit to %(right)s.", name=holder.name, right=right),
                "Ask whoever runs the server for one that does.",
            )
        return holder

    def guessed(self, client: str) -> bool:
        """Note that a client showed a wrong token; whether it is one of few, so that it is worth a line.

        Raises:
            BudgetSpent: it has shown too many.
        """
        try:
            self._guesses.check(client)
        except BudgetSpent as error:
            wait = cast(int, error.details["retry_after"])
            message = Message("More than %(most)s requests without a token that is known came from here in a minute.", most=_GUESSES)
            raise BudgetSpent(
                message, Counted("Wait %(number)s second.", "Wait %(number)s seconds.", wait), retry_after=wait, limit=_GUESSES
            ) from error
        self._guesses.spend(client, 1)
        return True

    @contextmanager
    def publishing(self, who: str) -> Iterator[None]:
        """Let one publication at a time go on.

        Raises:
            BeingPublished: another is under way.
        """
        with self._lock:
            if self._publisher:
                raise BeingPublished(self._publisher, "Try again soon.", retry_after=5)
            self._publisher = Message("Another dataset is being published by %(who)s, since %(since)s.", who=who, since=now())
        try:
            yield
        finally:
            self._publisher = ""


def _rights(settings: Settings) -> Rights:
    assert settings.steward is not None  # noqa: S101 - who opens the door has a file
    rights = read_rights(settings.steward)
    if not has_walls():
        raise SettingsInvalid("Uploads cannot be kept apart here.", "Serve on Linux 5.3 or newer, or leave out --steward.")
    if rights.anyone_publishes and not (settings.dataset / "releases").is_dir():
        raise SettingsInvalid(
            f"{settings.dataset} holds no releases, so nobody can publish there.",
            "Make a first release with `organograph publish --to DIR`, and serve that; or let tokens only validate.",
        )
    return rights


def the_door() -> StewardsDoor:
    """The door of the application that answers the request; only where it is open are there addresses that ask this."""
    door = StewardsDoor.of(current_app)
    assert door is not None  # noqa: S101
    return door
