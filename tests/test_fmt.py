"""The canonical form of tables and Turtle: meaning kept, once is enough, faulty files left alone."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from organograph.errors import BuildFailed
from organograph.storing import store
from organograph.tabular.canonical import canonical_table, formed_turtle
from organograph.tabular.columns import Column, Table
from organograph.tabular.schema import PERSONS
from organograph.tabular.tables import Row, header, read_table
from organograph.tabular.written import is_printable
from organograph.writing import rdfc10
from places import ONTOLOGY, SHAPES, TABLES, copied
from test_cli import run

MESSY = (
    '\ufeff"slug", name,kind,parent,basis,source,end,start,printed,classes,alt_names,purpose,note\r\n'
    '"legal",Legal  Affairs ,office,organization:iom,stated,page,9,1,,,A;B ;; C,,"say ""no"", then"\r\n\r\n,,,,,,,,,,,,\r\n'
)
TIDY = (
    "slug,name,kind,parent,basis,source,start,end,printed,classes,alt_names,purpose,note\n"
    'legal,Legal  Affairs,office,organization:iom,stated,page,1,9,,,A; B; C,,"say ""no"", then"\n'
)


def test_bundled_files_are_in_canonical_form() -> None:
    """The bundled tables, the ontology and the shapes are in canonical form."""
    done = run("fmt", "--check", TABLES, ONTOLOGY, SHAPES)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "0 not in canonical form" in done.stderr


def test_a_table_is_brought_into_form_once(tmp_path: Path) -> None:
    """BOM, line ends, quotation marks, order of columns, spaces, lists and empty rows are mended; a second run changes nothing."""
    table = tmp_path / "units.csv"
    table.write_bytes(MESSY.encode())
    checked = run("fmt", table, "--check")
    assert (checked.exit_code, table.read_bytes()) == (1, MESSY.encode())
    assert f"{table}: would be brought into canonical form" in checked.stdout
    assert run("fmt", table).exit_code == 0
    assert table.read_text(encoding="utf-8") == TIDY
    again = run("fmt", table)
    assert (again.exit_code, again.stdout) == (0, "")
    assert list(tmp_path.iterdir()) == [table]


def test_faulty_files_are_told_and_not_touched(tmp_path: Path) -> None:
    """A fault ends the run with 1 and leaves its file as it is, while sound files beside it are formed."""
    folder = copied(tmp_path)
    faulty, other, turtle = folder / "editions/2023-10/units.csv", folder / "persons.csv", folder / "kinds.ttl"
    faulty.write_bytes(faulty.read_bytes().replace(b"start", b"begin", 1))
    other.write_bytes(other.read_bytes().replace(b"\n", b"\r\n"))
    turtle.write_text("@prefix a: <http://a/> .\na:b a:c .\n", encoding="utf-8")
    before = faulty.read_bytes()
    done = run("fmt", folder)
    assert done.exit_code == 1
    assert "column begin: The column 'begin' is not known." in done.stdout
    assert f"{turtle}:2:" in done.stdout
    assert faulty.read_bytes() == before
    assert b"\r" not in other.read_bytes()


PEOPLE = Table("people", "a table of three columns", (Column("slug", "a slug"), Column("name", "a name"), Column("note", "a note")))
CELL = st.text(max_size=9).filter(is_printable)


@given(st.lists(st.tuples(st.from_regex(r"[a-z]{1,3}", fullmatch=True), CELL, CELL), max_size=5))
def test_form_keeps_meaning(cells: list[tuple[str, str, str]]) -> None:
    """Whatever sound cells hold, what is read back from the canonical form is what was there, and forming it again gives the same."""
    rows = [
        Row("people", "", n, {"slug": slug, "name": name.strip(), "note": note.strip()}) for n, (slug, name, note) in enumerate(cells, 2)
    ]
    text = canonical_table(rows, PEOPLE)
    back = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [dict(row.values) for row in rows] == back
    assert canonical_table([Row("people", "", 1, each) for each in back], PEOPLE) == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (
            '@prefix b: <http://b/> .\r\n@prefix a: <http://a/> .\r\na:z a:p "x" ; a a:T .  a:a a:p a:b .',
            '@prefix a: <http://a/> .\n\na:a a:p a:b .\n\na:z a a:T ;\n\ta:p "x" .\n',
        ),
        (
            '# First  \r\n<http://a/#b>  <http://a/p> """kept  \n # no comment  \n""" . # last \n\n\n',
            '# First\n<http://a/#b>  <http://a/p> """kept  \n # no comment  \n""" . # last\n',
        ),
        ("<http://a/> <http://a/p> [ <http://a/q> 1 ] .  \n", "<http://a/> <http://a/p> [ <http://a/q> 1 ] .\n"),
    ],
)
def test_turtle_is_brought_into_form(tmp_path: Path, text: str, form: str) -> None:
    """Turtle is sorted, or, where that would lose comments or nesting, only the ends of its lines are mended; never its data."""
    file = tmp_path / "some.ttl"
    file.write_bytes(text.encode())
    formed = formed_turtle(file, "some.ttl")
    assert (formed.data, formed.faults) == (form.encode(), ())
    assert bool(formed.note) == ("#" in text.replace("#b", "") or "[" in text)
    assert formed.data is not None
    assert rdfc10(ox.parse(formed.data, format=ox.RdfFormat.TURTLE)) == rdfc10(ox.parse(text, format=ox.RdfFormat.TURTLE))
    file.write_bytes(formed.data)
    assert formed_turtle(file, "some.ttl").data == formed.data


@pytest.mark.parametrize(
    ("name", "words"),
    [("nothing.csv", "is not there"), ("people.csv", "no table of ours"), ("empty", "holds no tables")],
)
def test_what_is_no_table_is_told(tmp_path: Path, name: str, words: str) -> None:
    """A path that is not there, no table or an empty folder ends with 2 and a sentence."""
    (tmp_path / "people.csv").write_text("a\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    done = run("fmt", tmp_path / name)
    assert done.exit_code == 2
    assert words in done.stderr


def test_files_are_stored_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of several files cannot be put in place, all are as they were and nothing is left over."""
    one, two = tmp_path / "one", tmp_path / "deep/two"
    one.write_bytes(b"old")
    really = os.replace

    def fail(source: Path, target: Path) -> None:
        if Path(target).name == "two":
            raise PermissionError(13, "Permission denied", str(target))
        really(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(BuildFailed, match="Nothing was changed"):
        store({one: b"new", two: b"new"})
    assert (one.read_bytes(), list(tmp_path.iterdir())) == (b"old", [one])


def test_a_cell_of_separators_is_a_fault(tmp_path: Path) -> None:
    """A list that holds separators only is no list, so that forming it cannot empty a cell that must be filled."""
    table = tmp_path / "persons.csv"
    table.write_text(f"{header(PERSONS)}\na,b,c,1,2,,d\n", encoding="utf-8")
    assert read_table(table, PERSONS, "persons.csv")[1] == []
    units = tmp_path / "units.csv"
    units.write_text(TIDY.replace("A; B; C", " ; "), encoding="utf-8")
    assert "is not how a list of names is written" in run("fmt", units).stdout
