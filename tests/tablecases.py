"""Makes the faulty examples of tables, settings, sheets, Turtle, spans and waivers, and tells what is found in each."""

from __future__ import annotations

import io
import os
import shutil
from datetime import date
from pathlib import Path

import openpyxl

from organograph.errors import Faulty
from organograph.evidence import prove
from organograph.faults import Fault
from organograph.names import Names
from organograph.report.tableexamples import TableExample
from organograph.report.waivers import waive
from organograph.tabular.assemble import assemble
from organograph.tabular.canonical import formed_turtle
from organograph.tabular.exchange import exported, imported
from organograph.tabular.folder import read_folder
from places import kinds


def found(example: TableExample, base: Path, folder: Path) -> list[Fault]:
    """What is found in a copy of the base that an example was made of."""
    tables = Path(shutil.copytree(base, folder / "ls"))
    sort = example.rule.partition(":")[0]
    if sort == "sheet":
        return _in_sheets(example, tables)
    _made(example, tables / example.file)
    if sort == "turtle":
        return list(formed_turtle(tables / example.file, example.file).faults)
    if sort == "evidence":
        return [fault for proof in prove(read_folder(tables), tables / "documents") for fault in proof.faults]
    assembly = assemble(tables, kinds())
    if sort == "waiver":
        assert not assembly.faults
        names = Names("https://example.org/ls/")
        return list(waive([], assembly.folder.table("waivers"), lambda thing: f"{names.base}{thing}", date(2026, 1, 1), True)[0])
    return list(assembly.faults)


def _made(example: TableExample, file: Path) -> None:
    if example.encoding == "folder":
        file.unlink()
        file.mkdir()
    elif example.encoding == "pipe":
        os.mkfifo(file)
    elif example.new is None and example.old is None:
        file.unlink()
    else:
        text = file.read_text("utf-8") if example.old is not None else ""
        assert example.old is None or text.count(example.old) == 1, f"{example.rule}: {example.old!r} stands once."
        file.parent.mkdir(parents=True, exist_ok=True)
        made = text.replace(example.old, str(example.new or "")) if example.old is not None else str(example.new)
        file.write_bytes(made.encode(example.encoding))


def _in_sheets(example: TableExample, tables: Path) -> list[Fault]:
    book = openpyxl.load_workbook(io.BytesIO(exported(tables, None)))
    sheet = book[str(example.sheet)]
    if example.cell is None:
        assert sheet.title == example.old
        sheet.title = str(example.new)
    elif example.cell.startswith("row "):
        assert sheet.cell(int(example.cell[4:]), 1).value == example.old
        sheet.delete_rows(int(example.cell[4:]))
    else:
        assert (sheet[example.cell].value or "") == example.old
        sheet[example.cell].value = example.new
    for other in book.worksheets if example.alone else ():
        if other is not sheet:
            book.remove(other)
    out = io.BytesIO()
    book.save(out)
    try:
        imported(out.getvalue(), "ls.xlsx", tables, kinds())
    except Faulty as error:
        return list(error.faults)
    return []
