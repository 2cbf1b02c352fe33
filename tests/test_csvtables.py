"""Tables in CSV for spreadsheets: no cell is taken for a formula, and all else is as it was."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from httpclient import Client
from organograph.csvtables import csv_table
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import listening, small_dataset


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|' /C calc'!A0", "+1-x", "-2+3 Office", "--> Office", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1"]
)
def test_what_looks_like_a_formula_is_text(cell: str) -> None:
    """An apostrophe stands before it, by which spreadsheets know text."""
    assert list(csv.reader(io.StringIO(csv_table([["head"], [cell]]).decode(), newline=""))) == [["head"], [f"'{cell}"]]


@pytest.mark.parametrize("cell", ["", "Office", "'s-Hertogenbosch", "a=b", "-5", "+5.5", "2022-06", '"', "a\r\nb", "é, à"])
def test_all_else_is_as_it_was(cell: str) -> None:
    """To the letter, numbers too."""
    assert list(csv.reader(io.StringIO(csv_table([[cell, "x"]]).decode(), newline=""))) == [[cell, "x"]]


def test_names_are_guarded_and_answers_to_queries_are_exact(tmp_path: Path) -> None:
    """In a published dataset a name that looks like a formula is text in every table, and itself where SPARQL is asked."""
    dataset = small_dataset(tmp_path, corrections={'"Office of Legal Affairs"': '"=Formula"'})
    with listening(create_app(Settings(dataset=dataset))) as address:
        client = Client(address)
        asked = client.sparql('SELECT ("=1+1" AS ?name) {}', "text/csv").text
        tables = [client.get(path).text for path in ("/edition/2022-06.csv", "/catalogue.csv", "/search?q=formula&format=csv")]
    assert asked == "name\r\n=1+1\r\n"
    for table in tables:
        cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
        assert "'=Formula" in cells
        assert not [cell for cell in cells if cell.startswith("=")]
