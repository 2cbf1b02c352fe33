"""Writes the folder of a twin beside its place and exchanges the two at the end, so that it is whole or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from organograph.errors import BuildFailed

MARK = "export.json"
SITE = "site"


@contextmanager
def written(place: Path) -> Iterator[Path]:
    """A new folder to write into, which takes its place when the block ends well and is removed when it does not.

    Args:
        place: where the twin shall stand; a twin that is there is replaced.

    Raises:
        BuildFailed: something else is there, or it cannot be written.
    """
    place = Path(os.path.realpath(place))
    _refuse_foreign(place)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise _failed(place, error) from error
    try:
        yield beside
        beside.chmod(0o755)
        _exchange(beside, place)
    except OSError as error:
        raise _failed(place, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def put(folder: Path, path: str, content: bytes) -> None:
    """Write one file of the folder, with the folders above it.

    Raises:
        BuildFailed: its path would leave the folder.
    """
    file = folder / path
    if ".." in Path(path).parts or Path(path).is_absolute():
        raise BuildFailed(f"The address of {path!r} would be a file outside of the folder.", "Mend the slug that it is made of.")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def date(folder: Path, moment: datetime | None) -> None:
    """Give all that stands in the folder one date, so that the same twin is the same to tools that copy by date."""
    seconds = int((moment or datetime(1980, 1, 1, tzinfo=UTC)).timestamp())
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (seconds, seconds))


def _refuse_foreign(place: Path) -> None:
    if place.is_dir() and not (place / MARK).is_file() and any(place.iterdir()):
        raise BuildFailed(f"{place} holds files that no export wrote.", "Name an empty folder, or one that is not there yet.")
    if place.exists() and not place.is_dir():
        raise BuildFailed(f"{place} is a file.", "Name a folder.")
    if place == Path.cwd() or place in Path.cwd().parents:
        raise BuildFailed(f"{place} is where you stand, and an export replaces its folder.", "Name another folder.")


def _exchange(beside: Path, place: Path) -> None:
    """Rename the old away and the new into its place; where the second fails, the old comes back."""
    if not place.exists():
        os.rename(beside, place)
        return
    old = beside.with_name(f"{beside.name}.old")
    os.rename(place, old)
    try:
        os.rename(beside, place)
    except OSError:
        os.rename(old, place)
        raise
    shutil.rmtree(old)


def _failed(place: Path, error: OSError) -> BuildFailed:
    wrong = f"{place} could not be written: {error.strerror or error}."
    return BuildFailed(wrong, "What stood there is untouched; make room or mend the permissions and run again.")
