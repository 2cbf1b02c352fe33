"""What people ask of the structure is answered by the pages alone, and each answer says where it is written."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Locator, Page

import serving
from httpclient import HTML, Client
from organograph_server.app import create_app
from organograph_server.dataset.originals import Originals
from organograph_server.settings import Settings
from organograph_server.views.chart import draw, wrapped
from organograph_server.views.links import Link
from organograph_server.views.structure import Branch
from peoplepages import ARABIC, LONG, SCRIPT, hostile_dataset
from places import shared
from second_organization import FIRST
from serving import Running, listening, served

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without"])
def page(browser: Browser, iom: Running, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a browser that runs scripts, and one of a browser that does not."""
    context = browser.new_context(java_script_enabled=request.param, base_url=iom.address)
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: asked.append(message.text))
    yield opened
    context.close()
    assert [url for url in asked if not url.startswith(iom.address)] == []


def sources(page: Page, said: Locator) -> list[str]:
    """Where it says so: the texts of the sources that a statement leads to."""
    targets = [link.get_attribute("href") or "" for link in said.locator("a.cite").all()]
    assert targets, said.inner_text()
    return [page.locator(target).inner_text() for target in targets]


def test_who_heads_operations_in_each_edition(page: Page) -> None:
    """The page of the post says who held it in each edition, or that no document says, and where each is written."""
    page.goto("/doc/post/deputy-director-general-operations.html")
    held = {}
    for edition in page.locator(".timeline > li").all():
        said = edition.locator("dt:text-is('held by') + dd")
        held[edition.locator("h3 a").inner_text()] = [link.inner_text() for link in said.locator("a:not(.cite)").all()]
        if held[edition.locator("h3 a").inner_text()]:
            (where,) = sources(page, said)
            assert re.search(r"“Ugochi Daniels”.*characters \d+–\d+", where, re.DOTALL)
    assert held == {"2021-09": ["Ugochi Daniels"], "2022-06": ["Ugochi Daniels"], "2023-10": []}
    assert "no document of this edition says" in page.locator(".timeline > li").last.inner_text()


def test_which_offices_are_independent_and_to_whom_they_report(page: Page) -> None:
    """The first page lists the independent offices with whom they report to; the page of each says it again, and where it is written."""
    page.goto("/")
    told = page.get_by_role("region", name="Independent offices").get_by_role("listitem").all_inner_texts()
    assert len(told) == 4
    assert all(text.endswith(" is independent and reports to Director General.") for text in told)
    assert "Office of Legal Affairs is independent and reports to Director General." in told
    page.get_by_role("region", name="Independent offices").get_by_role("link", name="Office of Legal Affairs").click()
    said = page.locator("p", has_text="This office is independent")
    assert said.get_by_role("link", name="Director General").first.get_attribute("href") == "../../doc/post/director-general"
    independent, reporting = sources(page, said)
    assert "Web page Director General" in independent
    assert "characters 852–875" in independent
    assert "characters 856–920" in reporting
    page.goto("/edition/2022-06.html")
    assert page.get_by_role("region", name="Independent offices").count() == 0


def test_what_units_are_under_migration_health(page: Page) -> None:
    """The page of the division lists its units, each with the place where it is written; so does the filtered tree."""
    page.goto("/doc/unit/migration-health.html")
    below = page.get_by_role("region", name="Directly below").locator(".tree > li")
    names = [row.locator("a:not(.cite)").inner_text() for row in below.all()]
    assert len(names) == 8
    assert {"Mental Health and Psychosocial Support Unit", "Migration Health Informatics Unit"} <= set(names)
    for name, row in zip(names, below.all(), strict=True):
        where = " ".join(sources(page, row))
        assert name in where
        assert re.search(r"placed below Migration Health Division: characters \d+–\d+", where)
    page.goto("/edition/2022-06.html")
    page.get_by_label("Name, acronym or holder").fill("migration health div")
    page.get_by_role("button", name="Filter").click()
    tree = page.get_by_role("region", name="Structure")
    tree.locator("summary", has_text="Migration Health Division").click()
    shown = [name for name in names if tree.get_by_role("link", name=name, exact=True).is_visible()]
    assert shown == names


