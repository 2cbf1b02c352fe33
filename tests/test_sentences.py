"""Sentences of what is found in tables, settings, workbooks and documents: whole in English and French, and told as asked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import openpyxl
import pytest

from organograph.conformance.verdict import Part
from organograph.errors import Faulty
from organograph.faults import Fault, Location, Said
from organograph.report.making import reported
from organograph.report.model import fingerprint
from organograph.report.records import as_json
from organograph.sentences import en, fault_at, fr, fr_schema, phrase, told_in
from organograph.settings import SETTINGS
from organograph.tabular.assemble import assemble
from organograph.tabular.columns import Kind
from organograph.tabular.exchange import imported
from organograph.tabular.schema import TABLES
from places import REPOSITORY, copied, edited, kinds, shared
from test_cli import run
from test_exchange import workbook
from test_tables import FAULTS, UNITS_2023, WITHOUT_EVIDENCE, faults

WORKSHOP = REPOSITORY / "build/organograph"
SOURCES = {path.relative_to(WORKSHOP): ast.parse(path.read_text(encoding="utf-8")) for path in sorted(WORKSHOP.rglob("*.py"))}
ENGLISH = re.compile(r"\b(?:the|is|are|has|which|with|and|of|row|column)\b", re.IGNORECASE)


def blanks(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def texts() -> Iterator[re.Pattern[str]]:
    """Each text that the code outside the sentences holds, as a pattern; whatever is filled into it fits."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree) if path.parts[0] not in ("sentences", "report") or path.name == "waivers.py" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.compile(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = (re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z]+" for part in node.values)
                yield re.compile("".join(parts))


def values(said: Said) -> Iterator[object]:
    """Everything that fills the blanks of words, phrases within them included."""
    named = blanks("".join(en.SENTENCES.get(said.key, [en.PHRASES.get(said.key, "")])))
    for name in named & said.values.keys():
        value = said.values[name]
        yield from values(value) if isinstance(value, Said) else [value]


def test_both_languages_say_the_same() -> None:
    """Each key has its sentences in both languages, and each phrase, with the same blanks."""
    assert set(fr.SENTENCES) == set(en.SENTENCES)
    assert set(fr.PHRASES) == set(en.PHRASES)
    for key, english in en.SENTENCES.items():
        assert [blanks(text) for text in fr.SENTENCES[key]] == [blanks(text) for text in english], key
    for key, text in en.PHRASES.items():
        assert blanks(fr.PHRASES[key]) == blanks(text), key


def test_what_the_schema_says_has_its_french() -> None:
    """What each column that must be filled holds, and how each setting is written, is known in French, and nothing else."""
    held = {column.holds for table in TABLES for column in table.columns if column.needed}
    written = {setting.written for section in SETTINGS.values() for setting in section.values()}
    assert set(fr_schema.PHRASES) == held | written


