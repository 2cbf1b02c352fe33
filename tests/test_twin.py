"""The static twin: on nginx and on Apache every address answers as on the server, and nothing is missing or dead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from organograph.errors import BuildFailed
from organograph_server.service import Service
from organograph_server.twin.export import export_site
from second_organization import FIRST, SECOND, SETTINGS, Document, add_row, changes, reformed, store_rows, stored_rows, units, write_edition
from serving import small_dataset
from test_cli import run
from twins import Lasting, Walk, is_query
from twinstage import QUICK, SERVERS, Stage, staged

MOUNT = "/open/structure"
OF_A_MOMENT = ("/healthz", "/metrics", "/readyz")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The small dataset, with pages so short that some documents have several."""
    work = tmp_path_factory.mktemp("twin")
    (work / "data").mkdir()
    with staged(small_dataset(work / "data"), page_size=10) as stage:
        yield stage


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The invented second organization, under a base with a path."""
    work = tmp_path_factory.mktemp("twin")
    folder, out = work / "lon", work / "out"
    settings = [f"https://data.lanternfish.example{MOUNT}/" if text.startswith("https:") else text for text in SETTINGS]
    assert run("init", folder, *settings, "--edition", FIRST).exit_code == 0
    first, later = Document("chart-2024", folder), Document("chart-2025", folder)
    (folder / "documents/first-note.txt").unlink()
    write_edition(folder, FIRST, first, units(), "Ada Brine")
    store_rows(folder / "sources.csv", [first.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert run("new", "edition", SECOND, folder, "--from", FIRST).exit_code == 0
    write_edition(folder, SECOND, later, reformed(units()), "Bo Skerry")
    told = changes(later)
    add_row(folder / "sources.csv", later.source())
    editions = stored_rows(folder / "editions.csv")
    store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    store_rows(folder / "changes.csv", told)
    assert run("build", folder, "--out", out).exit_code == 0
    with staged(out) as stage:
        yield stage


@pytest.fixture(scope="module")
def iom_twin(published: Path) -> Iterator[Stage]:
    """The structure of IOM."""
    with staged(published) as stage:
        yield stage


def shown(walk: Walk) -> list[str]:
    """The first few differences of each sort, so that a failure can be read."""
    sorts: dict[str, list[str]] = {}
    for told in walk.differences:
        sorts.setdefault(re.sub(r" at \S+:", "", told)[:60], []).append(told[:600])
    return [told for found in sorts.values() for told in found[:1]][:20]


@pytest.mark.parametrize("program", SERVERS)
def test_every_address_answers_every_client_alike(small: Stage, program: str, tmp_path: Path) -> None:
    """Server and twin give every address to every kind of client with equal status, bytes, type and fields."""
    with small.on(program, tmp_path) as client:
        walk = small.walk(client, program)
    assert shown(walk) == []
    assert walk.asked > 1_000
    assert {address for address in small.twin.addresses if "?page=2" in address}


@pytest.mark.parametrize("program", QUICK)
def test_a_second_organization_below_a_path(second: Stage, program: str, tmp_path: Path) -> None:
    """The same holds for another organization, whose base has a path."""
    with second.on(program, tmp_path) as client:
        walk = second.walk(client, program, whole=False)
        assert client.get(f"{MOUNT}/id/unit/audit").status == 303
        assert client.get("/id/unit/audit").status == 404
    assert shown(walk) == []
    assert len(walk.seen) > 1_000


@pytest.mark.parametrize("program", QUICK)
def test_no_link_is_dead(small: Stage, program: str, tmp_path: Path) -> None:
    """Whatever a page, a Link field or the site map of the twin names is there; queries alone are not, and say so."""
    with small.on(program, tmp_path) as client:
        walk = Walk(client, {}, small.twin.base)
        walk.run(small.seeds())
        found = {address: client.get(address, "text/html, */*;q=0.5").status for address in walk.seen}
    dead = {address: status for address, status in found.items() if status not in (200, 302, 303, 307)}
    assert {address: status for address, status in dead.items() if status != 501} == {}
    assert all(is_query(address) or address in ("/rdf-graph-store", *OF_A_MOMENT) for address in dead)


def test_nothing_is_missing(small: Stage) -> None:
    """What the rules, the site map and the list of files name is in the twin, and every negotiation told its formats."""
    client = small.app.test_client()
    listed = {line.partition("<loc>")[2].partition("</loc>")[0] for line in client.get("/sitemap.xml").text.splitlines() if "<loc>" in line}
    named = {f"/{iri.removeprefix(small.twin.base)}" for iri in listed} | set(small.seeds())
    named |= {
        f"/data/{file['path']}"
        for file in json.loads((Service.of(small.app).settings.dataset / "manifest.json").read_text("utf-8"))["files"]
    }
    assert named - set(small.twin.addresses) == set(small.twin.refused) == {"/rdf-graph-store", *OF_A_MOMENT}
    assert small.twin.untold == []
    assert small.twin.dead == {}


def test_two_exports_are_the_same_bytes(small: Stage, tmp_path: Path) -> None:
    """The same dataset gives the same files, byte for byte, and of the same date."""
    again = tmp_path / "again"
    export_site(Service.of(small.app).settings, again)

    def told(folder: Path) -> dict[str, tuple[bytes, float]]:
        files = (path for path in folder.rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime) for path in files}

    assert told(again) == told(small.folder)


PROBLEMS = {
    "/nothing/at/all": 404,
    "/doc/unit/nobody.ttl": 404,
    "/doc/unit/legal-affairs.var": 404,
    "/doc/unit/legal-affairs.ttl.meta": 404,
    "/query": 406,
    "/doc/unit/legal-affairs?format=nonsense": 406,
    "/doc/unit/legal-affairs?page=77": 404,
    "/sparql?query=ASK%20%7B%7D": 501,
    "/query/search?text=other": 501,
    "/rdf-graph-store": 501,
    "/rdf-graph-store?graph=urn%3Aother": 501,
    "/doc/unit/legal-affairs?_profile=cpov": 501,
    "/doc/unit/legal-affairs.ttl?_profile=cpov": 501,
    "/id/unit/legal-affairs?_profile=cpov": 501,
    "/edition/2022-06?_profile=unknown": 501,
    "/metrics": 501,
    "/?q=other": 501,
    "/search?q=other": 501,
    "/reconcile?queries=%7B%7D": 501,
    "/version/unknown/catalogue": 404,
}


@pytest.mark.parametrize("program", SERVERS)
def test_problems_are_told_as_the_server_tells_them(small: Stage, program: str, tmp_path: Path) -> None:
    """What is not there, not acceptable or not static has its status, and tells it in the format that is asked for."""
    with small.on(program, tmp_path) as client:
        for address, status in PROBLEMS.items():
            picture = "image/png" if address == "/query" else None
            answer = client.get(address, picture)
            assert (address, answer.status, answer.media_type) == (address, status, "application/problem+json")
            assert json.loads(answer.body)["status"] == status
            assert answer.fields["Cache-Control"] == "no-store"
        page = client.get("/nothing/at/all", "text/html, */*;q=0.1")
        assert (page.status, page.media_type) == (404, "text/html")
        assert 'href="/static/style.css"' in page.text
        assert client.get("/nothing/at/all", "text/turtle").media_type == "text/turtle"
        assert client.get("/sparql", method="POST").status == 501
        assert client.get("/doc/unit/legal-affairs", method="POST").status == 405
        assert client.get("/doc/unit/legal-affairs", method="DELETE").status == 405
        dated = client.get("/timegate/doc/unit/legal-affairs", **{"Accept-Datetime": "Sun, 01 Jan 2023 00:00:00 GMT"})
        assert dated.status == 501
        asked = client.get("/doc/unit/legal-affairs", method="OPTIONS", Origin="http://other.example")
        assert asked.status in (200, 204)
        assert "Accept-Datetime" in asked.fields["Access-Control-Allow-Headers"]
        assert asked.fields["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("program", SERVERS)
def test_parameters_name_formats(small: Stage, program: str, tmp_path: Path) -> None:
    """`?format=` and `?_mediatype=` choose as on the server, also behind what leads elsewhere."""
    with small.on(program, tmp_path) as client, closing(Lasting(small.live)) as live:
        for query in ("format=nt", "format=json-ld", "_mediatype=application/rdf%2Bxml", "_mediatype=text/turtle", "format=csv"):
            for address in ("/catalogue", "/sparql", "/doc/unit/legal-affairs", "/edition/2022-06"):
                mine, its = (each.get(f"{address}?{query}") for each in (live, client))
                if mine.status == 400:  # the server wants a query, of which files know nothing
                    assert its.status == 406
                    continue
                assert (address, query, mine.status, mine.media_type) == (address, query, its.status, its.media_type)
                assert mine.status != 200 or mine.body == its.body
        for address in (
            "/id/unit/legal-affairs.nq",
            "/id/unit/legal-affairs?format=nq",
            "/edition/latest.csv",
            "/edition/latest?format=ttl",
        ):
            mine, its = (urlsplit(urljoin(f"http://here{address}", each.get(address).fields["Location"])).path for each in (live, client))
            assert mine == its


@pytest.mark.parametrize("program", SERVERS)
def test_who_has_it_already_is_told_so(small: Stage, program: str, tmp_path: Path) -> None:
    """The tag of a file gives 304, and another does not; on Apache, where a format was chosen, its date does."""
    with small.on(program, tmp_path) as client:
        tag = client.get("/doc/unit/legal-affairs.nt").fields["ETag"]
        known = client.get("/doc/unit/legal-affairs.nt", **{"If-None-Match": f'"other", {tag}'})
        assert (known.status, known.body, known.fields["ETag"]) == (304, b"", tag)
        assert client.get("/doc/unit/legal-affairs.nt", **{"If-None-Match": '"other"'}).status == 200
        part = client.get("/doc/unit/legal-affairs.nt", Range="bytes=0-9")
        assert (part.status, len(part.body)) == (206, 10)
        chosen = client.get("/doc/unit/legal-affairs", "application/n-triples")
        known_by = {"apache": {"If-Modified-Since": formatdate(usegmt=True)}, "nginx": {"If-None-Match": chosen.fields["ETag"]}}
        assert client.get("/doc/unit/legal-affairs", "application/n-triples", **known_by[program]).status == 304


@pytest.mark.parametrize("program", QUICK)
def test_the_structure_of_iom(iom_twin: Stage, program: str, tmp_path: Path) -> None:
    """Of IOM, whose addresses are thousands, every seventh of each sort answers alike to no Accept field and to two in turn."""
    sample = iom_twin.sample(list(QUICK).index(program), 7)
    with iom_twin.on(program, tmp_path) as client, closing(Lasting(iom_twin.live)) as live:
        walk = Walk(live, {program: client}, iom_twin.twin.base, iom_twin.twin.mount, whole=False)
        walk.compare(sample)
    assert shown(walk) == []
    assert len(sample) > 900


def test_what_no_export_wrote_stays(small: Stage, tmp_path: Path) -> None:
    """A folder with other files is refused and left alone; a twin is replaced; where it fails, the old one stands."""
    settings = Service.of(small.app).settings
    (tmp_path / "other").mkdir()
    (tmp_path / "other/thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(BuildFailed, match="holds files that no export wrote"):
        export_site(settings, tmp_path / "other")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BuildFailed, match="is a file"):
        export_site(settings, tmp_path / "file")
    (tmp_path / "old").mkdir()
    (tmp_path / "old/export.json").write_text("{}", "utf-8")

    def broken(done: int, known: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(BuildFailed, match="No space left on device"):
        export_site(settings, tmp_path / "old", broken)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "old", "other"]
    assert [path.name for path in (tmp_path / "old").iterdir()] == ["export.json"]


def test_the_command(small: Stage, tmp_path: Path) -> None:
    """`organograph export --site` writes the twin, over an older one too, and tells errors in a sentence."""
    dataset = Service.of(small.app).settings.dataset
    for _ in range(2):
        done = run("export", "--site", tmp_path / "site", "--dataset", dataset)
        assert (done.exit_code, done.stderr) == (0, "")
        assert "addresses in" in done.stdout
    assert {path.name for path in (tmp_path / "site").iterdir()} == {"README.md", "apache", "export.json", "nginx", "site"}
    assert "/sparql" in (tmp_path / "site/README.md").read_text("utf-8")
    done = run("export", "--site", tmp_path / "none", "--dataset", tmp_path / "nowhere")
    assert (done.exit_code, "There is no dataset in" in done.stderr) == (2, True)
    for wrong in (
        ("--xlsx", "a.xlsx", "--site", "b"),
        ("--site", "b", "--edition", "2022-06"),
        ("--xlsx", "a.xlsx", "--dataset", dataset),
        (),
    ):
        assert run("export", *wrong).exit_code == 2