def test_a_source_leads_to_its_passage(page: Page) -> None:
    """From a statement two steps lead to the row of the very characters on the page of what the document states."""
    page.goto("/doc/unit/legal-affairs.html")
    cite = page.locator("dt:text-is('reports to') + dd a.cite").first
    page.locator(cite.get_attribute("href") or "").get_by_role("link", name="characters 856–920").click()
    assert page.url.endswith("/edition/2023-10/source/director-general-2023#at-856-920")
    row = page.locator("#at-856-920").inner_text()
    assert "Office of Legal Affairs reports to Director General" in " ".join(row.split())


def test_every_citation_of_a_passage_is_a_row(client: Client) -> None:
    """Each address of a passage on the pages of all things is a row of the page of that evidence."""
    missing: list[str] = []
    rows: dict[str, set[str]] = {}
    for path in ("doc/unit/legal-affairs", "doc/post/director-general", "doc/body/council", "doc/person/amy-pope", "doc/site/bangkok"):
        for graph, anchor in re.findall(r'href="\.\./\.\./(edition/[^"#]+)#(at-\d+-\d+)"', client.get(f"/{path}.html").text):
            if graph not in rows:
                rows[graph] = set(re.findall(r'<tr id="([^"]+)"', client.get(f"/{graph}.html").text))
            missing += [] if anchor in rows[graph] else [f"{graph}#{anchor}"]
    assert len(rows) >= 4
    assert missing == []


def test_the_timeline_tells_what_is_new(page: Page) -> None:
    """The page of an office says of each edition what is new in it: its name, kind or place; and which changes led there."""
    page.goto("/doc/unit/legal-affairs.html")
    rows = page.locator(".timeline > li")
    assert [row.locator(".tag").all_inner_texts() for row in rows.all()] == [[], *2 * [["renamed", "another kind", "moved"]]]
    names = page.locator(".timeline dt:text-is('name') + dd").all()
    assert [name.inner_text().partition("\n")[0] for name in names] == [
        "Office of Legal Affairs",
        "Department of Legal Affairs",
        "Office of Legal Affairs",
    ]
    page.goto("/doc/unit/ethics-and-pseah.html")
    assert page.locator(".timeline dt:text-is('after') + dd a").count() >= 1


def test_filter_by_kind_and_words(page: Page) -> None:
    """The filter shows what fits with what is above it, says how much fits, and needs no script."""
    page.goto("/edition/2022-06.html")
    page.get_by_label("Kind").select_option("post")
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_role("status").inner_text() == "12 of 165 fit."
    assert page.locator(".tree a", has_text="Department Directors").is_visible()
    page.goto("/edition/2022-06.html")
    page.get_by_label("Name, acronym or holder").fill("ANTÓNIO vitorino")
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_role("status").inner_text() == "2 of 165 fit."
    page.goto("/")
    page.get_by_label("Name, acronym or holder").fill("no such thing")
    page.get_by_role("button", name="Filter").click()
    assert page.get_by_role("status").inner_text() == "0 of 38 fit."
    assert page.locator(".tree a:visible").count() == 0


def test_filter_by_address_and_while_typing(browser: Browser, iom: Running, client: Client) -> None:
    """What the script shows while one types is what the server shows for the same words, for names, accents, acronyms and kinds."""
    context = browser.new_context(base_url=iom.address)
    page = context.new_page()
    page.goto("/edition/2022-06.html")
    for text, kind in (("health", ""), ("Antonio", ""), ("ict", ""), ("health", "division"), ("", "regional-office"), ("", "")):
        page.get_by_label("Kind").select_option(kind)
        page.get_by_label("Name, acronym or holder").fill(text)
        page.wait_for_timeout(300)
        typed = page.locator(".tree li:not([hidden]) > .row > a, .tree li:not([hidden]) > .row > mark > a").all_text_contents()
        answer = client.get(f"/edition/2022-06.html?q={quote(text)}&kind={kind}", HTML).text
        given = re.findall(r'<span class="row">(?:<mark>)?<a [^>]*>([^<]+)</a>', answer)
        told = re.search(r'id="found">([^<]*)<', answer)
        assert told is not None
        assert typed == [name.replace("&amp;", "&").replace("&#39;", "'") for name in given], text
        assert page.get_by_role("status").inner_text() == told[1]
    context.close()


