"""Rows to model: joins the tables, collects every fault in what they refer to, and remembers where each fact stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from organograph.faults import Fault, in_order
from organograph.kept import Kept
from organograph.links import unwatched
from organograph.model import (
    Change,
    Conflict,
    Dataset,
    Edition,
    Kind,
    Organization,
    Person,
    Reading,
    Relation,
    ScopeLimit,
    Seat,
    Site,
    Source,
    Span,
    Tenure,
    Thing,
)
from organograph.publishers import Publisher
from organograph.tabular.columns import INDEPENDENT
from organograph.tabular.folder import Folder, read_folder
from organograph.tabular.references import reference_faults
from organograph.tabular.tables import Row

_UNREAD = {"table:missing-file", "table:unreadable", "table:not-utf8", "table:not-csv", "table:missing-column"}
_OF_TYPE = {"unit": "units", "post": "posts", "body": "bodies"}
_REFERRED_TO = {
    "source": "sources", "sources": "sources", "chosen": "sources", "rejected": "sources", "spans": "sources", "person": "persons",
    "edition": "editions", "from_edition": "editions", "to_edition": "editions", "previous": "editions", "kind": "kinds", **_OF_TYPE,
}  # fmt: skip
"""The table that a column refers to, where the cell does not say it itself as unit:SLUG does."""
Made = Callable[..., Any]
"""Makes something of parts, of the very same parts perhaps once only."""


@dataclass(frozen=True)
class Assembly:
    """A folder of tables, read and joined.

    Args:
        dataset: its meaning; None where faults are so that it has none.
        folder: its rows.
        faults: every fault in the tables themselves, in the order of files and lines.
    """

    dataset: Dataset | None
    folder: Folder
    faults: tuple[Fault, ...]


def assemble(folder: Path, kinds: frozenset[str], kept: Kept[Any] | None = None) -> Assembly:
    """Read a folder of tables and join it into a dataset.

    Args:
        folder: such as ontology/iom.
        kinds: notations of the scheme of kinds.
        kept: what was read of its files before.

    Returns:
        the dataset where no fault was found, and all faults otherwise.

    Raises:
        DatasetUnreadable: the folder is none of tables.
    """
    with unwatched():  # rows hang together in no circles, and there may be millions of them
        read = read_folder(folder, kept)
        faults = in_order([*read.faults, *_reference_faults(read, _brought(kept, read, kinds))])
        if kept is not None and not faults:
            kept.sound = read
        return Assembly(None if faults else _dataset(read, _anew if kept is None else kept.made), read, tuple(faults))


def _brought(kept: Kept[Any] | None, read: Folder, kinds: frozenset[str]) -> Iterable[Fault]:
    """Faults in references: those that changed rows bring, or all."""
    if kept is None:
        return reference_faults(read, kinds)
    from organograph.tabular.rechecked import new_faults  # which a check that does not go on has no need of

    brought = new_faults(kept.sound, read, kinds)
    return reference_faults(read, kinds) if brought is None else brought


def _anew(make: Callable[..., Any], *parts: object) -> Any:
    return make(*parts)


def _reference_faults(read: Folder, found: Iterable[Fault]) -> Iterator[Fault]:
    """Faults in references; those that only follow from a table, a row or settings that could not be read are left out."""
    told = {fault.rule for fault in read.faults}
    if any(rule.startswith("settings:") for rule in told):
        return
    unread = {Path(fault.where.file).stem for fault in read.faults if fault.rule in _UNREAD and fault.where}
    torn = {(row.file, row.line) for rows in read.rows.values() for row in rows if not row.whole}
    for fault in found:
        place = (fault.where.file, fault.where.line) if fault.where else None
        if place not in torn and not _follows(fault, unread):
            yield fault


def _follows(fault: Fault, unread: set[str]) -> bool:
    """Tell whether a thing may be missing only because the table that would hold it could not be read."""
    if fault.rule == "table:head-missing":
        return "posts" in unread
    if fault.rule != "table:missing-reference" or fault.where is None:
        return False
    values = {part.strip().partition(":")[0] for part in (fault.where.value or "").split(";")}
    tables = {_OF_TYPE[value] for value in values & _OF_TYPE.keys()} or {_REFERRED_TO.get(fault.where.column or "", "")}
    return bool(tables & unread)


def _dataset(read: Folder, made: Made) -> Dataset:
    organization, dataset = read.settings["organization"], read.settings["dataset"]
    editions = sorted((_edition(row, read, made) for row in read.table("editions")), key=lambda edition: edition.order)
    return Dataset(
        organization=Organization(
            slug=organization["slug"],
            name=organization["name"],
            acronym=organization.get("acronym", ""),
            classes=tuple(organization.get("classes", ())),
            purpose=organization.get("purpose", ""),
            homepage=organization.get("homepage", ""),
        ),
        title=dataset["title"],
        licence=dataset.get("licence", ""),
        head_post=dataset["head_post"],
        rules=tuple(dataset.get("shapes", ())),
        sources=tuple(_source(row) for row in read.table("sources")),
        persons=tuple(Person(row["slug"], row["name"], row["note"]) for row in read.table("persons")),
        editions=tuple(editions),
        scope=tuple(
            ScopeLimit(row["edition"], row["branch"], row["things"], row.number("depth"), row["reason"], _span(row), row["basis"])
            for row in read.table("scope")
        ),
        changes=tuple(_change(row) for row in read.table("changes")),
        conflicts=tuple(_conflict(row) for row in read.table("conflicts")),
        base=dataset.get("base", ""),
        language=dataset.get("language", "en"),
        kinds=tuple(_kind(row) for row in read.table("kinds")),
        publisher=Publisher(**read.settings.get("publisher", {})),
    )


def _span(row: Row) -> Span:
    return Span(row["source"], row.number("start"), row.number("end"))


def _source(row: Row) -> Source:
    return Source(
        row["slug"], row["identifier"], row["title"], row["address"], row["sha256"], row.number("characters"),
        row["not_before"], row["not_after"], row["note"],
    )  # fmt: skip


def _change(row: Row) -> Change:
    return Change(
        row["slug"], row["type"], row["label"], row.many("originals"), row.many("results"),
        row["from_edition"], row["to_edition"], _span(row), row["basis"], row["note"],
    )  # fmt: skip


def _conflict(row: Row) -> Conflict:
    spans = tuple(Span(*span) for span in row.spans("spans"))
    return Conflict(row["slug"], row["about"], row["edition"], row["aspect"], row.many("chosen"), row.many("rejected"), spans, row["note"])


def _kind(row: Row) -> Kind:
    labels = (("en", row["label"]), ("fr", row["label_fr"]))
    return Kind(
        row["slug"], tuple((code, text) for code, text in labels if text), row["definition"], row["broader"], row["of"], row["note"]
    )


def _thing_and_reading(kind: str, values: Mapping[str, str]) -> tuple[Thing, Reading]:
    row = _row(values)
    thing = _thing(kind, row)
    return thing, _own_reading(thing, row)


def _row(values: Mapping[str, str]) -> Row:
    """A row without its place, which is no part of what it means."""
    return Row("", "", 0, values)


def _thing(kind: str, row: Row) -> Thing:
    return Thing(
        reference=f"{kind}:{row['slug']}",
        name=row["name"],
        parent=(row["within"] if kind == "body" else row["parent"]) or None,
        basis=row["basis"],
        kind=row["kind"] or None,
        classes=row.many("classes"),
        alt_names=row.many("alt_names"),
        purpose=row["purpose"],
        note=row["note"],
        heads=row["heads"] or None,
        many=row["many"] == "yes",
    )


def _own_reading(thing: Thing, row: Row) -> Reading:
    placed = thing.basis != "inferred"
    return Reading(
        thing.reference, _span(row), thing.name, row["printed"] or thing.name, thing.parent if placed else None,
        thing.basis if placed else None, thing.kind, _told_by_kind(thing), thing.heads,
    )  # fmt: skip


def _told_by_kind(thing: Thing) -> tuple[str, ...]:
    """The classes that a document tells by the kind word alone; that an office is independent it says elsewhere, by `is-a`."""
    return tuple(name for name in thing.classes if name != INDEPENDENT)


def _further_reading(values: Mapping[str, str], thing: Thing) -> Reading:
    row = _row(values)
    name = row["name"] or thing.name
    return Reading(
        thing.reference, _span(row), name, row["printed"] or name, row["parent"] or None,
        row["basis"] or None, row["kind"] or thing.kind, () if row["kind"] else _told_by_kind(thing), row["heads"] or None,
    )  # fmt: skip


def _tenure(values: Mapping[str, str]) -> Tenure:
    row = _row(values)
    return Tenure(
        row["slug"], row["person"], row["post"], row["begins"], row["ends"],
        _span(row), row["basis"], row["printed"], row.many("dates_from"), row["note"],
    )  # fmt: skip


def _seat(values: Mapping[str, str]) -> Seat:
    row = _row(values)
    return Seat(row["body"], row["post"], _span(row), row["basis"], row["note"])


def _relation(values: Mapping[str, str]) -> Relation:
    row = _row(values)
    return Relation(row["subject"], row["relation"], row["object"], _span(row), row["basis"], row["note"])


def _site(values: Mapping[str, str]) -> Site:
    row = _row(values)
    return Site(
        row["slug"], row["unit"], row["primary"] == "yes", row["city"], row["country"],
        row["country_code"], _span(row), row["basis"], row["note"],
    )  # fmt: skip


def _edition(row: Row, read: Folder, made: Made) -> Edition:
    name = row["id"]
    pairs = [
        made(_thing_and_reading, kind, line.values)
        for kind, table in (("unit", "units"), ("post", "posts"), ("body", "bodies"))
        for line in read.table(table, name)
    ]
    things = {thing.reference: thing for thing, _ in pairs}
    return Edition(
        id=name,
        order=row.number("order"),
        not_before=row["not_before"],
        not_after=row["not_after"],
        title=row["title"],
        sources=row.many("sources"),
        previous=row["previous"],
        note=row["note"],
        things=tuple(things.values()),
        readings=(
            *(reading for _, reading in pairs),
            *(made(_further_reading, line.values, things[line["thing"]]) for line in read.table("mentions", name)),
        ),
        tenures=tuple(made(_tenure, line.values) for line in read.table("tenures", name)),
        sites=tuple(made(_site, line.values) for line in read.table("sites", name)),
        seats=tuple(made(_seat, line.values) for line in read.table("seats", name)),
        relations=tuple(made(_relation, line.values) for line in read.table("relations", name)),
    )
