"""Stores on disk: one for each publication, built beside its place and renamed, and opened by workers that only read.

DIR/KEY/            a store of the query engine (RocksDB), with the file `whole`
DIR/.KEY.new-…/     one that is being built, or was when that was cut off
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pyoxigraph import Quad, Store

from organograph.locking import locked
from organograph.storing import sync, sync_tree
from organograph_server.errors import StoreUnloadable
from organograph_server.query.doors import Door
from organograph_server.query.store import fill

_WHOLE = "whole"


class Disk:
    """Stores below a directory.

    Args:
        root: the directory; it need not be there yet.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def of(self, key: str) -> Path:
        """Where the store of a publication is, or will be."""
        return Path(os.path.abspath(self._root)) / key

    def has(self, key: str) -> bool:
        """Whether the store of a publication is there, and whole."""
        return (self.of(key) / _WHOLE).is_file()

    def build(self, key: str, quads: Callable[[], Iterable[Quad]], doors: Sequence[Door], keep: int) -> None:
        """Build the store of a publication, if it is not there, and remove those that are not kept.

        Args:
            key: names the publication.
            quads: gives the dataset, as often as it is asked to.
            doors: the ways to ask it.
            keep: how many stores stay; who has another open goes on with it.

        Raises:
            StoreUnloadable: it could not be written; what was there is untouched.
            Locked: another process builds here.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with locked(self._root / ".lock"):
                self._sweep()
                if not self.has(key):
                    self._build(key, quads, doors)
                os.utime(self.of(key))
                self._forget(keep)
        except OSError as error:
            why = error.strerror or str(error)
            raise StoreUnloadable(
                f"{self._root} could not be written: {why}.", "Make room or mend the permissions, and load again."
            ) from error

    def _build(self, key: str, quads: Callable[[], Iterable[Quad]], doors: Sequence[Door]) -> None:
        beside = Path(tempfile.mkdtemp(prefix=f".{key}.new-", dir=self._root))
        try:
            store = Store(beside)
            fill(store, quads, doors)
            store.flush()
            store.optimize()
            del store
            (beside / _WHOLE).write_text(f"{key}\n", "utf-8")
            _sync_files(beside)
            beside.chmod(0o755)
            # What stands there without the file that says so is not whole.
            shutil.rmtree(self.of(key), ignore_errors=True)
            os.rename(beside, self.of(key))
            sync(self._root)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what was cut off; the lock says that none is at work."""
        for path in self._root.glob(".*.new-*"):
            shutil.rmtree(path, ignore_errors=True)

    def _forget(self, keep: int) -> None:
        whole = sorted(self._root.glob(f"*/{_WHOLE}"), key=lambda path: path.parent.stat().st_mtime_ns, reverse=True)
        for path in whole[keep:]:
            # Nobody begins with one that is half removed.
            path.unlink()
            shutil.rmtree(path.parent)


def _sync_files(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            sync(path)
    sync_tree(folder)
