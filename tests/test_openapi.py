"""The description of all addresses (OpenAPI): it names every route and nothing else, and a server that listens does what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator

from httpclient import Answer, Client
from organograph_server.api.operations import operation_of
from organograph_server.app import create_app
from organograph_server.query.editor import editor
from organograph_server.settings import Settings
from places import REPOSITORY
from serving import Running, listening, small_app

Json = dict[str, Any]
FILE = "<http://data.example/a> <http://data.example/p> <http://data.example/b> .\n"


@dataclass(frozen=True)
class Asked:
    """A request that the description gives as an example, and the operation that it is an example of."""

    method: str
    target: str
    fields: dict[str, str]
    body: bytes | None
    operation: Json

    def sent(self, client: Client, method: str = "", **fields: str) -> Answer:
        """The answer to it, or to the same with another method and more fields."""
        return client.ask(method or self.method, self.target, self.fields | fields, self.body)

    def also(self, name: str, value: str) -> Asked:
        """The same with one more parameter."""
        joined = "&" if "?" in self.target else "?"
        return Asked(self.method, f"{self.target}{joined}{urlencode({name: value})}", self.fields, self.body, self.operation)

    @property
    def success(self) -> tuple[int, Json]:
        """Status and description of the answer to a request that is right."""
        status, told = next(iter(self.operation["responses"].items()))
        return int(status), told


def described(client: Client) -> Json:
    """The description that a server gives."""
    answer = client.get("/openapi.json")
    assert (answer.status, answer.media_type) == (200, "application/json")
    found: Json = json.loads(answer.body)
    return found


def examples(document: Json) -> Iterator[Asked]:
    """Every example of every operation."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for values in _choices(operation.get("parameters", [])):
                yield from _asked(path, method.upper(), operation, values)


def _choices(parameters: list[Json]) -> list[list[tuple[str, str, object]]]:
    """The parameters that have examples, once for each example of one that has several, and only those that must be given."""
    every = [(told["in"], told["name"], told["example"]) for told in parameters if "example" in told]
    several = [(told["in"], told["name"], value["value"]) for told in parameters for value in told.get("examples", {}).values()]
    needed = {told["name"] for told in parameters if told.get("required")}
    fewest = [one for one in every if one[1] in needed]
    is_open = len(fewest) < len(every) and not any(told.get("allowEmptyValue") for told in parameters)
    return [*([[*every, one] for one in several] or [every]), *([fewest] if is_open or several else [])]


def _asked(path: str, method: str, operation: Json, values: list[tuple[str, str, object]]) -> Iterator[Asked]:
    for place, name, value in values:
        path = path.replace(f"{{{name}}}", quote(str(value), safe="")) if place == "path" else path
    query = urlencode([(name, value) for place, name, value in values if place == "query"])
    fields = {name: str(value) for place, name, value in values if place == "header"}
    target = path + (f"?{query}" if query else "")
    bodies = operation.get("requestBody", {}).get("content", {})
    if not bodies:
        yield Asked(method, target, fields, None, operation)
    for kind, told in bodies.items():
        for example in [told["example"]] if "example" in told else [found["value"] for found in told.get("examples", {}).values()]:
            body = example if isinstance(example, str) else urlencode(example)
            yield Asked(method, target, fields | {"Content-Type": kind}, body.encode(), operation)


def unlike(document: Json, client: Client) -> list[tuple[str, str, object]]:
    """The examples whose answers are not as the description says."""
    found: list[tuple[str, str, object]] = []
    for asked in examples(document):
        status, told = asked.success
        answer = asked.sent(client)
        types = told.get("content", {})
        if answer.status != status or not (answer.media_type in types or "*/*" in types):
            found.append((asked.method, asked.target, (answer.status, answer.media_type, answer.body[:300])))
        if asked.method == "GET" and asked.sent(client, "HEAD").status != status:
            found.append(("HEAD", asked.target, status))
    return found


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(scope="module")
def document(client: Client) -> Json:
    """The description of that server."""
    return described(client)


@pytest.fixture(params=["dataset", "files"])
def app(request: pytest.FixtureRequest, published: Path, tmp_path: Path) -> Flask:
    """The application over the dataset of IOM, and over a file."""
    if request.param == "dataset":
        return create_app(Settings(dataset=published))
    (tmp_path / "data.nt").write_text(FILE, "utf-8")
    return create_app(Settings(files=(tmp_path / "data.nt",)))


def test_the_description_is_sound(client: Client, document: Json, app: Flask) -> None:
    """It is OpenAPI 3.1 by the schema and the rules of the specification, for a dataset and for files."""
    assert document["openapi"].startswith("3.1")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []
    other = json.loads(app.test_client().get("/openapi.json").data)
    assert [str(error) for error in OpenAPIV31SpecValidator(other).iter_errors()] == []
    names = [told["operationId"] for item in document["paths"].values() for told in item.values()]
    assert len(names) == len(set(names)) > 40


