"""The reconciliation service: a column of names becomes IRIs, former names included, in messages that the specification allows."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from jsonschema import Draft202012Validator
from playwright.sync_api import sync_playwright
from pyoxigraph import NamedNode, RdfFormat, parse

import reconciliationschemas as schemas
import second_organization as lon
from httpclient import Answer, Client
from organograph_server.app import create_app
from organograph_server.settings import Settings
from places import CHROMIUM_FLAGS
from serving import BASE, Running, listening, small_app
from test_cli import run

Json = dict[str, Any]
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
LEGAL, TREASURY = f"{BASE}id/unit/legal-affairs", f"{BASE}id/unit/treasury"
EDITIONS = ("2021-09", "2022-06", "2023-10")


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def valid(told: object, schema: Json) -> Json:
    """What was answered, where it fits a schema."""
    assert [f"{error.json_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(told)] == []
    assert isinstance(told, dict)
    return told


def posted(client: Client, path: str = "/reconcile", **values: object) -> Answer:
    """The answer to a form whose values are JSON."""
    body = urlencode({name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()})
    return client.ask("POST", path, FORM, body.encode())


def results(client: Client, path: str = "/reconcile", **queries: Json) -> dict[str, list[Json]]:
    """The candidates of queries, by their keys."""
    answer = posted(client, path, queries=queries)
    assert (answer.status, answer.media_type) == (200, "application/json"), answer.text
    told = valid(json.loads(answer.body), schemas.RESULTS)
    return {key: each["result"] for key, each in told.items()}


def best(client: Client, text: str, **more: object) -> Json:
    """The first candidate for a name."""
    return results(client, q={"query": text, **more})["q"][0]


def got(client: Client, path: str, schema: Json) -> Json:
    """An answer in JSON that fits a schema."""
    answer = client.get(path)
    assert (answer.status, answer.media_type) == (200, "application/json"), answer.text
    assert answer.fields["Access-Control-Allow-Origin"] == "*"
    return valid(json.loads(answer.body), schema)


def local(manifest: Json, client: Client) -> Json:
    """The manifest with the addresses of the server that is asked."""
    told: Json = json.loads(json.dumps(manifest).replace(BASE, f"{client.address}/"))
    return told


def test_schemas_are_schemas_and_refuse() -> None:
    """What the answers are compared with are sound schemas, and refuse messages with something missing or too much."""
    for name, schema in vars(schemas).items():
        if name.isupper():
            Draft202012Validator.check_schema(schema)
    candidate = {"id": "a", "name": "A", "type": [], "score": 1, "match": False}
    assert Draft202012Validator(schemas.CANDIDATE).is_valid(candidate)
    for wrong in ({**candidate, "score": "1"}, {**candidate, "other": 1}, {key: candidate[key] for key in ("id", "name")}):
        assert not Draft202012Validator(schemas.CANDIDATE).is_valid(wrong)


def test_the_manifest_tells_what_there_is(client: Client) -> None:
    """Without parameters the service describes itself, and every address that it tells works."""
    manifest = got(client, "/reconcile", schemas.MANIFEST)
    assert manifest["identifierSpace"] == f"{BASE}id/"
    assert [each["id"] for each in manifest["defaultTypes"]] == ["organization", "unit", "post", "body", "person", "site"]
    here = local(manifest, client)
    for service in here["suggest"].values():
        address = service["service_url"] + service["service_path"]
        assert client.get(address.removeprefix(client.address) + "?prefix=x").status == 200
    for template in (here["view"]["url"], here["preview"]["url"]):
        path = template.removeprefix(client.address).replace("{{id}}", quote(LEGAL, safe=""))
        assert client.get(path, "text/html").status in (200, 303)
    for address in (here["logo"], here["documentation"]):
        assert client.get(address.removeprefix(client.address)).status == 200


def test_the_identifier_leads_to_the_thing(client: Client) -> None:
    """The view of an identifier leads to the document of the thing, for whole IRIs and for what stands after `id/`."""
    for identifier in (LEGAL, "unit/legal-affairs"):
        answer = client.get(f"/reconcile/view?id={quote(identifier, safe='')}")
        assert (answer.status, answer.fields["Location"]) == (303, "/doc/unit/legal-affairs")
    assert client.get("/reconcile/view?id=unit/nobody").status == 404
    assert client.get("/reconcile/view").status == 404


def test_queries_by_post_and_get_are_answered_alike(client: Client) -> None:
    """A batch by form and the same by address have the same answer, key by key."""
    batch = {"a": {"query": "Department of Legal Affairs"}, "b": {"query": "tresury", "limit": 1}, "ü": {"query": "zzzz"}}
    by_post = posted(client, queries=batch)
    by_get = client.get(f"/reconcile?{urlencode({'queries': json.dumps(batch)})}")
    assert by_post.body == by_get.body
    told = valid(json.loads(by_post.body), schemas.RESULTS)
    assert [each["id"] for each in told["a"]["result"]][:1] == [LEGAL]
    assert [each["id"] for each in told["b"]["result"]] == [TREASURY]
    assert told["ü"] == {"result": []}


def test_former_names_are_matched_and_said(client: Client) -> None:
    """A former name is a match, and the description says when the thing had it and what it is now."""
    candidate = best(client, "Department of Legal Affairs")
    assert (candidate["id"], candidate["match"], candidate["name"]) == (LEGAL, True, "Office of Legal Affairs")
    assert "formerly “Department of Legal Affairs” (2022-06)" in candidate["description"]
    assert not best(client, "legal")["match"]


def test_identifiers_are_names_too(client: Client) -> None:
    """Whoever asks for an IRI gets the thing, with the highest score."""
    for text in (LEGAL, "unit/legal-affairs"):
        candidate = best(client, text)
        assert (candidate["id"], candidate["score"], candidate["match"]) == (LEGAL, 100, True)


def test_types_change_scores(client: Client) -> None:
    """Of namesakes the one of the wanted type comes first; strictly taken, there is no other."""
    name = "Special Envoys of the Director General"
    free = results(client, q={"query": name})["q"]
    assert {each["type"][0]["id"] for each in free[:2]} == {"unit", "post"}
    assert not free[0]["match"]
    for kind in ("unit", "post"):
        first, second, *_ = results(client, q={"query": name, "type": kind})["q"]
        assert (first["type"][0]["id"], first["match"]) == (kind, True)
        assert second["score"] < first["score"]
        strict = results(client, q={"query": name, "type": [kind], "type_strict": "any"})["q"]
        assert {each["type"][0]["id"] for each in strict} == {kind}
    assert best(client, name, type="http://www.w3.org/ns/org#Post")["type"][0]["id"] == "post"
    assert not best(client, "treasury division", type="vessel")["match"]


@pytest.mark.parametrize(
    ("pid", "right", "wrong"),
    [
        ("parent", "Regional Offices", "Director General"),
        ("parent", {"id": f"{BASE}id/unit/regional-offices", "name": "x"}, {"id": LEGAL}),
        ("above", "director-general", "Treasury Division"),
        ("kind", "Regional Office", "Department"),
        ("country", "TH", "CH"),
        ("site", "bangkok thailand", "Geneva, Switzerland"),
        ("edition", "2022-06", "2021-09"),
        ("edition", "2022-07-15", "2023-11"),
        ("country", ["CH", "th"], ["CH", "FR"]),
    ],
)
def test_properties_change_scores(client: Client, pid: str, right: object, wrong: object) -> None:
    """A thing that has what is wanted of it scores more than the same thing where it has not, and only that is a match."""
    name = "Regional Office in Bangkok, Thailand"
    plain = best(client, name)
    good = best(client, name, properties=[{"pid": pid, "v": right}])
    bad = best(client, name, properties=[{"pid": pid, "v": wrong}])
    assert plain["id"] == good["id"] == f"{BASE}id/unit/regional-office-bangkok"
    assert good["score"] == plain["score"] > 95
    assert good["match"]
    assert bad["score"] < 75
    assert not bad["match"]
    assert {"id": f"property-{pid}", "value": 1.0} in good["features"]


def test_empty_cells_want_nothing(client: Client) -> None:
    """A property whose cell is empty changes nothing; of a thing of which it is not known, it counts for less than one that fits."""
    name = "Regional Office in Bangkok, Thailand"
    plain = best(client, name)
    for empty in ("", "  ", None, [], ["", None]):
        assert best(client, name, properties=[{"pid": "country", "v": empty}]) == plain
    scores = [
        best(client, name, properties=[{"pid": pid, "v": v}])["score"] for pid, v in (("country", "TH"), ("head", "DG"), ("country", "CH"))
    ]
    assert scores == sorted(set(scores), reverse=True)


def test_properties_alone_find_things(client: Client) -> None:
    """A query without a name gives the things that have what is wanted."""
    found = results(client, q={"properties": [{"pid": "country", "v": "TH"}], "type": "unit", "type_strict": "any"})["q"]
    assert [each["id"] for each in found] == [f"{BASE}id/unit/regional-office-bangkok"]
    both = [{"pid": "kind", "v": "regional office"}, {"pid": "country", "v": "BE"}]
    first, second, *_ = results(client, q={"properties": both})["q"]
    assert first["id"] == f"{BASE}id/unit/regional-office-brussels"
    assert first["score"] == 100 > second["score"]


def test_an_edition_can_be_named_for_all_queries(client: Client) -> None:
    """With the parameter `edition` the names of that edition count, and others less; a query may say otherwise."""
    name = {"query": "Department of Legal Affairs"}
    right, wrong = (results(client, f"/reconcile?edition={edition}", q=name)["q"][0] for edition in ("2022-06", "2023-10"))
    assert right["id"] == wrong["id"] == LEGAL
    assert right["score"] > wrong["score"]
    own = name | {"properties": [{"pid": "edition", "v": "2022-06"}]}
    assert results(client, "/reconcile?edition=2023-10", q=own)["q"][0]["score"] == right["score"]
    assert got(client, "/reconcile?edition=2022-06", schemas.MANIFEST)
    assert posted(client, "/reconcile?edition=1999-01", queries={"q": name}).status == 400


def test_limits_are_kept_and_order_is_always_the_same(client: Client) -> None:
    """There are as many candidates as wanted at most, by falling score, the same each time and whatever else is in the batch."""
    alone = results(client, q={"query": "office", "limit": 7})["q"]
    assert len(alone) == 7
    assert [each["score"] for each in alone] == sorted((each["score"] for each in alone), reverse=True)
    among = results(client, a={"query": "director"}, q={"query": "office", "limit": 7}, z={"query": "law"})["q"]
    assert among == alone
    assert len(results(client, q={"query": "office"})["q"]) == 10
    assert len(results(client, q={"query": "office", "limit": 3.0})["q"]) == 3


def test_what_is_not_known_is_ignored(client: Client) -> None:
    """Keys, parameters and properties that the service does not know change nothing."""
    plain = results(client, q={"query": "treasury"})["q"]
    assert results(client, q={"query": "treasury", "other": [1], "type_strict": "maybe"})["q"] == plain
    assert results(client, "/reconcile?callback=alert", q={"query": "treasury", "properties": [{"pid": "P31", "v": "x"}]})["q"] == plain
    assert posted(client, "/reconcile?callback=alert", queries={"q": {"query": "x"}}).text.startswith("{")


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"queries": "{"}, 400, "no JSON at line 1"),
        ({"queries": "[]"}, 400, "holds no object"),
        ({"queries": "[" * 50_000}, 400, "no JSON"),
        ({"queries": '{"q": 1' + "0" * 5_000 + "}"}, 400, "no JSON"),
        ({"queries": {"q": "Legal"}}, 400, "'q' is no object"),
        ({"queries": {"q": {}}}, 400, "'q' asks nothing"),
        ({"queries": {"q": {"properties": []}}}, 400, "'q' asks nothing"),
        ({"queries": {"q": {"query": 1}}}, 400, "no text"),
        ({"queries": {"q": {"query": "a", "limit": -1}}}, 400, "`limit`"),
        ({"queries": {"q": {"query": "a", "limit": "many"}}}, 400, "`limit`"),
        ({"queries": '{"q": {"query": "a", "limit": NaN}}'}, 400, "`limit`"),
        ({"queries": {"q": {"query": "a", "limit": True}}}, 400, "`limit`"),
        ({"queries": {"q": {"query": "a", "type": 3}}}, 400, "`type`"),
        ({"queries": {"q": {"query": "a", "properties": {"pid": "x"}}}}, 400, "`properties`"),
        ({"queries": {"q": {"query": "a", "properties": [{"v": "x"}]}}}, 400, "`pid`"),
        ({"queries": {"q": {"query": "a", "properties": [{"pid": "kind", "v": [[]]}]}}}, 400, "neither text"),
        ({"queries": {str(n): {"query": "a"} for n in range(51)}}, 413, "51 queries"),
        ({"queries": {"q": {"query": "a", "properties": [{"pid": "kind", "v": ["x"] * 201}]}}}, 413, "201 values"),
        ({"queries": {}, "extend": {}}, 400, "both"),
        ({"other": "x"}, 400, "neither"),
        ({"extend": {"ids": "x", "properties": []}}, 400, "no lists"),
        ({"extend": {"ids": [1], "properties": []}}, 400, "no lists"),
        ({"extend": {"ids": [], "properties": ["parent"]}}, 400, "no `id`"),
        ({"extend": {"ids": [], "properties": [{"id": "colour"}]}}, 400, "no property 'colour'"),
        ({"extend": {"ids": [], "properties": [{"id": "kind", "settings": {"edition": "1999"}}]}}, 400, "no edition"),
        ({"extend": {"ids": [], "properties": [{"id": "kind", "settings": {"edition": {}, "limit": "x"}}]}}, 400, "no whole number"),
        ({"extend": {"ids": [], "properties": [{"id": "kind", "settings": [1]}]}}, 400, "no object"),
        ({"extend": {"ids": ["x"] * 1_001, "properties": []}}, 413, "1001 things"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_makes_no_sense_is_refused(client: Client, values: Json, status: int, sentence: str) -> None:
    """What cannot be read is answered with a sentence that says where."""
    answer = posted(client, **values)
    assert answer.status == status, answer.text
    assert sentence in json.loads(answer.body)["detail"]


def test_bodies_that_are_no_forms_are_refused(client: Client) -> None:
    """JSON as the body itself, bytes that are not UTF-8, and parameters given twice are refused; so are texts beyond the limit."""
    asked = [
        ({"Content-Type": "application/json"}, b"{}", 415),
        (FORM, b"queries=%ff", 400),
        (FORM, b"queries=%7B%7D&queries=%7B%7D", 400),
        (FORM, b"queries=" + b"x" * 900_000, 413),
    ]
    for fields, body, status in asked:
        assert client.ask("POST", "/reconcile", fields, body).status == status, body[:40]


def test_odd_texts_are_answered(client: Client) -> None:
    """Texts too long to be names, blank ones and halves of signs have no candidates or some, and never fail."""
    found = results(
        client, long={"query": "office " * 100}, blank={"query": "  "}, half={"query": "\ud800 office"}, **{"\udc00": {"query": "移民"}}
    )
    assert found["long"] == found["blank"] == []
    assert found["half"]


def test_names_are_suggested_while_they_are_typed(client: Client) -> None:
    """What was begun leads to the thing, with its types; a cursor leaves out what was there already."""
    typed = [
        got(client, f"/reconcile/suggest/entity?prefix={quote(text)}", schemas.ENTITIES)["result"] for text in ("l", "leg", "Treasury D")
    ]
    assert all(typed)
    assert typed[1][0]["id"] == LEGAL
    assert typed[2][0] == {
        "id": TREASURY,
        "name": "Treasury Division",
        "description": "division below Department of Financial and Administrative Management; last in edition 2022-06",
        "notable": [{"id": "unit", "name": "unit"}],
    }
    assert got(client, f"/reconcile/suggest/entity?prefix={quote(LEGAL)}", schemas.ENTITIES)["result"][0]["id"] == LEGAL
    first, rest = (got(client, f"/reconcile/suggest/entity?prefix=office&cursor={n}", schemas.ENTITIES)["result"] for n in (0, 20))
    assert len(first) == 20
    assert not {each["id"] for each in first} & {each["id"] for each in rest}
    assert got(client, "/reconcile/suggest/entity", schemas.ENTITIES)["result"] == []
    assert client.get("/reconcile/suggest/entity?prefix=a&cursor=-1").status == 400


def test_types_and_properties_are_suggested(client: Client) -> None:
    """Types and properties are found by what they are called, and by their identifiers."""
    assert [each["id"] for each in got(client, "/reconcile/suggest/type?prefix=u", schemas.TYPES)["result"]] == ["unit"]
    for prefix in ("par", "directly", "below"):
        found = got(client, f"/reconcile/suggest/property?prefix={prefix}", schemas.PROPERTIES)["result"]
        assert "parent" in {each["id"] for each in found}, prefix


def test_properties_are_proposed_by_type(client: Client) -> None:
    """A type has its properties; a limit is kept; each proposed property can be asked for."""
    of_unit = got(client, "/reconcile/properties?type=unit", schemas.PROPOSAL)
    of_post = got(client, "/reconcile/properties?type=post&limit=2", schemas.PROPOSAL)
    assert "head" in {each["id"] for each in of_unit["properties"]}
    assert (of_post["limit"], len(of_post["properties"])) == (2, 2)
    everything = got(client, "/reconcile/properties", schemas.PROPOSAL)["properties"]
    told = extended(client, [LEGAL], *everything)
    assert [each["id"] for each in told["meta"]] == [each["id"] for each in everything]


def extended(client: Client, ids: list[str], *properties: Json) -> Json:
    """The answer to a data extension query."""
    answer = posted(client, extend={"ids": ids, "properties": [{key: each[key] for key in each if key != "name"} for each in properties]})
    assert answer.status == 200, answer.text
    return valid(json.loads(answer.body), schemas.EXTENSION)


def test_values_come_from_the_edition_that_is_wanted(client: Client) -> None:
    """Columns hold the values of the latest edition of each thing, or of the one that is set; things that are not known have none."""
    now = extended(client, [LEGAL, "unit/treasury", "unit/nobody"], {"id": "parent"}, {"id": "kind"})["rows"]
    assert now[LEGAL] == {"parent": [{"id": f"{BASE}id/post/director-general", "name": "Director General"}], "kind": [{"str": "office"}]}
    assert now["unit/treasury"]["kind"] == [{"str": "division"}]
    assert now["unit/nobody"] == {"parent": [], "kind": []}
    then = extended(client, [LEGAL, TREASURY], {"id": "kind", "settings": {"edition": "2022-06"}})["rows"]
    assert then == {LEGAL: {"kind": [{"str": "department"}]}, TREASURY: {"kind": [{"str": "division"}]}}
    assert extended(client, [TREASURY], {"id": "name", "settings": {"edition": "2021-09"}})["rows"][TREASURY]["name"] == []
    assert len(extended(client, [TREASURY], {"id": "above", "settings": {"limit": "2"}})["rows"][TREASURY]["above"]) == 2
    by_get = client.get(f"/reconcile?{urlencode({'extend': json.dumps({'ids': [LEGAL], 'properties': [{'id': 'kind'}]})})}")
    assert valid(json.loads(by_get.body), schemas.EXTENSION)["rows"][LEGAL]["kind"] == [{"str": "office"}]


def test_values_are_those_of_the_tables(client: Client) -> None:
    """Name, kind, parent and purpose of everything in every edition are as that edition's table has them."""
    for edition in EDITIONS:
        rows = list(csv.DictReader(io.StringIO(client.get(f"/edition/{edition}.csv").text)))
        names = ("name", "kind", "parent", "purpose")
        found = extended(client, [row["iri"] for row in rows], *({"id": name, "settings": {"edition": edition}} for name in names))["rows"]
        for row in rows:
            for name in names:
                cells = [cell.get("id", cell.get("str")) for cell in found[row["iri"]][name]]
                assert cells == [row[name]] * bool(row[name]), (row["iri"], name)


