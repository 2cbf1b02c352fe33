"""Faults in what rows refer to: parents, kinds, documents, persons and editions that are not there, cycles, bad spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from organograph.columns import CLASSES, INDEPENDENT
from organograph.faults import Fault
from organograph.folder import Folder
from organograph.schema import OF_EDITION
from organograph.tables import Row

_TYPES = {"units": "unit", "posts": "post", "bodies": "body"}
_WORDS = {"focal-point-for", "remit"}
_DURATION = re.compile(r"P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_OFFICIAL = {"elected-by": ("post", "body"), "appointed-by": ("post", "body"), "secretariat-of": ("body",)}


def reference_faults(read: Folder, kinds: frozenset[str]) -> Iterator[Fault]:
    """Find every reference that leads nowhere.

    Args:
        read: a folder of tables.
        kinds: notations of the scheme of kinds.

    Yields:
        faults, each at its cell.
    """
    sources = {row["slug"]: row for row in read.table("sources")}
    editions = {row["id"]: row for row in read.table("editions")}
    organization = f"organization:{read.settings.get('organization', {}).get('slug', '')}"
    known: set[str] = {organization}
    yield from _kind_faults(read.table("kinds"), kinds)
    kinds |= {row["slug"] for row in read.table("kinds")}
    for name, edition in editions.items():
        things = {f"{kind}:{row['slug']}": row for table, kind in _TYPES.items() for row in read.table(table, name)}
        known |= set(things)
        yield from _edition_faults(edition, sources, editions)
        yield from _span_faults(read, edition, sources)
        yield from _tree_faults(read, name, things, organization, kinds)
        yield from _other_faults(read, name, things | {organization: edition})
        yield from _head_faults(read, edition, things)
    yield from _dataset_faults(read, known, sources, editions)


def _missing(row: Row, column: str, value: str, what: str, known: Iterable[str]) -> Fault:
    from difflib import get_close_matches

    close = get_close_matches(value, sorted(known), n=1, cutoff=0.6)
    hint = f"Did you mean {close[0]}? " if close else ""
    return Fault("table:missing-reference", f"{value!r} is {what}.", f"{hint}Correct it or add the row it names.", row.at(column))


def _each(row: Row, column: str, known: Iterable[str], what: str, many: bool = False) -> Iterator[Fault]:
    known = known if isinstance(known, Set | Mapping) else frozenset(known)
    for value in row.many(column) if many else filter(None, [row[column]]):
        if value not in known:
            yield _missing(row, column, value, what, known)


def _edition_faults(edition: Row, sources: dict[str, Row], editions: dict[str, Row]) -> Iterator[Fault]:
    yield from _each(edition, "sources", sources, "no document of sources.csv", many=True)
    yield from _each(edition, "previous", editions, "no edition of editions.csv")


def _kind_faults(rows: list[Row], shipped: frozenset[str]) -> Iterator[Fault]:
    """Own kinds that the scheme has already, wider kinds that are none, and kinds that come to be wider than themselves."""
    own = {row["slug"]: row for row in rows}
    for row in rows:
        yield from _each(row, "broader", shipped | set(own), "no kind of this table or of the scheme (kinds.ttl)")
        if row["slug"] in shipped:
            message = f"The scheme (kinds.ttl) has a kind {row['slug']!r} already."
            yield Fault("table:kind-taken", message, "Use that, or give this kind another slug.", row.at("slug"))
    yield from _cycles(own, lambda slug, row: row["broader"], "broader")


def _span_faults(read: Folder, edition: Row, sources: dict[str, Row]) -> Iterator[Fault]:
    allowed = set(edition.many("sources"))
    for table in OF_EDITION:
        for row in read.table(table.name, edition["id"]):
            yield from _each(row, "source", allowed, "no document of this edition (editions.csv, column sources)")
            yield from _bounds(row, sources)
            if row["basis"] == "inferred" and not row["note"]:
                yield Fault("table:note-missing", "What is inferred needs its reason.", "Say in the note why it is so.", row.at("note"))


def _bounds(row: Row, sources: dict[str, Row]) -> Iterator[Fault]:
    start, end = row.number("start"), row.number("end")
    length = sources[row["source"]].number("characters") if row["source"] in sources else None
    if start < 0:
        yield Fault("table:bad-span", "The span begins before the document.", "Give an offset from 0 on.", row.at("start"))
    elif row["start"] and row["end"] and start >= end:
        yield Fault(
            "table:bad-span", "The span ends where it begins or before.", "Give the offset after its last character.", row.at("end")
        )
    elif length is not None and end > length:
        yield Fault(
            "table:bad-span", f"The span ends behind the document, which has {length} characters.", "Correct the offsets.", row.at("end")
        )


def _tree_faults(read: Folder, edition: str, things: dict[str, Row], organization: str, kinds: frozenset[str]) -> Iterator[Fault]:
    above = {ref for ref in things if not ref.startswith("body:")} | {organization}
    bodies = {ref for ref in things if ref.startswith("body:")} | {organization}
    absent = f"in no table of the edition {edition}"
    for ref, row in things.items():
        body = ref.startswith("body:")
        yield from _each(row, "within" if body else "parent", bodies if body else above, absent)
        yield from _each(row, "heads", above, absent)
        yield from _each(row, "classes", CLASSES, "no class of units", many=True)
        if not ref.startswith("post:"):
            yield from _each(row, "kind", kinds, "no kind of the scheme (kinds.ttl)")
    for row in read.table("mentions", edition):
        yield from _each(row, "thing", things, absent)
        yield from _each(row, "parent", bodies if row["thing"].startswith("body:") else above, absent)
        yield from _each(row, "heads", above, absent)
        yield from _each(row, "kind", kinds, "no kind of the scheme (kinds.ttl)")
        if bool(row["parent"]) != bool(row["basis"]):
            column = "basis" if row["parent"] else "parent"
            yield Fault("table:half-placed", "A place needs both a parent and a basis.", "Fill in both or neither.", row.at(column))
    yield from _cycles(things, lambda ref, row: row["within"] if ref.startswith("body:") else row["parent"])


def _cycles(things: dict[str, Row], parent: Callable[[str, Row], str], told_at: str = "") -> Iterator[Fault]:
    done: set[str] = set()
    for begin in things:
        path: list[str] = []
        at = begin
        while at in things and at not in done:
            done.add(at)
            path.append(at)
            at = parent(at, things[at])
        if at in path:
            ring = path[path.index(at) :]
            column = told_at or ("within" if at.startswith("body:") else "parent")
            told = " → ".join([*ring, at])
            message = f"{at!r} stands above itself: {told}." if len(ring) > 1 else f"{at!r} is its own parent."
            yield Fault("table:cycle", message, "Give one of them its true parent.", things[at].at(column))


def _other_faults(read: Folder, edition: str, things: dict[str, Row]) -> Iterator[Fault]:
    absent = f"in no table of the edition {edition}"
    slugs = {kind: {ref.partition(":")[2] for ref in things if ref.startswith(kind + ":")} for kind in ("unit", "post", "body")}
    persons = {row["slug"] for row in read.table("persons")}
    for row in read.table("tenures", edition):
        yield from _each(row, "person", persons, "no person of persons.csv")
        yield from _each(row, "post", slugs["post"], "no post of this edition")
        yield from _time_faults(row, next(each for each in read.table("editions") if each["id"] == edition))
    for row in read.table("seats", edition):
        yield from _each(row, "body", slugs["body"], "no body of this edition")
        yield from _each(row, "post", slugs["post"], "no post of this edition")
    yield from _site_faults(read.table("sites", edition), slugs["unit"])
    for row in read.table("relations", edition):
        yield from _each(row, "subject", things, absent)
        yield from _object_faults(row, things, absent)
    yield from _class_faults(read, edition)


def _class_faults(read: Folder, edition: str) -> Iterator[Fault]:
    """Independent offices that no row of relations proves, and rows that make one of a unit that has not the class."""
    units = {f"unit:{row['slug']}": row for row in read.table("units", edition)}
    independent = {unit for unit, row in units.items() if INDEPENDENT in row.many("classes")}
    said = {row["subject"]: row for row in read.table("relations", edition) if (row["relation"], row["object"]) == ("is-a", INDEPENDENT)}
    for unit in sorted(independent - set(said)):
        message = f"The unit is of the class {INDEPENDENT}, but no row of relations cites where a document calls it independent."
        cure = f"Add to relations.csv: {unit}, is-a, {INDEPENDENT}, with the span; or take the class away."
        yield Fault("table:class-unproved", message, cure, units[unit].at("classes"))
    for unit in sorted(unit for unit in set(said) - independent if unit in units and units[unit].whole):
        message = f"A document calls {unit!r} independent, but its row in units.csv has not the class {INDEPENDENT}."
        yield Fault("table:class-missing", message, "Add the class there, or remove this row.", said[unit].at("subject"))


def _time_faults(tenure: Row, edition: Row) -> Iterator[Fault]:
    """A tenure must touch the time of its edition; dates are compared as far as both are known."""
    for column, bound, word in (("ends", edition["not_before"], "ended before"), ("begins", edition["not_after"], "begins after")):
        date = tenure[column]
        known = min(len(date), len(bound))
        outside = date[:known] < bound[:known] if column == "ends" else date[:known] > bound[:known]
        if known and outside:
            message = f"The tenure {word} the edition {edition['id']}."
            yield Fault(
                "table:tenure-outside", message, "Correct the date, or move the row to the edition it belongs to.", tenure.at(column)
            )


def _site_faults(rows: list[Row], units: set[str]) -> Iterator[Fault]:
    first: dict[str, Row] = {}
    for row in rows:
        yield from _each(row, "unit", units, "no unit of this edition")
        if row["country_code"] and not _COUNTRY.fullmatch(row["country_code"]):
            cure = "Give the two capital letters of ISO 3166-1, such as CH."
            yield Fault("table:bad-country", f"{row['country_code']!r} is no country code.", cure, row.at("country_code"))
        same = first.setdefault(row["slug"], row)
        for column in ("city", "country", "country_code"):
            if row[column] != same[column]:
                message = f"The site {row['slug']!r} has {same[column]!r} in row {same.line}."
                yield Fault("table:two-addresses", message, "Write the same in every row of a site.", row.at(column))


def _object_faults(row: Row, things: dict[str, Row], absent: str) -> Iterator[Fault]:
    relation, value = row["relation"], row["object"]
    if not value or relation in _WORDS:
        return
    if relation == "is-a":
        yield from _each(row, "object", CLASSES, "no class of units")
    elif relation == "term-of-office":
        if not _DURATION.fullmatch(value):
            yield Fault("table:bad-duration", f"{value!r} is no duration.", "Write years as P5Y, months as P6M.", row.at("object"))
    elif value not in things:
        yield _missing(row, "object", value, absent, things)
    elif value.partition(":")[0] not in _OFFICIAL.get(relation, ("unit", "post", "body", "organization")):
        cure = f"Name one of: {', '.join(_OFFICIAL[relation])}."
        yield Fault("table:wrong-object", f"{value!r} cannot be the object of {relation}.", cure, row.at("object"))


def _head_faults(read: Folder, edition: Row, things: dict[str, Row]) -> Iterator[Fault]:
    head = read.settings.get("dataset", {}).get("head_post", "")
    if head and f"post:{head}" not in things:
        message = f"The edition has no post {head!r}, which dataset.toml names as the head of the organization."
        yield Fault("table:head-missing", message, "Add it to posts.csv or correct head_post.", edition.at("id"))


def _dataset_faults(read: Folder, known: set[str], sources: dict[str, Row], editions: dict[str, Row]) -> Iterator[Fault]:
    never, unlisted = "in no table of any edition", "no edition of editions.csv"
    for row in (*read.table("persons"), *read.table("changes"), *read.table("scope")):
        yield from _each(row, "source", sources, "no document of sources.csv")
        yield from _bounds(row, sources)
    for row in read.table("scope"):
        yield from _each(row, "edition", editions, unlisted)
        yield from _each(row, "branch", known, never)
    for row in read.table("changes"):
        for column in ("from_edition", "to_edition"):
            yield from _each(row, column, editions, unlisted)
        for column in ("originals", "results"):
            yield from _each(row, column, known, never, many=True)
    for row in read.table("conflicts"):
        yield from _each(row, "edition", editions, unlisted)
        yield from _each(row, "about", known, never)
        yield from _conflict_faults(row, sources)


def _conflict_faults(row: Row, sources: dict[str, Row]) -> Iterator[Fault]:
    """Documents that are not listed, and spans that are missing, of another document or outside their own."""
    sides = (*row.many("chosen"), *row.many("rejected"))
    for column in ("chosen", "rejected"):
        yield from _each(row, column, sources, "no document of sources.csv", many=True)
    told = {source for source, _, _ in row.spans("spans")}
    for source in dict.fromkeys(source for source in sides if source not in told and row["spans"]):
        message = f"No span says where {source!r} says so."
        yield Fault("table:bad-span", message, f"Add {source}:START-END.", row.at("spans"))
    for source, start, end in row.spans("spans"):
        if source not in sides:
            message = f"{source!r} is neither chosen nor rejected."
            yield Fault("table:missing-reference", message, "Name it in one of the two columns, or take its span away.", row.at("spans"))
        elif source in sources and not start < end <= sources[source].number("characters"):
            length = sources[source]["characters"]
            message = f"The span {start}-{end} is empty or leaves the document {source!r}, which has {length} characters."
            yield Fault("table:bad-span", message, "Correct the offsets.", row.at("spans"))
