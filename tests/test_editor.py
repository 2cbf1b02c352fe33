"""The query page: a plain form for everybody, and YASGUI on demand where set-up could fetch the pinned one; nothing foreign is asked."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from httpclient import HTML, Client
from organograph_server import editorsetup
from organograph_server.app import create_app
from organograph_server.editorsetup import EditorMissing, main, placed, unpacked
from organograph_server.query.editor import FILES, SCRIPT, STYLE, VERSION, WRITES, Editor, default_folder
from organograph_server.settings import Settings
from places import REPOSITORY
from serving import Running, listening, small_app
from test_access import opened

PLACE = f"/editor/{VERSION}"
BROKEN = "SELECT * WHERE {\n  ?s ?p }"
_AXE = "async () => (await axe.run()).violations.map(rule => [rule.id, rule.nodes.slice(0, 3).map(node => node.html)])"


@pytest.fixture(scope="module")
def there() -> Path:
    """The folder where set-up put the editor; skips the test where it could not."""
    if not Editor.read(default_folder()).files:
        pytest.skip("The editor for queries (YASGUI) could not be fetched through npm at set-up, so only the plain form is tried.")
    return default_folder()


@pytest.fixture(scope="module")
def plain(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server without the editor."""
    with listening(create_app(Settings(dataset=published, editor=tmp_path_factory.mktemp("none")))) as address:
        yield address


def package(files: dict[str, bytes]) -> bytes:
    """A package as npm gives one."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"package/build/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return written.getvalue()


def integrity(content: bytes) -> str:
    """The hash of bytes as packages are pinned by it."""
    return f"sha512-{base64.b64encode(hashlib.sha512(content).digest()).decode()}"


def npm(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `npm` is a script."""
    program = folder / "npm"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return os.environ | {
        "PATH": f"{folder}:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(str(REPOSITORY / each) for each in ("build", "server")),
    }


def set_up(environ: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    """What set-up says in an environment, with the editor's place in a folder."""
    code = f"""import sys
from pathlib import Path
from organograph_server import editorsetup
editorsetup.default_folder = lambda: Path({str(folder)!r})
sys.exit(editorsetup.main())"""
    return subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_set_up_without_npm_says_so(tmp_path: Path) -> None:
    """Without npm set-up succeeds and says in one sentence what is left out and how to have it."""
    done = set_up(npm(tmp_path, "") | {"PATH": "/nowhere"}, tmp_path / "yasgui")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "npm is not installed, so the editor for queries (YASGUI) was not fetched. "
        "Queries have the plain form alone; `make editor` tries again."
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'npm error code ENOTFOUND' >&2; exit 1", "npm could not fetch the editor for queries"),
        ("exit 0", "npm gave no package"),
        ("echo other > a.tgz", "is not the pinned one: its SHA-512 differs. It is not used."),
    ],
    ids=["offline", "nothing", "another"],
)
def test_set_up_never_fails_for_npm(tmp_path: Path, script: str, said: str) -> None:
    """Offline, or given nothing, or another package than the pinned one, set-up succeeds, says so, and uses nothing of it."""
    done = set_up(npm(tmp_path, script), tmp_path / "yasgui")
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert not (tmp_path / "yasgui").exists()


def test_npm_is_asked_for_the_pinned_version_alone(tmp_path: Path) -> None:
    """Npm is asked for one version, runs none of its scripts, and soon gives up."""
    set_up(npm(tmp_path, f'echo "$@" > {tmp_path}/asked; exit 1'), tmp_path / "yasgui")
    asked = (tmp_path / "asked").read_text().split()
    assert asked[:2] == ["pack", f"@zazuko/yasgui@{VERSION}"]
    assert {"--ignore-scripts", "--fetch-retries=0"} < set(asked)


