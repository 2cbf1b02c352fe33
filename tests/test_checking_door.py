"""POST /validate: what is sent is told as `organograph check` tells it, in every format, by a process that can reach nothing."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from openpyxl import load_workbook
from playwright.sync_api import Browser
from pyoxigraph import Quad, RdfFormat, parse, serialize

import hostilezips
from httpclient import Client
from organograph.credentials import digest_of
from organograph.report.formats import FORMATS
from organograph.uploads.sent import TYPES
from organograph_server.steward.reports import CALLED, REPORT_FORMATS
from organograph_server.walls.handles import ALL_WALLS, has_walls
from places import copied, edited
from serving import Running
from stewards import TOKENS, ZIP, Open, door, packed, zipped
from test_cli import run
from test_openapi import described, unlike

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so the door stays shut")

ORG = "http://www.w3.org/ns/org#"
FAULTY = f"""PREFIX org: <{ORG}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
<http://a.example/unit> a org:OrganizationalUnit, org:Organization ; skos:prefLabel "A"@en, "B"@en ;
    org:unitOf <http://a.example/nothing> .
<http://a.example/post> a org:Post ; skos:prefLabel ""@en .
"""
RDF = {
    "ttl": ("text/turtle", RdfFormat.TURTLE),
    "trig": ("application/trig", RdfFormat.TRIG),
    "nt": ("application/n-triples", RdfFormat.N_TRIPLES),
    "nq": ("application/n-quads", RdfFormat.N_QUADS),
    "jsonld": ("application/ld+json", RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", RdfFormat.RDF_XML),
}
FAULTS = {
    "sound": ("editions.csv", "2022-06,2,2022-06,", "2022-06,2,2022-06,"),
    "a kind that there is not": ("editions/2023-10/units.csv", "Climate Action,unspecified,", "Climate Action,programme,"),
    "a month that is none": ("editions.csv", "2022-06,2,2022-06,", "2022-06,2,June,"),
    "a column that is not known": ("persons.csv", "slug,", "slugg,"),
    "settings that are no TOML": ("dataset.toml", "[organization]", "[organization"),
    "an independent office under a unit": (
        "editions/2023-10/units.csv",
        "Office of the Ombudsperson,office,post:director-general",
        "Office of the Ombudsperson,office,unit:legal-affairs",
    ),
    "a purpose that is long": (
        "editions/2023-10/units.csv",
        "680,,og:IndependentOffice,,,",
        "680,,og:IndependentOffice,," + "word " * 40 + ",",
    ),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the server."""
    return tmp_path_factory.mktemp("door")


@pytest.fixture(scope="module")
def opened(place: Path) -> Iterator[Open]:
    """A server whose door is open."""
    with door(place) as server:
        yield server


def told_by_command(*arguments: str) -> list[dict[str, Any]]:
    """The findings that `organograph check` tells."""
    done = run("check", *arguments, "--output-format", "json", "--base", "https://structure.lanternfish.example/")
    assert done.exit_code in (0, 1), done.output
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def test_the_door_is_shut_unless_it_is_opened(iom: Running) -> None:
    """Without the setting there is no such address, no description of it, and /healthz says so."""
    client = Client(iom.address.rstrip("/"))
    for path in ("/validate", "/editions"):
        assert client.ask("POST", path, {"Content-Type": ZIP}, b"PK").status == 404
        assert client.get(path).status == 404
        assert path not in json.loads(client.get("/openapi.json").body)["paths"]
    assert json.loads(client.get("/healthz").body)["steward"] is False
    assert ">Check<" not in client.get("/", "text/html").text


def test_the_door_tells_that_it_is_open(opened: Open) -> None:
    """/healthz says for whom, and which walls stand around an inspector, once there has been one."""
    assert opened.health()["steward"] == {"validate": "anyone", "publish": True, "walls": [*ALL_WALLS]}


@pytest.mark.parametrize("fault", FAULTS)
def test_tables_are_told_as_the_command_tells_them(opened: Open, fault: str, tmp_path: Path) -> None:
    """Findings and places of a zip are those of `organograph check` for the folder, and JSON and field say whether it conforms."""
    folder = copied(tmp_path)
    table, old, new = FAULTS[fault]
    edited(folder / table, old, new)
    answer = opened.check(zipped(folder), ZIP)
    report = json.loads(answer.body)
    assert answer.status == 200
    assert report["findings"] == told_by_command(str(folder))
    assert bool(report["findings"]) == (fault != "sound")
    assert (report["conforms"], answer.fields["Report-Conforms"]) == ((True, "true") if fault == "sound" else (False, "false"))


