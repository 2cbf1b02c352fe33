"""Reports: every format tells the same findings, each written as its standard wants it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import given, settings, strategies
from openpyxl import load_workbook
from rdflib import DC, RDF, SH, BNode, Graph
from rdflib.compare import isomorphic
from rdflib.term import Node

from independent import graph_of
from organograph.conformance.checks import examine
from organograph.conformance.verdict import Part, Verdicts, all_faults
from organograph.csvtables import guarded
from organograph.errors import BuildFailed
from organograph.faults import Fault, Location, in_order
from organograph.graphs.vocabulary import ontology_graph
from organograph.names import DEFAULT_BASE, Names
from organograph.report.formats import FORMATS, format_of, write_whole
from organograph.report.lines import grouped
from organograph.report.model import Report, fingerprint
from organograph.report.places import Places, cell_span
from organograph.tabular.assemble import assemble
from places import ONTOLOGY, SHAPES, copied, edited, kinds
from reportreaders import READERS, Found, place
from shapecases import cases, graph, rules, shapes

WHEN = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
FILES_OF_SHAPES = tuple(sorted(SHAPES.glob("*.ttl")))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The findings of a copy of the tables with several faults, and of tables that cannot be compiled at all."""
    folder = copied(tmp_path_factory.mktemp("broken"))
    units = folder / "editions/2023-10/units.csv"
    edited(
        units,
        "Office of Legal Affairs,office,post:director-general,",
        "Office of Legal Affairs,office,post:deputy-director-general-operations,",
    )
    parts = list(Verdicts(Names(DEFAULT_BASE), ontology_graph(ONTOLOGY), SHAPES, "2023-10").of(assemble(folder, kinds())))
    edited(folder / "editions.csv", "2022-06,2,2022-06,", "2022-06,two,June,")
    edited(units, "Climate Action,unspecified,", '"Climate Action, %: ""=1+1""",programme,')
    (folder / "persons.csv").unlink()
    parts.append(Part("tables", assemble(folder, kinds()).faults, {}))
    parts.append(Part("catalogue", (_PLACELESS, _WARNING), {"shape:Edition-order": 0}))
    found = all_faults(parts)
    return Report("iom", WHEN, tuple(found), tuple(parts), root=folder.parent, shapes=FILES_OF_SHAPES)


_PLACELESS = Fault("shape:Edition-order", "The edition has no place, 50 %\nof all.", "Give one: 1, 2 …", thing=f"{DEFAULT_BASE}edition/x")
_WARNING = Fault("shape:Kind-label", "A <b>word</b> & “sign”.", "Mend it.", Location("iom/dataset.toml"), "warning")


@pytest.fixture(scope="module")
def waived(broken: Report) -> Report:
    """The same with one finding waived."""
    from organograph.report.model import Waived

    allowed, *rest = broken.findings
    return replace(broken, findings=tuple(rest), waived=(Waived(allowed, "It is so; see [1]", "A. Steward", "2027-01"),))


def told(report: Report, name: str) -> tuple[Found, Found]:
    """What a reader must find: the place of an annotation is file and line alone."""

    def where(fault: Fault) -> str:
        if fault.where is None:
            return str(fault.thing)
        return place(fault.where.file, fault.where.line) if name == "github" else str(fault.where)

    waived = Counter((each.fault.rule, where(each.fault)) for each in report.waived)
    return Counter((fault.rule, where(fault)) for fault in report.findings), Counter() if name.startswith("shacl") else waived


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_the_same_findings(broken: Report, waived: Report, name: str) -> None:
    """Each format, read back, holds every finding with its rule and place, and waived ones apart; what is clean is empty."""
    assert len(broken.findings) > 6
    clean = replace(broken, findings=())
    for report in (broken, waived, clean):
        data = FORMATS[name].render(report)
        assert READERS[name](data) == told(report, name)


ANYTHING = strategies.text(strategies.characters(exclude_categories=["Cs"]))


@settings(max_examples=30)
@given(message=ANYTHING, value=ANYTHING)
def test_every_format_takes_any_text(message: str, value: str) -> None:
    """No sign in a message or a cell breaks a format or changes its neighbours; formats for programs alone give it back as it was."""
    fault = Fault("table:x", f"“{message}”", "Mend it.", Location("a.csv", 2, "b", value), found=str(ox.Literal(value)))
    report = Report("x", WHEN, (fault,))
    data = {name: each.render(report) for name, each in FORMATS.items()}
    whole = f"“{message}” Mend it."
    assert {name: READERS[name](data[name])[0].total() for name in FORMATS} == dict.fromkeys(FORMATS, 1)
    (row,) = csv.DictReader(io.StringIO(data["csv"].decode(), newline=""))
    (found,) = json.loads(data["json"])["findings"]
    assert (found["message"], found["value"]) == (f"“{message}”", value)
    # Spreadsheets open CSV.
    assert (row["message"], row["value"]) == (found["message"], guarded(value))
    assert json.loads(data["sarif"])["runs"][0]["results"][0]["message"]["text"] == whole
    told = Graph().parse(data=data["shacl"], format="turtle")
    assert {str(text) for text in told.objects(None, SH.resultMessage)} == {whole}


