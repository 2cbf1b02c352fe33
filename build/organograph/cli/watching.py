"""Checks again whenever a file is saved, until Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import click

from organograph.cli.common import CLEAN, COULD_NOT_RUN
from organograph.errors import OrganographError
from organograph.kept import Stamp, stamp

_PAUSE, _SETTLED = 0.1, 0.02
"""Seconds between two looks at the files, and for how long none may change before they are read: who saves may not be done."""


def watched(files: Callable[[], Iterable[Path]], check: Callable[[], int], beside: bool) -> int:
    """Check whenever one of some files has changed, come or gone; what cannot be read meanwhile is told, and the watch goes on.

    Args:
        files: tells which files there are now.
        check: tells what is wrong now, and gives the exit status.
        beside: whether the line with the time before each check is kept apart from the report, on standard error.

    Returns:
        the exit status of the last check, once Ctrl-C ends the watch.
    """
    seen: dict[Path, Stamp | None] | None = None
    status = CLEAN
    try:
        while True:
            if _seen(files) != seen:
                seen = _settled(files)
                click.echo(f"--- {datetime.now():%H:%M:%S} ---", err=beside)
                status = _checked(check)
            time.sleep(_PAUSE)
    except KeyboardInterrupt:
        return status


def _seen(files: Callable[[], Iterable[Path]]) -> dict[Path, Stamp | None]:
    return {file: stamp(file) for file in files()}


def _settled(files: Callable[[], Iterable[Path]]) -> dict[Path, Stamp | None]:
    now = _seen(files)
    while True:
        time.sleep(_SETTLED)
        before, now = now, _seen(files)
        if now == before:
            return now


def _checked(check: Callable[[], int]) -> int:
    try:
        return check()
    except OrganographError as error:
        click.echo(f"organograph: {error}", err=True)
        return COULD_NOT_RUN
