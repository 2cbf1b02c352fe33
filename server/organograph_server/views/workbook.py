"""The table of an edition as a workbook, equal to the byte whenever it is made (Office Open XML, ECMA-376)."""

from __future__ import annotations

import io
import re
import zipfile

from organograph.errors import DatasetUnreadable
from organograph.messages import Message
from organograph.tabular.columns import Column, Table
from organograph.tabular.tables import Row
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads
from organograph_server.errors import NotAcceptable
from organograph_server.views.tables import COLUMNS, edition_rows

_CORE = "docProps/core.xml"
# When and with what the file was written, which is nothing that the edition says.
_WRITTEN = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
# The earliest date that an archive can name, for one that has no date of its own.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def edition_workbook(quads: Quads, published: Published, edition: Edition) -> bytes:
    """Every unit, post and body of an edition, one a row; every cell is text, also one that begins with `=`.

    Raises:
        NotAcceptable: a text is longer than a cell can be, or has what no workbook can carry.
    """
    # Only who asks for a workbook needs the library that writes it; the server starts faster without.
    from organograph.tabular.sheets import Sheet, write_workbook

    table = Table(edition.identifier, edition.title, tuple(Column(name, holds) for name, holds in COLUMNS.items()))
    rows = edition_rows(quads, published, edition)
    lines = [Row(table.name, "", line, dict(zip(COLUMNS, row, strict=True))) for line, row in enumerate(rows, 2)]
    try:
        return undated(write_workbook({table.name: Sheet(table, lines)}))
    except DatasetUnreadable as error:
        raise NotAcceptable(Message("A workbook cannot carry this edition: %(error)s", error=error), "Ask for text/csv.") from error


def undated(book: bytes) -> bytes:
    """A workbook without the time at which it was written, so that equal cells give equal bytes and tags."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(zipfile.ZipInfo(name, _NO_DATE), _WRITTEN.sub(b"", content) if name == _CORE else content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
