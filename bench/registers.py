"""Makes registers of public bodies of any size as folders of tables: three editions, the changes between them, and faults where wanted."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import click

from organograph.tabular.schema import OF_DATASET, OF_EDITION, Table

EDITIONS = ("2024-01", "2025-01", "2026-01")
ORGANIZATION, HEAD = "organization:register", "post:registrar-general"
_SETTINGS = """# A register that was made by bench/registers.py.

[organization]
slug = "register"
name = "Register of Public Bodies"
purpose = "Lists every public body of an invented state."
homepage = "https://register.example/"

[dataset]
title = "The register of public bodies"
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
head_post = "registrar-general"
"""
_KINDS = ("department", "division", "office", "unit", "team", "institute", "centre", "secretariat")
_TASKS = (
    "Forests",
    "Roads",
    "Schools",
    "Harbours",
    "Statistics",
    "Public Health",
    "Archives",
    "Energy",
    "Water",
    "Labour",
    "Mines",
    "Posts",
)
_CITIES = (
    ("Oslo", "Norway", "NO"),
    ("Lisbon", "Portugal", "PT"),
    ("Suva", "Fiji", "FJ"),
    ("Nairobi", "Kenya", "KE"),
    ("Lima", "Peru", "PE"),
)
_WIDTH = 8
"""How many units stand below another."""
_TABLES: dict[str, Table] = {table.name: table for table in (*OF_DATASET, *OF_EDITION)}
Cells = dict[str, str]

FAULTS = {
    "same name as a sibling": "shape:Unit-siblings",
    "purpose of more than thirty words": "shape:Unit-purpose-length",
    "name with stray white space": "shape:Unit-label-tidy",
    "gone without a change": "shape:Register-disappeared",
}
"""Each kind of fault, and the rule that it breaks."""


@dataclass
class Unit:
    """A unit as an edition describes it; `under` is the number of another, or -1 for the head of the whole."""

    number: int
    task: str
    kind: str
    under: int
    purpose: str = ""
    called: str = ""

    @property
    def slug(self) -> str:
        """Its name in addresses, which stays."""
        return f"u{self.number}"

    @property
    def name(self) -> str:
        """Its name in words."""
        return self.called or f"{self.kind.capitalize()} of {self.task} {self.number}"


@dataclass
class Register:
    """A register, and how it came to be what it is.

    Args:
        size: how many units it begins with.
        chance: what decides what happens to them.
    """

    size: int
    chance: Random
    units: dict[int, Unit] = field(default_factory=dict)
    changes: list[Cells] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.units = {number: self._new(number, number // _WIDTH - 1) for number in range(self.size)}
        self.next = self.size

    def reform(self, before: str, after: str) -> None:
        """What happens between two editions: of a thousand units twenty are renamed, twenty moved, ten founded, ten ended in some way."""
        share = max(1, self.size // 1000)
        inner = {unit.under for unit in self.units.values()}
        leaves = [number for number in self.units if number not in inner]
        self.chance.shuffle(leaves)
        holders = sorted(inner - {-1})
        for _ in range(20 * share):
            unit = self.units[leaves[self.chance.randrange(len(leaves))]]
            unit.task = self.chance.choice(_TASKS)
        for _ in range(20 * share):
            self.units[leaves[self.chance.randrange(len(leaves))]].under = self.chance.choice(holders)
        for _ in range(10 * share):
            self._change("foundation", (), (self._begun(self.chance.choice(holders)),), before, after)
        for way, many in (("closure", 5), ("merger", 2), ("succession", 2), ("split", 1)):
            for _ in range(many * share):
                self._end(way, leaves, before, after)

    def _end(self, way: str, leaves: list[int], before: str, after: str) -> None:
        """End a unit that has none below it, or two."""
        gone = [self.units.pop(leaves.pop()) for _ in range(2 if way == "merger" else 1)]
        come = {"closure": 0, "split": 2}.get(way, 1)
        self._change(way, gone, [self._begun(gone[0].under) for _ in range(come)], before, after)

    def _change(self, way: str, originals: Iterable[Unit], results: Iterable[Unit], before: str, after: str) -> None:
        number = len(self.changes)
        was, become = ("; ".join(f"unit:{unit.slug}" for unit in units) for units in (originals, results))
        told = {"slug": f"change-{number}", "type": way, "label": f"{way.capitalize()} {number}", "originals": was, "results": become}
        self.changes.append(told | {"from_edition": before, "to_edition": after, "basis": "stated"} | _span(after, number, 9))

    def _new(self, number: int, under: int) -> Unit:
        return Unit(number, self.chance.choice(_TASKS), self.chance.choice(_KINDS), under)

    def _begun(self, under: int) -> Unit:
        unit = self.units[self.next] = self._new(self.next, under)
        self.next += 1
        return unit

    def plant(self, faults: int) -> Iterator[tuple[str, str]]:
        """Put some units at fault, in turn in each way, and tell each rule broken with the unit."""
        inner = {unit.under for unit in self.units.values()}
        leaves = [unit for unit in self.units.values() if unit.number not in inner and unit.number < self.size]
        ways = list(FAULTS)
        for place, unit in enumerate(leaves[:: max(1, len(leaves) // max(faults, 1))][:faults]):
            way = ways[place % len(ways)]
            yield FAULTS[way], unit.slug
            yield from ((FAULTS[way], twin.slug) for twin in self._spoil(unit, way))

    def _spoil(self, unit: Unit, way: str) -> list[Unit]:
        """Put a unit at fault, and name the others that are so, too."""
        if way.startswith("same"):
            twin = self._begun(unit.under)
            twin.called = unit.name
            self._change("foundation", (), (twin,), EDITIONS[-2], EDITIONS[-1])
            return [twin]
        if way.startswith("purpose"):
            unit.purpose = "Works " + "and works " * 16
        elif way.startswith("name"):
            unit.task += " "
        else:
            del self.units[unit.number]
        return []


def write_register(folder: Path, units: int, seed: int = 1, faults: int = 0) -> list[tuple[str, str]]:
    """Write a register as a folder of tables.

    Args:
        folder: where; its files are replaced.
        units: how many it begins with.
        seed: of chance; of one seed it is always the same.
        faults: how many units of the last edition are at fault.

    Returns:
        each rule that is broken, with the slug of the unit at fault.
    """
    register, planted = Register(units, Random(seed)), list[tuple[str, str]]()  # noqa: S311 - no secret
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.toml").write_text(_SETTINGS, encoding="utf-8")
    for place, edition in enumerate(EDITIONS):
        if place:
            register.reform(EDITIONS[place - 1], edition)
        if edition == EDITIONS[-1]:
            planted += register.plant(faults)
        _write_edition(folder / "editions" / edition, edition, register)
    _write(folder, "changes", register.changes)
    _write(folder, "sources", map(_source, EDITIONS))
    _write(folder, "editions", (_edition(place) for place in range(len(EDITIONS))))
    _write(folder, "persons", [{"slug": "ada-example", "name": "Ada Example"} | _span(EDITIONS[0], 0, 11)])
    for empty in ("scope", "conflicts"):
        _write(folder, empty, ())
    return planted


def _write_edition(folder: Path, edition: str, register: Register) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    units = register.units.values()
    _write(folder, "units", (_unit(unit, edition, place) for place, unit in enumerate(units, 1)))
    head = {"slug": HEAD[5:], "name": "Registrar General", "parent": ORGANIZATION, "basis": "stated", "heads": ORGANIZATION}
    # High enough in the tree to be there in every edition.
    heads = (_post(unit, edition) for unit in units if unit.number % 4 == 0 and unit.number * _WIDTH**2 < register.size)
    _write(folder, "posts", (cells for post in ([head | _span(edition, 0, 17)], heads) for cells in post))
    _write(folder, "sites", (_site(unit, edition) for unit in units if unit.number % 20 == 5))
    tenure = {"slug": "ada-example", "person": "ada-example", "post": HEAD[5:], "begins": "2023", "printed": "Ada Example"}
    _write(folder, "tenures", [tenure | {"basis": "stated"} | _span(edition, 0, 11)])
    for empty in ("bodies", "seats", "relations", "mentions"):
        _write(folder, empty, ())


def _write(folder: Path, name: str, rows: Iterable[Cells]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in _TABLES[name].columns], restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _span(edition: str, place: int, length: int) -> Cells:
    """Some characters of the document of an edition, in which each row has a line of 64."""
    return {"source": f"gazette-{edition}", "start": str(64 * place), "end": str(64 * place + length)}


def _unit(unit: Unit, edition: str, place: int) -> Cells:
    above = HEAD if unit.under < 0 else f"unit:u{unit.under}"
    told = {"slug": unit.slug, "name": unit.name, "kind": unit.kind, "parent": above, "basis": "stated", "purpose": unit.purpose}
    return told | _span(edition, place, len(unit.name))


def _post(unit: Unit, edition: str) -> Cells:
    above = f"unit:{unit.slug}"
    told = {"slug": f"head-of-{unit.slug}", "name": f"Head of {unit.name}", "parent": above, "basis": "stated", "heads": above}
    return told | _span(edition, unit.number, 8 + len(unit.name))


def _site(unit: Unit, edition: str) -> Cells:
    city, country, code = _CITIES[unit.number // 20 % len(_CITIES)]
    told = {"slug": f"s{unit.number}", "unit": unit.slug, "primary": "yes", "city": city, "country": country, "country_code": code}
    return told | {"basis": "stated"} | _span(edition, unit.number, len(city))


def _source(edition: str) -> Cells:
    slug = f"gazette-{edition}"
    digest = hashlib.sha256(slug.encode()).hexdigest()
    told = {"slug": slug, "identifier": slug, "title": f"Gazette of {edition}", "address": f"https://register.example/{slug}"}
    return told | {"sha256": digest, "characters": "999999999"}


def _edition(place: int) -> Cells:
    edition = EDITIONS[place]
    told = {
        "id": edition,
        "order": str(place + 1),
        "not_before": edition,
        "title": f"Register of {edition}",
        "sources": f"gazette-{edition}",
    }
    return told | {"previous": EDITIONS[place - 1] if place else ""}


@click.command()
@click.argument("units", type=int)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", default=1, show_default=True, help="Of chance.")
@click.option("--faults", default=0, show_default=True, help="How many units of the last edition are at fault.")
def main(units: int, folder: Path, seed: int, faults: int) -> None:
    """Write a register of so many units as a folder of tables, and name each rule that is broken with the unit at fault."""
    for rule, unit in write_register(folder, units, seed, faults):
        click.echo(f"{rule} {unit}")


if __name__ == "__main__":
    main()
