"""A reform as lines for a terminal: counts first, then branch by branch, then what is a matter of scope."""

from __future__ import annotations

from collections.abc import Iterator

from organograph.reform.lineage import Passage
from organograph.reform.model import OF_SCOPE, SORTS, Reform, Row
from organograph.reform.words import reference_of


def text_lines(reform: Reform, evidence: bool = False) -> Iterator[str]:
    """The lines of a reform; none where nothing changed.

    Args:
        reform: what changed.
        evidence: whether each change is told with the passages that it rests on.
    """
    if not reform.rows:
        return
    yield f"From {reform.before.identifier} ({reform.before.title}) to {reform.after.identifier} ({reform.after.title}):"
    yield from (f"  {number:>5} {SORTS[sort].lower()}" for sort, number in reform.counts.items())
    for branch in reform.branches:
        yield ""
        yield f"{branch.name or 'Beside the tree'} ({len(branch.rows)}):"
        for row in branch.rows:
            yield from _lines(row, evidence)
        yield from (f"  out of here: {_sentence(row)}" for row in branch.left)
    for sort in OF_SCOPE:
        if rows := reform.by_sort(sort):
            yield ""
            yield f"{SORTS[sort]} ({len(rows)}):"
            for row in rows:
                yield from _lines(row, evidence)


def _lines(row: Row, evidence: bool) -> Iterator[str]:
    yield f"  {_sentence(row)}"
    if row.missing:
        yield f"    MISSING: {row.missing}"
    if evidence:
        yield from (f"    {_where(passage)}" for passage in row.passages)


def _sentence(row: Row) -> str:
    return f"“{row.name}” ({reference_of(row.thing)}) {row.told}"


def _where(passage: Passage) -> str:
    return f"{passage.edition or 'catalogue'}: {passage.title}, characters {passage.start}–{passage.end}"