@pytest.mark.parametrize("kind", RDF)
def test_rdf_is_told_as_the_command_tells_it(opened: Open, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings and places of RDF in every format are those of `organograph check` for the file."""
    monkeypatch.chdir(tmp_path)
    media_type, form = RDF[kind]
    triples = [quad.triple for quad in parse(FAULTY, format=RdfFormat.TURTLE)]
    content = FAULTY.encode() if kind == "ttl" else serialize(triples if kind in ("nt", "rdf") else map(_quad, triples), format=form)
    assert content
    Path(f"some.{kind}").write_bytes(content)
    answer = opened.check(content, media_type, f"?name=some.{kind}")
    assert json.loads(answer.body)["findings"] == told_by_command(f"some.{kind}") != []


def test_what_is_long_is_checked_below_a_version_too(opened: Open) -> None:
    """What is longer than the body of any other request may be has the same report at the address of a version."""
    content, version = f"# {'a' * 2_000_000}\n{FAULTY}".encode(), opened.health()["version"]
    answers = [opened.client.ask("POST", f"{at}/validate", {"Content-Type": "text/turtle"}, content) for at in ("", f"/version/{version}")]
    findings = [json.loads(answer.body)["findings"] for answer in answers]
    assert [answer.status for answer in answers] == [200, 200]
    assert findings[0] == findings[1] != []


def _quad(triple: Any) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)


def test_several_files_are_taken_together(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What several files of a form state, or several of a zip, is checked as one, as the command does it."""
    monkeypatch.chdir(tmp_path)
    one, other = FAULTY, f'<http://a.example/nothing> a <{ORG}FormalOrganization> ; <{ORG}purpose> "x" .'
    for name, text in (("one.ttl", one), ("other.ttl", other)):
        Path(name).write_text(text, "utf-8")
    expected = told_by_command("one.ttl", "other.ttl")
    parts = [
        f'Content-Disposition: form-data; name="file"; filename="{n}"\r\n\r\n{t}\r\n' for n, t in (("one.ttl", one), ("other.ttl", other))
    ]
    form = "".join(f"--x\r\n{part}" for part in parts) + "--x--\r\n"
    as_form = opened.check(form.encode(), "multipart/form-data; boundary=x")
    as_zip = opened.check(packed({"one.ttl": one.encode(), "other.ttl": other.encode()}), ZIP)
    assert json.loads(as_form.body)["findings"] == json.loads(as_zip.body)["findings"] == expected != []
    assert expected != told_by_command("one.ttl")


def test_a_workbook_is_read_over_the_tables_beside_it(opened: Open, tmp_path: Path) -> None:
    """Sent with the zip that it was exported from, it is told as the tables would be after `organograph import`; alone it is refused."""
    folder, changed = copied(tmp_path / "a"), copied(tmp_path / "b")
    edited(changed / FAULTS["an independent office under a unit"][0], *FAULTS["an independent office under a unit"][1:])
    assert run("export", changed, "--xlsx", tmp_path / "book.xlsx").exit_code == 0
    book = (tmp_path / "book.xlsx").read_bytes()
    parts = ((hostilezips.file(b"iom.zip"), zipped(folder)), (hostilezips.file(b"book.xlsx"), book))
    answer = opened.check(hostilezips.form(*parts, boundary=b"of-book"), "multipart/form-data; boundary=of-book")
    assert json.loads(answer.body)["findings"] == told_by_command(str(changed)) != []
    alone = opened.check(hostilezips.form(parts[1], boundary=b"of-book"), "multipart/form-data; boundary=of-book")
    assert (alone.status, "without the tables" in alone.text) == (422, True)


def test_every_format_is_that_of_the_command(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each format of the command is given by name and by Accept, with the same content."""
    assert {CALLED[form.name] for form in REPORT_FORMATS} == set(FORMATS)
    folder = copied(tmp_path)
    monkeypatch.chdir(tmp_path)
    for fault in ("a kind that there is not", "a month that is none"):
        edited(folder / FAULTS[fault][0], *FAULTS[fault][1:])
    sent = zipped(folder)
    for form in REPORT_FORMATS:
        run("check", "iom", "--output-format", CALLED[form.name], "--out", f"report.{form.name}")
        by_name = opened.check(sent, ZIP, f"?format={form.name}")
        assert (by_name.status, by_name.media_type) == (200, form.media_type)
        assert _content(form.name, by_name.body) == _content(form.name, Path(f"report.{form.name}").read_bytes())
        if form.name != "github":
            assert opened.check(sent, ZIP, Accept=form.media_type).media_type == form.media_type
    assert "est pas un type du schéma" in opened.check(sent, ZIP, "?format=text&language=fr").text


def _content(name: str, report: bytes) -> object:
    """What a report says, without the time at which it was made."""
    if name == "xlsx":
        return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in load_workbook(io.BytesIO(report))}
    if name == "json":
        return json.loads(report) | {"time": ""}
    if name == "sarif":
        (told,) = json.loads(report)["runs"]
        return told | {"invocations": []}
    return b"".join(line for line in report.splitlines(keepends=True) if b"20" not in line) if name == "html" else report


_FORM = b'--x\r\nContent-Disposition: form-data; name="format"\r\n\r\ncsv\r\n--x--\r\n'
REFUSED = {
    "nothing": (b"", "text/turtle", 400, "nothing was sent."),
    "a type that is not read": (b"{}", "application/json", 415, "text/turtle"),
    "another charset": (b"<a:b> <a:c> 1 .", "text/turtle; charset=utf-16", 415, "UTF-8"),
    "no Turtle": (b"<a:b> <a:c> .", "text/turtle", 422, "upload.ttl:1:13"),
    "no zip": (b"PK\x03\x04", ZIP, 422, "is no zip"),
    "a zip of nothing": (packed({"a.txt": b"a"}), ZIP, 422, "dataset.toml"),
    "nothing to look at": (b"<a:b> <a:c> 1 .", "text/turtle", 422, "No rule looked at anything"),
    "a form without a file": (_FORM, "multipart/form-data; boundary=x", 400, "no file"),
    "a document type": (b'<?xml version="1.0"?><!-- - --><!DOCTYPE a [<!ENTITY b "c">]><a/>', "application/rdf+xml", 422, "DOCTYPE"),
    "a context of elsewhere": (b'{"@context": "http://a.example/", "@id": "a:b"}', "application/ld+json", 422, "nothing is fetched"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_checked_is_refused_in_a_sentence(opened: Open, case: str) -> None:
    """The problem says what is wrong, where that is known, and what to do."""
    body, media_type, status, words = REFUSED[case]
    answer = opened.check(body, media_type)
    problem = json.loads(answer.body)
    assert (answer.status, answer.media_type) == (status, "application/problem+json")
    assert words in f"{problem['detail']} {problem['cure']}"


def test_parameters_that_mean_nothing_are_refused(opened: Open) -> None:
    """A format, language or room that there is not is told with those that there are."""
    assert json.loads(opened.check(FAULTY.encode(), "text/turtle", "?format=evil").body)["available"][0] == "application/json"
    for parameter in ("language=de", "room=evil"):
        assert opened.check(FAULTY.encode(), "text/turtle", f"?{parameter}").status == 400
    allowed = opened.client.ask("PUT", "/validate", {}, b"x").fields["Allow"]
    assert sorted(allowed.split(", ")) == ["GET", "HEAD", "OPTIONS", "POST"]


def test_scripts_of_other_sites_may_check(opened: Open) -> None:
    """Anyone's page may send files to be checked and read the report, and none may send a token."""
    answer = opened.client.ask("OPTIONS", "/validate", {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"})
    assert answer.fields["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.fields["Access-Control-Allow-Methods"]
    assert "authorization" not in answer.fields["Access-Control-Allow-Headers"].lower()
    assert "Report-Conforms" in answer.fields["Access-Control-Expose-Headers"]


def test_more_than_the_limits_is_refused(tmp_path: Path) -> None:
    """Too many bytes are 413, too much memory is 503, too much time 504, each with its limit; others are served as before."""
    many = b"".join(b"<a:%d> a <b:c>.\n" % n for n in range(400_000))
    with door(tmp_path, "", max_upload_bytes=8_000_000, upload_memory=67_108_864) as opened:
        too_long = opened.check(b"#" * 8_000_001, "text/turtle")
        too_big = opened.check(many, "text/turtle")
        assert [(answer.status, json.loads(answer.body)["limit"]) for answer in (too_long, too_big)] == [
            (413, 8_000_000),
            (503, 67_108_864),
        ]
        assert opened.check(FAULTY.encode(), "text/turtle").status == 200
    with door(tmp_path / "slow", "", upload_seconds=1) as opened:
        too_slow = opened.check(many * 2, "text/turtle")
        assert (too_slow.status, json.loads(too_slow.body)["limit"]) == (504, 1)
        assert opened.client.get("/healthz").status == 200


def test_who_may_check_can_be_said(tmp_path: Path) -> None:
    """With `validate = "tokens"` a check needs a token that permits it; where no token publishes, there is no address for that."""
    rights = 'validate = "tokens"\n' + _only_validating()
    with door(tmp_path, rights) as opened:
        assert opened.check(FAULTY.encode(), "text/turtle").status == 401
        assert opened.check(FAULTY.encode(), "text/turtle", Authorization=f"Bearer {TOKENS['ben']}").status == 200
        assert opened.publish(b"PK").status == 404
        assert opened.health()["steward"]["validate"] == "tokens"
        assert opened.log()[0]["action"] == "/validate"


def _only_validating() -> str:
    return f'[tokens.ben]\nsha256 = "{digest_of(TOKENS["ben"])}"\nmay = ["validate"]\n'


def test_the_web_tier_reads_nothing_of_an_upload(place: Path, opened: Open) -> None:
    """In the process that answers, nothing is ever loaded that could read what is sent: not the workshop, not the reader of forms."""
    code = f"""
import sys
from pathlib import Path
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import listening
import hostilezips
from httpclient import Client
with listening(create_app(Settings(dataset=Path({str(opened.root)!r}), steward=Path({str(place / "steward.toml")!r})))) as address:
    answer = Client(address).ask("POST", "/validate", {{"Content-Type": "text/turtle"}}, {FAULTY.encode()!r})
    form = b'--x\\r\\nContent-Disposition: form-data; name="file"; filename="a.ttl"\\r\\n\\r\\n<a:b> a <{ORG}Post> .\\r\\n--x--\\r\\n'
    other = Client(address).ask("POST", "/validate", {{"Content-Type": "multipart/form-data; boundary=x"}}, form)
readers = ["organograph.tabular.assemble", "organograph.uploads.checking", "organograph.conformance.checks",
           "organograph_server.steward.inspecting", "organograph_server.steward.multipart", "werkzeug.formparser.never"]
print(answer.status, other.status, [name for name in readers if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False, cwd=Path(__file__).parent)
    assert done.stdout.strip().splitlines()[-1] == "200 200 []", done.stderr


def test_people_check_by_a_form(opened: Open, browser: Browser, tmp_path: Path) -> None:
    """Without JavaScript, a file is chosen and sent, and the report comes as a page in its own style, with the finding at its place."""
    folder = copied(tmp_path)
    edited(folder / FAULTS["a kind that there is not"][0], *FAULTS["a kind that there is not"][1:])
    (tmp_path / "tables.zip").write_bytes(zipped(folder))
    context = browser.new_context(java_script_enabled=False, base_url=opened.client.address)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Check").click()
    page.get_by_label("A zip of tables").set_input_files(tmp_path / "tables.zip")
    page.get_by_label("Findings in").select_option("fr")
    page.get_by_role("button", name="Check").click()
    assert "iom/editions/2023-10/units.csv" in page.get_by_role("main").inner_text()
    assert "programme" in page.get_by_role("main").inner_text()
    # Only the report's own style makes this of a list.
    assert page.locator("ul.counts").evaluate("node => getComputedStyle(node).display") == "flex"
    context.close()


def test_the_door_is_described(opened: Open) -> None:
    """The description of all addresses is sound with the door open, has its addresses, and each example is answered as it says."""
    document = described(opened.client)
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    own = {path: document["paths"][path] for path in ("/validate", "/editions")}
    assert {path: sorted(told) for path, told in own.items()} == {"/validate": ["get", "post"], "/editions": ["get", "post"]}
    assert set(own["/validate"]["post"]["requestBody"]["content"]) == {*TYPES, "multipart/form-data"}
    assert unlike({**document, "paths": own}, opened.client) == []
