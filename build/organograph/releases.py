"""Releases of a dataset: directories that never change, each named by its hash, one of which is current.

    ROOT/current            a link to the release that is served
    ROOT/releases/HASH/     a dataset directory as `organograph build` writes it
    ROOT/history.json       which release became current when and by whom, the last at the end

A release is written beside and renamed, and becomes current by the renaming of a link. So who reads `current` has one release
whole, and one that is cut off at any moment leaves the release before.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from organograph.errors import BuildFailed, DatasetUnreadable, OrganographError
from organograph.locking import locked, now, user
from organograph.storing import sync, write_tree

KEPT = 5
"""How many releases stay for a rollback."""

_CURE = "The release that was current still is; make room or mend the permissions, and run again."


@dataclass(frozen=True)
class Release:
    """A release that was made current.

    Args:
        name: the hash of its manifest, 16 letters.
        when: it became current, in UTC (RFC 3339).
        by: the user who made it so.
        why: "publish" or "rollback".
    """

    name: str
    when: str
    by: str
    why: str


class Outdated(OrganographError):
    """Another release is current than the one that was to be followed."""


class Releases:
    """The releases below a directory.

    Args:
        root: the directory; it need not be there yet.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def current(self) -> Path | None:
        """The directory of the release that is served; None where there is none."""
        link = self.root / "current"
        return Path(os.path.realpath(link)) if link.is_symlink() else None

    def history(self) -> Sequence[Release]:
        """What became current, the last at the end.

        Raises:
            DatasetUnreadable: the file cannot be read.
        """
        path = self.root / "history.json"
        try:
            return [Release(**entry) for entry in json.loads(path.read_text("utf-8"))]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, TypeError) as error:
            raise DatasetUnreadable(f"{path} cannot be read: {error}.", "Remove it; releases stay, and it begins anew.") from error

    def earlier(self) -> list[Path]:
        """The directories of releases that were current before and are still there, the latest first."""
        names = dict.fromkeys(entry.name for entry in reversed(self.history()))
        found = [self.root / "releases" / name for name in names]
        return [path for path in found if path.is_dir() and path.resolve() != self.current]

    def publish(self, files: Mapping[str, bytes], keep: int = KEPT, by: str = "", after: str = "") -> Release:
        """Write a release and make it current. The same files again are the same release.

        Args:
            files: a dataset directory, its manifest among them, by paths.
            keep: how many releases stay.
            by: who publishes; without it the user whose process this is.
            after: the release that must be current until then; "" for any.

        Raises:
            BuildFailed: it could not be written; what was current still is.
            Locked: another process publishes here.
            Outdated: another release has become current meanwhile.
        """
        return self.publish_by(lambda folder: write_tree(files, folder), keep, by, after)

    def publish_by(self, fill: Callable[[Path], object], keep: int = KEPT, by: str = "", after: str = "") -> Release:
        """Let a release be written file by file, and make it current; arguments and errors are else those of `publish`.

        Args:
            fill: writes a dataset directory into an empty folder, and waits until it is on the disk.
            keep: how many releases stay.
            by: who publishes.
            after: the release that must be current until then.
        """
        if self.root.is_dir() and any(self.root.iterdir()) and not (self.root / "releases").is_dir():
            raise BuildFailed(f"{self.root} holds something else than releases.", "Name an empty or a new directory.")
        try:
            releases = self.root / "releases"
            releases.mkdir(parents=True, exist_ok=True)
            with locked(self.root / ".lock"):
                if after and (self.current is None or self.current.name != after):
                    now_current = self.current.name if self.current else "none"
                    raise Outdated(f"Release {now_current} has become current meanwhile.", "Look at what it changed, and publish again.")
                _sweep(releases)
                release = self._make_current(_written(fill, releases), "publish", by)
                self._forget(keep)
        except OSError as error:
            raise BuildFailed(f"{self.root} could not be written: {error.strerror or error}.", _CURE) from error
        return release

    def rollback(self, name: str | None = None) -> Release:
        """Make an earlier release current again.

        Args:
            name: of the release, or how it begins; without it the one that was current before.

        Raises:
            DatasetUnreadable: there is no such release.
            BuildFailed: it could not be made current.
            Locked: another process publishes here.
        """
        try:
            with locked(self.root / ".lock"):
                found = [path.name for path in self.earlier() if path.name.startswith(name or "")]
                if not found or (name and len(found) > 1):
                    known = ", ".join(path.name for path in self.earlier()) or "none"
                    wanted = f"release that begins with {name!r}" if name else "earlier release"
                    raise DatasetUnreadable(f"{self.root} has no {wanted}.", f"The earlier releases are: {known}.")
                return self._make_current(found[0], "rollback")
        except OSError as error:
            raise BuildFailed(f"{self.root} could not be written: {error.strerror or error}.", _CURE) from error

    def _make_current(self, name: str, why: str, by: str = "") -> Release:
        release = Release(name, now(), by or user(), why)
        last = self.history()[-1:]
        if self.current != self.root.resolve() / "releases" / name:
            beside = self.root / ".current"
            beside.unlink(missing_ok=True)
            beside.symlink_to(Path("releases") / name)
            os.rename(beside, self.root / "current")
            sync(self.root)
        elif last and last[0].name == name:
            return last[0]
        entries = [asdict(entry) for entry in (*self.history(), release)]
        beside = self.root / ".history.json"
        beside.write_text(json.dumps(entries, indent=1) + "\n", "utf-8")
        os.rename(beside, self.root / "history.json")
        sync(self.root)
        return release

    def _forget(self, keep: int) -> None:
        """Remove what no rollback can want any more; a server that reads a release has read it whole."""
        stay = {path.name for path in self.earlier()[: max(keep - 1, 0)]}
        current = self.current
        for path in (self.root / "releases").iterdir():
            if path.name not in stay and (current is None or path.name != current.name):
                # Renamed first: what has the name of a release is whole, also where this is cut off.
                gone = path.with_name(f".{path.name}.gone")
                os.rename(path, gone)
                shutil.rmtree(gone, ignore_errors=True)


def _written(fill: Callable[[Path], object], releases: Path) -> str:
    """Write a release beside and rename it to its name."""
    beside = Path(tempfile.mkdtemp(prefix=".", dir=releases))
    try:
        fill(beside)
        name = hashlib.sha256((beside / "manifest.json").read_bytes()).hexdigest()[:16]
        # A release of that name which is there is whole, for it was renamed to it.
        if not (releases / name).is_dir():
            beside.chmod(0o755)
            os.rename(beside, releases / name)
            sync(releases)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return name


def _sweep(releases: Path) -> None:
    """Remove what writers that were cut off have left; the lock says that none is at work."""
    for path in releases.glob(".*"):
        shutil.rmtree(path, ignore_errors=True)
