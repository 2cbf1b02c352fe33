"""What takes long is made before anybody asks for it."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from httpclient import Client
from organograph_server import cli
from organograph_server.answers.representations import Representations
from organograph_server.app import create_app
from organograph_server.gate.gateway import gateway_of
from organograph_server.portals import dcat
from organograph_server.portals.preparing import Preparation
from organograph_server.service import Service
from organograph_server.settings import Settings
from serving import BASE, served, small_dataset

PATIENCE = 120.0


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true before anybody would lose patience."""
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.2)
    return holds()


def test_the_first_who_asks_for_the_catalogue_of_files_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is prepared, `/dcat` is given in Turtle and as a page without anything being made."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    try:
        Preparation(app, lambda: 0).run()
        monkeypatch.delattr(dcat, "catalogue_description")
        monkeypatch.delattr(dcat, "page")
        for accept in ("text/turtle", "text/html"):
            answer = app.test_client().get("/dcat", headers={"Accept": accept})
            assert (answer.status_code, answer.mimetype) == (200, accept)
            assert "edition/2022-06.xlsx" in answer.text
    finally:
        Service.of(app).engine.close()


def test_every_file_is_prepared_before_the_catalogue_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is made in a piece of its own, so that no piece takes long: when `/dcat` is made, none is left to make."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    try:
        with monkeypatch.context() as patched:
            patched.setattr(dcat, "catalogue_description", lambda *_: b"")
            patched.setattr(dcat, "page", lambda *_, **__: b"")
            Preparation(app, lambda: 0).run()
        with app.test_request_context(), monkeypatch.context() as patched:
            patched.setattr(Representations, "get", lambda *_: pytest.fail("A file was not prepared."))
            portal = dcat.Portal(Service.of(app), Service.of(app).publication)  # type: ignore[arg-type]
            assert [found.size for entry in portal.entries for found in entry.downloads]
    finally:
        Service.of(app).engine.close()


def test_it_waits_while_somebody_is_answered_and_ends_when_it_is_told(tmp_path: Path) -> None:
    """As long as answers are given nothing is prepared, and whoever stops it waits only for the piece at work."""
    app = create_app(Settings(dataset=small_dataset(tmp_path)))
    preparation = Preparation(app, count().__next__)
    preparation.begin()
    preparation.stop()
    assert ("edition/2022-06", "xlsx", "1", "") not in Representations.of(app).kept
    Service.of(app).engine.close()


def test_the_command_prepares_what_nobody_has_asked_for(published: Path) -> None:
    """`organograph serve` makes all the files that `/dcat` counts, though nobody asks for any."""
    whole = sum(path.stat().st_size for path in (published / "editions").rglob("*.*"))
    with served(published) as address:
        told = Client(address)

        def kept() -> bool:
            found = re.search(r"^organograph_kept_bytes (\S+)$", told.get("/metrics").text, re.MULTILINE)
            return found is not None and float(found[1]) > whole

        assert eventually(kept)


def test_files_that_are_served_as_they_are_need_nothing(tmp_path: Path) -> None:
    """A server of RDF files has no catalogue of files, and prepares none."""
    (tmp_path / "data.ttl").write_text("<a:a> <a:b> <a:c> .", "utf-8")
    app = create_app(Settings(files=(tmp_path / "data.ttl",), base=BASE))
    preparation = Preparation(app, lambda: 0)
    preparation.begin()
    preparation.stop()
    assert Representations.of(app).size == 0
    Service.of(app).engine.close()


def test_a_server_that_is_told_to_stop_while_something_is_prepared_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being made may be waiting for the event loop when the server leaves: then neither waits for the other for ever."""
    begun, over = threading.Event(), threading.Event()
    app = create_app(Settings(dataset=small_dataset(tmp_path)))

    class Leaving:
        """A server that is told to stop as soon as something is being made."""

        async def run(self) -> bool:
            """Serve until then."""
            await asyncio.to_thread(begun.wait)
            return True

        def leave(self, seconds: float) -> None:
            """Do nothing more."""

    async def serving() -> bool:
        loop = asyncio.get_running_loop()

        def run(self: Preparation) -> None:
            waiting = asyncio.run_coroutine_threadsafe(asyncio.sleep(0.2), loop)
            begun.set()
            waiting.result()
            over.set()

        monkeypatch.setattr(Preparation, "run", run)
        return await cli._run(Leaving(), cli.Renewal(gateway_of(app), lambda: app), app, "")  # type: ignore[arg-type]

    code = threading.Thread(target=lambda: asyncio.run(serving()), daemon=True)
    monkeypatch.setattr("asyncio.BaseEventLoop.add_signal_handler", lambda *_: None, raising=False)
    monkeypatch.setattr("asyncio.SelectorEventLoop.add_signal_handler", lambda *_: None)
    code.start()
    code.join(PATIENCE)
    assert not code.is_alive()
    assert over.is_set()