def test_a_preview_fits_into_its_frame(client: Client) -> None:
    """Another site may put the preview into a frame of the size that is told, in which nothing is cut off; other pages it may not."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    manifest = local(got(client, "/reconcile", schemas.MANIFEST), client)
    size = {"width": manifest["preview"]["width"], "height": manifest["preview"]["height"]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        page = browser.new_page()
        for identifier in (LEGAL, TREASURY, f"{BASE}id/person/amy-pope", f"{BASE}id/unit/ethics-and-conduct"):
            address = manifest["preview"]["url"].replace("{{id}}", quote(identifier, safe=""))
            page.set_content(f'<iframe src="{address}" width="{size["width"]}" height="{size["height"]}"></iframe>')
            frame = page.frames[1]
            frame.wait_for_load_state()
            assert frame.locator("h1").inner_text()
            height, width = (frame.evaluate(f"document.documentElement.scroll{side}") for side in ("Height", "Width"))
            assert (height <= size["height"], width <= size["width"]) == (True, True), identifier
        browser.close()
    assert "frame-ancestors 'none'" in client.get("/doc/unit/treasury.html").fields["Content-Security-Policy"]


def test_another_base_and_organization(tmp_path: Path) -> None:
    """Another dataset under another base is matched by its own names, with its own addresses."""
    with listening(small_app(tmp_path, "https://x.example/y/")) as address:
        client = Client(address)
        manifest = got(client, "/reconcile", schemas.MANIFEST)
        assert manifest["identifierSpace"] == "https://x.example/y/id/"
        assert manifest["preview"]["url"].startswith("https://x.example/y/reconcile/preview?id=")
        assert best(client, "Legal Affairs")["id"] == "https://x.example/y/id/unit/legal-affairs"


@pytest.fixture(scope="module")
def observatory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of another organization, after a reform."""
    place = tmp_path_factory.mktemp("lon")
    folder = place / "lon"
    assert run("init", folder, *lon.SETTINGS, "--edition", lon.FIRST).exit_code == 0
    first, second = lon.Document("chart-2024", folder), lon.Document("chart-2025", folder)
    (folder / "documents/first-note.txt").unlink()
    lon.write_edition(folder, lon.FIRST, first, lon.units(), "Ada Brine")
    lon.store_rows(folder / "sources.csv", [first.source()])
    lon.store_rows(folder / "editions.csv", [{**lon.stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert run("new", "edition", lon.SECOND, folder, "--from", lon.FIRST).exit_code == 0
    lon.write_edition(folder, lon.SECOND, second, lon.reformed(lon.units()), "Bo Skerry")
    told, editions = lon.changes(second), lon.stored_rows(folder / "editions.csv")
    lon.add_row(folder / "sources.csv", second.source())
    lon.store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    lon.store_rows(folder / "changes.csv", told)
    built = run("build", folder, "--out", place / "out")
    assert built.exit_code == 0, built.output
    with listening(create_app(Settings(dataset=place / "out"))) as address:
        yield Client(address)


def test_a_second_organization_is_matched(observatory: Client) -> None:
    """An organization of which no code knows is matched as well: names, former names, acronyms, slips, places, and what it is today."""
    wanted = {
        "Department of Plankton and Krill": "unit/plankton",
        "Department of Plankton": "unit/plankton",
        "Dept. of Planktn": "unit/plankton",
        "Surface Currents Division": "unit/surface-currents",
        "OCD": "unit/ocean-currents",
        "LON": "organization/lon",
        "secretary general": "post/secretary-general",
        "Bo Skerry": "person/bo-skerry",
        "Members' Assembly": "body/assembly",
        "Regional Office Suva": "unit/suva",
    }
    found = results(observatory, **{text: {"query": text, "limit": 1} for text in wanted})
    assert {text: each[0]["id"].removeprefix(f"{lon.BASE}id/") for text, each in found.items()} == wanted
    assert "formerly “Department of Plankton”" in found["Department of Plankton"][0]["description"]
    assert all(found[text][0]["match"] for text in ("Department of Plankton and Krill", "Department of Plankton", "LON"))
    told = extended(observatory, ["unit/suva", "unit/moored-instruments-survey"], {"id": "country"}, {"id": "parent"})["rows"]
    assert told["unit/suva"]["country"] == [{"str": "FJ"}]
    assert told["unit/moored-instruments-survey"]["parent"] == [{"id": f"{lon.BASE}id/unit/sediments", "name": "Department of Sediments"}]
    page = observatory.get("/search?q=krill", "text/html").text
    assert "Department of Plankton and Krill" in page


# How well names are matched, measured over all of them.

Named = tuple[str, str, str]


@pytest.fixture(scope="module")
def names(published: Path) -> list[Named]:
    """Every name of every edition: edition, name and thing."""
    words = re.compile(r"(core#(pref|alt)Label|foaf/0\.1/name)$")
    things = re.compile(rf"{re.escape(BASE)}id/(organization|unit|post|body|person|site)/[^#]+$")
    found: set[Named] = set()
    for quad in parse((published / "dataset.nq").read_bytes(), format=RdfFormat.N_QUADS):
        if isinstance(quad.subject, NamedNode) and things.match(quad.subject.value) and words.search(quad.predicate.value):
            edition = re.fullmatch(rf"<{re.escape(BASE)}edition/([0-9-]+)>", str(quad.graph_name))
            if edition:
                found.add((edition[1], quad.object.value, quad.subject.value))  # type: ignore[union-attr]
    return sorted(found)


@dataclass(frozen=True)
class Recall:
    """How often the first candidate is the very thing, how often it is that or a namesake, and where it is neither."""

    amount: int
    strict: float
    share: float
    missed: list[tuple[str, str]]

    def __str__(self) -> str:
        told = f"{self.strict:.3f} the very thing, {self.share:.3f} with namesakes, of {self.amount}"
        return "; missed ".join([told, *(text for text, _ in self.missed)])


def recall(client: Client, wanted: list[tuple[str, str]], namesakes: Mapping[str, set[str]]) -> Recall:
    """Match texts to things.

    Args:
        client: of the service.
        wanted: texts and the things that they mean.
        namesakes: by thing the things that share one of its names.
    """
    firsts: list[str] = []
    for start in range(0, len(wanted), 50):
        found = results(client, **{str(n): {"query": text, "limit": 1} for n, (text, _) in enumerate(wanted[start : start + 50])})
        firsts += [next((each["id"] for each in candidates), "") for candidates in found.values()]
    missed = [pair for pair, first in zip(wanted, firsts, strict=True) if first not in namesakes[pair[1]]]
    same = sum(first == thing for (_, thing), first in zip(wanted, firsts, strict=True))
    return Recall(len(wanted), same / len(wanted), 1 - len(missed) / len(wanted), missed)


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)).lower()


def _slip(text: str) -> str:
    """The name with two letters in its middle exchanged."""
    at = random.Random(text).randrange(1, len(text) - 1)  # noqa: S311  # no secret
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _short(names: list[Named]) -> list[tuple[str, str]]:
    """Acronyms that documents print, and those that names have by their letters, where only one thing has them."""
    telling = re.compile(r"\b(?!(?:of|the|for|and|to|in|on)\b)[A-Za-z]")
    letters = {("".join(telling.findall(_plain(name))).upper(), thing) for _, name, thing in names if " " in name}
    printed = {(name, thing) for _, name, thing in names if name.isupper()}
    counted = Counter(short for short, _ in letters | printed)
    return sorted(pair for pair in letters | printed if (counted[pair[0]] == 1 and len(pair[0]) > 2) or pair in printed)


def test_recall_at_1(client: Client, names: list[Named], capsys: pytest.CaptureFixture[str]) -> None:
    """Of all names of all editions, without accents, of acronyms and of former names, at least 95 of 100 lead first to what has the name.

    Where several things have the same name, any of them is right of one name; of all together 95 of 100 lead to the very thing.
    """
    latest: dict[str, str] = {thing: edition for edition, _, thing in names}
    current = {(name, thing) for edition, name, thing in names if edition == latest[thing]}
    every = sorted({(name, thing) for _, name, thing in names})
    having: dict[str, set[str]] = defaultdict(set)
    for name, thing in every:
        having[_plain(name)].add(thing)
    namesakes = {thing: set().union(*(things for things in having.values() if thing in things)) for _, thing in every}
    kinds = {
        "as they are": every,
        "without accents and capitals": [(_plain(name), thing) for name, thing in every],
        "former names": sorted(set(every) - current),
        "acronyms": _short(names),
        "with a slip": [(_slip(name), thing) for name, thing in every if len(name) > 5],
    }
    told = {kind: recall(client, wanted, namesakes) for kind, wanted in kinds.items()}
    wanted = [told[kind] for kind in ("without accents and capitals", "former names", "acronyms")]
    strict = sum(each.strict * each.amount for each in wanted) / sum(each.amount for each in wanted)
    lines = [f"recall at 1, {kind}: {found}" for kind, found in told.items()]
    lines.append(f"recall at 1, of the very thing, without accents, former and acronyms together: {strict:.3f}")
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert len(every) > 250
    assert {kind: found.share for kind, found in told.items() if found.share < 0.95} == {}
    assert strict >= 0.95


def test_namesakes_are_all_candidates(client: Client, names: list[Named]) -> None:
    """Whatever has a name in any edition is among the first five candidates for it."""
    every = sorted({(name, thing) for _, name, thing in names})
    for start in range(0, len(every), 50):
        part = every[start : start + 50]
        found = results(client, **{str(n): {"query": text, "limit": 5} for n, (text, _) in enumerate(part)})
        assert [pair for n, pair in enumerate(part) if pair[1] not in {each["id"] for each in found[str(n)]}] == []
