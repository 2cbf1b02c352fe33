"""Caching over a real socket: entity tags, conditions, dates, compression, and addresses whose answers never change."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from httpclient import HTML, Answer, Client
from organograph.cli import main
from organograph_server.answers.representations import ENTRY, Representations
from organograph_server.app import create_app
from organograph_server.content.coding import GZIP, IDENTITY, coding_for
from organograph_server.content.conditions import evaluate, http_date
from organograph_server.errors import NotAcceptable
from organograph_server.settings import Settings
from serving import listening, small_dataset

# What each answer has of its own.
OF_THE_MOMENT = ("date", "x-request-id")
UNIT = "/doc/unit/legal-affairs"
CHANGED = "Wed, 01 Jan 2025 00:00:00 GMT"
BEFORE, AFTER = "Tue, 31 Dec 2024 23:59:59 GMT", "Wed, 01 Jan 2025 00:00:01 GMT"


def dated_dataset(folder: Path, issued: str = "2025-01-01T01:00:00+01:00") -> Path:
    """The small dataset, with a manifest that says when it last changed."""
    directory = small_dataset(folder)
    manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
    (directory / "manifest.json").write_text(json.dumps(manifest | {"issued": issued}), "utf-8")
    return directory


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A client of a server of the small dataset, which knows when it last changed."""
    with listening(create_app(Settings(dataset=dated_dataset(tmp_path_factory.mktemp("server"))))) as address:
        yield Client(address)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"If-None-Match": '"t"'}, 304),
        ({"If-None-Match": 'W/"t"'}, 304),
        ({"If-None-Match": '"a", ,W/"b" , "t"'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"T"'}, 200),
        ({"If-None-Match": "t"}, 200),
        ({"If-None-Match": '"a,t"'}, 200),
        ({"If-None-Match": ""}, 200),
        ({"If-None-Match": '"t'}, 200),
        ({"If-Modified-Since": CHANGED}, 304),
        ({"If-Modified-Since": AFTER}, 304),
        ({"If-Modified-Since": BEFORE}, 200),
        ({"If-Modified-Since": "Wednesday, 01-Jan-25 00:00:00 GMT"}, 304),
        ({"If-Modified-Since": "Tue Dec 31 23:59:59 2024"}, 200),
        ({"If-Modified-Since": "Wed Jan  1 00:00:00 2025"}, 304),
        ({"If-Modified-Since": "Wed, 31 Feb 2026 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"other"', "If-Modified-Since": AFTER}, 200),
        ({"If-None-Match": '"t"', "If-Modified-Since": BEFORE}, 304),
        ({"If-Match": '"t"'}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": 'W/"t"'}, 412),
        ({"If-Match": '"other"'}, 412),
        ({"If-Match": '"other"', "If-None-Match": '"t"'}, 412),
        ({"If-Match": '"t"', "If-Unmodified-Since": BEFORE}, 200),
        ({"If-Unmodified-Since": BEFORE}, 412),
        ({"If-Unmodified-Since": CHANGED}, 200),
        ({"If-Unmodified-Since": "never"}, 200),
        ({"If-Unmodified-Since": CHANGED, "If-None-Match": '"t"'}, 304),
    ],
)
def test_conditions_are_evaluated_in_order(fields: dict[str, str], status: int) -> None:
    """If-Match goes before If-Unmodified-Since, If-None-Match before If-Modified-Since (RFC 9110 section 13.2.2)."""
    assert evaluate(fields, "t", datetime(2025, 1, 1, tzinfo=UTC)) == HTTPStatus(status)


def test_without_a_date_conditions_on_dates_are_ignored() -> None:
    """Where nobody knows when the data changed, only tags decide."""
    assert evaluate({"If-Modified-Since": AFTER}, "t", None) == HTTPStatus.OK
    assert evaluate({"If-Unmodified-Since": BEFORE}, "t", None) == HTTPStatus.OK


@given(st.text(alphabet=st.sampled_from('"tW/, *é\t'), max_size=60))
def test_any_list_of_tags_is_read(field: str) -> None:
    """Whatever is sent, it names the tag or it does not."""
    assert evaluate({"If-None-Match": field}, "t", None) in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
    assert http_date(field) is None


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        (None, IDENTITY),
        ("", IDENTITY),
        ("gzip", GZIP),
        ("gzip, deflate, br, zstd", GZIP),
        ("GZIP;q=0.5", GZIP),
        ("x-gzip", GZIP),
        ("*", GZIP),
        ("identity", IDENTITY),
        ("br", IDENTITY),
        ("gzip;q=0", IDENTITY),
        ("gzip;q=0.2, identity;q=0.5", IDENTITY),
        ("identity;q=0.2, gzip;q=0.5", GZIP),
        ("*;q=0, gzip", GZIP),
        ("gzip;q=many", IDENTITY),
    ],
)
def test_codings_are_negotiated(accept: str | None, coding: str) -> None:
    """Clients get gzip where they take it, and what they can read in any case."""
    assert coding_for(accept, 100_000) == coding


def test_small_answers_are_sent_as_they_are() -> None:
    """What gains nothing is not compressed, unless nothing else will do; what refuses all is told so."""
    assert coding_for("gzip", 100) == IDENTITY
    assert coding_for("gzip, identity;q=0", 100) == GZIP
    with pytest.raises(NotAcceptable, match="Accept gzip or identity"):
        coding_for("*;q=0", 100)


def test_compressed_answers_are_the_same_bytes(client: Client) -> None:
    """In gzip a document has the same content, its own strong tag, and says on what it depends."""
    for path in (UNIT, "/edition/2022-06", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D", "/data/dataset.nq", "/static/style.css"):
        plain, packed = client.get(path), client.get(path, **{"Accept-Encoding": "gzip"})
        assert packed.fields["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert "Accept-Encoding" in plain.fields["Vary"]
        assert plain.fields["Vary"] == packed.fields["Vary"]
        assert plain.fields["ETag"] != packed.fields["ETag"]
        again = client.get(path, **{"Accept-Encoding": "gzip", "If-None-Match": packed.fields["ETag"]})
        assert (again.status, again.body) == (304, b"")
        assert client.get(path, **{"If-None-Match": packed.fields["ETag"]}).status == 200


def test_the_same_file_compresses_to_the_same_bytes(client: Client) -> None:
    """Compression puts no time into the bytes."""
    assert len({client.get(UNIT, **{"Accept-Encoding": "gzip"}).body for _ in range(2)}) == 1


def test_conditions_hold_for_what_was_negotiated(client: Client) -> None:
    """The tag of Turtle spares no client JSON-LD, and no 304 is given before the format is known to be there."""
    tag = client.get(UNIT, "text/turtle").fields["ETag"]
    assert client.get(UNIT, "text/turtle", **{"If-None-Match": tag}).status == 304
    assert client.get(UNIT, "application/ld+json", **{"If-None-Match": tag}).status == 200
    assert client.get(UNIT, "image/png", **{"If-None-Match": "*"}).status == 406
    assert client.get("/doc/unit/nobody", **{"If-None-Match": "*"}).status == 404
    refused = client.get(UNIT, **{"If-Match": '"other"'})
    assert (refused.status, json.loads(refused.body)["status"]) == (412, 412)


def test_last_modified_comes_from_the_data(client: Client, tmp_path: Path) -> None:
    """RDF is dated by the manifest; pages, which change with the software, and datasets of a date to come, are not."""
    for path in (f"{UNIT}.ttl", "/edition/2022-06.rdf", "/data/dataset.nq", f"/edition/2021-09{UNIT}.nt"):
        assert client.get(path).fields["Last-Modified"] == CHANGED
        assert client.get(path, **{"If-Modified-Since": CHANGED}).status == 304
        assert client.get(path, **{"If-Modified-Since": BEFORE}).status == 200
    assert "Last-Modified" not in client.get(f"{UNIT}.html").fields
    with listening(create_app(Settings(dataset=dated_dataset(tmp_path, "2999-01-01T00:00:00Z")))) as address:
        assert "Last-Modified" not in Client(address).get(f"{UNIT}.ttl").fields


def test_a_build_tells_when_the_tables_changed(tmp_path: Path) -> None:
    """SOURCE_DATE_EPOCH comes into the manifest, by which the server dates; without it there is no date; nonsense is refused."""
    for seconds, issued in (("1735689600", "2025-01-01T00:00:00+00:00"), ("", None)):
        done = CliRunner().invoke(main, ["build", "--out", str(tmp_path / "out")], env={"SOURCE_DATE_EPOCH": seconds})
        assert done.exit_code == 0, done.output
        assert json.loads((tmp_path / "out/manifest.json").read_text("utf-8")).get("issued") == issued
    done = CliRunner().invoke(main, ["build", "--out", str(tmp_path / "out")], env={"SOURCE_DATE_EPOCH": "today"})
    assert done.exit_code == 2
    assert "SOURCE_DATE_EPOCH is 'today'" in done.stderr


def test_an_edition_keeps_its_tags_when_another_changes(tmp_path: Path) -> None:
    """A tag is of the bytes: a rebuild that changes one graph spares clients what did not change."""
    tags = []
    for name, words in (("one", b"Advises"), ("two", b"Advised")):
        directory = small_dataset(tmp_path / name)
        manifest = json.loads((directory / "manifest.json").read_text("utf-8"))
        changed = (directory / "editions/2022-06.ttl").read_bytes().replace(b"Advises", words)
        (directory / "editions/2022-06.ttl").write_bytes(changed)
        entry = next(file for file in manifest["files"] if file["path"] == "editions/2022-06.ttl")
        entry["sha256"] = hashlib.sha256(changed).hexdigest()
        (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        app = create_app(Settings(dataset=directory)).test_client()
        tags.append([app.get(path).headers["ETag"] for path in ("/edition/2021-09.ttl", "/edition/2022-06.ttl", UNIT)])
    assert tags[0][0] == tags[1][0]
    assert tags[0][1] != tags[1][1]
    assert tags[0][2] == tags[1][2]


@pytest.mark.parametrize("path", [UNIT, f"{UNIT}.html", "/edition/2021-09", f"/edition/2021-09{UNIT}", "/catalogue", "/data/dataset.nq"])
@pytest.mark.parametrize("fields", [{}, {"Accept-Encoding": "gzip"}, {"Accept": HTML}, {"Accept": "image/png"}, {"If-None-Match": "*"}])
def test_head_is_get_in_every_way(client: Client, path: str, fields: dict[str, str]) -> None:
    """HEAD has every field of GET, Content-Length too, whatever is negotiated."""

    def told(answer: Answer) -> list[tuple[str, str]]:
        return sorted((name, value) for name, value in answer.fields.items() if name.lower() not in OF_THE_MOMENT)

    got, head = client.ask("GET", path, fields), client.ask("HEAD", path, fields)
    assert (head.status, head.body, told(head)) == (got.status, b"", told(got))
    assert got.status == 304 or got.fields["Content-Length"] == str(len(got.body))


def test_only_addresses_with_a_version_are_kept_for_ever(client: Client) -> None:
    """Below /version/V every answer is immutable, with links that stay there; elsewhere caches must ask, for a build may follow."""
    version = json.loads(client.get("/healthz").body)["version"]
    for path in (f"{UNIT}.ttl", UNIT, f"/edition/2021-09{UNIT}", "/edition/2021-09.nq", "/data/dataset.nq", "/sparql?query=ASK%7B%7D"):
        plain, kept = client.get(path), client.get(f"/version/{version}{path}")
        assert (kept.status, kept.body, kept.fields["ETag"]) == (200, plain.body, plain.fields["ETag"])
        assert plain.fields["Cache-Control"] == "no-cache"
        assert kept.fields["Cache-Control"] == "public, max-age=31536000, immutable"
    moved = client.get(f"/version/{version}/id/unit/legal-affairs")
    assert moved.fields["Location"] == f"/version/{version}{UNIT}"
    assert client.get(f"/version/{version}{UNIT}").fields["Content-Location"] == f"/version/{version}{UNIT}.ttl"
    missing = client.get(f"/version/{version}/doc/unit/nobody")
    assert (missing.status, missing.fields["Cache-Control"]) == (404, "no-store")
    assert client.get(f"/version/{version}/healthz").fields["Cache-Control"] == "no-store"


def test_a_version_that_is_gone_is_told(client: Client) -> None:
    """Another version is 404, with the present one."""
    answer = client.get(f"/version/0123456789abcdef{UNIT}", "text/plain")
    assert answer.status == 404
    assert re.search("which is /version/[0-9a-f]{16}", answer.text)


def test_the_version_names_all_that_makes_the_bytes(tmp_path: Path) -> None:
    """Another dataset, and other settings that show in documents, are another version."""
    directory = small_dataset(tmp_path / "one")
    versions = [Representations.of(create_app(Settings(dataset=directory, page_size=size))).version for size in (100, 100, 200)]
    assert versions[0] == versions[1] != versions[2]
    dated = Representations.of(create_app(Settings(dataset=dated_dataset(tmp_path / "two"), page_size=100)))
    assert dated.version != versions[0]


def test_representations_are_kept_within_bounds() -> None:
    """What was used longest ago goes first; what is larger than the bound is not kept."""
    kept = Representations(2_000 + 2 * ENTRY, "state")
    made: list[str] = []

    def make(name: str, size: int) -> bytes:
        made.append(name)
        return name.encode() * size

    for name, size in (("a", 800), ("b", 800), ("a", 800), ("c", 800), ("a", 800), ("b", 800), ("d", 9_000), ("d", 9_000)):
        assert kept.get((name,), lambda name=name, size=size: make(name, size)).content == name.encode() * size  # type: ignore[misc]
        assert kept.size <= 2_000 + 2 * ENTRY
    assert made == ["a", "b", "c", "b", "d", "d"]


def test_many_empty_representations_are_bounded_too() -> None:
    """What an entry takes beside its content counts, so that many without any content do not fill memory."""
    kept = Representations(10 * ENTRY, "state")
    made: list[int] = []
    for number in (*range(20), 0):
        kept.get((str(number),), lambda number=number: made.append(number) or b"")  # type: ignore[misc]
    assert made == [*range(20), 0]


def test_what_was_answered_once_is_answered_alike_again(client: Client) -> None:
    """The second answer to a request, which the application never sees, has the very fields and bytes of the first, in every way."""
    told: dict[str, list[list[tuple[str, str]]]] = {}
    tag = client.get(f"{UNIT}.nt").fields["ETag"]
    for _ in range(3):
        for method, fields in (
            ("GET", {}),
            ("HEAD", {}),
            ("GET", {"If-None-Match": tag}),
            ("GET", {"If-None-Match": tag, "Cookie": "a=b"}),
            ("GET", {"Accept-Encoding": "gzip"}),
            ("GET", {"Accept": ""}),
            ("GET", {"If-Match": '"other"'}),
            ("GET", {"X-Long": "a" * 9_000}),
        ):
            answer = client.ask(method, f"{UNIT}.nt", fields)
            seen = [("status", str(answer.status)), ("body", str(answer.body)), *answer.fields.items()]
            told.setdefault(f"{method} {fields}", []).append(sorted(field for field in seen if field[0].lower() not in OF_THE_MOMENT))
    assert [request for request, answers in told.items() if answers[0] != answers[1] or answers[1] != answers[2]] == []


def test_a_kept_answer_is_as_if_never_kept(tmp_path: Path) -> None:
    """A server that keeps nothing gives the same answers."""
    directory = small_dataset(tmp_path)
    apps = [create_app(Settings(dataset=directory, max_kept_bytes=size)).test_client() for size in (0, 10_000_000)]
    for path in (UNIT, f"{UNIT}.html", "/", "/edition/2021-09.csv", "/data/dataset.nq", f"/timemap{UNIT}", "/static/style.css"):
        for fields in ({}, {"Accept": HTML}, {"Accept-Encoding": "gzip"}, {"If-None-Match": "*"}):
            answers = [app.get(path, headers=fields) for app in (*apps, apps[1])]
            assert len({(answer.status_code, answer.data, str(sorted(answer.headers.items()))) for answer in answers}) == 1, (path, fields)