def test_every_format_has_its_reader() -> None:
    """No format is left out of the comparison."""
    assert set(READERS) == set(FORMATS)


def test_json_tells_every_field(broken: Report) -> None:
    """The fields are those that docs/reports.md documents."""
    document = json.loads(FORMATS["json"].render(broken))
    text = (SHAPES.parent / "docs/reports.md").read_text(encoding="utf-8")
    for fields in (document, document["findings"][0], document["parts"][0]):
        assert [name for name in fields if f"`{name}`" not in text] == []
    assert (document["time"], document["version"]) == ("2026-11-21T12:30:00+00:00", 1)
    assert document["findings"][0]["fingerprint"] == fingerprint(broken.findings[0])


def test_workbook_marks_the_cells_of_the_tables(broken: Report) -> None:
    """The steward's tables are sheets of text, with the cells at fault coloured and commented; nothing is a formula."""
    book = load_workbook(io.BytesIO(FORMATS["xlsx"].render(broken)))
    sheet = book["2023-10 units"]
    rows = list(csv.reader(Places(broken.root).lines("iom/editions/2023-10/units.csv")))
    assert [[cell.value or "" for cell in row] for row in sheet.iter_rows()][: len(rows) - 1] == rows[:-1]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    marked = {(cell.row, sheet.cell(1, cell.column or 1).value) for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {(fault.where.line, fault.where.column) for fault in broken.findings if fault.where and "units" in fault.where.file}


def test_workbook_keeps_text_as_text() -> None:
    """Leading zeros, dates and what looks like a formula come back as they were, also in findings."""
    values = ["007", "2022-06", "=1+1", "-5", "#REF!", "TRUE", "+cmd", "@x", "\x01"]
    faults = [Fault("table:x", value, value, Location("a.csv", 2, "b", value)) for value in values]
    sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].render(Report("x", WHEN, tuple(faults))))).worksheets[0]
    assert [sheet.cell(number, 5).value for number in range(2, 11)] == [*values[:-1], "\ufffd"]
    assert {sheet.cell(number, 5).data_type for number in range(2, 11)} == {"s"}


def test_page_stands_alone(broken: Report) -> None:
    """The page asks for nothing, runs nothing, says its language, and links each rule to its findings."""
    page = FORMATS["html"].render(broken).decode()
    assert not re.search(r"<script|<link|<img|\ssrc=|@import|url\(|\son[a-z]+=", page)
    assert '<html lang="en">' in page
    links = re.findall(r'<a href="#([^"]+)"', page)
    assert {link for link in links if f'id="{link}"' not in page} == set()
    assert "&lt;b&gt;word&lt;/b&gt; &amp; “sign”" in page
    assert page.index('class="counts"') < page.index("<section")


def test_page_in_french(broken: Report) -> None:
    """Words of the page are French where that is asked for."""
    page = FORMATS["html"].render(replace(broken, language="fr")).decode()
    assert '<html lang="fr">' in page
    assert "est sous la tête de l’organisation" in page or "Exige" in page


def test_sarif_is_what_the_standard_wants(broken: Report) -> None:
    """Version, rules with help and description, relative places, characters of the cell, and lasting fingerprints are there."""
    document = json.loads(FORMATS["sarif"].render(broken))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["helpUri"].startswith("https://")
        assert rule["fullDescription"]["text"].endswith(".")
    for result in run["results"]:
        assert set(result["partialFingerprints"]) == {"organograph/v1"}
        for location in result["locations"]:
            uri = location.get("physicalLocation", {}).get("artifactLocation", {}).get("uri", "x")
            assert not re.match(r"/|[a-z]+:", uri)
    (region,) = (
        result["locations"][0]["physicalLocation"]["region"]
        for result in run["results"]
        if result["ruleId"] == "shape:IndependentOffice-deputy"
    )
    line = Places(broken.root).lines("iom/editions/2023-10/units.csv")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "post:deputy-director-general-operations"


def test_annotations_are_one_line_each(broken: Report) -> None:
    """Signs that would end a command are escaped."""
    lines = FORMATS["github"].render(broken).decode().splitlines()
    assert len(lines) == len(broken.findings)
    assert any("50 %25%0Aof all." in line for line in lines)