def test_every_sentence_is_used_and_none_is_written_in_place() -> None:
    """The code names each key and each phrase, has sentences for each kind of column, and builds no fault from words of its own."""
    named = list(texts())
    assert [key for key in (*en.SENTENCES, *en.PHRASES) if not any(text.fullmatch(key) for text in named)] == []
    assert {f"table:bad-{kind}" for kind in get_args(Kind) if kind != "text"} <= set(en.SENTENCES)
    calls = [(path, node) for path, tree in SOURCES.items() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    built = {str(path) for path, call in calls if isinstance(call.func, ast.Name) and call.func.id == "Fault"}
    # A finding has the words of its rule, and what was not checked in a store those of reports, which are in both languages.
    assert built == {"cli/afar.py", "conformance/checks.py", "sentences/__init__.py"}


def test_french_is_french() -> None:
    """French stands between « », has ’ for an apostrophe and a space before signs of two parts, and no English word."""
    told = [*(text for pair in fr.SENTENCES.values() for text in pair), *fr.PHRASES.values(), *fr_schema.PHRASES.values()]
    for text in told:
        plain = re.sub(r'\{\w+\}|\[".*?"\]|is-a|term-of-office', "x", text)
        assert not re.search("[“”\"']", plain), text
        assert not re.search(r"(?<! )(?:[;!?»]|:(?= |$))|«(?! )", plain), text
        assert not ENGLISH.search(plain), text


def in_french(fault: Fault) -> Fault:
    """A fault told in French, with the same rule, place and values, and back in English as it was."""
    told = told_in(fault, "fr")
    assert fault.said is not None
    assert (told.rule, told.where, told.severity, told.thing) == (fault.rule, fault.where, fault.severity, fault.thing)
    assert [str(value) for value in values(fault.said) if str(value) not in f"{told.message} {told.cure}"] == []
    assert told.message != fault.message
    assert told.cure
    assert told_in(told, "en") == fault
    return told


@pytest.mark.parametrize(
    ("table", "old", "new", "rule"),
    [*((UNITS_2023, old, new, rule) for old, new, rule, _, _ in FAULTS), *(each[:4] for each in WITHOUT_EVIDENCE)],
)
def test_each_fault_of_a_table_is_told_in_french(tmp_path: Path, table: str, old: str, new: str, rule: str) -> None:
    """A fault is told in French with the same rule, file, row and column, and with the same values in its words."""
    folder = copied(tmp_path)
    text = (folder / table).read_text(encoding="utf-8")
    (folder / table).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert rule in {in_french(fault).rule for fault in faults(folder)}


def test_what_a_column_holds_and_what_was_probably_meant_is_french(tmp_path: Path) -> None:
    """The parts of a sentence are French too."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, "climate-action,Climate Action,unspecified", "climate-action,,unspecifid")
    told = [f"{fault.message} {fault.cure}" for fault in map(in_french, faults(folder))]
    assert told == [
        "« unspecifid » n’est pas un type du schéma (kinds.ttl). "
        "Vouliez-vous dire unspecified ? Corrigez-le, ou ajoutez la ligne qu’il nomme.",
        "La cellule est vide, mais chaque ligne de units doit donner son nom dans cette édition, à la lettre. Remplissez-la.",
    ]


def test_faults_of_settings_are_told_in_french(tmp_path: Path) -> None:
    """How a setting is written, and where it belongs, is French too."""
    folder = copied(tmp_path)
    edited(folder / "dataset.toml", 'slug = "iom"', 'slug = "I OM"')
    edited(folder / "dataset.toml", "[dataset]", "[other]\na = 1\n[dataset]")
    assert [f"{fault.message} {fault.cure}" for fault in map(in_french, faults(folder))] == [
        "« other » n’est pas une section des réglages. "
        "Mettez les réglages sous [organization] ou [dataset] ou [publisher] ; ontology/README.md les nomme.",
        "« I OM » ne peut être le réglage organization.slug. Écrivez-le en minuscules, chiffres et traits d’union isolés, par exemple iom.",
    ]


def test_faults_of_workbooks_are_told_in_french(tmp_path: Path) -> None:
    """What became of a cell is told in French, at its place."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    file.write_bytes(workbook())
    book = openpyxl.load_workbook(file)
    book["persons"]["B2"], book["persons"]["G2"] = 7, "=1+2"
    book.create_sheet("Notes")
    book.save(file)
    with pytest.raises(Faulty) as refused:
        imported(file.read_bytes(), "book.xlsx", folder, kinds())
    assert [in_french(fault).message for fault in refused.value.faults] == [
        "La feuille « Notes » n’est pas une table.",
        "De ce qui fut saisi, le tableur a fait le nombre 7 ; des zéros au début ou à la fin peuvent être perdus.",
        "La cellule contient une formule.",
    ]


def test_a_finding_has_one_fingerprint_in_all_languages(tmp_path: Path) -> None:
    """A fault of tables is the same finding in whatever language it is told."""
    folder = copied(tmp_path)
    edited(folder / UNITS_2023, "climate-action,", "supply-chain,")
    part = Part("tables", assemble(folder, kinds()).faults, {})
    english, french = (json.loads(as_json(reported("iom", [part], [], language)))["findings"] for language in ("en", "fr"))
    assert [each["fingerprint"] for each in english] == [each["fingerprint"] for each in french]
    assert [each["message"] for each in english] != [each["message"] for each in french]


def test_words_of_rules_stay() -> None:
    """A finding of a rule of shapes comes in the language it was asked for, and is not told anew."""
    fault = Fault("shape:Unit-parent", "It stands under nothing.", "Write what is above it.", Location("units.csv", 2))
    assert told_in(fault, "fr") is fault
    assert fingerprint(fault_at(Location("units.csv"), "table:unreadable", reason=phrase("no unit")))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("check",), "iom/persons.csv, ligne 4, colonne name\u00a0: La cellule est vide"),
        (("build", "--out", "OUT"), "iom/persons.csv, ligne 4, colonne name\u00a0: La cellule est vide"),
        (("export", "--xlsx", "OUT"), "iom/persons.csv, ligne 4, colonne name\u00a0: La cellule est vide"),
        (("evidence", "--sources", "OUT"), "iom/persons.csv, ligne 4, colonne name\u00a0: La cellule est vide"),
        (("fmt",), "persons.csv, ligne 4, colonne name\u00a0: La cellule est vide"),
    ],
)
def test_commands_tell_faults_in_french(tmp_path: Path, command: tuple[str, ...], words: str) -> None:
    """Each command that tells faults of tables tells them, with their places, in the language asked for."""
    folder = copied(tmp_path)
    edited(folder / "persons.csv", "amy-pope,Amy Pope", "amy-pope,")
    done = run(command[0], folder, *(str(tmp_path / "out") if each == "OUT" else each for each in command[1:]), "--language", "fr")
    assert done.exit_code == 1
    assert words in done.stdout
    assert "needs" not in done.stdout


def test_import_tells_faults_in_french(tmp_path: Path) -> None:
    """A workbook's faults come in the language asked for."""
    folder, file = copied(tmp_path), tmp_path / "book.xlsx"
    file.write_bytes(workbook())
    book = openpyxl.load_workbook(file)
    book["2022-06 units"]["D3"] = "unit:nowhere"
    book.save(file)
    told = run("import", "--xlsx", file, folder, "--language", "fr").stdout
    assert (
        "book.xlsx, feuille 2022-06 units, ligne 3, colonne parent\u00a0: « unit:nowhere » n’est dans aucune table de l’édition 2022-06."
        in told
    )


def test_evidence_is_told_in_french(tmp_path: Path) -> None:
    """A span that holds other words is told in French, as text and as JSON."""
    documents, folder = shared("sources"), copied(tmp_path)
    text = (folder / "persons.csv").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("amy-pope,"))
    cells = row.split(",")
    edited(folder / "persons.csv", row, ",".join([*cells[:4], str(int(cells[4]) - 1), *cells[5:]]))
    for form in ((), ("--json",)):
        told = run("evidence", folder, "--sources", documents, "--language", "fr", *form).stdout
        assert "Le passage contient « Amy Pop », et non « Amy Pope ». Ces mots figurent en " in told
    assert "director-general-2023\u00a0: " in run("evidence", folder, "--sources", documents, "--language", "fr").stdout
