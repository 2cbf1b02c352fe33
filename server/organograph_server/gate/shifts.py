"""An application while it is on duty: counts what it is answering, and lets go of its engine when another has relieved it.

Whoever is reading one version may finish in it: an application that was relieved still answers below its version for a while.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import cast

from flask import Flask

from organograph_server.answers.lane import Answer, Environ, Wsgi
from organograph_server.gate.direct import Direct
from organograph_server.gate.versioned import Versioned
from organograph_server.service import Service


class Shift:
    """An application on duty. All that changes it runs in the event loop, so nothing is locked.

    Args:
        wsgi: the application.
        kept: the answer to a request that needs not be asked of the application; it must be quick.
        leave: what to do once nothing is answered any more.
        below: how the addresses begin that name the version of the application; "" where none does.
        direct: answers common queries; None where none are answered so.
        attach: what to do with the event loop that the application is on duty in.
    """

    def __init__(
        self,
        wsgi: Wsgi,
        kept: Callable[[Environ], Answer | None],
        leave: Callable[[], object] = lambda: None,
        below: str = "",
        direct: Direct | None = None,
        attach: Callable[[asyncio.AbstractEventLoop], None] = lambda loop: None,
    ) -> None:
        self.wsgi, self.kept, self.below, self.direct = wsgi, kept, below, direct
        self._leave, self._attach = leave, attach
        self._answering = 0
        self._is_relieved = False

    @classmethod
    def of(cls, app: Flask) -> Shift:
        """The shift of our application."""
        versioned, serving = cast(Versioned, app.wsgi_app), Service.of(app)
        return cls(app, versioned.kept, serving.close, versioned.below, Direct.of(app), serving.engine.attach)

    def begin(self) -> None:
        """Be on duty from now on."""
        self._attach(asyncio.get_running_loop())

    def hold(self) -> None:
        """Keep the engine for a request, from when it is taken."""
        self._answering += 1

    def let_go(self) -> None:
        """Need it no more for that request."""
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


class Rota:
    """Who is on duty: the application that answers, and the one before it, below its version. It changes in the event loop.

    Args:
        shift: that answers first.
        seconds: how long the one before still answers.
    """

    def __init__(self, shift: Shift, seconds: float) -> None:
        self._shift, self._seconds = shift, seconds
        self._before: Shift | None = None
        self._end: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Let it begin; to be called in the event loop."""
        self._shift.begin()

    def on_duty(self, path: str) -> Shift:
        """Who answers a request for a path; a request has one application from its beginning to its end, whatever comes meanwhile."""
        before = self._before
        return before if before is not None and path.startswith(before.below) else self._shift

    def relieve(self, shift: Shift) -> None:
        """Let another application answer from now on; to be called in the event loop."""
        self._dismiss()
        shift.begin()
        self._shift, self._before = shift, self._shift
        if self._seconds and self._before.below not in ("", shift.below):
            self._end = asyncio.get_running_loop().call_later(self._seconds, self._dismiss)
        else:
            self._dismiss()

    def _dismiss(self) -> None:
        """Let go of who was on duty before."""
        if self._end is not None:
            self._end.cancel()
        before, self._before, self._end = self._before, None, None
        if before is not None:
            before.relieve()
