"""Traces a finding about RDF back to the cell of a table that says it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from pyoxigraph import NamedNode

from organograph.faults import Location
from organograph.graphs.triples import RELATIONS
from organograph.names import DCTERMS, FOAF, OG, ORG, PROV, RDF, RDFS, SKOS, SPDX, TIME, VCARD, Names
from organograph.tabular.folder import Folder
from organograph.tabular.tables import Row

Locate = Callable[[str, str | None, str | None], Location | None]

_OF_TYPE = {
    "unit": ("units",),
    "post": ("posts",),
    "body": ("bodies",),
    "site": ("sites",),
    "membership": ("tenures",),
    "person": ("persons", "tenures"),
    "source": ("sources",),
    "change": ("changes",),
    "conflict": ("conflicts",),
}
_COLUMNS: dict[NamedNode, tuple[str, ...]] = {
    OG.parent: ("parent",),
    ORG.subOrganizationOf: ("parent", "within"),
    ORG.reportsTo: ("parent",),
    ORG.postIn: ("parent",),
    ORG.unitOf: ("parent",),
    OG.basis: ("basis",),
    ORG.classification: ("kind",),
    RDF.type: ("classes", "type"),
    SKOS.prefLabel: ("name", "label", "title"),
    SKOS.altLabel: ("alt_names",),
    RDFS.label: ("name",),
    FOAF.name: ("name",),
    ORG.purpose: ("purpose",),
    SKOS.editorialNote: ("note",),
    OG.heads: ("heads",),
    OG.manyHolders: ("many",),
    OG.mention: ("start",),
    ORG.heldBy: ("person",),
    ORG.member: ("person",),
    OG.post: ("post",),
    TIME.hasBeginning: ("begins",),
    TIME.hasEnd: ("ends",),
    ORG.hasSite: ("unit",),
    ORG.hasPrimarySite: ("primary",),
    ORG.siteAddress: ("city",),
    VCARD.locality: ("city",),
    VCARD["country-name"]: ("country",),
    OG.countryCode: ("country_code",),
    OG.order: ("order",),
    OG.notBefore: ("not_before",),
    OG.notAfter: ("not_after",),
    PROV.wasRevisionOf: ("previous",),
    OG.evidenceGraph: ("sources",),
    DCTERMS.source: ("sources", "address", "source"),
    DCTERMS.identifier: ("identifier", "id"),
    DCTERMS.title: ("title",),
    SPDX.checksum: ("sha256",),
    SPDX.checksumValue: ("sha256",),
    OG.characters: ("characters",),
    ORG.originalOrganization: ("originals",),
    ORG.resultingOrganization: ("results",),
    OG.originalPost: ("originals",),
    OG.resultingPost: ("results",),
    OG.fromEdition: ("from_edition",),
    OG.toEdition: ("to_edition",),
    OG.about: ("about",),
    OG.inEdition: ("edition",),
    OG.aspect: ("aspect",),
    OG.chosen: ("chosen",),
    OG.rejected: ("rejected",),
    OG.branch: ("branch",),
    OG.depth: ("depth",),
}
_WORDS = {predicate.value: word for word, predicate in RELATIONS.items() if word != "is-a"}  # classes are mended where they stand


class Trace:
    """Finds the cells behind the triples of one dataset.

    Args:
        folder: its rows.
        names: its IRIs.
    """

    def __init__(self, folder: Folder, names: Names) -> None:
        self._folder = folder
        self._names = names

    def of(self, edition: str, source: str | None = None) -> Locate:
        """The locator for one edition, one evidence graph of it, or (with edition "") the catalogue."""

        def locate(focus: str, path: str | None, value: str | None) -> Location | None:
            row = self._row(edition, source, focus, path, value)
            if row is None and (self._names.read(focus) or ("",))[0] == "organization":
                return Location(f"{self._folder.name}/dataset.toml")
            return None if row is None else row.at(_column(row, path))

        return locate

    def _row(self, edition: str, source: str | None, focus: str, path: str | None, value: str | None) -> Row | None:
        limit = self._names.read_scope(focus)
        if limit is not None:
            return self._limit(*limit)
        if focus.startswith(self._names.edition("").value):
            return self._record(focus)
        thing = self._names.read(focus)
        if thing is None:
            return None
        reference = f"{thing[0]}:{thing[1]}"
        if path in _WORDS or path == OG.seat.value:
            found = self._statement(edition, reference, path, value)
            if found is not None:
                return found
        if source is not None:
            reading = next(
                (row for row in self._folder.table("mentions", edition) if row["thing"] == reference and row["source"] == source), None
            )
            own = self._named(edition, thing)
            return own if (own is not None and own["source"] == source) or reading is None else reading
        return self._named(edition, thing) or self._anywhere(thing)

    def _named(self, edition: str, thing: tuple[str, str]) -> Row | None:
        for table in _OF_TYPE.get(thing[0], ()):
            for place in (edition, ""):
                found = self._by_slug.get((place, table, thing[1]))
                if found is not None:
                    return found
        return None

    def _anywhere(self, thing: tuple[str, str]) -> Row | None:
        editions = reversed(self._folder.table("editions"))
        return next((row for edition in editions if (row := self._named(edition["id"], thing)) is not None), None)

    @cached_property
    def _by_slug(self) -> dict[tuple[str, str, str], Row]:
        found: dict[tuple[str, str, str], Row] = {}
        for (edition, table), rows in self._folder.rows.items():
            for row in rows:
                found.setdefault((edition, table, row["slug"]), row)
        return found

    def _statement(self, edition: str, reference: str, path: str | None, value: str | None) -> Row | None:
        said = self._names.read(value or "")
        wanted = f"{said[0]}:{said[1]}" if said else value
        if path == OG.seat.value:
            rows = [row for row in self._folder.table("seats", edition) if f"body:{row['body']}" == reference]
            return next((row for row in rows if f"post:{row['post']}" == wanted), rows[0] if rows else None)
        rows = [
            row for row in self._folder.table("relations", edition) if row["subject"] == reference and row["relation"] == _WORDS[path or ""]
        ]
        return next((row for row in rows if row["object"] == wanted), rows[0] if rows and not wanted else None)

    def _record(self, focus: str) -> Row | None:
        edition = focus.removeprefix(self._names.edition("").value).partition("/")[0]
        return next((row for row in self._folder.table("editions") if row["id"] == edition), None)

    def _limit(self, edition: str, number: int) -> Row | None:
        rows = [row for row in self._folder.table("scope") if row["edition"] == edition]
        return rows[number - 1] if 0 < number <= len(rows) else None


def _column(row: Row, path: str | None) -> str | None:
    if path in _WORDS and "relation" in row.values:
        return "object"
    if path == OG.seat.value and "post" in row.values:
        return "post"
    candidates = _COLUMNS.get(NamedNode(path), ()) if path else ()
    return next((column for column in candidates if column in row.values), None)