def test_only_the_pinned_files_are_taken() -> None:
    """A package with the right hash and another file inside is refused, and so is one that lacks a file."""
    for files in ({SCRIPT: b"alert(1)", STYLE: b"a{}"}, {SCRIPT: b"x"}, {}):
        made = package(files)
        with pytest.raises(EditorMissing, match="does not hold the files that are pinned"):
            unpacked(made, integrity(made))
    with pytest.raises(EditorMissing, match="SHA-512 differs"):
        unpacked(b"something else")


def test_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails half way leaves nothing, and the next one heals it."""
    folder = tmp_path / "yasgui"
    with pytest.raises(TypeError):
        placed({"a.js": b"a", "b.js": None}, folder)  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []
    placed({"a.js": b"a"}, folder)
    placed({"b.js": b"b"}, folder)
    assert [path.name for path in folder.iterdir()] == ["b.js"]
    assert [path.name for path in tmp_path.iterdir()] == ["yasgui"]
    monkeypatch.setattr(editorsetup, "default_folder", lambda: Path("/proc/nowhere/yasgui"))
    monkeypatch.setattr(editorsetup, "fetched", lambda: b"")
    monkeypatch.setattr(editorsetup, "unpacked", lambda _: {})
    assert main() == 0


def test_nothing_of_it_is_in_the_repository() -> None:
    """No file that is committed has a hash of the editor, nor is large enough to be it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("This is no checkout of git, so that what is committed is not known.")
    for name in filter(None, listed.stdout.split("\0")):
        path = REPOSITORY / name
        assert not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() not in FILES.values(), name


def test_page_without_editor_is_the_form_alone(plain: str, browser: Browser) -> None:
    """Where set-up could not fetch it, the page has the form, no script, the policy of all pages, and no address of the editor."""
    client = Client(plain)
    answer = client.get("/sparql", HTML)
    assert "editor.js" not in answer.text
    assert 'id="editor"' not in answer.text
    assert "connect-src" not in answer.fields["Content-Security-Policy"]
    assert client.get(f"{PLACE}/{SCRIPT}").status == 404
    assert "/editor/" not in client.get("/openapi.json").text
    with opened(browser, plain) as page:
        page.goto("/sparql")
        page.get_by_role("button", name="Ask").click()
        assert page.get_by_role("cell", name="Office of Legal Affairs").count() >= 1


def test_changed_files_are_not_offered(tmp_path: Path, there: Path) -> None:
    """A folder in which one file is not the pinned one is as good as none."""
    for name in FILES:
        (tmp_path / name).write_bytes((there / name).read_bytes())
    assert Editor.read(tmp_path).files
    (tmp_path / STYLE).write_bytes(b"a{}")
    assert not Editor.read(tmp_path).files


def test_files_are_immutable(there: Path, iom: Running) -> None:
    """Script and style sheet are the pinned bytes at an address of their version, which caches may keep for ever."""
    client = Client(iom.address.rstrip("/"))
    for name, digest in FILES.items():
        answer = client.get(f"{PLACE}/{name}")
        assert hashlib.sha256(answer.body).hexdigest() == digest
        assert answer.fields["Cache-Control"] == "public, max-age=31536000, immutable"
        assert client.get(f"{PLACE}/{name}", **{"If-None-Match": answer.fields["ETag"]}).status == 304
    assert client.get(f"/editor/1.0.0/{SCRIPT}").status == 404
    assert client.get(f"{PLACE}/yasgui.min.js.map").status == 404