@pytest.mark.parametrize(("query", "said"), [("kind=bakery", "No edition has anything of kind"), (f"q={'x' * 201}", "has 201 characters")])
def test_filter_refuses_what_it_cannot_mean(client: Client, query: str, said: str) -> None:
    """A kind that no edition has, or words without end, are refused with a sentence."""
    for path in ("/", "/edition/2022-06"):
        answer = client.get(f"{path}?{query}", HTML)
        assert answer.status == 400
        assert said in answer.text


def test_counts_are_those_of_the_data(client: Client) -> None:
    """How many units and posts are below the organization is as many as the edition's table has."""
    for edition in ("2021-09", "2022-06", "2023-10"):
        rows = client.get(f"/edition/{edition}.csv").text.splitlines()
        units, posts = (sum(f",{kind}," in row for row in rows) for kind in ("unit", "post"))
        assert f"{units:,} units and {posts:,} posts below" in client.get(f"/edition/{edition}.html").text


def test_editions_switch(page: Page) -> None:
    """From the structure of one edition a click leads to that of another, and the one that is shown is marked."""
    page.goto("/edition/2021-09.html")
    switch = page.get_by_role("navigation", name="Editions")
    assert switch.locator("[aria-current=page]").inner_text() == "Before the reform of headquarters (2021-09)"
    switch.get_by_role("link", name="(2022-06)").click()
    assert page.url.endswith("/edition/2022-06")
    page.get_by_role("link", name="As a chart").click()
    assert page.url.endswith("/edition/2022-06/chart")
    assert page.get_by_role("navigation", name="Charts of other editions").get_by_role("link").count() == 3


def test_chart_says_what_the_data_say(client: Client) -> None:
    """The drawing has a box for each thing of the branch with its whole name, a link to it, and one line to each from above."""
    drawing = ElementTree.fromstring(client.get("/edition/2022-06/chart/unit/migration-health.svg").body)
    assert drawing.tag == f"{SVG}svg"
    links = {link.get("href"): link.findtext(f"{SVG}title") for link in drawing.iter(f"{SVG}a")}
    rows = [line for line in client.get("/edition/2022-06.csv").text.splitlines() if "/id/unit/migration-health," in line]
    assert len(rows) == 9  # the division and the eight below it
    start = "http://127.0.0.1:8000/edition/2022-06/doc/unit/"
    wanted = {start + line.partition(",")[0].rpartition("/")[2] for line in rows}
    assert set(links) == wanted
    assert links[f"{start}migration-health"] == "Migration Health Division"
    assert len(list(drawing.iter(f"{SVG}path"))) == 8


def test_chart_is_always_the_same_and_downloads(client: Client, page: Page) -> None:
    """A chart asked for twice is the same bytes; it is an image by its type, and the page offers it as a file."""
    first, again = (client.get("/edition/2022-06/chart", "image/svg+xml") for _ in range(2))
    assert first.media_type == "image/svg+xml"
    assert first.body == again.body
    page.goto("/edition/2022-06/chart")
    with page.expect_download() as download:
        page.get_by_role("link", name="This chart as SVG").click()
    assert Path(download.value.path()).read_bytes() == first.body


def test_chart_leads_down_and_up(page: Page) -> None:
    """Where a chart ends, a link leads to the chart of what is below; from there the way leads up again, and to data."""
    page.goto("/edition/2022-06/chart")
    page.locator("svg a", has_text="+").first.click()
    assert re.search(r"/edition/2022-06/chart/(post|unit)/", page.url)
    up = page.get_by_role("navigation", name="Charts of what is above").get_by_role("link")
    assert up.first.inner_text() == "International Organization for Migration"
    for name in ("Edition as CSV", "Edition as Excel"):
        assert page.get_by_role("link", name=name).count() == 1
    assert page.get_by_role("link", name="as Turtle").count() == page.get_by_role("link", name="as JSON-LD").count() == 1


