"""Tables to a workbook and back: text stays text, what spreadsheets retype is read rightly or told, nothing is written by half."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from organograph.graphs.vocabulary import ontology_graph
from organograph.inmemory import named_graphs
from organograph.names import Names
from organograph.tabular import sheets
from organograph.tabular.assemble import assemble
from organograph.tabular.columns import Table
from organograph.tabular.exchange import exported
from organograph.tabular.schema import OF_DATASET, OF_EDITION, PERSONS, TABLES
from organograph.tabular.tables import header
from organograph.writing import quads, rdfc10
from places import ONTOLOGY, copied, edited, kinds
from places import TABLES as BUNDLED
from test_cli import run

DANGEROUS = ["=1+2", "+41", "-5", "@home", "007", "2022-06", "TRUE", "#N/A", "1e5", "'quoted", "0,5", "a  b", '"', "Ω 😀"]


def build_hash(folder: Path) -> str:
    """The RDFC-1.0 hash of all graphs of a folder of tables."""
    dataset = assemble(folder, kinds()).dataset
    assert dataset is not None
    names = Names()
    return rdfc10(quad for each in named_graphs(dataset, names, ontology_graph(ONTOLOGY)) for quad in quads(each.graph, each.name))


@cache
def workbook() -> bytes:
    return exported(BUNDLED)


def files(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changed(file: Path, change: Callable[[openpyxl.Workbook], object]) -> None:
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(file)


def table_of(sheet: Worksheet) -> Table:
    return next(table for table in TABLES if table.name == sheet.title.rpartition(" ")[2])


def retyped(book: openpyxl.Workbook) -> None:
    """What a spreadsheet makes of cells that were not formatted as text: numbers, dates, formats; and empty rows at the end."""
    for sheet in book.worksheets:
        kinds_of = [column.kind for column in table_of(sheet).columns]
        for row in sheet.iter_rows(min_row=2):
            for cell, kind in zip(row, kinds_of, strict=True):
                cell.number_format, text = "General", str(cell.value or "")
                if kind == "number" and text:
                    cell.value = (int if cell.row % 2 else float)(text)
                elif kind in ("month", "slug") and len(text) == 7 and text[:4].isdigit():
                    cell.value = datetime.datetime.fromisoformat(f"{text}-01")
                    cell.number_format = ("mmm-yy", "yyyy-mm", "[$-409]mmmm yyyy", "yyyy-mm-dd")[cell.row % 4]
                elif kind == "date" and len(text) == 10:
                    cell.value, cell.number_format = datetime.datetime.fromisoformat(text), "dd/mm/yyyy"
                elif kind == "date" and len(text) == 7:
                    cell.value, cell.number_format = datetime.datetime.fromisoformat(f"{text}-01"), 'mmm" d "yy'
                elif kind == "date" and len(text) == 4:
                    cell.value = int(text)
        for empty in range(3):
            sheet.cell(sheet.max_row + 20 + empty, 2, "")
        sheet.cell(1, sheet.max_column + 3).number_format = "@"


@pytest.mark.parametrize("change", [lambda book: None, retyped], ids=["as written", "retyped"])
def test_round_trip_keeps_the_build(tmp_path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    """Out to a workbook and back, also one in which a spreadsheet retyped cells, the tables and the hash of the build are the same."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    before = files(folder)
    assert run("export", folder, "--xlsx", file).exit_code == 0
    changed(file, change)
    done = run("import", "--xlsx", file, folder)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert files(folder) == before
    for table in folder.rglob("units.csv"):
        table.write_text(table.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    (folder / "persons.csv").unlink()
    assert run("import", "--xlsx", file, folder).exit_code == 0
    assert build_hash(folder) == build_hash(BUNDLED)


def test_the_workbook_is_fit_for_editing(tmp_path: Path) -> None:
    """Each table has its sheet, every cell is text, headers stay in sight and say what their column holds, choices are lists."""
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    assert book.sheetnames == [table.name for table in OF_DATASET] + [
        f"{edition} {table.name}" for edition in ("2021-09", "2022-06", "2023-10") for table in OF_EDITION
    ]
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "A2"
        assert {cell.number_format for row in sheet.iter_rows() for cell in row} == {"@"}
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
        for cell, column in zip(sheet[1], table_of(sheet).columns, strict=True):
            assert cell.comment is not None
            assert column.holds in cell.comment.text
            assert sheet.column_dimensions[cell.column_letter].width >= len(column.name)
        lists = {str(rule.sqref).partition("2")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
        chosen = {cell.column_letter: column for cell, column in zip(sheet[1], table_of(sheet).columns, strict=True) if column.choices}
        assert lists == {letter: f'"{",".join(column.choices)}"' for letter, column in chosen.items()}


def test_dangerous_text_stays_text(tmp_path: Path) -> None:
    """Text that looks like a formula, a number, a date or an error comes back to the letter."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    with (folder / "persons.csv").open("a", encoding="utf-8") as table:
        for number, text in enumerate(DANGEROUS):
            quoted = text.replace('"', '""')
            table.write(f'dangerous-{number},"{quoted}",director-general-2023,149,157,,"{quoted}"\n')
    assert run("fmt", folder).exit_code == 0
    before = files(folder)
    done = run("export", folder, "--xlsx", file)
    assert done.exit_code == 0, done.output
    (folder / "persons.csv").write_text(f"{header(PERSONS)}\n", encoding="utf-8")
    assert run("import", "--xlsx", file, folder).exit_code == 0
    assert files(folder) == before


@pytest.mark.parametrize(
    ("value", "shown_as", "place", "words"),
    [
        (7, "General", ("persons", "B2"), "row 2, column name: The spreadsheet made the number 7"),
        (7.5, "General", ("2022-06 units", "G3"), "row 3, column start: '7.5' is not how a whole number is written."),
        (True, "General", ("persons", "G2"), "column note: The spreadsheet made 'True'"),
        ("=1+2", "General", ("persons", "G2"), "column note: The cell holds a formula."),
        (datetime.datetime(2022, 6, 1), "mmm-yy", ("persons", "B2"), "The spreadsheet made the day 2022-06-01"),
        (datetime.datetime(2022, 6, 2), "mmm-yy", ("editions", "C2"), "column not_before: The spreadsheet made the day 2022-06-02"),
        (datetime.datetime(2022, 6, 1, 5), "mmm-yy", ("editions", "C2"), "The spreadsheet made the moment"),
        (datetime.time(5), "h:mm", ("persons", "B2"), "The spreadsheet made '05:00:00'"),
        ("unit:nowhere", "@", ("2022-06 units", "D3"), "sheet 2022-06 units, row 3, column parent: 'unit:nowhere' is in no table"),
        ("Slug", "@", ("persons", "A1"), "sheet persons, row 1, column Slug: The column 'Slug' is not known."),
        ("more", "@", ("persons", "H2"), "sheet persons, row 2: The row has 8 cells where the header has 7."),
        ("a_x000D_b", "@", ("persons", "B2"), "The cell holds '_x000D_', by which workbooks mean another sign."),
        ("two\nlines", "@", ("persons", "B2"), "A cell holds a line break"),
        ("2020-01", "@", ("editions", "A2"), "There is no edition '2021-09'."),
    ],
)
def test_faults_are_told_before_anything_is_written(
    tmp_path: Path, value: object, shown_as: str, place: tuple[str, str], words: str
) -> None:
    """What cannot be read back for sure, or breaks a reference, is told by sheet, row and column, and no table changes."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    file.write_bytes(workbook())

    def spoil(book: openpyxl.Workbook) -> None:
        book["sources"]["C2"] = "Another title"
        cell = book[place[0]][place[1]]
        cell.value, cell.number_format = value, shown_as  # type: ignore[assignment,union-attr]

    changed(file, spoil)
    before = files(folder)
    done = run("import", "--xlsx", file, folder)
    assert done.exit_code == 1
    assert words in done.stdout
    assert done.stdout.startswith("book.xlsx, sheet ")
    assert files(folder) == before


def test_one_edition_alone(tmp_path: Path) -> None:
    """A workbook of one edition holds its tables; reading it back changes these and keeps all others, even faulty ones."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    assert run("export", folder, "--xlsx", file, "--edition", "2023-10").exit_code == 0
    edited(folder / "persons.csv", "amy-pope,Amy Pope", "amy-pope,")
    before = files(folder)
    changed(file, lambda book: book["2023-10 units"].__setitem__("B2", "Legal Affairs"))
    done = run("import", "--xlsx", file, folder)
    assert done.exit_code == 0, done.output
    differing = [path for path, data in files(folder).items() if before[path] != data]
    assert differing == [Path("editions/2023-10/units.csv")]
    assert "legal-affairs,Legal Affairs,office," in (folder / differing[0]).read_text(encoding="utf-8")


def _zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is no workbook that can be read"),
        (b"slug,name\n", "is no workbook that can be read"),
        (_zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "is no workbook that can be read"),
        (workbook()[:5000], "is no workbook that can be read"),
    ],
    ids=["missing", "empty", "csv", "opendocument", "cut off"],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, data: bytes | None, words: str) -> None:
    """A missing file, another format or half a workbook ends with 2 and a sentence."""
    file = tmp_path / "book.xlsx"
    if data is not None:
        file.write_bytes(data)
    done = run("import", "--xlsx", file, copied(tmp_path))
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr


def _with_part(name: str, change: Callable[[str], str]) -> bytes:
    """The workbook with one of its parts rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part).decode()) if part == name else old.read(part))
    return out.getvalue()