def test_policy_lets_in_what_is_needed_and_no_more(there: Path, iom: Running) -> None:
    """Only the query page may ask, and this server alone; the one style sheet that the editor writes is let in by its hash."""
    client = Client(iom.address.rstrip("/"))
    for path in ("/sparql", "/edition/2022-06/sparql", "/sparql?query=ASK%7B%7D"):
        policy = client.get(path, HTML).fields["Content-Security-Policy"]
        assert policy.endswith("; connect-src 'self'")
        assert f"style-src 'self' {WRITES};" in policy
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
    assert "connect-src" not in client.get("/about", HTML).fields["Content-Security-Policy"]
    assert "connect-src" not in client.get("/sparql?query=ASK%7B%7D", "application/sparql-results+json").fields["Content-Security-Policy"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_editor_answers_and_is_for_everybody(there: Path, browser: Browser, iom: Running, axe: str, scheme: Any, width: int) -> None:
    """Opened, it takes the query of the form, answers it, breaks no rule of axe-core or of the policy, and asks no other host."""
    with opened(browser, iom.address, color_scheme=scheme, viewport={"width": width, "height": 900}) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        ask_in_editor(page, "SELECT ?name WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name LIMIT 3")
        assert page.locator("#editor tbody tr").count() == 3
        assert page.locator("#editor").get_attribute("lang") == "en"
        page.evaluate(axe)
        assert page.evaluate(_AXE) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(url.startswith(iom.address) for url in asked)
        assert len(asked) >= 5


def ask_in_editor(page: Page, query: str) -> None:
    """Write a query into the form, open the editor, and ask it there."""
    page.goto("/sparql")
    page.get_by_label("Query", exact=True).fill(query)
    page.get_by_role("button", name="Open the editor").click()
    page.locator("#editor .CodeMirror-line").first.wait_for()
    page.locator("#editor .yasqe_queryButton").click()
    page.locator("#editor tbody tr").first.wait_for()


def test_keyboard_enters_and_leaves_the_editor(there: Path, browser: Browser, iom: Running) -> None:
    """By keyboard alone: open, write, ask, walk through by Tab and back out, and return to the form with the query as it was left."""
    with opened(browser, iom.address) as page:
        page.goto("/sparql")
        button = page.get_by_role("button", name="Open the editor")
        button.focus()
        page.keyboard.press("Enter")
        page.locator("#editor .CodeMirror-line").first.wait_for()
        back = page.get_by_role("button", name="Back to the plain form")
        assert back.evaluate("each => each === document.activeElement")
        inside = "document.activeElement.matches('#editor .CodeMirror textarea')"
        for _ in range(12):
            page.keyboard.press("Tab")
            if page.evaluate(inside):
                break
        assert page.evaluate(inside), "Tab does not reach the query"
        page.keyboard.press("Control+Home")
        page.keyboard.type("# mine\n")
        page.keyboard.press("Tab")
        assert not page.evaluate(inside), "Tab does not leave the query"
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(inside)
        page.keyboard.press("Control+Enter")
        page.locator("#editor tbody tr").first.wait_for()
        for _ in range(12):
            page.keyboard.press("Shift+Tab")
            if back.evaluate("each => each === document.activeElement"):
                break
        page.keyboard.press("Enter")
        assert page.locator("#query").input_value().startswith("# mine\n")
        assert page.get_by_role("button", name="Ask").is_visible()


def test_terms_are_completed_from_the_data(there: Path, browser: Browser, iom: Running) -> None:
    """Classes that are offered while one writes are those of the data, asked of this server."""
    with opened(browser, iom.address) as page:
        ask_in_editor(page, "SELECT * WHERE { ?s a <https://w3id.org/organograph/ns#IndependentOffice> } LIMIT 1")
        found = page.evaluate(
            """async () => { const yasqe = document.querySelector("#editor .CodeMirror").CodeMirror;
                yasqe.setValue("SELECT * WHERE { ?s a <https://w3id.org/organograph/ns#Ind");
                yasqe.setCursor({line: 0, ch: 100}); yasqe.autocomplete();
                const hints = () => [...document.querySelectorAll(".CodeMirror-hints li")];
                for (let tries = 0; tries < 300 && !hints().length; tries++) await new Promise(wake => setTimeout(wake, 100));
                return hints().map(each => each.textContent); }"""
        )
        assert any("IndependentOffice" in text for text in found)


def test_without_javascript_there_is_the_form(there: Path, browser: Browser, iom: Running) -> None:
    """Without JavaScript no button promises an editor; the form answers, and saved queries are a menu of links."""
    with opened(browser, iom.address, java_script_enabled=False) as page:
        page.goto("/sparql")
        assert page.get_by_role("button", name="Open the editor").count() == 0
        assert not page.locator("#editor").is_visible()
        page.locator("summary", has_text="Saved queries").click()
        page.locator(".menu").get_by_role("link", name="Independent offices", exact=True).click()
        assert "og:IndependentOffice" in page.get_by_label("Query", exact=True).input_value()
        assert page.get_by_role("heading", name="Answer: 4 rows").is_visible()
        page.get_by_role("cell", name="Office of Legal Affairs").first.wait_for()
        page.get_by_role("link", name="/id/unit/legal-affairs").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Office of Legal Affairs"


def test_every_saved_query_of_the_menu_answers(iom: Running) -> None:
    """Each link of the menu gives an answer, at the endpoint of an edition too."""
    client = Client(iom.address.rstrip("/"))
    for path in ("/sparql", "/edition/2022-06/sparql"):
        page = client.get(path, HTML).text
        links = [part.partition('"')[0] for part in page.split("sparql?query=")[1:]]
        assert len(links) == page.count("about it<span")
        assert len(links) >= 15
        for link in links:
            assert client.get(f"{path}?query={link}", HTML).status == 200


def test_errors_are_told_with_their_place(browser: Browser, iom: Running) -> None:
    """A query that cannot be read is told with line and column; the line is shown, and the query can be mended and asked again."""
    context = browser.new_context(base_url=iom.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/edition/2022-06/sparql")
    page.get_by_label("Query", exact=True).fill(BROKEN)
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("heading", level=1).inner_text() == "The query cannot be read at line 2, column 9."
    assert page.get_by_label("Where the query fails").inner_text() == "  ?s ?p }\n        ^"
    field = page.get_by_label("Query", exact=True)
    assert field.input_value().replace("\r\n", "\n") == BROKEN
    field.fill("ASK {}")
    page.get_by_role("button", name="Ask again").click()
    assert page.get_by_role("heading", name="Answer: yes").is_visible()
    assert "/edition/2022-06/sparql" in page.url
    context.close()


def test_page_of_a_fault_keeps_the_query_as_text(iom: Running) -> None:
    """What the query says is shown and never run, and limits are told in words."""
    client = Client(iom.address.rstrip("/"))
    hostile = "SELECT * { </textarea><script>alert(1)</script>".replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    page = client.get(f"/sparql?query={hostile}", HTML)
    assert page.status == 400
    assert "<script>alert" not in page.text
    assert "&lt;/textarea&gt;" in page.text
    long = client.get("/sparql?query=SELECT%20*%20%7B%20%7D" + "%20" * 20_000 + "x", HTML)
    assert long.status in (400, 414)
    assert "<h1>" in long.text


def test_files_that_are_served_have_it_too(tmp_path: Path, there: Path) -> None:
    """A server of plain files offers the editor, and no menu, since it has no saved queries."""
    (tmp_path / "a.nt").write_text("<http://a.example/a> <http://a.example/p> <http://a.example/b> .\n", encoding="utf-8")
    app = create_app(Settings(files=(tmp_path / "a.nt",))).test_client()
    page = app.get("/sparql", headers={"Accept": HTML}).get_data(as_text=True)
    assert f"{PLACE}/{SCRIPT}"[1:] in page
    assert 'class="menu"' not in page
    assert app.get(f"{PLACE}/{STYLE}").status_code == 200


def test_small_dataset_has_the_page(tmp_path: Path) -> None:
    """Any dataset has the page with its menu."""
    page = small_app(tmp_path).test_client().get("/sparql", headers={"Accept": HTML}).get_data(as_text=True)
    assert "Saved queries: " in page
