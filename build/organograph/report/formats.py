"""Every format of a report, its file's ending, and writing it whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from organograph.errors import BuildFailed
from organograph.report.model import Report

Render = Callable[[Report], bytes]


@dataclass(frozen=True)
class Format:
    """One format: where its writer is, the ending of its files, and whether a terminal can show it."""

    module: str
    function: str
    ending: str
    text: bool = True

    def render(self, report: Report) -> bytes:
        """The report in this format; only now is the format's library loaded."""
        write: Render = getattr(import_module(f"organograph.report.{self.module}"), self.function)
        return write(report)


FORMATS: Mapping[str, Format] = {
    "text": Format("lines", "plain", ".txt"),
    "json": Format("records", "as_json", ".json"),
    "csv": Format("records", "as_csv", ".csv"),
    "xlsx": Format("workbook", "as_workbook", ".xlsx", text=False),
    "html": Format("page", "as_page", ".html"),
    "sarif": Format("sarif", "as_sarif", ".sarif"),
    "github": Format("lines", "workflow_commands", ".github"),
    "shacl": Format("shacl", "as_turtle", ".ttl"),
    "shacl-jsonld": Format("shacl", "as_json_ld", ".jsonld"),
}


def format_of(path: Path) -> str:
    """The format that a file's ending asks for, text where it asks for none."""
    return next((name for name, each in FORMATS.items() if each.ending == path.suffix.lower()), "text")


def write_whole(data: bytes, path: Path) -> None:
    """Write a file beside its place and rename it, so that readers see the old one or the new one; write into what is no plain file.

    Raises:
        BuildFailed: it could not be written; what stood there is untouched.
    """
    import tempfile

    beside: str | None = None
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # into a pipe or a device, which no file may replace
            return
        path = Path(os.path.realpath(path))
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except OSError as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise BuildFailed(f"{path} could not be written: {error.strerror or error}.", "Choose another place with --out.") from error
