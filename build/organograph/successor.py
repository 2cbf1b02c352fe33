"""A new edition that begins as a copy of an old one, to be edited into what newer documents say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from organograph.errors import BuildFailed, Faulty, OrganographError
from organograph.faults import in_order
from organograph.tabular.canonical import canonical_table
from organograph.tabular.folder import Folder, read_folder
from organograph.tabular.schema import CHANGES_TABLE, EDITIONS, OF_EDITION, SCOPE
from organograph.tabular.tables import Row
from organograph.tabular.written import is_month


def new_edition(folder: Path, identifier: str, old: str, sources: Sequence[str] = ()) -> dict[Path, bytes]:
    """Copy an edition's tables and its scope, and put the new one into the chain of editions.

    A change that led from the old edition to a later one than the new starts from the new: the copy is of the state before it.

    Args:
        folder: of tables; not changed.
        identifier: the new edition's earliest month, YYYY-MM.
        old: the edition to copy.
        sources: documents of the new edition, beside those that the copied rows cite.

    Returns:
        the files to be written.

    Raises:
        Faulty: a table cannot be read for sure.
        OrganographError: the identifier is no month, is taken or does not fall between its neighbours, or the old edition or
            a document is not known.
    """
    read = read_folder(folder)
    if read.faults:
        raise Faulty(in_order(read.faults))
    before = _before(read, identifier, old)
    _refuse_unknown(read, sources)
    place = folder / "editions" / identifier
    if place.exists():
        raise BuildFailed(f"{place} is there already.", "Remove it or choose another month.")
    files = {place / f"{table.name}.csv": canonical_table(_copied(read, table.name, old, identifier), table) for table in OF_EDITION}
    scope = [*read.table("scope"), *(_with(row, edition=identifier) for row in read.table("scope") if row["edition"] == old)]
    files[folder / "scope.csv"] = canonical_table(scope, SCOPE)
    changes = [_with(row, from_edition=identifier) if _leads_past(row, before, read) else row for row in read.table("changes")]
    files[folder / "changes.csv"] = canonical_table(changes, CHANGES_TABLE)
    files[folder / "editions.csv"] = canonical_table(_chain(read, before, identifier, sources), EDITIONS)
    return {path: text.encode() for path, text in files.items()}


def _before(read: Folder, identifier: str, old: str) -> Row:
    """The row of the old edition, once the new one is found to fit right behind it."""
    rows = {row["id"]: row for row in read.table("editions")}
    if not is_month(identifier):
        raise OrganographError(f"{identifier!r} is no month.", "Name the edition by its earliest month, YYYY-MM, such as 2024-05.")
    if old not in rows:
        raise OrganographError(f"There is no edition {old!r}.", f"The editions are: {', '.join(rows)}.")
    if identifier in rows:
        raise OrganographError(f"The edition {identifier!r} exists already.", "Edit its tables, or choose another month.")
    before = rows[old]
    if identifier <= before["not_before"]:
        raise OrganographError(f"{identifier} does not come after {old}, which begins in {before['not_before']}.", "Choose a later month.")
    later = [row for row in rows.values() if row.number("order") > before.number("order") and row["not_before"] <= identifier]
    if later:
        wrong = f"{identifier} does not come before {later[0]['id']}, which follows {old}."
        raise OrganographError(wrong, f"Choose an earlier month, or copy {later[-1]['id']}.")
    return before


def _refuse_unknown(read: Folder, sources: Iterable[str]) -> None:
    known = {row["slug"] for row in read.table("sources")}
    for source in sources:
        if source not in known:
            raise OrganographError(f"{source!r} is no document of sources.csv.", "Add its row there first, or leave it out.")


def _copied(read: Folder, table: str, old: str, identifier: str) -> list[Row]:
    """The rows of a table, without tenures that ended before the new edition begins."""
    return [row for row in read.table(table, old) if not _over(row, identifier)]


def _over(row: Row, month: str) -> bool:
    known = min(len(row["ends"]), len(month))
    return row["ends"][:known] < month[:known]


def _chain(read: Folder, before: Row, identifier: str, sources: Sequence[str]) -> list[Row]:
    """The rows of editions, those behind the new one moved on by one place."""
    place = before.number("order") + 1
    documents = dict.fromkeys([*before.many("sources"), *sources])
    fresh = {
        "id": identifier, "order": str(place), "not_before": identifier, "title": f"As of {identifier}",
        "sources": "; ".join(documents), "previous": before["id"], "note": f"Begun as a copy of the edition {before['id']}.",
    }  # fmt: skip
    rows: list[Row] = []
    for row in read.table("editions"):
        moved = {"order": str(row.number("order") + 1)} if row.number("order") >= place else {}
        follows = {"previous": identifier} if moved and row["previous"] == before["id"] else {}
        rows.append(_with(row, **moved, **follows))
        if row is before:
            rows.append(replace(row, values=fresh))
    return rows


def _leads_past(change: Row, before: Row, read: Folder) -> bool:
    """Tell whether a change leads from the old edition to one that will stand behind the new."""
    orders = {row["id"]: row.number("order") for row in read.table("editions")}
    return change["from_edition"] == before["id"] and orders.get(change["to_edition"], 0) > before.number("order")


def _with(row: Row, **values: str) -> Row:
    changed: Mapping[str, str] = {**row.values, **values}
    return replace(row, values=changed)
