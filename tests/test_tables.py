"""Tables: every fault in them is told in a sentence with file, row and column, and all are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from organograph.errors import DatasetUnreadable
from organograph.faults import Fault
from organograph.tabular.assemble import assemble
from organograph.tabular.schema import UNITS
from organograph.tabular.tables import header, read_table
from organograph.tabular.written import is_date
from places import bundled, copied, edited, kinds

UNITS_2023 = "editions/2023-10/units.csv"
FAULTS = [
    ("slug,name,kind", "slug,name,colour,kind", "table:unknown-column", "colour", "'colour' is not known"),
    ("climate-action,", "supply-chain,", "table:duplicate", "slug", "stands already in row"),
    (
        "Protection,unspecified,post:deputy-director-general-operations",
        "Protection,unspecified,post:deputy-director-operations",
        "table:missing-reference",
        "parent",
        "Did you mean post:deputy-director-general-operations?",
    ),
    ("Climate Action,unspecified,", "Climate Action,programme,", "table:missing-reference", "kind", "no kind of the scheme"),
    (
        "Climate Action,unspecified,post:deputy-director-general-operations",
        "Climate Action,unspecified,unit:climate-action",
        "table:cycle",
        "parent",
        "its own parent",
    ),
    ("climate-action,Climate Action,", "climate-action,,", "table:empty-cell", "name", "every row of units needs"),
    ("climate-action,", "Climate Action,", "table:bad-slug", "slug", "is not how a slug is written"),
    (
        "climate-action,Climate Action,unspecified,",
        "climate-action,Climate, Action,unspecified,",
        "table:row-width",
        None,
        "cells where the header has",
    ),
]
WITHOUT_EVIDENCE = [
    (
        "editions/2023-10/relations.csv",
        "unit:ombudsperson,is-a,og:IndependentOffice",
        "unit:climate-action,is-a,og:IndependentOffice",
        "table:class-unproved",
        "classes",
        "no row of relations cites where a document calls it independent",
    ),
    (
        "editions/2023-10/relations.csv",
        "unit:ombudsperson,is-a,og:IndependentOffice",
        "unit:climate-action,is-a,og:IndependentOffice",
        "table:class-missing",
        "subject",
        "calls 'unit:climate-action' independent",
    ),
    (
        "editions/2023-10/relations.csv",
        "unit:ombudsperson,is-a,og:IndependentOffice",
        "unit:ombudsperson,is-a,og:Independent",
        "table:missing-reference",
        "object",
        "no class of units",
    ),
    ("conflicts.csv", "operations-2022:", "operations-2022@", "table:bad-spans", "spans", "is not how a list of spans is written"),
    (
        "persons.csv",
        "amy-pope,Amy Pope,director-general-2023",
        "amy-pope,Amy Pope,someone",
        "table:missing-reference",
        "source",
        "no document",
    ),
    (
        "scope.csv",
        "2022-06,organization:iom,posts,1",
        "2022-07,organization:iom,posts,1",
        "table:missing-reference",
        "edition",
        "no edition",
    ),
    (
        "editions/2023-10/tenures.csv",
        "https://croatia.iom.int/news",
        "croatia.iom.int/news",
        "table:bad-addresses",
        "dates_from",
        "is not how a list of addresses is written",
    ),
]


def faults(folder: Path) -> list[Fault]:
    return list(assemble(folder, kinds()).faults)


def test_bundled_tables_are_sound() -> None:
    """The bundled tables hold no fault."""
    assert [str(fault) for fault in bundled().faults] == []


@pytest.mark.parametrize(("old", "new", "rule", "column", "words"), FAULTS)
def test_fault_is_told_at_its_cell(tmp_path: Path, old: str, new: str, rule: str, column: str | None, words: str) -> None:
    """Each fault names file, row and column, what is wrong and how to mend it."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, old, new)
    told = next(fault for fault in faults(folder) if fault.rule == rule)
    assert told.where is not None
    assert told.where.file == f"iom/{UNITS_2023}"
    assert told.where.line is not None
    assert told.where.column == column
    assert words in f"{told.message} {told.cure}"
    assert told.cure