def test_every_view_tells_what_it_answers(app: Flask) -> None:
    """A view that tells nothing is found: put `@answers(…)` or `@leads(…)` of organograph_server.api.operations under its route."""
    assert [name for name, view in app.view_functions.items() if operation_of(view) is None] == []


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    """Each route and method of the server has an operation, each operation a route; left out is only what no value leads to."""
    document = json.loads(app.test_client().get("/openapi.json").data)
    adapter = app.url_map.bind("any.example")
    found = set()
    for path, item in document["paths"].items():
        for method, told in item.items():
            (asked, *_) = _asked(path, method.upper(), told, _choices(told.get("parameters", []))[0])
            rule, _ = adapter.match(asked.target.partition("?")[0].replace("%2F", "/"), method.upper(), return_rule=True)
            found.add((rule.rule, method.upper()))
    routes = {(rule.rule, method) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) & {"GET", "POST"}}
    for_editions = {route for route in routes if route[0].startswith("/edition/<edition>/")}
    is_of_files = "documents" not in app.blueprints
    with app.app_context():
        # Where set-up could not fetch the editor for queries, there is none of its files.
        of_editor = set() if editor().files else {("/editor/<version>/<name>", "GET")}
    assert routes - found == of_editor | (for_editions if is_of_files else {("/sitemap-<int:number>.xml", "GET")})
    assert found <= routes


def test_every_example_is_answered_as_described(client: Client, document: Json) -> None:
    """Every example gives, by GET, HEAD and POST, the status and a media type that the description promises."""
    assert len(list(examples(document))) > 50
    assert unlike(document, client) == []


def test_examples_work_for_any_dataset(tmp_path: Path) -> None:
    """With another dataset, and with a file, the examples are its own and work."""
    (tmp_path / "data.nt").write_text(FILE, "utf-8")
    for app in (small_app(tmp_path, "https://structure.example/sub/"), create_app(Settings(files=(tmp_path / "data.nt",)))):
        with listening(app) as address:
            client = Client(address)
            assert unlike(described(client), client) == []


def test_every_format_that_is_told_can_be_had(client: Client, document: Json) -> None:
    """Each value of `format` and `_mediatype` is answered, by one of the examples, in a type that the description names."""
    told: dict[tuple[str, str, str], bool] = {}
    for asked in examples(document):
        status, success = asked.success
        for taken in asked.operation.get("parameters", []):
            for value in taken["schema"]["enum"] if taken.get("name") in ("format", "_mediatype") else ():
                answer = asked.also(taken["name"], value).sent(client)
                assert str(answer.status) in asked.operation["responses"], (asked.target, value)
                key = (asked.operation["operationId"], taken["name"], value)
                told[key] = told.get(key, False) or (answer.status == status and answer.media_type in success["content"])
    assert len(told) > 300
    assert [key for key, is_given in told.items() if not is_given] == []


def test_every_media_type_that_is_told_can_be_had(client: Client, document: Json) -> None:
    """Whoever accepts one of the media types of an answer alone gets just that, from one of the examples."""
    given: dict[str, set[str]] = {}
    told: dict[str, set[str]] = {}
    for asked in examples(document):
        name = asked.operation["operationId"]
        types = [kind for kind in asked.success[1].get("content", {}) if kind != "*/*"]
        if asked.success[0] != 200 or "ending" in asked.operation.get("parameters", [{}])[0].get("name", "") or name == "editor_file":
            continue  # the name decides, not the field
        told.setdefault(name, set()).update(types)
        for kind in types:
            answer = asked.sent(client, Accept=kind)
            assert str(answer.status) in asked.operation["responses"], (asked.target, kind)
            if answer.media_type == kind and answer.status == 200:
                given.setdefault(name, set()).add(kind)
    varied = {"graphs_data", "files_static"}  # whose example is one file, of one type
    assert {
        name: kinds - given.get(name, set()) for name, kinds in told.items() if kinds - given.get(name, set()) and name not in varied
    } == {}


def test_refusals_are_as_described(client: Client, document: Json) -> None:
    """400, 403, 404, 406, 412, 413, 415 and 431 come where they are told, as problems in JSON of the schema that is told."""
    long = {"X-Long": "x" * 9_000}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    requests: list[tuple[str, str, str, dict[str, str], bytes | None, int]] = [
        ("/sparql", "GET", "/sparql?query=SELECT", {}, None, 400),
        ("/sparql", "POST", "/sparql", form, b"update=CLEAR+ALL", 403),
        ("/sparql", "POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}", 415),
        ("/sparql", "POST", "/sparql", form, b"query=" + b"x" * 300_000, 413),
        ("/doc/{kind}/{name}", "GET", "/doc/unit/nobody", {}, None, 404),
        ("/doc/{kind}/{name}", "GET", "/doc/unit/legal-affairs", {"Accept": "image/png"}, None, 406),
        ("/doc/{kind}/{name}", "GET", "/doc/unit/legal-affairs", {"If-Match": '"x"'}, None, 412),
        ("/doc/{kind}/{name}", "GET", "/doc/unit/legal-affairs?page=x", {}, None, 400),
        ("/catalogue", "GET", "/catalogue", long, None, 431),
        ("/query/search", "GET", "/query/search?nothing=1", {}, None, 400),
        ("/timegate/{original}", "GET", "/timegate/doc/unit/legal-affairs", {"Accept-Datetime": "never"}, None, 400),
    ]
    members = set(document["components"]["schemas"]["Problem"]["properties"]) | {"limit"}
    for path, method, target, fields, body, status in requests:
        answer = client.ask(method, target, fields, body)
        assert answer.status == status, target
        told = document["paths"][path][method.lower()]["responses"][str(status)]
        response = document["components"]["responses"][told["$ref"].rpartition("/")[2]]
        assert answer.media_type in response["content"]
        problem = json.loads(client.ask(method, target, {"Accept": "application/problem+json"} | fields, body).body)
        assert {"type", "title", "status", "detail"} <= set(problem) <= members, target


