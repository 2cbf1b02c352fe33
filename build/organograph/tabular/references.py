"""Faults in what rows refer to: parents, kinds, documents, persons and editions that are not there, cycles, bad spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from functools import cached_property

from organograph.faults import Fault, Said
from organograph.sentences import fault_at, phrase
from organograph.tabular.columns import CLASSES, INDEPENDENT
from organograph.tabular.folder import Folder
from organograph.tabular.schema import OF_EDITION
from organograph.tabular.tables import Row

_TYPES = {"units": "unit", "posts": "post", "bodies": "body"}
_WORDS = {"focal-point-for", "remit"}
_DURATION = re.compile(r"P(?=[0-9])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_OFFICIAL = {"elected-by": ("post", "body"), "appointed-by": ("post", "body"), "secretariat-of": ("body",)}


class Known:
    """What rows of an edition can refer to.

    Args:
        things: its units, posts and bodies.
        organization: the organization itself.
    """

    def __init__(self, things: Mapping[str, Row], organization: str) -> None:
        self.things = things
        self._organization = organization

    @cached_property
    def above(self) -> Set[str]:
        """What a unit or a post can stand under."""
        return {ref for ref in self.things if not ref.startswith("body:")} | {self._organization}

    @cached_property
    def bodies(self) -> Set[str]:
        """What a body can be a part of."""
        return {ref for ref in self.things if ref.startswith("body:")} | {self._organization}


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
    organization = organization_of(read)
    known: set[str] = {organization}
    yield from _kind_faults(read.table("kinds"), kinds)
    kinds |= {row["slug"] for row in read.table("kinds")}
    for name, edition in editions.items():
        things = things_of(read, name)
        known |= set(things)
        yield from _edition_faults(edition, sources, editions)
        yield from span_faults(read, edition, sources)
        yield from tree_faults(read, name, things, Known(things, organization), kinds)
        yield from cycles(things, above_of)
        yield from other_faults(read, name, things | {organization: edition})
        yield from head_faults(read, edition, things)
    yield from _dataset_faults(read, known, sources, editions)


def organization_of(read: Folder) -> str:
    """What tables call the organization."""
    return f"organization:{read.settings.get('organization', {}).get('slug', '')}"


def things_of(read: Folder, edition: str) -> dict[str, Row]:
    """The units, posts and bodies of an edition by what tables call them; of two rows of one name the last."""
    return {f"{kind}:{row['slug']}": row for table, kind in _TYPES.items() for row in read.table(table, edition)}


def _missing(row: Row, column: str, value: str, what: Said, known: Iterable[str]) -> Fault:
    from difflib import get_close_matches

    close = get_close_matches(value, sorted(known), n=1, cutoff=0.6)
    hint = phrase("did you mean", close=close[0]) if close else ""
    return fault_at(row.at(column), "table:missing-reference", value=value, what=what, hint=hint)


def _each(row: Row, column: str, known: Collection[str], what: Said, many: bool = False) -> Iterator[Fault]:
    for value in row.many(column) if many else (row[column],):
        if value and value not in known:
            yield _missing(row, column, value, what, known)


def _edition_faults(edition: Row, sources: dict[str, Row], editions: dict[str, Row]) -> Iterator[Fault]:
    yield from _each(edition, "sources", sources, phrase("no document"), many=True)
    yield from _each(edition, "previous", editions, phrase("no edition"))


def _kind_faults(rows: list[Row], shipped: frozenset[str]) -> Iterator[Fault]:
    """Own kinds that the scheme has already, wider kinds that are none, and kinds that come to be wider than themselves."""
    own = {row["slug"]: row for row in rows}
    for row in rows:
        yield from _each(row, "broader", shipped | set(own), phrase("no kind here"))
        if row["slug"] in shipped:
            yield fault_at(row.at("slug"), "table:kind-taken", kind=row["slug"])
    yield from cycles(own, lambda slug, row: row["broader"], "broader")


def span_faults(read: Folder, edition: Row, sources: dict[str, Row]) -> Iterator[Fault]:
    """Faults in the spans of the rows of an edition."""
    allowed, unlisted = set(edition.many("sources")), phrase("no document here")
    for table in OF_EDITION:
        for row in read.table(table.name, edition["id"]):
            yield from _each(row, "source", allowed, unlisted)
            yield from _bounds(row, sources)
            if row["basis"] == "inferred" and not row["note"]:
                yield fault_at(row.at("note"), "table:note-missing")


def _bounds(row: Row, sources: dict[str, Row]) -> Iterator[Fault]:
    start, end = row.number("start"), row.number("end")
    length = sources[row["source"]].number("characters") if row["source"] in sources else None
    if start < 0:
        yield fault_at(row.at("start"), "table:bad-span/before")
    elif row["start"] and row["end"] and start >= end:
        yield fault_at(row.at("end"), "table:bad-span/empty")
    elif length is not None and end > length:
        yield fault_at(row.at("end"), "table:bad-span/behind", length=length)


def tree_faults(read: Folder, edition: str, things: Mapping[str, Row], known: Known, kinds: Set[str]) -> Iterator[Fault]:
    """Faults in the places and kinds of some things, and in the rows of mentions.

    Args:
        read: the rows.
        edition: its name.
        things: those to look at.
        known: all things of the edition.
        kinds: all kinds.
    """
    absent, no_class, no_kind = phrase("in no table", edition=edition), phrase("no class"), phrase("no kind")
    for ref, row in things.items():
        body = ref.startswith("body:")
        yield from _each(row, "within" if body else "parent", known.bodies if body else known.above, absent)
        yield from _each(row, "heads", known.above, absent)
        yield from _each(row, "classes", CLASSES, no_class, many=True)
        if not ref.startswith("post:"):
            yield from _each(row, "kind", kinds, no_kind)
    for row in read.table("mentions", edition):
        yield from _each(row, "thing", known.things, absent)
        yield from _each(row, "parent", known.bodies if row["thing"].startswith("body:") else known.above, absent)
        yield from _each(row, "heads", known.above, absent)
        yield from _each(row, "kind", kinds, no_kind)
        if bool(row["parent"]) != bool(row["basis"]):
            yield fault_at(row.at("basis" if row["parent"] else "parent"), "table:half-placed")


def above_of(ref: str, row: Row) -> str:
    """What a row puts its thing under."""
    return row["within"] if ref.startswith("body:") else row["parent"]


def cycles(
    things: Mapping[str, Row], parent: Callable[[str, Row], str], told_at: str = "", begins: Iterable[str] | None = None
) -> Iterator[Fault]:
    """Things that come to stand above themselves."""
    done: set[str] = set()
    for begin in things if begins is None else begins:
        path: list[str] = []
        at = begin
        while at in things and at not in done:
            done.add(at)
            path.append(at)
            at = parent(at, things[at])
        if at in path:
            ring = path[path.index(at) :]
            column = told_at or ("within" if at.startswith("body:") else "parent")
            key = "table:cycle/ring" if len(ring) > 1 else "table:cycle/own"
            yield fault_at(things[at].at(column), key, thing=at, ring=" → ".join([*ring, at]))


def other_faults(read: Folder, edition: str, things: dict[str, Row]) -> Iterator[Fault]:
    """Faults in the rows of tenures, seats, sites and relations."""
    absent = phrase("in no table", edition=edition)
    slugs = {kind: {ref.partition(":")[2] for ref in things if ref.startswith(kind + ":")} for kind in ("unit", "post", "body")}
    persons = {row["slug"] for row in read.table("persons")}
    for row in read.table("tenures", edition):
        yield from _each(row, "person", persons, phrase("no person"))
        yield from _each(row, "post", slugs["post"], phrase("no post"))
        yield from _time_faults(row, next(each for each in read.table("editions") if each["id"] == edition))
    for row in read.table("seats", edition):
        yield from _each(row, "body", slugs["body"], phrase("no body"))
        yield from _each(row, "post", slugs["post"], phrase("no post"))
    yield from _site_faults(read.table("sites", edition), slugs["unit"])
    for row in read.table("relations", edition):
        yield from _each(row, "subject", things, absent)
        yield from _object_faults(row, things, absent)
    yield from class_faults(read, edition)


def class_faults(read: Folder, edition: str) -> Iterator[Fault]:
    """Independent offices that no row of relations proves, and rows that make one of a unit that has not the class."""
    units = {f"unit:{row['slug']}": row for row in read.table("units", edition)}
    independent = {unit for unit, row in units.items() if INDEPENDENT in row.many("classes")}
    said = {row["subject"]: row for row in read.table("relations", edition) if (row["relation"], row["object"]) == ("is-a", INDEPENDENT)}
    for unit in sorted(independent - set(said)):
        yield fault_at(units[unit].at("classes"), "table:class-unproved", unit=unit, name=INDEPENDENT)
    for unit in sorted(unit for unit in set(said) - independent if unit in units and units[unit].whole):
        yield fault_at(said[unit].at("subject"), "table:class-missing", unit=unit, name=INDEPENDENT)


def _time_faults(tenure: Row, edition: Row) -> Iterator[Fault]:
    """A tenure must touch the time of its edition; dates are compared as far as both are known."""
    for column, bound in (("ends", edition["not_before"]), ("begins", edition["not_after"])):
        date = tenure[column]
        known = min(len(date), len(bound))
        outside = date[:known] < bound[:known] if column == "ends" else date[:known] > bound[:known]
        if known and outside:
            yield fault_at(tenure.at(column), f"table:tenure-outside/{column}", edition=edition["id"])


def _site_faults(rows: list[Row], units: set[str]) -> Iterator[Fault]:
    first: dict[str, Row] = {}
    for row in rows:
        yield from _each(row, "unit", units, phrase("no unit"))
        if row["country_code"] and not _COUNTRY.fullmatch(row["country_code"]):
            yield fault_at(row.at("country_code"), "table:bad-country", value=row["country_code"])
        same = first.setdefault(row["slug"], row)
        for column in ("city", "country", "country_code"):
            if row[column] != same[column]:
                yield fault_at(row.at(column), "table:two-addresses", site=row["slug"], value=same[column], row=same.line)


def _object_faults(row: Row, things: dict[str, Row], absent: Said) -> Iterator[Fault]:
    relation, value = row["relation"], row["object"]
    if not value or relation in _WORDS:
        return
    if relation == "is-a":
        yield from _each(row, "object", CLASSES, phrase("no class"))
    elif relation == "term-of-office":
        if not _DURATION.fullmatch(value):
            yield fault_at(row.at("object"), "table:bad-duration", value=value)
    elif value not in things:
        yield _missing(row, "object", value, absent, things)
    elif value.partition(":")[0] not in _OFFICIAL.get(relation, ("unit", "post", "body", "organization")):
        yield fault_at(row.at("object"), "table:wrong-object", value=value, relation=relation, sorts=", ".join(_OFFICIAL[relation]))


def head_faults(read: Folder, edition: Row, things: dict[str, Row]) -> Iterator[Fault]:
    """Whether the edition has the post that heads the organization."""
    head = read.settings.get("dataset", {}).get("head_post", "")
    if head and f"post:{head}" not in things:
        yield fault_at(edition.at("id"), "table:head-missing", post=head)


def _dataset_faults(read: Folder, known: set[str], sources: dict[str, Row], editions: dict[str, Row]) -> Iterator[Fault]:
    never, unlisted = phrase("in no edition"), phrase("no edition")
    for row in (*read.table("persons"), *read.table("changes"), *read.table("scope")):
        yield from _each(row, "source", sources, phrase("no document"))
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
        yield from _each(row, column, sources, phrase("no document"), many=True)
    told = {source for source, _, _ in row.spans("spans")}
    for source in dict.fromkeys(source for source in sides if source not in told and row["spans"]):
        yield fault_at(row.at("spans"), "table:bad-span/none", source=source)
    for source, start, end in row.spans("spans"):
        if source not in sides:
            yield fault_at(row.at("spans"), "table:missing-reference/side", source=source)
        elif source in sources and not start < end <= sources[source].number("characters"):
            length = sources[source]["characters"]
            yield fault_at(row.at("spans"), "table:bad-span/outside", start=start, end=end, source=source, length=length)
