"""New editions, what differs between two, and a second organization from nothing to an answer, with no code changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from htmlpages import by_id, read_page, text_of
from independent import OG, ORG
from organograph_server.app import create_app
from organograph_server.settings import Settings
from organograph_server.views.links import page_of
from places import copied, edited
from second_organization import (
    BASE,
    FIRST,
    SECOND,
    SETTINGS,
    Document,
    add_row,
    changes,
    reformed,
    store_rows,
    stored_rows,
    units,
    write_edition,
)
from test_cli import run
from test_exchange import files


def test_a_second_organization_is_published(tmp_path: Path) -> None:
    """From init to the server's answer: an organization of forty units over two editions needs tables only."""
    folder = tmp_path / "lon"
    assert run("init", folder, *SETTINGS, "--edition", FIRST).exit_code == 0
    first, second = Document("chart-2024", folder), Document("chart-2025", folder)
    (folder / "documents/first-note.txt").unlink()
    write_edition(folder, FIRST, first, units(), "Ada Brine")
    store_rows(folder / "sources.csv", [first.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    assert len(units()) == 40

    assert run("new", "edition", SECOND, folder, "--from", FIRST).exit_code == 0
    done = run("diff", FIRST, SECOND, folder)
    assert (done.exit_code, done.stdout) == (0, "")
    write_edition(folder, SECOND, second, reformed(units()), "Bo Skerry")
    told = changes(second)
    add_row(folder / "sources.csv", second.source())
    editions = stored_rows(folder / "editions.csv")
    store_rows(folder / "editions.csv", [editions[0], {**editions[1], "sources": "chart-2025", "note": ""}])
    done = run("diff", FIRST, SECOND, folder)
    assert done.exit_code == 1, done.output
    assert done.stdout.count("MISSING: Record in changes.csv") == 5
    store_rows(folder / "changes.csv", told)
    done = run("diff", FIRST, SECOND, folder)
    assert done.exit_code == 0
    for words in (
        "“Ocean Currents Division” (unit:ocean-currents) was formed by the merger of ",
        "“Department of Plankton and Krill” (unit:plankton) was renamed from “Department of Plankton”.",
        "(unit:moored-instruments-survey) moved from “Moored Instruments Division” to “Department of Sediments”.",
        "(post:secretary-general) was held by Ada Brine and is held by Bo Skerry.",
    ):
        assert words in done.stdout

    assert run("fmt", folder, "--check").exit_code == 0
    checked = run("check", folder)
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert run("evidence", folder, "--sources", folder / "documents").exit_code == 0
    built = run("build", folder, "--out", tmp_path / "out")
    assert f"2 editions, base {BASE}," in built.stdout
    client = create_app(Settings(dataset=tmp_path / "out")).test_client()
    answer = client.get("/doc/unit/ocean-currents.ttl")
    assert answer.status_code == 200
    graph = Graph().parse(data=answer.get_data(as_text=True), format="turtle")
    assert (URIRef(f"{BASE}id/unit/ocean-currents"), OG.parent, URIRef(f"{BASE}id/unit/currents")) in graph
    page = client.get("/doc/unit/plankton.html").get_data(as_text=True)
    assert "Department of Plankton and Krill" in page


def test_a_skeleton_is_sound(tmp_path: Path) -> None:
    """What init writes is canonical, checks clean, proves its evidence, builds under its base and reasons, whatever its name."""
    folder = tmp_path / "new"
    folder.mkdir()
    done = run("init", folder, "--name", 'Łódź "Tide"\\Board, North', "--base", "https://example.org/tide", "--head", "Über-Chair")
    assert done.exit_code == 0, done.output
    for arguments in (("fmt", "--check", folder), ("check", folder), ("evidence", folder, "--sources", folder / "documents")):
        assert run(*arguments).exit_code == 0
    assert "base https://example.org/tide/," in run("build", folder, "--out", tmp_path / "out").stdout
    assert "base https://other.example/," in run("build", folder, "--out", tmp_path / "out", "--base", "https://other.example/").stdout
    assert 'language = "en"' in (folder / "dataset.toml").read_text(encoding="utf-8")
    told = run("init", tmp_path / "other", "--name", "A", "--base", "https://example.org/", "--language", "French")
    assert (told.exit_code, "'French' is no language tag. Write one such as en or fr-CH." in told.stderr) == (2, True)
    reasoned = run("reason", folder)
    assert "consistent, 0 unsatisfiable classes" in reasoned.stdout
    edited(folder / "dataset.toml", "https://example.org/tide", "nowhere")
    assert "cannot be the setting dataset.base" in run("build", folder, "--out", tmp_path / "out").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "A", "--base", "nowhere"), "The base IRI 'nowhere' cannot be used."),
        (("--name", " ", "--base", BASE), "The name '' is empty"),
        (("--name", "A\nB", "--base", BASE), "holds stray white space"),
        (("--name", "東京", "--base", BASE), "has no Latin letters"),
        (("--name", "A", "--base", BASE, "--head", "…"), "has no Latin letters"),
        (("--name", "A", "--base", BASE, "--edition", "May 2024"), "The edition 'May 2024' is no month."),
    ],
)
def test_what_cannot_begin_is_told(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """A name, base or month that cannot be used is told in a sentence, and nothing is written."""
    done = run("init", tmp_path / "new", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "new").exists()


def test_settings_in_no_section_are_told(tmp_path: Path) -> None:
    """A setting outside its section, or a section that is a value, is told by name."""
    folder = copied(tmp_path)
    (folder / "dataset.toml").write_text('base = "https://a.example/"\ndataset = 3\n', encoding="utf-8")
    done = run("build", folder, "--out", tmp_path / "out")
    assert done.exit_code == 1
    for words in ("setting base stands in no section", "setting dataset stands in no section", "setting dataset.title is missing"):
        assert words in done.stdout


def test_init_leaves_full_folders_alone(tmp_path: Path) -> None:
    """A folder that holds something, or a file, is refused."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file"):
        assert "is there already and not an empty folder" in run("init", place, *SETTINGS).stderr


@pytest.mark.parametrize(("old", "identifier"), [("2023-10", "2024-05"), ("2022-06", "2022-08")], ids=["last", "between"])
def test_a_new_edition_is_sound(tmp_path: Path, old: str, identifier: str) -> None:
    """A copy of an edition, behind the last or between two, checks clean at once, in its place of the chain."""
    folder = copied(tmp_path)
    before = files(folder)
    done = run("new", "edition", identifier, folder, "--from", old)
    assert done.exit_code == 0, done.output
    place = Path("editions") / identifier
    after = files(folder)
    for path in (path for path in before if path.parent == Path("editions") / old):
        assert after[place / path.name] == before[path]
    rows = {row["id"]: row for row in stored_rows(folder / "editions.csv")}
    assert [row["order"] for row in rows.values()] == ["1", "2", "3", "4"]
    assert rows[identifier]["previous"] == old
    assert (rows[identifier]["not_before"], rows[identifier]["sources"]) == (identifier, rows[old]["sources"])
    checked = run("check", folder)
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "say the same" in run("diff", old, identifier, folder).stderr


def test_a_new_edition_names_its_documents_and_leaves_out_what_is_over(tmp_path: Path) -> None:
    """Documents given are named beside those cited, and tenures that ended before the edition are not copied."""
    folder = copied(tmp_path)
    edited(folder / "editions/2023-10/tenures.csv", "2023-10-01,,", "2023-10-01,2024-04,")
    done = run("new", "edition", "2024-05", folder, "--from", "2023-10", "--source", "office-2022", "--source", "director-general-2023")
    assert done.exit_code == 0
    assert stored_rows(folder / "editions.csv")[-1]["sources"] == "director-general-2023; office-2022"
    assert stored_rows(folder / "editions/2024-05/tenures.csv") == []
    assert "was held by Amy Pope and is held by nobody who is named." in run("diff", "2023-10", "2024-05", folder).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2023-10", "--from", "2022-06"), "The edition '2023-10' exists already."),
        (("spring", "--from", "2023-10"), "'spring' is no month."),
        (("2024-13", "--from", "2023-10"), "'2024-13' is no month."),
        (("2024-05", "--from", "1999-01"), "There is no edition '1999-01'. The editions are: 2021-09, 2022-06, 2023-10."),
        (("2021-01", "--from", "2021-09"), "2021-01 does not come after 2021-09"),
        (("2024-05", "--from", "2022-06"), "2024-05 does not come before 2023-10"),
        (("2024-05", "--from", "2023-10", "--source", "nothing"), "'nothing' is no document of sources.csv."),
    ],
)
def test_an_edition_that_cannot_be_is_told(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    """An edition that exists, is no month, does not fit the chain or cites what is not there is told, and nothing changes."""
    folder = copied(tmp_path)
    before = files(folder)
    done = run("new", "edition", arguments[0], folder, *arguments[1:])
    assert (done.exit_code, done.stdout) == (2, "")
    assert words in done.stderr
    assert files(folder) == before


def test_what_comes_and_goes_unexplained_is_what_the_rules_find(tmp_path: Path) -> None:
    """Without its changes and scope an edition's comparison tells as missing just the things that check finds."""
    folder = copied(tmp_path)
    store_rows(folder / "changes.csv", [row for row in stored_rows(folder / "changes.csv") if row["to_edition"] != "2023-10"])
    store_rows(folder / "scope.csv", [row for row in stored_rows(folder / "scope.csv") if row["branch"] != "unit:special-envoys"])
    done = run("diff", "2022-06", "2023-10", folder)
    missing = {line.split("(", 1)[1].split(")")[0] for line in done.stdout.splitlines() if "and nothing tells why" in line}
    assert done.exit_code == 1
    assert {"unit:climate-action", "unit:special-envoys", "unit:inspector-general"} <= missing
    ways = (
        ("is missing from “Under Director General Amy Pope”", "shape:Register-disappeared"),
        ("is missing from “After the reform of headquarters”", "shape:Register-appeared"),
    )
    found = [line for line in run("check", folder).stdout.splitlines() if any(words in line and rule in line for words, rule in ways)]
    assert len(found) == len(missing)


def test_comparing_backwards_or_nothing_is_told() -> None:
    """Editions that are not there or in the wrong order are told in a sentence."""
    assert "does not come before 2022-06" in run("diff", "2023-10", "2022-06").stderr
    assert "There is no edition '1999-01'." in run("diff", "1999-01", "2022-06").stderr
    done = run("diff", "2022-06", "2023-10")
    assert (done.exit_code, "0 of them not explained" in done.stderr) == (0, True)
    assert "“Office of the Chief of Staff” (unit:office-of-the-chief-of-staff) succeeded “Executive Office”." in done.stdout


def test_an_organization_has_kinds_of_its_own(tmp_path: Path) -> None:
    """A kind of kinds.csv stands under the dataset's base, keeps the rules, goes out and back, and is told with its label."""
    folder = tmp_path / "lon"
    assert run("init", folder, *SETTINGS, "--edition", FIRST).exit_code == 0
    document = Document("chart-2024", folder)
    own = {"label": "lighthouse", "label_fr": "phare", "definition": "A lighthouse is a unit that keeps a light."}
    store_rows(folder / "kinds.csv", [{"slug": "lighthouse", "broader": "office", "of": "units", **own}])
    unit = {"slug": "skerry", "name": "Skerry Light", "kind": "lighthouse", "parent": "post:secretary-general", "basis": "inferred"}
    unit["note"] = "The chart prints the name only."
    store_rows(folder / f"editions/{FIRST}/units.csv", [unit | document.cite("Skerry Light")])
    add_row(folder / "sources.csv", document.source())
    edited(folder / "editions.csv", ",first-note,", ",first-note; chart-2024,")
    checked = run("check", folder)
    assert (checked.exit_code, checked.stdout) == (0, "")
    before = files(folder)
    assert run("export", folder, "--xlsx", tmp_path / "book.xlsx").exit_code == 0
    assert run("import", folder, "--xlsx", tmp_path / "book.xlsx").exit_code == 0
    assert files(folder) == before
    assert run("build", folder, "--out", tmp_path / "out").exit_code == 0
    assert run("reason", folder).exit_code == 0
    client = create_app(Settings(dataset=tmp_path / "out")).test_client()
    turtle = client.get("/doc/unit/skerry.ttl").get_data(as_text=True)
    assert (None, ORG.classification, URIRef(f"{BASE}kind/lighthouse")) in Graph().parse(data=turtle, format="turtle")
    query = "SELECT ?l { ?u <http://www.w3.org/ns/org#classification>/<http://www.w3.org/2004/02/skos/core#prefLabel> ?l }"
    assert "phare" in client.get("/sparql", query_string={"query": query}).get_data(as_text=True)
    led = client.get("/kind/lighthouse")
    assert (led.status_code, led.headers["Location"]) == (303, "/catalogue")
    led = client.get("/kind/lighthouse", headers={"Accept": "text/html"})
    assert (led.status_code, led.headers["Location"]) == (303, "/ns.html#kind-lighthouse")
    assert page_of(f"{BASE}kind/lighthouse", BASE) == "ns#kind-lighthouse"
    place = by_id(read_page(client.get("/ns.html").get_data(as_text=True)))["kind-lighthouse"]
    assert all(words in text_of(place) for words in ("lighthouse", "phare", "of this organization alone", f"{FIRST}: 1"))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"slug": "office", "of": "units"}, "row 2, column slug: The scheme (kinds.ttl) has a kind 'office' already."),
        ({"slug": "light", "broader": "offices", "of": "units"}, "column broader: 'offices' is no kind of this table or of the scheme"),
        ({"slug": "light", "broader": "light", "of": "units"}, "column broader: 'light' is its own parent."),
        ({"slug": "light", "of": "posts"}, "column of: 'posts' is not how the column of is written. Use one of: units, bodies."),
    ],
)
def test_faulty_kinds_are_told(tmp_path: Path, row: dict[str, str], words: str) -> None:
    """A kind that the scheme has, a wider kind that is none, and a kind of what has no kinds are told at their cells."""
    folder = copied(tmp_path)
    store_rows(folder / "kinds.csv", [{"label": "a light", "definition": "A light.", **row}])
    assert words in run("build", folder, "--out", tmp_path / "out").stdout


def test_a_kind_of_bodies_is_none_of_units(tmp_path: Path) -> None:
    """A unit whose kind is for bodies is found, also where the kind is the organization's own."""
    folder = copied(tmp_path)
    store_rows(folder / "kinds.csv", [{"slug": "synod", "label": "synod", "definition": "A synod is a body.", "of": "bodies"}])
    edited(folder / "editions/2023-10/units.csv", "Climate Action,unspecified,", "Climate Action,synod,")
    assert "is of kind “synod”, which is no kind of unit." in run("check", folder, "--edition", "2023-10").stdout
