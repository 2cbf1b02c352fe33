"""The page about the data: its numbers and citations are those of the data, and every piece of code on it runs as it stands."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from httpclient import HTML, Client
from organograph_server.app import create_app
from organograph_server.portals.aboutpage import licence_name
from organograph_server.settings import Settings
from peoplepages import hostile_dataset
from serving import BASE, Running, small_app
from test_cli import run


class Code(HTMLParser):
    """Finds the pieces of code of a page by their tools, and the addresses that it tells people to give."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.code: dict[str, str] = {}
        self.addresses: dict[str, str] = {}
        self._into: tuple[dict[str, str], str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a piece of code is for."""
        told = dict(attrs)
        for name, found in (("data-tool", self.code), ("data-address", self.addresses)):
            if key := told.get(name):
                self._into = (found, key)

    def handle_endtag(self, tag: str) -> None:
        """Note its end."""
        self._into = None

    def handle_data(self, data: str) -> None:
        """Keep its text."""
        if self._into:
            found, key = self._into
            found[key] = found.get(key, "") + data


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="module")
def told(client: Client) -> Code:
    """What the page says."""
    return Code(client.get("/about", HTML).text)


def at(iom: Running, text: str) -> str:
    """A text of the page with the address at which the server of the test listens."""
    return text.replace(iom.base, iom.address)


def rows(client: Client, path: str) -> list[dict[str, str]]:
    """A table of a server."""
    return list(csv.DictReader(io.StringIO(client.get(path, "text/csv").text)))


def names_of_units(client: Client) -> set[str]:
    """The names of the units of the latest edition."""
    return {row["name"] for row in rows(client, "/edition/2023-10.csv") if row["type"] == "unit"}


def test_page_is_one_click_away(client: Client) -> None:
    """Every page leads to it, and site map and description of addresses have it."""
    for path in ("/", "/doc/unit/legal-affairs.html", "/sparql", "/doc/unit/nobody"):
        assert re.search(r'href="[./]*about"', client.get(path, HTML).text), path
    assert f"<loc>{BASE}about</loc>" in client.get("/sitemap.xml").text
    assert "/about" in json.loads(client.get("/openapi.json").body)["paths"]


def test_pieces_of_code_are_of_all_tools(told: Code) -> None:
    """There is code for curl, both libraries of Python and R, and an address for Excel and OpenRefine."""
    assert set(told.code) == {"curl", "rdflib", "sparqlwrapper", "r"}
    assert set(told.addresses) == {"table", "workbook", "reconcile"}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl(iom: Running, told: Code, client: Client, tmp_path: Path) -> None:
    """The commands give a thing in Turtle, the edition as a table, and the answer to the query as a table."""
    command = ["bash", "-euc", at(iom, told.code["curl"])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
    assert f"<{BASE}id/unit/" in done.stdout
    assert "@prefix og:" in done.stdout
    assert "name,above" in done.stdout.splitlines()
    assert (tmp_path / "structure.csv").read_bytes() == client.get("/edition/2023-10.csv").body


@pytest.mark.parametrize("tool", ["rdflib", "sparqlwrapper"])
def test_python(iom: Running, told: Code, client: Client, tmp_path: Path, tool: str) -> None:
    """The programs print the units of the latest edition: rdflib their names, SPARQLWrapper also what they are below."""
    script = tmp_path / "script.py"
    script.write_text(at(iom, told.code[tool]), encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path)
    lines = set(done.stdout.splitlines())
    if tool == "rdflib":
        assert lines == names_of_units(client)
    else:
        assert "Office of Legal Affairs is below Director General" in lines
        assert {line.partition(" is below ")[0] for line in lines} > names_of_units(client) - {""}


@pytest.mark.skipif(
    shutil.which("Rscript") is None, reason="Rscript is not installed (Debian: r-base-core), so that the commands for R are not run"
)
def test_r(iom: Running, told: Code, client: Client, tmp_path: Path) -> None:
    """The commands read the table, count its kinds, and list its units with what they are below."""
    (tmp_path / "script.R").write_text(at(iom, told.code["r"]), encoding="utf-8")
    done = subprocess.run(["Rscript", "script.R"], capture_output=True, text=True, timeout=120, check=True, cwd=tmp_path)
    assert "Office of Legal Affairs" in done.stdout
    kinds = {row["kind"] for row in rows(client, "/edition/2023-10.csv")} - {""}
    assert all(re.search(rf"\b{kind}\b", done.stdout) for kind in kinds)


def test_address_that_r_reads_is_a_table(told: Code, client: Client) -> None:
    """Whether R is there or not: the address answers as a table in UTF-8 with the columns that the commands name."""
    (address,) = re.findall(r'read\.csv\("([^"]+)"', told.code["r"])
    assert address.startswith(BASE)
    answer = client.get("/" + address.removeprefix(BASE))
    assert answer.fields["Content-Type"] == "text/csv; charset=utf-8"
    header = next(csv.reader(io.StringIO(answer.text)))
    assert {*re.findall(r"structure\$(\w+)", told.code["r"]), "name", "parent_name"} <= set(header)


def test_addresses_for_spreadsheets_answer(told: Code, client: Client) -> None:
    """What people give Excel is a table and a workbook, with the same rows; openpyxl stands for Excel here, which no test can have."""
    table, workbook = ("/" + told.addresses[name].removeprefix(BASE) for name in ("table", "workbook"))
    assert client.get(table).media_type == "text/csv"
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(workbook).body), read_only=True).worksheets[0]
    found = [
        dict(zip(("iri", "type", "name"), (str(cell or "") for cell in row[:3]), strict=True))
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert found == [{name: row[name] for name in ("iri", "type", "name")} for row in rows(client, table)]


def test_address_for_openrefine_answers(told: Code, client: Client) -> None:
    """What people give OpenRefine is a reconciliation service, which matches a former name to the thing."""
    path = "/" + told.addresses["reconcile"].removeprefix(BASE)
    manifest = json.loads(client.get(path, "application/json").body)
    assert "0.2" in manifest["versions"]
    queries = "queries=" + json.dumps({"q0": {"query": "Department of Legal Affairs"}}).replace(" ", "%20")
    answer = client.ask("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, queries.encode())
    first = json.loads(answer.body)["q0"]["result"][0]
    assert (first["id"], first["match"]) == (f"{BASE}id/unit/legal-affairs", True)


def test_numbers_are_those_of_the_data(client: Client) -> None:
    """How many units, posts and documents there are is as many as the register has, and triples as many as the dump."""
    page, register = client.get("/about", HTML).text, rows(client, "/catalogue.csv")
    for kind, name in (("unit", "units"), ("post", "posts"), ("body", "bodies")):
        assert f"{sum(row['type'] == kind for row in register)} {name}" in page
    assert f"{len(client.get('/data/dataset.nq').text.splitlines()):,} triples" in page


def test_citations_name_the_very_data(client: Client) -> None:
    """Each edition has a citation with its address, its title, and the hash of the bytes that are given as N-Triples."""
    page = client.get("/about", HTML).text
    for edition in ("2021-09", "2022-06", "2023-10"):
        digest = hashlib.sha256(client.get(f"/data/editions/{edition}.nt").body).hexdigest()
        assert f"{BASE}edition/{edition} (SHA-256 of its N-Triples: {digest[:16]}…)" in page
        assert f"note         = {{SHA-256 of its N-Triples: {digest}}}" in page
    assert (
        "International Organization for Migration. The structure of the International Organization for Migration, edition 2022-06" in page
    )


def test_year_is_told_where_the_build_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that knows when its tables last changed is cited with that year."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert run("build", "--out", tmp_path / "out", "--base", "https://data.example/iom/").exit_code == 0
    page = create_app(Settings(dataset=tmp_path / "out")).test_client().get("/about").get_data(as_text=True)
    assert "International Organization for Migration (2023). The structure" in page
    assert "year         = {2023}" in page
    assert Code(page).addresses["table"] == "https://data.example/iom/edition/2023-10.csv"
    assert "127.0.0.1" not in page


def test_harmful_names_stay_text(tmp_path: Path) -> None:
    """Names with elements of HTML are shown as they are; a dataset without rules or licence has the page too."""
    out, _ = hostile_dataset(tmp_path)
    page = create_app(Settings(dataset=out)).test_client().get("/about").get_data(as_text=True)
    assert "<script>alert" not in page
    page = small_app(tmp_path / "small").test_client().get("/about").get_data(as_text=True)
    assert "No licence is told." in page
    assert "shapes.html" not in page


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-sa/3.0", "CC BY-SA 3.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("https://data.example/terms", "https://data.example/terms"),
    ],
)
def test_licences_have_names(iri: str, name: str) -> None:
    """Licences of Creative Commons are called by their short names, others by their addresses."""
    assert licence_name(iri) == name
