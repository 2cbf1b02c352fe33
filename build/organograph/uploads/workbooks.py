"""A workbook that is sent beside a zip of tables, read over them as `organograph import` reads it."""

from __future__ import annotations

from organograph.held import HeldPath
from organograph.tabular.exchange import imported
from organograph.uploads.sent import Part, fit_name
from organograph.uploads.unpacking import unpacked


def laid_over(tables: HeldPath, book: Part, kinds: frozenset[str]) -> HeldPath:
    """Tables as they would be after the import.

    Args:
        tables: the folder.
        book: the workbook.
        kinds: notations of the scheme of kinds.

    Raises:
        UploadRefused: it is a zip that no spreadsheet makes.
        Faulty: it holds faults, or would bring some into the tables.
        DatasetUnreadable: it is no workbook of tables.
    """
    name = fit_name(book.name, book.kind)
    unpacked(book.content, name)  # which measures it, and reads no sheet
    return tables.with_files({str(path): content for path, content in imported(book.content, name, tables, kinds).items()})
