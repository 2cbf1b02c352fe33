"""A reform as a table for spreadsheets and R: a row for each change (RFC 4180)."""

from __future__ import annotations

from collections.abc import Iterator

from organograph.csvtables import csv_table
from organograph.reform.model import Reform, Row

COLUMNS = (
    "change", "iri", "type", "name", "told", "before", "before_names", "after", "after_names", "branch", "branch_name", "event",
    "scope_limit", "basis", "note", "evidence", "missing",
)  # fmt: skip


def write_table(reform: Reform) -> bytes:
    """Write all rows; several values in a cell are separated by `; `, and evidence is `edition document start-end`."""
    return csv_table([COLUMNS, *(_cells(reform, row) for row in reform.rows)])


def _cells(reform: Reform, row: Row) -> Iterator[str]:
    yield from (row.sort, row.thing, row.type, row.name, row.told)
    for values in (row.before, row.after):
        yield "; ".join(value.iri for value in values if value.iri)
        yield "; ".join(value.label for value in values)
    yield from (row.branch, reform.branch_name(row.branch), row.event, row.limit, row.basis, row.note)
    yield "; ".join(f"{passage.edition or 'catalogue'} {passage.document} {passage.start}-{passage.end}" for passage in row.passages)
    yield row.missing