def test_not_modified_is_as_described(client: Client, document: Json) -> None:
    """Wherever 304 is told, the example's own tag is answered with it; a POST that has a tag with 412 (RFC 9110 section 13.1.2)."""
    for asked in examples(document):
        answer = asked.sent(client)
        if "304" in asked.operation["responses"]:
            again = asked.sent(client, **{"If-None-Match": answer.fields["ETag"]})
            assert (again.status, again.body) == (304, b""), asked.target
        elif asked.method == "POST" and answer.fields["ETag"]:
            assert asked.sent(client, **{"If-None-Match": answer.fields["ETag"]}).status == 412, asked.target
            assert asked.sent(client, **{"If-Modified-Since": formatdate(usegmt=True)}).status == 200, asked.target
        elif asked.success[0] != 200:
            assert answer.fields["ETag"] is None
            assert answer.fields["Location"], asked.target


def test_a_graph_has_only_the_formats_that_are_told(client: Client) -> None:
    """An ending that a graph is not given in leads nowhere: not to the table of another graph."""
    for path in ("/ns.csv", "/edition/2022-06/source/structure-2022.csv", "/catalogue.xlsx"):
        assert client.get(path).status == 404, path
    assert client.get("/catalogue.csv").status == 200


def test_a_version_without_slash_leads_to_its_home_page(client: Client) -> None:
    """The address of the present version leads on; another one is unknown."""
    version = json.loads(client.get("/healthz").body)["version"]
    answer = client.get(f"/version/{version}")
    assert (answer.status, answer.fields["Location"]) == (307, f"/version/{version}/")
    assert client.get(f"/version/{version}/", "text/html").status == 200
    assert client.get(f"/version/{version[::-1]}").status == 404


def test_a_version_describes_itself(client: Client, document: Json) -> None:
    """Below the address of a version the description leads to the addresses of that version, and else to those of the server."""
    version = json.loads(client.get("/healthz").body)["version"]
    below = json.loads(client.get(f"/version/{version}/openapi.json").body)
    assert [document["servers"][0]["url"], below["servers"][0]["url"]] == ["/", f"/version/{version}"]
    assert document["servers"][1] == below["servers"][1]
    assert document["paths"] == below["paths"]


def test_descriptions_are_found(client: Client, document: Json) -> None:
    """Home page and endpoint lead to the description for programs and to the page of it (RFC 8631), which lists every path."""
    for path in ("/", "/sparql"):
        field = client.get(path, "text/html").fields["Link"]
        assert '</openapi.json>; rel="service-desc"; type="application/json"' in field
        assert '</openapi.html>; rel="service-doc"; type="text/html"' in field
        assert '<link rel="service-desc" href="./openapi.json" type="application/json">' in client.get(path, "text/html").text
    manual = client.get("/openapi.html").text
    assert [path for path in document["paths"] if f" {path}</code>" not in manual] == []
    links = re.findall(r'<dd><a href="\./([^"]*)"', manual)
    assert len(links) > 40
    for link in links:
        assert client.get("/" + link.replace("&amp;", "&")).status < 400, link


@pytest.mark.parametrize("phases", [("examples,fuzzing", ".*"), ("coverage", "^/(sparql|rdf-graph-store|query/search|timegate/.*)$")])
def test_hostile_requests_are_answered_as_described(client: Client, tmp_path: Path, phases: tuple[str, str]) -> None:
    """Schemathesis, which makes right and wrong requests from the description, finds no failure and nothing that is not described."""
    checks = [
        "not_a_server_error",
        *(f"{what}_conformance" for what in ("status_code", "content_type", "response_schema", "response_headers")),
    ]
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{client.address}/openapi.json", "--url", client.address]
    command += ["--checks", ",".join(checks), "--phases", phases[0], "--include-path-regex", phases[1], "--max-examples", "5"]
    command += ["--seed", "1", "--generation-deterministic", "--continue-on-failure", "--no-color"]
    environ = os.environ | {"SCHEMATHESIS_HOOKS": "querybodies", "PYTHONPATH": str(REPOSITORY / "tests")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environ, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    tried = re.search(r"(\d+) generated, (\d+) passed$", done.stdout, re.MULTILINE)
    assert tried is not None, done.stdout
    assert int(tried[1]) == int(tried[2]) > 200
