"""Fetches the editor for queries (YASGUI) through npm, proves that it is the pinned one, and says in a sentence how that went."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from organograph_server.query.editor import FILES, INTEGRITY, PACKAGE, VERSION, Editor, default_folder

_ALONE = "Queries have the plain form alone; `make editor` tries again."
# A set-up without network must end soon.
_NPM = ("npm", "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent", "--fetch-retries=0", "--fetch-timeout=20000")
_SECONDS = 90


class EditorMissing(Exception):
    """The editor could not be had; the message is a whole sentence."""


def fetched() -> bytes:
    """The package as npm gives it, from the registry that npm is set to; none of its scripts is run.

    Raises:
        EditorMissing: npm is missing, or could not fetch it.
    """
    if shutil.which(_NPM[0]) is None:
        raise EditorMissing("npm is not installed, so the editor for queries (YASGUI) was not fetched.")
    with tempfile.TemporaryDirectory() as place:
        try:
            subprocess.run(_NPM, cwd=place, check=True, capture_output=True, timeout=_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise EditorMissing(f"npm could not fetch the editor for queries, {PACKAGE} {VERSION}.") from error
        found = list(Path(place).glob("*.tgz"))
        if len(found) != 1:
            raise EditorMissing(f"npm gave no package {PACKAGE} {VERSION}.")
        return found[0].read_bytes()


def unpacked(package: bytes, integrity: str = INTEGRITY) -> dict[str, bytes]:
    """The files of a package that the server gives.

    Args:
        package: as npm gives it, a tar file.
        integrity: what its hash must be (Subresource Integrity, section 3.1).

    Raises:
        EditorMissing: it is another package, or lacks a file; nothing of it is used then.
    """
    algorithm, _, digest = integrity.partition("-")
    if base64.b64encode(hashlib.new(algorithm, package).digest()).decode() != digest:
        raise EditorMissing(f"The package {PACKAGE} {VERSION} that npm gave is not the pinned one: its SHA-512 differs. It is not used.")
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        members = {name: archive.extractfile(f"package/build/{name}") for name in FILES if f"package/build/{name}" in archive.getnames()}
        found = {name: member.read() for name, member in members.items() if member is not None}
    if {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} != FILES:
        raise EditorMissing(f"The package {PACKAGE} {VERSION} does not hold the files that are pinned.")
    return found


def placed(files: dict[str, bytes], folder: Path) -> None:
    """Write the files, all or none: a folder beside, and then a rename."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, content in files.items():
            (beside / name).write_bytes(content)
        beside.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def main() -> int:
    """Fetch it where it is not there yet; without it everything else works, so this is never an error."""
    folder = default_folder()
    if Editor.read(folder).files:
        return 0
    try:
        placed(unpacked(fetched()), folder)
    except EditorMissing as error:
        sys.stdout.write(f"{error} {_ALONE}\n")
    except OSError as error:
        sys.stdout.write(f"{folder} could not be written: {error.strerror}. {_ALONE}\n")
    else:
        sys.stdout.write(f"The editor for queries (YASGUI {VERSION}) is in {folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
