"""The editor for queries, YASGUI, where set-up has fetched it: the pinned files, proven by their hashes, at addresses that never change."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from flask import Flask, current_app

PACKAGE, VERSION = "@zazuko/yasgui", "4.6.2"
INTEGRITY = "sha512-Zw45KdPoAE1KRaAoxIHdQqeJxvaVG1oQdntw0hy0ktX35Zu8ZccuOLrXCLwR+GU+0xMzLw8Mjw6BkSZV2vUuQw=="
"""Of the package as npm gives it (Subresource Integrity, section 3.1)."""
FILES = {
    "yasgui.min.js": "55034eaac74c55f55fbd1eeed008ae38a79053651cbed2b453f1fcfd895a4b75",
    "yasgui.min.css": "085b94556b97f9928981bdedb6848fd11ad4d8d950e821f0d698c58ca538fc55",
}
"""What the server gives of it, each with its SHA-256."""
SCRIPT, STYLE = FILES
WRITES = "'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The one style sheet that its script writes into a page: how columns are drawn wider (Content Security Policy, section 2.3.1)."""
_KEY = "organograph.editor"


def default_folder() -> Path:
    """Where set-up puts the files: beside the packages of this Python, outside all that is committed."""
    return Path(sys.prefix) / "share" / "organograph" / f"yasgui-{VERSION}"


@dataclass(frozen=True)
class Editor:
    """The files by name; none where set-up could not fetch them."""

    files: Mapping[str, bytes] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Editor:
        """The files of a folder; none unless all are there, and each is the pinned one."""
        found = {name: path.read_bytes() for name in FILES if (path := folder / name).is_file()}
        return cls(found if {name: hashlib.sha256(content).hexdigest() for name, content in found.items()} == FILES else {})

    def attach(self, app: Flask) -> None:
        """Let an application offer this."""
        app.extensions[_KEY] = self

    @property
    def version(self) -> str:
        """Which it is; "" where there is none."""
        return VERSION if self.files else ""

    @property
    def styles(self) -> str:
        """What a page that offers it lets write style sheets (Content Security Policy, `style-src`); "" where there is none."""
        return WRITES if self.files else ""

    def paths(self) -> dict[str, str]:
        """Where its script and its style sheet are, from the root of this server; nowhere where there is none."""
        return {"script": f"editor/{VERSION}/{SCRIPT}", "style": f"editor/{VERSION}/{STYLE}"} if self.files else {}


def editor() -> Editor:
    """The editor of the application that answers the request."""
    return cast(Editor, current_app.extensions[_KEY])