def test_shacl_report_keeps_what_the_engine_said(broken: Report) -> None:
    """A result has focus node, path, value, component, shape and severity (SHACL section 3.6)."""
    store = ox.Store()
    store.load(FORMATS["shacl"].render(broken), format=ox.RdfFormat.TURTLE)
    told = store.query("""PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX og: <https://w3id.org/organograph/ns#>
        PREFIX shape: <https://w3id.org/organograph/shape/> ASK { ?report sh:conforms false ; sh:result [
            sh:focusNode ?this ; sh:resultPath og:parent ; sh:value ?value ; sh:sourceShape shape:IndependentOffice-deputy ;
            sh:sourceConstraintComponent sh:SPARQLConstraintComponent ; sh:resultSeverity sh:Violation ; sh:resultMessage ?told ]
        FILTER (isIRI(?value) && LANG(?told) = "en") }""")
    assert bool(told)


def test_terminal_gets_groups_and_colours_only_when_asked(waived: Report) -> None:
    """Findings stand under their file; colours are escape codes, and nothing else changes."""
    text = grouped(waived).decode()
    assert "\x1b" not in text
    assert re.sub(r"\x1b\[\d+m", "", grouped(waived, colours=True).decode()) == text
    assert text.count("iom/editions.csv\n") == 1
    assert "waived: " in text


def test_fingerprint_survives_other_edits() -> None:
    """A finding is the same wherever its line has moved, and another if its rule, thing or message is."""
    fault = Fault("table:duplicate", "'a' stands already in row 4.", "Mend.", Location("a.csv", 9, "slug", "a"))
    moved = replace(fault, message="'a' stands already in row 5.", where=Location("a.csv", 12, "slug", "a"))
    others = (replace(fault, rule="x:y"), replace(fault, thing="http://e.org/"), replace(fault, message="?"))
    assert fingerprint(moved) == fingerprint(fault)
    assert len({fingerprint(each) for each in (fault, *others)}) == 4


@pytest.mark.parametrize(
    ("line", "column", "cell"),
    [('a,"b, ""c""",d', "y", '"b, ""c"""'), ("a,,d", "y", ""), ("a,b", "z", None), ("a,b,c\r", "z", "c"), ("a,b,c", "w", None)],
)
def test_cell_is_found_in_its_line(line: str, column: str, cell: str | None) -> None:
    """The characters of a cell are those between its commas, quotation marks included."""
    span = cell_span(["x,y,z\r", line], 2, column)
    assert (None if span is None else line[span[0] - 1 : span[1] - 1]) == cell


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A report replaces the file of the last one; where it cannot be written a sentence says so and nothing is left behind."""
    write_whole(b"one", tmp_path / "r.txt")
    write_whole(b"two", tmp_path / "r.txt")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"two"]
    with pytest.raises(BuildFailed, match="could not be written"):
        write_whole(b"three", tmp_path / "none" / "r.txt")
    (tmp_path / "folder").mkdir()
    with pytest.raises(BuildFailed, match="could not be written"):
        write_whole(b"three", tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "r.txt"]


@pytest.mark.parametrize(
    ("name", "chosen"), [("a.sarif", "sarif"), ("b.HTML", "html"), ("c", "text"), ("d.xlsx", "xlsx"), ("e.ttl", "shacl")]
)
def test_format_follows_the_ending(name: str, chosen: str) -> None:
    """The ending of the file tells the format."""
    assert format_of(Path(name)) == chosen


def test_equal_findings_are_told_in_one_order() -> None:
    """Findings that differ in their words alone come in the order of their words."""
    faults = [Fault("a:b", str(number), "", Location("a.csv", 1)) for number in range(9)]
    assert in_order(reversed(faults)) == faults


@pytest.mark.parametrize(
    "name", ["Unit-parent/parent-missing", "Unit-parent-only-one/parent-and-post", "Iom-deputies/deputy-missing", "Unit-siblings"]
)
def test_shacl_report_is_the_one_of_pyshacl(name: str) -> None:
    """Results have the focus nodes, paths, values, components, shapes and severities that pySHACL itself reports."""
    case = next(case for case in cases() if not case.sound and str(case).startswith(name))
    data, file = graph(case), rules()[case.rule]
    alone = Graph().parse(SHAPES / "prefixes.ttl").parse(SHAPES / f"{file}.ttl")
    own = pyshacl.validate(graph_of(data), shacl_graph=alone)[1]
    faults = list(examine(data, shapes(file), lambda found: [None]).faults)
    report = Report("case", WHEN, tuple(faults), shapes=FILES_OF_SHAPES)
    told = Graph().parse(data=FORMATS["shacl"].render(report), format="turtle")
    assert faults
    assert isomorphic(_bare(told), _bare(own))


def _bare(report: Graph) -> Graph:
    """A validation report without words, and without the copy of each query that pySHACL adds."""
    kept = Graph()
    for whole in report.subjects(RDF.type, SH.ValidationReport):
        _reach(report, whole, kept)
    return kept


def _reach(report: Graph, node: Node, kept: Graph) -> None:
    for triple in report.triples((node, None, None)):
        if triple[1] not in (SH.resultMessage, SH.sourceConstraint, DC.source):
            kept.add(triple)
            if isinstance(triple[2], BNode):
                _reach(report, triple[2], kept)
