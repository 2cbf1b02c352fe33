"""The members of the stream of changes: none ever changes, none is told without a date, and nothing that an edition says is lost."""

from __future__ import annotations

import json
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from ldesclient import TREE
from organograph_server.app import create_app
from organograph_server.settings import Settings
from serving import BASE, EARLY, LATE, small_dataset


def blocks(dataset: Path) -> dict[str, dict[str, set[str]]]:
    """For each edition what is said of each member, read without a socket."""
    client = create_app(Settings(dataset=dataset)).test_client()
    found: dict[str, dict[str, set[str]]] = {}
    for edition in json.loads((dataset / "manifest.json").read_text("utf-8"))["editions"]:
        member: set[str] = set()
        told = found[edition["id"]] = {}
        answer = client.get(f"/changes/{edition['id']}.nq")
        for quad in parse(answer.data, format=RdfFormat.N_QUADS) if answer.status_code == 200 else ():
            if quad.predicate.value == f"{TREE}member":
                member = told[str(quad.object)] = set()
            else:
                member.add(str(quad))
    return found


def test_members_never_change(tmp_path: Path) -> None:
    """A correction makes another member, with another name; every member that is not touched keeps its own, and says the same."""
    before = blocks(small_dataset(tmp_path / "before"))
    after = blocks(small_dataset(tmp_path / "after", corrections={"Office of Legal Affairs": "Legal Office"}))
    assert before["2021-09"] == after["2021-09"]
    one, other = before["2022-06"], after["2022-06"]
    assert {name: one[name] for name in one.keys() & other.keys()} == {name: other[name] for name in one.keys() & other.keys()}
    (gone,), (come,) = one.keys() - other.keys(), other.keys() - one.keys()
    assert gone.partition("#")[0] == come.partition("#")[0] == f"<{BASE}edition/2022-06/doc/unit/legal-affairs"


def test_only_dated_editions_are_told(tmp_path: Path) -> None:
    """An edition without a date is left out, with all that came by it; where none has one, there is no stream, and a sentence says so."""
    dataset = small_dataset(tmp_path)
    manifest = json.loads((dataset / "manifest.json").read_text("utf-8"))
    for edition, answers in ((1, (200, 404)), (0, (404, 404))):
        manifest["editions"][edition]["not_before"] = None
        (dataset / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        client = create_app(Settings(dataset=dataset)).test_client()
        assert (client.get("/changes/2021-09").status_code, client.get("/changes/2022-06").status_code) == answers
        assert client.get("/changes").status_code == client.get("/changes.atom").status_code == answers[0]
        assert client.get("/").status_code == client.get("/sitemap.xml").status_code == 200
    assert "No edition of this dataset is dated" in client.get("/changes").get_data(as_text=True)


def test_what_is_of_no_thing_is_told_too(tmp_path: Path) -> None:
    """What an edition says of itself, and of things that are named elsewhere, has members as well, so that nothing is lost."""
    said = f'<https://other.example/x#y> rdfs:label "Elsewhere" . <{BASE}edition/2022-06#note> rdfs:label "Here" . '
    dataset = small_dataset(tmp_path, corrections={"<id/body/council> a og:Body": f"{said}<id/body/council> a og:Body"})
    told = blocks(dataset)["2022-06"]
    payload = {line for name, lines in told.items() for line in lines if line.endswith(name)}
    graph = parse((dataset / "editions/2022-06.nt").read_bytes(), format=RdfFormat.N_TRIPLES)
    assert {line.rpartition(" ")[0] for line in payload} == {str(quad.triple) for quad in graph}
    others = {name for name in told if name.startswith(f"<{BASE}changes/2022-06#version-")}
    assert len(others) == 2
    page = create_app(Settings(dataset=dataset)).test_client().get("/changes/2022-06.html")
    assert (page.status_code, b"Elsewhere" in page.data or b">x<" in page.data) == (200, True)


def test_an_edition_that_says_nothing_brings_nothing(tmp_path: Path) -> None:
    """Before an empty edition there is nothing to leave; after one, all of the edition before left, and the last of that makes it whole."""
    told = blocks(small_dataset(tmp_path / "first", corrections={EARLY: ""}))
    assert (len(told["2021-09"]), len(told["2022-06"]) > 5) == (0, True)
    told = blocks(small_dataset(tmp_path / "last", corrections={LATE: ""}))
    assert len(told["2021-09"]) == len(told["2022-06"]) > 5
    assert all(any("activitystreams#Delete>" in line for line in lines) for lines in told["2022-06"].values())
    assert [any("actionStatus" in line for line in lines) for lines in told["2022-06"].values()][-2:] == [False, True]
    client = create_app(Settings(dataset=tmp_path / "first/dataset")).test_client()
    assert client.get("/changes.html").status_code == 200
    assert b"changes/2021-09" not in client.get("/changes.ttl").data