def test_chart_zooms_and_moves(browser: Browser, iom: Running) -> None:
    """With JavaScript buttons make a chart larger and smaller, and the mouse moves it; without there are no dead buttons."""
    context = browser.new_context(base_url=iom.address)
    page = context.new_page()
    page.goto("/edition/2022-06/chart")
    before = page.locator(".chart svg").bounding_box()
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    after = page.locator(".chart svg").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == pytest.approx(before["width"] * 1.25**2, rel=0.01)
    frame = page.locator(".chart .frame").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] - 20, frame["y"] + 300)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] - 120, frame["y"] + 250)
    page.mouse.up()
    assert page.locator(".chart .frame").evaluate("frame => frame.scrollTop") > 0
    context.close()
    bare = browser.new_context(base_url=iom.address, java_script_enabled=False).new_page()
    bare.goto("/edition/2022-06/chart")
    assert bare.locator(".chart button").count() == 0


def test_chart_of_what_has_no_place(client: Client) -> None:
    """Who asks for the chart of a person, of nothing, of an edition that is none or in a format that is none, is told so."""
    for path in (
        "2022-06/chart/person/amy-pope",
        "2022-06/chart/unit/nobody",
        "1999/chart",
        "2022-06/chart.png",
        "2021-09/chart/unit/treasury",
    ):
        answer = client.get(f"/edition/{path}")
        assert answer.status == 404, path
        assert json.loads(answer.body)["detail"]


def branch(name: str, *children: Branch) -> Branch:
    """A branch of units."""
    return Branch(Link(name, f"doc/unit/{name}"), f"unit/{name}", "unit", ("unit",), children=children, units=len(children))


def test_boxes_of_a_chart_never_overlap() -> None:
    """Boxes of one column stand apart, whatever the lengths of the names, and lines stay in their boxes."""
    names = ["x" * 300, "a b " * 60, "漢字" * 80, "A", "Regional Office in Suva", ARABIC]
    tree = branch(
        "root", *(branch(name, *(branch(f"{name[:40]} {number}") for number in range(number))) for number, name in enumerate(names))
    )
    chart = draw(tree)
    assert chart.is_whole
    columns: dict[float, list[Any]] = {}
    for box in chart.boxes:
        columns.setdefault(box.x, []).append(box)
        assert all(box.y < y < box.y + box.height for _, y in box.lines)
        assert box.y + box.height <= chart.height + 0.1
    for boxes in columns.values():
        boxes.sort(key=lambda box: box.y)
        assert all(above.y + above.height < under.y for above, under in itertools.pairwise(boxes))


def test_a_chart_has_room_on_a_page() -> None:
    """However much is below, a chart has no more rows than are legible on a page, and opens small branches before large ones."""
    large = branch("large", *(branch(f"large {number}") for number in range(30)))
    small = branch("small", branch("small 1", branch("small 1 1")), branch("small 2"))
    chart = draw(branch("root", large, small))
    assert {box.branch.link.label for box in chart.boxes} == {"root", "large", "small", "small 1", "small 1 1", "small 2"}
    assert [box.branch.link.label for box in chart.boxes if box.branch.left_out] == ["large"]
    assert not chart.is_whole


def test_a_very_wide_branch_is_cut_and_says_so() -> None:
    """Of thousands side by side the first are drawn, and the chart knows how many are left out."""
    chart = draw(branch("root", *(branch(f"unit {number}") for number in range(10_000))))
    assert chart.shown.left_out == 10_000 - len(chart.shown.children)
    assert len(chart.boxes) < 200
    assert not chart.is_whole


