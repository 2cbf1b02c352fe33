"""Tables that were sent, made the files of a dataset: only where a check finds nothing that breaks a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from organograph.inmemory import compiled
from organograph.names import Names
from organograph.report.model import Report
from organograph.uploads.checking import Desk, Wanted, opened
from organograph.uploads.sent import Part, UploadRefused


@dataclass(frozen=True)
class Compiled:
    """What became of tables.

    Args:
        report: what the check found.
        files: of the dataset by their paths; none where a rule is broken.
        manifest: of the dataset.
    """

    report: Report
    files: dict[str, bytes]
    manifest: dict[str, Any]


def compile_sent(desk: Desk, sent: Sequence[Part], wanted: Wanted) -> Compiled:
    """Check tables, and compile them where no rule is broken; the bytes are those of `organograph publish`.

    Raises:
        UploadRefused: they are no tables, or of another base than the dataset that is served.
        OrganographError: they cannot be checked or compiled.
    """
    tables, _ = opened(sent)
    if tables is None:
        raise UploadRefused("What was sent is no folder of tables.", "Send a zip of the folder that holds dataset.toml.")
    assembly = desk.assembled(tables)
    report = desk.of_tables(tables, assembly, wanted)
    if assembly.dataset is None or any(fault.severity == "violation" for fault in report.findings):
        return Compiled(report, {}, {})
    names = Names(assembly.dataset.base or wanted.base)
    if names.base != wanted.base:
        raise UploadRefused(
            f"dataset.toml says that addresses begin with {names.base}, and those of this server begin with {wanted.base}.",
            "Take dataset.base out of it, or publish at the server that has that base.",
        )
    return Compiled(report, *compiled(assembly.dataset, names, desk.folder, desk.shapes))
