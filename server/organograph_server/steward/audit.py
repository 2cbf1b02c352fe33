"""The audit log: what was tried and done at the steward's door, when and by whom, a line of JSON each, never changed."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from organograph.messages import Message
from organograph.storing import sync
from organograph_server.errors import PublishingFailed

_LONGEST = 200


class Audit:
    """The log. Each line is on the disk before what it tells of goes on.

    Args:
        path: of the file; it is made where it is missing, for its owner alone to read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, **told: object) -> None:
        """Add a line; nothing that comes from a client can end it, and no secret is ever handed in.

        Raises:
            PublishingFailed: it cannot be written.
        """
        line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds")} | {k: _short(v) for k, v in told.items()})
        try:
            is_new = not self._path.exists()
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # One write, so that lines of several processes stay whole.
                os.write(descriptor, f"{line}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if is_new:
                sync(self._path.parent)
        except OSError as error:
            message = Message("The audit log cannot be written: %(why)s, so nothing is done.", why=error.strerror)
            raise PublishingFailed(message, "Whoever runs the server has to mend that.") from error


def _short(value: object) -> object:
    return value[:_LONGEST] if isinstance(value, str) else value