def _laughing(text: str) -> str:
    """A part with an entity that unfolds to some billion characters."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head, _, rest = text.partition("?>") if text.startswith("<?xml") else ("<?xml version='1.0'", "", text)
    unfolded = rest.replace("<t>", "<t>&l9;", 1)
    return f'{head}?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{unfolded}'


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entity that unfolds without end, and a workbook larger than its limit, are refused with a sentence, in short time."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    file.write_bytes(_with_part("xl/worksheets/sheet1.xml", _laughing))
    done = run("import", "--xlsx", file, folder)
    assert (done.exit_code, "is no workbook that can be read" in done.stderr) == (2, True)
    file.write_bytes(workbook())
    monkeypatch.setattr(sheets, "LARGEST", 10_000)
    assert "unpacks to more than 10000 bytes" in run("import", "--xlsx", file, folder).stderr


def test_wrong_sheets_are_told(tmp_path: Path) -> None:
    """A sheet that is no table, an edition that is not listed, and a workbook without tables are told with what to do."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    file.write_bytes(workbook())
    changed(file, lambda book: (book.create_sheet("Notes"), book.copy_worksheet(book["2022-06 sites"])))
    changed(file, lambda book: setattr(book["2022-06 sites Copy"], "title", "2024-05 sites"))
    told = run("import", "--xlsx", file, folder)
    assert told.exit_code == 1
    assert "book.xlsx, sheet Notes: The sheet 'Notes' is no table." in told.stdout
    assert "There is no edition '2024-05'. Add it with organograph new edition." in told.stdout
    book = openpyxl.Workbook()
    book.worksheets[0].title = "editions"
    for row in openpyxl.load_workbook(io.BytesIO(workbook()))["editions"].iter_rows(max_row=3, values_only=True):
        book.worksheets[0].append(row)
    book.save(file)
    assert "The edition '2023-10' has tables, but no row any more." in run("import", "--xlsx", file, folder).stdout
    openpyxl.Workbook().save(file)
    assert "has no sheet that is a table" in run("import", "--xlsx", file, folder).stderr


def test_exports_that_cannot_be_are_told(tmp_path: Path) -> None:
    """An edition that is not there, faulty tables, and a file that is there already are told, and nothing is written."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    assert "The editions are: 2021-09" in run("export", folder, "--xlsx", file, "--edition", "1999-01").stderr
    edited(folder / "persons.csv", "amy-pope,Amy Pope,", "amy-pope,Amy Pope,,,")
    assert run("export", folder, "--xlsx", file).exit_code == 1
    assert not file.exists()
    edited(folder / "persons.csv", "amy-pope,Amy Pope,,,", "amy-pope,Amy_x0041_,")
    assert "The table persons, row 4 holds '_x0041_'" in run("export", folder, "--xlsx", file).stderr
    edited(folder / "persons.csv", "Amy_x0041_", "A" * 32_768)
    assert "holds a cell of 32768 characters" in run("export", folder, "--xlsx", file).stderr
    assert not file.exists()
    file.write_bytes(b"mine")
    assert "is there already" in run("export", "--xlsx", file).stderr
    assert file.read_bytes() == b"mine"
    assert run("export", "--xlsx", file, "--force").exit_code == 0
