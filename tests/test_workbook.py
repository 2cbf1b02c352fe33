"""An edition as a workbook over a real socket: the cells of its table, all text, and the same bytes each time."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import openpyxl
import pytest
from pyoxigraph import Literal, NamedNode, Quad

from httpclient import Client
from organograph_server.dataset.published import read_published
from organograph_server.dataset.quads import Quads
from organograph_server.errors import NotAcceptable
from organograph_server.views.workbook import edition_workbook
from serving import Running, small_dataset

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def cells(book: bytes) -> list[list[str]]:
    """The texts of a workbook's only sheet."""
    read = openpyxl.load_workbook(io.BytesIO(book))
    assert len(read.worksheets) == 1
    found = [list(row) for row in read.worksheets[0].iter_rows()]
    assert {cell.data_type for row in found for cell in row if cell.value is not None} <= {"s", "inlineStr"}
    return [["" if cell.value is None else str(cell.value) for cell in row] for row in found]


@pytest.mark.parametrize("edition", ["2021-09", "2022-06", "2023-10"])
def test_a_workbook_has_the_cells_of_the_table(client: Client, edition: str) -> None:
    """The workbook of an edition, by ending, parameter or Accept, has what its CSV has, cell by cell."""
    table = list(csv.reader(io.StringIO(client.get(f"/edition/{edition}.csv").text, newline="")))
    book = client.get(f"/edition/{edition}.xlsx")
    assert (book.status, book.media_type) == (200, XLSX)
    assert cells(book.body) == table
    assert len(table) > 20
    assert client.get(f"/edition/{edition}?format=xlsx").body == client.get(f"/edition/{edition}", XLSX).body == book.body
    assert client.get(f"/edition/{edition}.xlsx", **{"If-None-Match": book.fields["ETag"]}).status == 304


def test_a_workbook_is_offered_where_there_is_one(client: Client) -> None:
    """Editions link to it and lead to it; other graphs have none."""
    assert f'</edition/2022-06.xlsx>; rel="alternate"; type="{XLSX}"' in client.get("/edition/2022-06").fields["Link"]
    assert client.get("/edition/latest.xlsx").fields["Location"] == "/edition/2023-10.xlsx"
    for path in ("/catalogue.xlsx", "/ns.xlsx", "/edition/2022-06/source/structure-2022.xlsx", "/doc/unit/legal-affairs.xlsx"):
        assert client.get(path).status == 404
    for path in ("/catalogue", "/ns", "/doc/unit/legal-affairs"):
        assert client.get(path, XLSX).status == 406


def named(tmp_path: Path, name: str) -> bytes:
    """The workbook of an edition with a unit of that name."""
    published = read_published(small_dataset(tmp_path))
    edition, base = published.latest, published.names.base
    unit, graph = NamedNode(f"{base}id/unit/odd"), NamedNode(edition.iri)
    kind = NamedNode("http://www.w3.org/ns/org#OrganizationalUnit")
    quads = [
        Quad(unit, NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), kind, graph),
        Quad(unit, NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel"), Literal(name, language="en"), graph),
    ]
    return edition_workbook(Quads(quads), published, edition)


@pytest.mark.parametrize("name", ["=1+1", '=HYPERLINK("http://x.example/","x")', "+1", "-1", "@SUM(A1)", "#N/A", "007", "2022-06", "TRUE"])
def test_a_cell_is_never_more_than_text(tmp_path: Path, name: str) -> None:
    """What a spreadsheet would take for a formula, a number, a date or an error stays the text that it is."""
    assert cells(named(tmp_path, name))[1][2] == name


def test_a_workbook_is_the_same_whenever_it_is_made(tmp_path: Path) -> None:
    """Made again later, a workbook has equal bytes, so that its tag stays over restarts."""
    first = named(tmp_path / "a", "Odd")
    time.sleep(2.1)  # archives count in steps of two seconds
    assert named(tmp_path / "b", "Odd") == first


@pytest.mark.parametrize("name", ["x" * 40_000, "a\x01b"])
def test_what_no_workbook_carries_is_told(tmp_path: Path, name: str) -> None:
    """A text too long for a cell, or with a sign that no workbook has, is refused with the format that can have it."""
    with pytest.raises(NotAcceptable, match="workbook cannot carry"):
        named(tmp_path, name)