def test_cycle_names_its_whole_ring(tmp_path: Path) -> None:
    """A cycle of several units is told once, with everything on it."""
    folder = copied(tmp_path)
    table = folder / UNITS_2023
    rows = table.read_text(encoding="utf-8").splitlines()
    swapped = {"partnerships": "unit:private-sector-partnerships", "private-sector-partnerships": "unit:partnerships"}
    table.write_text("\n".join(_reparented(row, swapped) for row in rows) + "\n", encoding="utf-8")
    cycles = [fault for fault in faults(folder) if fault.rule == "table:cycle"]
    assert len(cycles) == 1
    assert "unit:partnerships → unit:private-sector-partnerships → unit:partnerships" in cycles[0].message


def _reparented(row: str, parents: dict[str, str]) -> str:
    cells = row.split(",")
    if cells[0] in parents:
        cells[3] = parents[cells[0]]
    return ",".join(cells)


def test_bad_date_is_told(tmp_path: Path) -> None:
    """A month that a spreadsheet has rewritten is told with its cure."""
    folder = copied(tmp_path)
    edited(folder / "editions.csv", "2022-06,2,2022-06,", "2022-06,2,Jun-22,")
    told = faults(folder)[0]
    assert str(told.where) == "iom/editions.csv, row 3, column not_before"
    assert "format the column as text" in told.cure


def test_tenure_outside_its_edition_is_told(tmp_path: Path) -> None:
    """A holder whose tenure ended before the edition begins is told at the date."""
    folder = copied(tmp_path)
    edited(folder / "editions/2022-06/tenures.csv", "2018-10-01,2023-09-30", "2018-10-01,2021-09-30")
    assert [(fault.rule, fault.where.column) for fault in faults(folder) if fault.where] == [("table:tenure-outside", "ends")]


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A missing table is a fault that gives the header to make it with."""
    folder = copied(tmp_path)
    (folder / "editions/2022-06/sites.csv").unlink()
    told = next(fault for fault in faults(folder) if fault.rule == "table:missing-file")
    assert str(told.where) == "iom/editions/2022-06/sites.csv"
    assert "slug,unit,primary,city" in told.cure


def test_bytes_that_are_not_utf8_are_told_with_line_and_column(tmp_path: Path) -> None:
    """Text in another encoding is told at the line and column where it first fails."""
    folder = copied(tmp_path)
    sites = folder / "editions/2022-06/sites.csv"
    sites.write_bytes(sites.read_text(encoding="utf-8").replace("San José", "San Jos\udcff").encode("utf-8", "surrogateescape"))
    told = next(fault for fault in faults(folder) if fault.rule == "table:not-utf8")
    assert told.where is not None
    assert told.where.column == "city"
    line = sites.read_bytes().splitlines()[(told.where.line or 0) - 1]
    assert b"San Jos\xff" in line


def test_unreadable_table_is_told_without_what_follows_from_it(tmp_path: Path) -> None:
    """A table that cannot be read is one fault, not one for each row that refers into it; other faults are told beside it."""
    folder = copied(tmp_path)
    units = folder / "editions/2022-06/units.csv"
    units.write_bytes(units.read_bytes().replace(b"Treasury Division", b"Treasury Divisi\xf3n", 1))
    edited(folder / "persons.csv", "amy-pope,", "amy_pope,")
    told = {(fault.rule, fault.where and fault.where.value) for fault in faults(folder)}
    assert {rule for rule, _ in told} == {"table:not-utf8", "table:bad-slug", "table:missing-reference"}
    assert {value for rule, value in told if rule == "table:missing-reference"} == {"amy-pope"}


def test_all_faults_are_told_in_one_run(tmp_path: Path) -> None:
    """Faults in different tables are all told at once, in the order of files and rows."""
    folder = copied(tmp_path)
    edited(folder / "editions.csv", "2022-06,2,2022-06,", "2022-06,2,June,")
    edited(folder / UNITS_2023, "climate-action,", "supply-chain,")
    edited(folder / "persons.csv", "amy-pope,", "amy_pope,")
    told = faults(folder)
    assert {"iom/editions.csv", f"iom/{UNITS_2023}", "iom/persons.csv"} <= {fault.where.file for fault in told if fault.where}
    places = [(fault.where.file, fault.where.line or 0) for fault in told if fault.where]
    assert places == sorted(places)


def test_unclosed_quotation_mark_is_told(tmp_path: Path) -> None:
    """A quotation mark that is not closed is a fault, no traceback."""
    table = tmp_path / "units.csv"
    table.write_text(header(UNITS) + '\nx,"Name,unit\n', encoding="utf-8")
    _, told = read_table(table, UNITS, "units.csv")
    assert [fault.rule for fault in told] == ["table:not-csv"]


def test_folder_without_settings_is_refused(tmp_path: Path) -> None:
    """A folder that holds no dataset.toml is no folder of tables."""
    with pytest.raises(DatasetUnreadable, match=r"holds no dataset\.toml"):
        assemble(tmp_path, kinds())


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """A table saved by a spreadsheet with a byte order mark reads as well."""
    table = tmp_path / "units.csv"
    table.write_bytes(b"\xef\xbb\xbf" + header(UNITS).encode() + b"\r\n")
    assert read_table(table, UNITS, "units.csv") == ([], [])


@given(st.binary(max_size=400))
@example(b"\r\xff")
def test_no_bytes_bring_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Whatever bytes a table holds, reading it gives rows and faults."""
    table = tmp_path_factory.mktemp("any") / "units.csv"
    table.write_bytes(data)
    rows, told = read_table(table, UNITS, "units.csv")
    assert told or rows == []


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("2021", True),
        ("2021-09", True),
        ("2021-02-28", True),
        ("2021-02-30", False),
        ("2021-13", False),
        ("Sep-21", False),
        ("0000", False),
        ("2021-9", False),
    ],
)
def test_dates(text: str, sound: bool) -> None:
    """A date is a year, a month or a day that exists."""
    assert is_date(text) is sound


