"""Reads a report back out of each format: the rule and the place of each finding, and of each that is waived."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from xml.etree import ElementTree

import pyoxigraph as ox
from openpyxl import load_workbook

Found = Counter[tuple[str, str]]
"""How often each rule is found at each place."""

SH = "http://www.w3.org/ns/shacl#"
WAIVED = "waived"


def place(file: str, line: object, column: object = None) -> str:
    """A place as reports write it."""
    return file + (f", row {line}" if line else "") + (f", column {column}" if column else "")


def of_text(data: bytes) -> tuple[Found, Found]:
    found, waived = Found(), Found()
    for line in data.decode().splitlines():
        told = re.fullmatch(r"(waived: )?(.*?\.(?:csv|toml)(?:, row \d+)?(?:, column \w+)?|http\S+): .* \[(\S+)\](?: \(.*\))?", line)
        assert told, line
        (waived if told[1] else found)[told[3], told[2]] += 1
    return found, waived


def of_json(data: bytes) -> tuple[Found, Found]:
    told = json.loads(data)
    found, waived = (Counter((each["rule"], each["location"]) for each in told[part]) for part in ("findings", "waived"))
    assert sum(told["counts"][level] for level in ("violation", "warning", "info")) == found.total()
    return found, waived


def of_rows(rows: list[dict[str, str]]) -> tuple[Found, Found]:
    found = Counter((row["rule"], row["location"]) for row in rows if row["level"] != WAIVED)
    return found, Counter((row["rule"], row["location"]) for row in rows if row["level"] == WAIVED)


def of_csv(data: bytes) -> tuple[Found, Found]:
    return of_rows(list(csv.DictReader(io.StringIO(data.decode(), newline=""))))


def of_workbook(data: bytes) -> tuple[Found, Found]:
    rows = [[str(cell or "") for cell in row] for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)]
    return of_rows([dict(zip(rows[0], row, strict=True)) for row in rows[1:]])


def of_page(data: bytes) -> tuple[Found, Found]:
    found, waived = Found(), Found()
    body = re.search(rb"<body>.*</body>", data, re.S)
    assert body
    root = ElementTree.fromstring(re.sub(rb"<(br|meta[^>]*)>", b"", body[0]))
    for section in root.iterfind(".//section"):
        rule = "".join(section.find("h2").itertext()).split(" ")[0]
        for row in section.iterfind(".//tbody/tr"):
            cells = ["".join(cell.itertext()) for cell in row]
            where = row.findtext(".//span[@class='place']") or ""
            if section.get("id") == "waived":
                waived[re.findall(r"\[(\S+)\]$", cells[1])[0], where] += 1
            else:
                found[rule, where] += 1
    return found, waived


def of_sarif(data: bytes) -> tuple[Found, Found]:
    (run,) = json.loads(data)["runs"]
    found, waived = Found(), Found()
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        (location,) = result["locations"]
        physical = location.get("physicalLocation")
        file = physical["artifactLocation"]["uri"] if physical else ""
        where = location.get("message", {}).get("text") or (
            place(file, physical.get("region", {}).get("startLine")) if physical else location["logicalLocations"][0]["fullyQualifiedName"]
        )
        (waived if "suppressions" in result else found)[result["ruleId"], where] += 1
    return found, waived


def of_annotations(data: bytes) -> tuple[Found, Found]:
    """Annotations tell characters and no column, so that a place is here file and line alone."""
    found, waived = Found(), Found()
    for line in data.decode().split("\n")[:-1]:
        told = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line)
        assert told, line
        names = dict(each.split("=", 1) for each in told[2].split(","))
        title, is_waived = names["title"].replace("%3A", ":"), names["title"].startswith("waived ")
        where = place(names["file"], names.get("line")) if "file" in names else told[3].partition(": ")[0]
        (waived if is_waived else found)[title.removeprefix("waived "), where] += 1
    return found, waived


def of_shacl(data: bytes, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> tuple[Found, Found]:
    store = ox.Store()
    store.load(data, format=form)
    query = f"""PREFIX sh: <{SH}> PREFIX dc: <http://purl.org/dc/elements/1.1/> SELECT ?shape ?where WHERE {{
        ?report a sh:ValidationReport ; sh:conforms ?conforms ; sh:result ?result .
        ?result a sh:ValidationResult ; sh:focusNode ?focus ; sh:resultSeverity ?severity ; sh:sourceConstraintComponent ?component ;
            sh:sourceShape ?shape ; dc:source ?where }}"""
    found = Found()
    for row in store.query(query):  # type: ignore[union-attr]
        found[_name(row["shape"].value), row["where"].value] += 1  # type: ignore[index, union-attr]
    return found, Found()


def _name(iri: str) -> str:
    return re.sub(r"https://w3id.org/organograph/(?:rule/(\w+)|(shape))/", lambda told: f"{told[1] or told[2]}:", iri)


READERS: dict[str, Callable[[bytes], tuple[Found, Found]]] = {
    "text": of_text,
    "json": of_json,
    "csv": of_csv,
    "xlsx": of_workbook,
    "html": of_page,
    "sarif": of_sarif,
    "github": of_annotations,
    "shacl": of_shacl,
    "shacl-jsonld": lambda data: of_shacl(data, ox.RdfFormat.JSON_LD),
}
