"""An invented organization of some forty units over two editions, made only by the commands and tables that any steward has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from organograph.tabular.canonical import canonical_table
from organograph.tabular.schema import TABLES
from organograph.tabular.tables import Row, read_table

BASE = "https://structure.lanternfish.example/"
SETTINGS = ("--name", "Lanternfish Observatory Network", "--acronym", "LON", "--base", BASE, "--head", "Secretary-General")
FIRST, SECOND = "2024-01", "2025-03"
FIELDS = {"Currents": "Surface", "Plankton": "Drifting", "Sediments": "Shelf", "Instruments": "Moored", "Archives": "Logbook"}
HEAD = "post:secretary-general"

Rows = Sequence[Mapping[str, str]]


class Document:
    """A document that is written while it is cited: each phrase stands on a line of its own."""

    def __init__(self, slug: str, folder: Path) -> None:
        self.slug, self.text, self.file = slug, "", folder / "documents" / f"{slug}.txt"

    def cite(self, phrase: str) -> dict[str, str]:
        """Write a phrase and give the span where it stands."""
        start = len(self.text)
        self.text += f"{phrase}\n"
        return {"source": self.slug, "start": str(start), "end": str(start + len(phrase))}

    def source(self) -> dict[str, str]:
        """Store the document and give its row in sources.csv."""
        self.file.write_text(self.text, encoding="utf-8")
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        address = f"https://www.lanternfish.example/{self.slug}"
        told = {"slug": self.slug, "identifier": self.slug, "title": f"Chart {self.slug}", "address": address}
        return told | {"sha256": digest, "characters": str(len(self.text))}


def store_rows(path: Path, rows: Rows) -> None:
    """Write rows as a table."""
    table = next(table for table in TABLES if table.name == path.stem)
    path.write_text(canonical_table([Row(table.name, "", 2, row) for row in rows], table), encoding="utf-8")


def add_row(path: Path, row: Mapping[str, str]) -> None:
    """Add a row to a table."""
    store_rows(path, [*stored_rows(path), row])


def stored_rows(path: Path) -> list[Mapping[str, str]]:
    """The rows of a table."""
    table = next(table for table in TABLES if table.name == path.stem)
    rows, faults = read_table(path, table, path.name)
    assert faults == []
    return [row.values for row in rows]


def units() -> list[dict[str, str]]:
    """The units of the first edition: departments, their divisions and teams, an independent office and regional offices."""
    found = [_unit("audit", "Office of Audit", "office", HEAD, classes="og:IndependentOffice")]
    for field, kind in FIELDS.items():
        slug = field.lower()
        found.append(_unit(slug, f"Department of {field}", "department", HEAD))
        for part in (kind, "Applied"):
            division = f"{part.lower()}-{slug}"
            found.append(_unit(division, f"{part} {field} Division", "division", f"unit:{slug}"))
            for task in ("Survey", "Modelling"):
                name = f"{part} {field} {task} Team"
                found.append(_unit(f"{division}-{task.lower()}", name, "team", f"unit:{division}"))
    found.append(_unit("regional-offices", "Regional Offices", "group", HEAD))
    for city in ("Oslo", "Lisbon", "Suva"):
        name = f"Regional Office in {city}"
        found.append(_unit(city.lower(), name, "regional-office", "unit:regional-offices", classes="og:RegionalOffice"))
    return found


def _unit(slug: str, name: str, kind: str, parent: str, **more: str) -> dict[str, str]:
    return {"slug": slug, "name": name, "kind": kind, "parent": parent, "basis": "stated", **more}


def reformed(first: list[dict[str, str]]) -> list[dict[str, str]]:
    """The units of the second edition: one renamed, one moved, two joined, one closed, one new."""
    gone = {"surface-currents", "applied-currents", "logbook-archives-survey"}
    by_slug = {unit["slug"]: dict(unit) for unit in first if unit["slug"] not in gone}
    by_slug["plankton"]["name"] = "Department of Plankton and Krill"
    by_slug["moored-instruments-survey"]["parent"] = "unit:sediments"
    by_slug["ocean-currents"] = _unit("ocean-currents", "Ocean Currents Division", "division", "unit:currents")
    by_slug["nairobi"] = _unit(
        "nairobi", "Regional Office in Nairobi", "regional-office", "unit:regional-offices", classes="og:RegionalOffice"
    )
    for unit in by_slug.values():
        if unit["parent"] in ("unit:surface-currents", "unit:applied-currents"):
            unit["parent"] = "unit:ocean-currents"
    return list(by_slug.values())


def write_edition(folder: Path, edition: str, document: Document, described: list[dict[str, str]], holder: str) -> None:
    """Write the tables of an edition with a document that says all of it."""
    place = folder / "editions" / edition
    head = {"slug": "secretary-general", "name": "Secretary-General", "parent": "organization:lon", "basis": "stated"}
    store_rows(place / "posts.csv", [head | {"heads": "organization:lon"} | document.cite("Secretary-General")])
    store_rows(place / "units.csv", [unit | document.cite(unit["name"]) for unit in described])
    store_rows(
        place / "bodies.csv",
        [
            {"slug": "assembly", "name": "Assembly of Members", "kind": "governing-body", "within": "organization:lon", "basis": "stated"}
            | document.cite("Assembly of Members")
        ],
    )
    elected = document.cite("The Assembly of Members elects the Secretary-General")
    independent = document.cite("The Office of Audit is independent") | {"cue": "independent"}
    store_rows(
        place / "relations.csv",
        [
            {"subject": HEAD, "relation": "elected-by", "object": "body:assembly", "basis": "stated", "cue": "elects", **elected},
            {"subject": "unit:audit", "relation": "is-a", "object": "og:IndependentOffice", "basis": "stated", **independent},
        ],
    )
    person = holder.lower().replace(" ", "-")
    tenure = {"slug": f"{person}-secretary-general", "person": person, "post": "secretary-general", "begins": edition, "printed": holder}
    store_rows(place / "tenures.csv", [tenure | {"basis": "stated"} | document.cite(holder)])
    add_row(folder / "persons.csv", {"slug": person, "name": holder} | document.cite(holder))
    sites = [
        {"slug": f"site-{slug}", "unit": slug, "primary": "yes", "city": city, "country": country, "country_code": code, "basis": "stated"}
        | document.cite(f"{city}, {country}")
        for slug, city, country, code in (
            ("oslo", "Oslo", "Norway", "NO"),
            ("lisbon", "Lisbon", "Portugal", "PT"),
            ("suva", "Suva", "Fiji", "FJ"),
            ("nairobi", "Nairobi", "Kenya", "KE"),
        )
        if any(unit["slug"] == slug for unit in described)
    ]
    store_rows(place / "sites.csv", sites)


def changes(document: Document) -> list[dict[str, str]]:
    """The changes between the two editions."""
    cited = document.cite("The reform joined both divisions for currents")
    lines = (
        (
            "ocean-currents",
            "merger",
            "Divisions for currents joined",
            "unit:surface-currents; unit:applied-currents",
            "unit:ocean-currents",
        ),
        ("logbook-survey", "closure", "Logbook survey closed", "unit:logbook-archives-survey", ""),
        ("nairobi", "foundation", "Nairobi office set up", "", "unit:nairobi"),
    )
    common = {"from_edition": FIRST, "to_edition": SECOND, "basis": "stated", **cited}
    return [
        {"slug": slug, "type": kind, "label": label, "originals": originals, "results": results, **common}
        for slug, kind, label, originals, results in lines
    ]
