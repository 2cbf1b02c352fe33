"""Makes a report of what a check found, and takes out of it what is waived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from organograph.faults import Language, in_order
from organograph.plainfiles import legible
from organograph.report.model import Report
from organograph.report.waivers import waive
from organograph.sentences import told_in

if TYPE_CHECKING:
    from organograph.conformance.verdict import Part
    from organograph.names import Names
    from organograph.tabular.folder import Folder


def reported(what: str, parts: Sequence[Part], shapes: Sequence[Path], language: Language = "en", root: Path | None = None) -> Report:
    """A report of all that was found, each finding once.

    Args:
        what: what was checked, as the steward named it.
        parts: the graphs checked.
        shapes: the files of rules they were checked with, for the formats that explain them.
        language: of the words.
        root: the folder that the files of findings are relative to; None for the current one.
    """
    findings = in_order(told_in(fault, language) for part in parts for fault in part.faults)
    when = datetime.now().astimezone()
    return Report(legible(what), when, tuple(findings), tuple(parts), language, root=root, shapes=tuple(shapes))


def with_waivers(report: Report, folder: Folder, names: Names, whole: bool = True) -> Report:
    """The report without the findings that the folder's waivers.csv allows, and with one for each waiver that does nothing.

    Args:
        report: of a check of the folder.
        folder: its rows.
        names: the IRIs.
        whole: all of the folder was checked, so that a waiver without finding is unused.
    """
    rows = folder.table("waivers")
    if not rows:
        return report

    def known_as(thing: str) -> str:
        read = names.read(thing)
        return f"{read[0]}:{read[1]}" if read else thing.replace("edition:", names.edition("").value, 1)

    counted, waived = waive(report.findings, rows, known_as, report.when.date(), whole)
    return report.waiving(in_order(told_in(fault, report.language) for fault in counted), waived)
