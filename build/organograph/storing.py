"""Stores files that a steward edits: all of them or none, and none half written."""

from __future__ import annotations

import ctypes
import errno
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from organograph.errors import BuildFailed

# As linux/fcntl.h and linux/fs.h have them: paths from the working directory, and names that are exchanged.
_HERE, _EXCHANGE = -100, 2


def store(files: Mapping[Path, bytes]) -> None:
    """Write files, each beside its place first and then renamed; folders are made where they are missing.

    Args:
        files: what is to stand where, in the order of writing.

    Raises:
        BuildFailed: one could not be written; all of them are as they were.
    """
    targets = {Path(os.path.realpath(path)): data for path, data in files.items()}
    made = [folder for path in targets for folder in _missing(path.parent)]
    beside: dict[Path, Path] = {}
    try:
        for path, data in targets.items():
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "it is no plain file", str(path))
            path.parent.mkdir(parents=True, exist_ok=True)
            beside[path] = _written(path, data)
        _exchange(beside)
    except OSError as error:
        for left in beside.values():
            left.unlink(missing_ok=True)
        for folder in reversed(made):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
        wrong = f"{error.filename or 'A file'} could not be written: {error.strerror or error}."
        raise BuildFailed(wrong, "Nothing was changed; make room or mend the permissions and run again.") from error


def _missing(folder: Path) -> list[Path]:
    """The folders that are not there yet, the outermost first."""
    return [each for each in reversed([folder, *folder.parents]) if not each.exists()]


def _written(path: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), path.stat().st_mode & 0o7777 if path.exists() else 0o644)
    return Path(name)


def _exchange(beside: Mapping[Path, Path]) -> None:
    """Rename all; where one cannot be renamed, put back those that were."""
    before = {path: path.read_bytes() if path.is_file() else None for path in beside}
    done: list[Path] = []
    try:
        for path, new in beside.items():
            os.replace(new, path)
            done.append(path)
    except OSError:
        for path in done:
            old = before[path]
            if old is None:
                path.unlink()
            else:
                path.write_bytes(old)
        raise


def write_tree(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder and wait until they are on the disk.

    Args:
        files: bytes by their paths below the folder.
        folder: which nobody reads yet.

    Raises:
        OSError: one could not be written.
    """
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        with (folder / path).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    sync_tree(folder)


def sync_tree(folder: Path) -> None:
    """Wait until the names in a folder and in those below it are on the disk."""
    for each in sorted([folder, *(path for path in folder.rglob("*") if path.is_dir())]):
        sync(each)


def sync(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders change their names in one step (renameat2(2)); False where this system, or the disk, cannot do that."""
    call = getattr(ctypes.CDLL(None), "renameat2", None)
    return call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0