def test_names_are_wrapped_to_the_letter() -> None:
    """Names that fit are only divided into lines; longer ones end with an ellipsis; control characters do not come through."""
    assert " ".join(wrapped("Department of Strategic Planning and Organizational Performance")).split() == [
        *("Department", "of", "Strategic", "Planning", "and", "Organizational", "Performance")
    ]
    assert wrapped("x" * 300)[-1].endswith("…")
    assert wrapped("a\x00b\x0bc") == ["a b c"]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A dataset of another organization whose names try to do harm, and the folder of its documents."""
    return hostile_dataset(tmp_path_factory.mktemp("hostile"))


def test_hostile_names_are_shown_to_the_letter(hostile: tuple[Path, Path]) -> None:
    """Names with scripts, with 300 letters and from right to left stand on their pages and charts as they are, as text."""
    out, _ = hostile
    app = create_app(Settings(dataset=out)).test_client()
    for slug, name in (("plankton", SCRIPT), ("sediments", ARABIC), ("instruments", LONG)):
        drawing = ElementTree.fromstring(app.get(f"/edition/{FIRST}/chart/unit/{slug}.svg").data)
        assert name in {title.text for title in drawing.iter(f"{SVG}title")}
        for path in ("/", f"/doc/unit/{slug}.html", f"/edition/{FIRST}/chart/unit/{slug}.html"):
            page = app.get(path, headers={"Accept": HTML}).get_data(as_text=True)
            assert "<script>alert" not in page
            assert "<img src=x" not in page


def test_passages_are_shown_in_context(hostile: tuple[Path, Path]) -> None:
    """With the documents at hand a page shows the very characters, marked, with what stands around them; without, where they are."""
    out, documents = hostile
    with served("--dataset", out, "--sources", documents) as address:
        page = Client(address).get("/doc/unit/audit.html").text
        evidence = Client(address).get(f"/edition/{FIRST}/source/chart-2024.html").text
    assert re.search(r"<blockquote><p>[^<]*<mark>Office of Audit</mark>", page)
    assert "<mark>The Office of Audit is independent</mark>" in page
    assert "<mark>Office of Audit</mark>" in evidence
    with served("--dataset", out) as address:
        page = Client(address).get("/doc/unit/audit.html").text
    assert "<blockquote>" not in page
    assert re.search(r"characters \d+–\d+", page)
    assert "https://www.lanternfish.example/chart-2024" in page


def test_a_document_of_another_hash_is_never_shown(tmp_path: Path) -> None:
    """Nothing of a document whose SHA-256 is not the one of the catalogue is shown, and the server says which it is."""
    out, documents = hostile_dataset(tmp_path, rewritten=True)
    command = [str(Path(sys.executable).parent / "organograph"), "serve", "--dataset", str(out), "--sources", str(documents), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = re.search(r" at (http://\S+)/ ", process.stdout.readline())
        assert address is not None
        client = Client(address[1])
        pages = [client.get(path).text for path in ("/doc/unit/audit.html", f"/edition/{FIRST}/source/chart-2024.html")]
        process.terminate()
        said = process.stderr.read()
        process.wait(timeout=20)
    assert "chart-2024.txt is not the document that was read: its SHA-256 differs" in said
    assert all("Fraud" not in page and "<mark>" not in page for page in pages)


def test_folder_of_documents_must_be_there(published: Path, tmp_path: Path) -> None:
    """A folder that is not there is refused before anything is served."""
    command = [str(Path(sys.executable).parent / "organograph"), "serve", str(published), "--sources", str(tmp_path / "nowhere")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "There is no folder" in done.stderr


def test_passages_have_an_end() -> None:
    """Of a document only some characters around a passage are ever shown, and nothing for offsets that it does not have."""
    text = "".join(f"word{number} " for number in range(10_000))
    originals = Originals({"d": text})
    found = originals.passage("d", 40_000, 40_010)
    assert found is not None
    assert len(found.before) + len(found.after) < 500
    assert found.text == " ".join(text[40_000:40_010].split())
    assert [originals.passage(*asked) for asked in (("d", 5, 5), ("d", 7, 3), ("d", 0, len(text) + 1), ("e", 0, 1))] == [None] * 4


def test_iom_passages_are_those_of_the_documents(published: Path) -> None:
    """With the documents of IOM each passage that pages show is, by its offsets, in the document."""
    folder = shared("sources")
    app = create_app(Settings(dataset=published, sources=folder))
    texts = {hashlib.sha256(path.read_bytes()).hexdigest(): path.read_text(encoding="utf-8") for path in folder.glob("*.txt")}
    assert len(texts) == 5
    page = app.test_client().get("/edition/2023-10/source/director-general-2023.html").get_data(as_text=True)
    rows = re.findall(r'<tr id="at-(\d+)-(\d+)">.*?<mark>(.*?)</mark>', page, re.DOTALL)
    assert len(rows) > 30
    text = next(text for text in texts.values() if len(text) == 2127)
    unescaped = [(int(start), int(end), said.replace("&#39;", "'").replace("&amp;", "&")) for start, end, said in rows]
    assert [row for row in unescaped if " ".join(text[row[0] : row[1]].split()) != row[2].strip()] == []


def test_a_person_has_the_posts_of_each_edition(page: Page) -> None:
    """The page of a person says which post that person held in each edition, and where it is written."""
    page.goto("/doc/person/amy-pope.html")
    held = page.locator(".timeline dt:text-is('holds') + dd")
    deputy = "Deputy Director General for Management and Reform"
    assert held.locator("a:not(.cite)").all_inner_texts() == [deputy, deputy, "Director General"]
    assert all(re.search(r"“Amy Pope”.*characters", where, re.DOTALL) for row in held.all() for where in sources(page, row))
    assert page.locator(".timeline > li").last.locator(".tag").all_inner_texts() == ["another post"]


@pytest.mark.parametrize("names", ["iom", "hostile"])
def test_names_stay_in_their_boxes(browser: Browser, iom: Running, hostile: tuple[Path, Path], names: str) -> None:
    """In the charts no line of a name is drawn beyond its box, as a browser measures it."""
    beyond = """() => [...document.querySelectorAll(".chart svg g")].filter(each => each.querySelector("rect")).flatMap(each =>
        [...each.querySelectorAll("text")].filter(text => {
            const [name, box] = [text.getBBox(), each.querySelector("rect").getBBox()];
            return name.x < box.x || name.x + name.width > box.x + box.width || name.y + name.height > box.y + box.height;
        }).map(text => text.textContent))"""
    if names == "iom":
        paths = ["edition/2022-06/chart", "edition/2022-06/chart/post/director-general", "edition/2022-06/chart/unit/migration-health"]
        assert _found(browser, iom.address, paths, beyond) == {path: [] for path in paths}
    else:
        paths = [f"edition/{FIRST}/chart", *(f"edition/{FIRST}/chart/unit/{slug}" for slug in ("plankton", "sediments", "instruments"))]
        with listening(create_app(Settings(dataset=hostile[0]))) as address:
            assert _found(browser, f"{address}/", paths, beyond) == {path: [] for path in paths}


def _found(browser: Browser, address: str, paths: list[str], script: str) -> dict[str, object]:
    """What a script finds on some pages."""
    page = browser.new_page()
    found = {}
    for path in paths:
        page.goto(address + path)
        found[path] = page.evaluate(script)
    page.close()
    return found


def test_a_chain_without_end_has_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A structure of hundreds of levels, which none should be, is still shown: as far as pages go, and each thing by itself."""
    unit = '<id/unit/u{}> a org:OrganizationalUnit ; skos:prefLabel "Level {}"@en ; og:parent <id/{}> .'
    chain = (unit.format(number, number, f"unit/u{number - 1}" if number else "post/director-general") for number in range(400))
    monkeypatch.setattr(serving, "LATE", serving.LATE + "\n".join(chain))
    app = create_app(Settings(dataset=serving.small_dataset(tmp_path))).test_client()
    for path in ("/", "/edition/2022-06.html", "/edition/2022-06/chart.svg", "/edition/2022-06.html?q=level", "/doc/unit/u399.html"):
        assert app.get(path, headers={"Accept": HTML}).status_code == 200, path
    assert "Level 45" in app.get("/", headers={"Accept": HTML}).get_data(as_text=True)
    assert app.get("/edition/2022-06/chart/unit/u390.html").get_data(as_text=True).count("<rect") == 10
