"""Evidence: each span is proved against the documents, and what no row cites is listed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from organograph.errors import SourceMissing
from organograph.evidence import normal, prove
from organograph.tabular.folder import read_folder
from places import TABLES, copied, edited, shared


def test_every_span_matches() -> None:
    """All spans of the bundled tables hold what their rows say."""
    proofs = list(prove(read_folder(TABLES), shared("sources")))
    assert [str(fault) for proof in proofs for fault in proof.faults] == []
    assert all(proof.matched == proof.spans > 0 for proof in proofs)
    assert len(proofs) == 5


def test_no_sentence_of_a_document_is_copied() -> None:
    """No purpose, note, or reason shares eight words in a row with a document."""
    texts = [normal(path.read_text(encoding="utf-8")) for path in sorted(shared("sources").glob("*.txt"))]
    read = read_folder(TABLES)
    for (_, _), rows in read.rows.items():
        for row in rows:
            for column in ("purpose", "note", "reason", "label"):
                words = normal(row[column]).split()
                runs = (" ".join(words[at : at + 8]) for at in range(len(words) - 7))
                assert not [run for run in runs if any(run in text for text in texts)], (row.file, row.line)


def test_wrong_offset_is_told_with_the_right_one(tmp_path: Path) -> None:
    """A span that holds other words is told, with where the name stands."""
    documents = shared("sources")
    folder = copied(tmp_path)
    table = folder / "editions/2023-10/units.csv"
    row = next(line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("climate-action,"))
    cells = row.split(",")
    edited(table, row, ",".join([*cells[:6], str(int(cells[6]) - 3), *cells[7:]]))
    faults = [fault for proof in prove(read_folder(folder), documents) for fault in proof.faults]
    assert [fault.rule for fault in faults] == ["evidence:other-words"]
    assert f"{cells[6]}–{cells[7]}" in faults[0].cure


def test_name_inside_a_longer_name_is_no_mention(tmp_path: Path) -> None:
    """“Director General” inside the name of a deputy is told."""
    documents = shared("sources")
    folder = copied(tmp_path)
    text = next(documents.glob("000_*.txt")).read_text(encoding="utf-8")
    at = text.index("Deputy Director General for Operations") + len("Deputy ")
    table = folder / "editions/2023-10/posts.csv"
    row = next(line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("director-general,"))
    cells = row.split(",")
    edited(table, row, ",".join([*cells[:7], str(at), str(at + len("Director General")), *cells[9:]]))
    faults = [fault for proof in prove(read_folder(folder), documents) for fault in proof.faults]
    assert [fault.rule for fault in faults] == ["evidence:inside-name"]


def test_uncited_names_are_listed(tmp_path: Path) -> None:
    """A capitalized name whose row is taken away is listed as cited by none."""
    documents = shared("sources")
    folder = copied(tmp_path)
    table = folder / "editions/2023-10/units.csv"
    lines = [line for line in table.read_text(encoding="utf-8").splitlines() if not line.startswith("mobility-pathways")]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    proof = list(prove(read_folder(folder), documents))[-1]
    assert "Mobility Pathways and Inclusion" in {words for words, _, _ in proof.uncited}


def test_missing_document_is_told(tmp_path: Path) -> None:
    """A document that is not there, or is another, is told in a sentence."""
    with pytest.raises(SourceMissing, match="cannot be read"):
        list(prove(read_folder(TABLES), tmp_path))
    (tmp_path / "003_68c906e8f547b397.txt").write_text("another text", encoding="utf-8")
    with pytest.raises(SourceMissing, match="is not the document that was read"):
        list(prove(read_folder(TABLES), tmp_path))


@pytest.mark.parametrize(
    ("table", "slug", "column", "value", "rule"),
    [
        ("editions/2023-10/units.csv", "ethics-and-pseah", "alt_names", "PSEAX", "evidence:name-unprinted"),
        ("changes.csv", "climate-action", "start", "1509", "evidence:no-name"),
        ("conflicts.csv", "evaluation-name", "spans", "structure-2022:2-8; office-2022:4-12", "evidence:no-name"),
        ("persons.csv", "amy-pope", "end", "155", "evidence:other-words"),
        ("scope.csv", "2023-10", "end", "1030", "evidence:cut-word"),
    ],
)
def test_every_table_is_proved(tmp_path: Path, table: str, slug: str, column: str, value: str, rule: str) -> None:
    """Further names, changes, conflicts, persons and limits of scope are proved against the documents too."""
    documents, folder = shared("sources"), copied(tmp_path)
    lines = list(csv.reader((folder / table).read_text(encoding="utf-8").splitlines()))
    next(line for line in lines if line[0] == slug)[lines[0].index(column)] = value
    with (folder / table).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    faults = [fault for proof in prove(read_folder(folder), documents) for fault in proof.faults]
    assert {fault.rule for fault in faults} == {rule}
    assert {fault.where.column for fault in faults if fault.where} <= {column, "start"}
