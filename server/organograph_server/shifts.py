"""An application while it is on duty: counts what it is answering, and lets go of its engine when another has relieved it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

from flask import Flask

from organograph_server.direct import Direct
from organograph_server.lane import Answer, Environ, Wsgi
from organograph_server.service import Service
from organograph_server.versioned import Versioned


class Shift:
    """An application on duty. All that changes it runs in the event loop, so nothing is locked.

    Args:
        wsgi: the application.
        kept: the answer to a request that needs not be asked of the application; it must be quick.
        leave: what to do once nothing is answered any more.
        direct: answers common queries; None where none are answered so.
        attach: what to do with the event loop that the application is on duty in.
    """

    def __init__(
        self,
        wsgi: Wsgi,
        kept: Callable[[Environ], Answer | None],
        leave: Callable[[], object] = lambda: None,
        direct: Direct | None = None,
        attach: Callable[[asyncio.AbstractEventLoop], None] = lambda loop: None,
    ) -> None:
        self.wsgi, self.kept, self._leave, self.direct, self._attach = wsgi, kept, leave, direct, attach
        self._answering = 0
        self._is_relieved = False

    @classmethod
    def of(cls, app: Flask) -> Shift:
        """The shift of our application."""
        engine = Service.of(app).engine
        return cls(app, cast(Versioned, app.wsgi_app).kept, engine.close, Direct.of(app), engine.attach)

    def begin(self) -> None:
        """Be on duty from now on."""
        self._attach(asyncio.get_running_loop())

    def __enter__(self) -> Shift:
        """Begin to answer a request."""
        self._answering += 1
        return self

    def __exit__(self, *failure: object) -> None:
        """Have answered it."""
        self._answering -= 1
        self._go()

    def relieve(self) -> None:
        """Take no more requests; what is being answered is answered to the end."""
        self._is_relieved = True
        self._go()

    def _go(self) -> None:
        if self._is_relieved and not self._answering:
            # Processes take a moment to end, for which the event loop has no time.
            threading.Thread(target=self._leave, name="leaving").start()