@pytest.mark.parametrize(("table", "old", "new", "rule", "column", "words"), WITHOUT_EVIDENCE)
def test_evidence_that_is_missing_is_told(tmp_path: Path, table: str, old: str, new: str, rule: str, column: str, words: str) -> None:
    """What has no evidence, or names none that is there, is told at its cell."""
    folder = copied(tmp_path)
    path = folder / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = next(fault for fault in faults(folder) if fault.rule == rule)
    assert told.where is not None
    assert told.where.column == column
    assert words in told.message


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ("structure-2022:1-9", "No span says where 'office-2022' says so"),
        ("structure-2022:1-9; office-2022:1-9; operations-2022:1-9", "neither chosen nor rejected"),
        ("structure-2022:9-9; office-2022:1-9", "is empty or leaves the document"),
        ("structure-2022:1-9; office-2022:1-999999", "which has 13840 characters"),
    ],
)
def test_a_conflict_cites_both_sides(tmp_path: Path, spans: str, words: str) -> None:
    """A conflict cites each document that it chooses or rejects, within its bounds, and no other."""
    folder = copied(tmp_path)
    path = folder / "conflicts.csv"
    row = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("evaluation-name,"))
    cells = row.split(",")
    edited(path, row, ",".join([*cells[:6], spans, *cells[7:]]))
    assert words in " ".join(fault.message for fault in faults(folder))


def test_a_wrong_header_is_no_avalanche(tmp_path: Path) -> None:
    """A column too many in the header is told once, with the rows that do not fit it, and nothing that only follows from it."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, "slug,name,kind", "slug,name,colour,kind")
    told = [(fault.rule, fault.where and fault.where.line) for fault in faults(folder)]
    assert told == [("table:unknown-column", 1), ("table:row-width", 2)]


def test_a_torn_row_is_told_once(tmp_path: Path) -> None:
    """Of a row with a comma too many only that is told: which cell is which column's nobody knows."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, "climate-action,Climate Action,", "climate-action,Climate, Action,")
    assert [fault.rule for fault in faults(folder)] == ["table:row-width"]


def test_an_unread_table_hides_only_what_follows_from_it(tmp_path: Path) -> None:
    """Where persons cannot be read, a missing post is told all the same, and no person is said to be missing."""
    folder = copied(tmp_path)
    (folder / "persons.csv").write_bytes(b"\xff")
    edited(folder / "editions/2021-09/units.csv", "post:spokesperson", "post:spokesmann")
    told = [(fault.rule, fault.where and fault.where.value) for fault in faults(folder)]
    assert sorted(rule for rule, _ in told) == ["table:missing-reference", "table:not-utf8"]
    assert ("table:missing-reference", "post:spokesmann") in told
