"""A report that is asked for in French is French, in every format that people read and beside it."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from places import copied, edited
from test_cli import run
from test_tables import UNITS_2023

ENGLISH = re.compile(
    r"\b(?:the|is|are|has|have|which|with|and|of|row|column|finding|findings|rules?|write|what|nothing|found|violations and|warning)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(code|style)>.*?</\1>|<[^>]*>", re.DOTALL)
_DATA = re.compile(r"«[^»]*»|\[[^\]]*\]|\S+/\S+|\w+:[\w-]+|colonne \w+")
"""Names in quotation marks, rules, things, files and columns, which are what they are in any language."""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Tables with findings of shapes, one of them waived, and waivers that ran out or fit nothing."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, "Climate Action,unspecified,", "Protection,unspecified,")
    (folder / "waivers.csv").write_text(
        "rule,thing,reason,who,until\nshape:Unit-siblings,unit:protection,Attend,AB,2999\n"
        "shape:Unit-label,unit:protection,Attend,AB,2999\nshape:Unit-kind,unit:protection,Attend,AB,2020\n",
        encoding="utf-8",
    )
    return folder


def english(text: str) -> list[str]:
    """The English words of a text, names and values aside."""
    return ENGLISH.findall(_DATA.sub(" ", _MARKUP.sub(" ", text)))


@pytest.mark.parametrize("format_", ["text", "html"])
def test_a_french_report_is_french(tables: Path, format_: str) -> None:
    """No sentence of the report, of its headings, reasons and advice, nor of the summary beside it is English."""
    done = run("check", tables, "--language", "fr", "-f", format_)
    assert done.exit_code == 1
    assert "Unit-siblings" in done.stdout
    assert english(done.stdout) == []
    assert english(done.stderr) == []


def test_a_french_workbook_is_french(tables: Path, tmp_path: Path) -> None:
    """The heads, levels, messages and advice of the sheet of findings are French."""
    assert run("check", tables, "--language", "fr", "--out", tmp_path / "r.xlsx").exit_code == 1
    heads, *rows = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0].iter_rows(values_only=True)
    assert heads == ("table", "niveau", "règle", "constat", "valeur", "endroit", "que faire")
    assert {row[1] for row in rows} <= {"violation", "avertissement", "information", "admis"}
    assert [word for row in rows for cell in (row[3], row[6]) for word in english(str(cell))] == []


def test_programs_get_the_same_names_in_any_language(tables: Path) -> None:
    """Columns and levels of CSV do not change with the language."""
    header, first, *_ = run("check", tables, "--language", "fr", "-f", "csv").stdout.splitlines()
    assert header == "table,level,rule,message,value,location,suggestion"
    assert first.split(",")[1] in {"violation", "warning", "info", "waived"}


def test_faults_of_tables_are_counted_in_french(tables: Path) -> None:
    """What keeps tables from being compiled is French, too, by every command that tells it."""
    edited(tables / UNITS_2023, "climate-action,Protection,unspecified,", "climate-action,Protection,programme,")
    for command in (("check", tables), ("build", tables, "--out", tables.parent / "out"), ("evidence", tables, "--sources", tables)):
        done = run(*command, "--language", "fr")
        assert done.exit_code == 1
        assert english(done.stdout + done.stderr) == []
