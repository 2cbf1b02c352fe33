"""Faults that an edit brings into tables which had none, told by the rows that it changed."""

from __future__ import annotations

from collections.abc import Iterator, Set

from organograph.faults import Fault
from organograph.tabular.columns import INDEPENDENT
from organograph.tabular.folder import Folder
from organograph.tabular.references import (
    Known,
    above_of,
    class_faults,
    cycles,
    head_faults,
    organization_of,
    other_faults,
    span_faults,
    things_of,
    tree_faults,
)
from organograph.tabular.tables import Row

_REFERRING = ("parent", "heads", "within", "thing", "subject", "object", "post", "body", "unit")


def new_faults(before: Folder | None, now: Folder, kinds: Set[str]) -> list[Fault] | None:
    """Faults that changed rows bring into tables which had none; None where they cannot be told by these rows.

    Args:
        before: the tables when they held no fault.
        now: the tables as they are.
        kinds: notations of the scheme of kinds.
    """
    if before is None or before.settings is not now.settings or before.rows.keys() != now.rows.keys():
        return None
    changed = [key for key, rows in now.rows.items() if rows is not before.rows[key]]
    if any(not edition and table != "waivers" for edition, table in changed):
        return None  # few rows speak of what stands in the tables of the dataset, but any may
    found: list[Fault] = []
    for edition in {edition for edition, _ in changed}:
        faults = _of_changed(before, now, edition, kinds) if edition else []
        if faults is None:
            return None
        found += faults
    return found


def _of_changed(before: Folder, now: Folder, edition: str, kinds: Set[str]) -> list[Fault] | None:
    new, old = _beyond(now, before, edition), _beyond(before, now, edition)
    sources = {row["slug"]: row for row in now.table("sources")}
    record = next(row for row in now.table("editions") if row["id"] == edition)
    things, added = things_of(now, edition), things_of(new, edition)
    gone = things_of(old, edition).keys() - things.keys()
    if (gone and any(True for _ in _referring(now, edition, gone))) or any(True for _ in cycles(things, above_of, begins=added)):
        return None
    kinds = kinds | {row["slug"] for row in now.table("kinds")}
    found = [*span_faults(new, record, sources), *tree_faults(new, edition, added, Known(things, organization_of(now)), kinds)]
    found += head_faults(now, record, things) if gone else ()
    if any(held.table(table, edition) for held in (new, old) for table in ("tenures", "seats", "sites", "relations")):
        whole = ("sites", "units", "relations")
        new.rows |= {(edition, table): now.table(table, edition) for table in whole}
        new.rows |= {("", table): now.table(table) for table in ("persons", "editions")}
        found += other_faults(new, edition, things | {organization_of(now): record})
    elif any(INDEPENDENT in row["classes"] for held in (new, old) for row in held.table("units", edition)):
        found += class_faults(now, edition)
    return found


def _beyond(read: Folder, other: Folder, edition: str) -> Folder:
    """The rows of an edition that another state of the folder has not."""
    found = Folder(read.name, read.settings)
    for (of, table), rows in read.rows.items():
        beside = other.rows.get((of, table), [])
        if of == edition and rows is not beside:
            known = {id(row.values) for row in beside}
            found.rows[of, table] = [row for row in rows if id(row.values) not in known]
    return found


def _referring(read: Folder, edition: str, gone: Set[str]) -> Iterator[Row]:
    """Rows that seem to speak of things that are gone."""
    words = gone | {ref.partition(":")[2] for ref in gone}
    for (of, table), rows in read.rows.items():
        if of == edition:
            yield from (row for row in rows if any(row.values.get(column) in words for column in _REFERRING))
        elif not of and table != "waivers":
            yield from (row for row in rows if any(word in cell for cell in row.values.values() for word in words))
