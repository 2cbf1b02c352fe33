"""Reads files of tables whole and tells their names; what may never end, such as a pipe or a device, is not opened."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def content(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        OSError: it cannot be read, or is a pipe or a device.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError(errno.EINVAL, "it is no plain file", str(path))
    return path.read_bytes()


def legible(path: Path | str) -> str:
    """The name of a file as every report can hold it, whatever its bytes are."""
    return os.fsencode(path).decode("utf-8", "replace")
