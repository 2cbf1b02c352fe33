"""POST /editions: who has a token publishes tables that break no rule; all that is tried is written down, and nothing is half done."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner

from organograph.cli import main
from organograph.credentials import digest_of
from organograph.locking import locked
from organograph.releases import Releases
from organograph_server.app import create_app
from organograph_server.errors import SettingsInvalid
from organograph_server.settings import Settings
from organograph_server.steward.door import StewardsDoor
from organograph_server.steward.rights import read_rights
from organograph_server.walls.handles import has_walls
from places import edited
from siege import started
from stewards import BASE, RIGHTS, TOKENS, ZIP, Open, beginning, door, packed, until, zipped
from test_cli import run

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so the door stays shut")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the server."""
    return tmp_path_factory.mktemp("door")


@pytest.fixture(scope="module")
def opened(place: Path) -> Iterator[Open]:
    """A server whose door is open."""
    with door(place) as server:
        yield server


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The tables of the server's organization, for a test to change."""
    return beginning(tmp_path)


def retitled(folder: Path, title: str) -> bytes:
    """The zip of tables with another title of the dataset."""
    settings = folder / "dataset.toml"
    lines = settings.read_text("utf-8").splitlines()
    lines = [f'title = "{title}"' if line.startswith("title") else line for line in lines]
    settings.write_text("\n".join(lines) + "\n", "utf-8")
    return zipped(folder)


def test_a_steward_publishes(opened: Open, tables: Path, tmp_path: Path) -> None:
    """The release is that of `organograph publish`, is served when the answer comes, and can be rolled back; the log tells of it."""
    before, version = opened.current(), opened.health()["version"]
    assert run("new", "edition", "2025-02", tables, "--from", "2024-05").exit_code == 0
    assert run("check", tables).exit_code == 0
    sent = zipped(tables)
    answer = opened.publish(sent)
    told = json.loads(answer.body)
    assert (answer.status, answer.fields["Location"]) == (201, "/edition/2025-02")
    assert (told["new"], told["served"], told["before"]) == (["2025-02"], True, before)
    assert opened.client.get("/edition/2025-02", "text/turtle").status == 200
    assert opened.client.get("/").fields["Dataset-Version"] == opened.health()["version"] != version
    assert run("publish", tables, "--to", tmp_path / "other", "--base", BASE).exit_code == 0
    assert told["release"] == opened.current() == (tmp_path / "other/current").resolve().name
    assert Releases(opened.root).history()[-1].by == "anna"
    begun, ended = opened.log()[-2:]
    assert {**begun, "outcome": "", "time": ""}.items() <= {**ended, "outcome": "", "time": ""}.items()
    assert (ended["who"], ended["outcome"], ended["before"], ended["release"]) == ("anna", "published", before, told["release"])
    assert (ended["bytes"], ended["id"], ended["client"]) == (len(sent), answer.fields["X-Request-Id"], "127.0.0.1")
    assert "2025-02" in ended["detail"]
    assert run("rollback", "--to", opened.root).exit_code == 0
    os.kill(opened.pid, signal.SIGHUP)
    until(lambda: opened.health()["version"] == version)


def test_findings_stop_a_publication(opened: Open, tables: Path) -> None:
    """Where a rule is broken, the answer is 422 with the report in the format that is asked for, and nothing changes."""
    before, state = opened.current(), sorted(os.listdir(opened.root / "releases"))
    edited(tables / "editions/2024-05/posts.csv", "keeper,Keeper,", "keeper,,")
    answer = opened.publish(zipped(tables), Accept="text/csv")
    assert (answer.status, answer.media_type, answer.fields["Report-Conforms"]) == (422, "text/csv", "false")
    assert "lon/editions/2024-05/posts.csv" in answer.text
    assert (opened.current(), sorted(os.listdir(opened.root / "releases"))) == (before, state)
    assert (opened.log()[-1]["outcome"], opened.log()[-1]["reason"]) == ("refused", "Findings")


def test_who_may_not_is_refused_and_written_down(opened: Open, tables: Path) -> None:
    """No token and a wrong one are 401 with a challenge, one that does not permit it or has ended is 403; no token is ever written down."""
    sent, before = zipped(tables), opened.current()
    wrong = "og_" + "x" * 43
    for who, status, words in ((None, 401, "needs a token"), (wrong, 401, "Nobody"), ("ben", 403, "ben"), ("cleo", 403, "2020-01-31")):
        answer = opened.publish(sent, who)
        assert (answer.status, words in json.loads(answer.body)["detail"]) == (status, True)
        assert answer.fields["WWW-Authenticate"].startswith("Bearer")
        assert ("insufficient_scope" in answer.fields["WWW-Authenticate"]) == (status == 403)
        assert opened.log()[-1]["id"] == answer.fields["X-Request-Id"]
    for field in ("Basic YW5uYTphbm5h", f"Bearer  {TOKENS['anna']}x", "Bearer", f"Bearer {TOKENS['anna']}, Bearer x", "Bearer é"):
        assert opened.client.ask(
            "POST", "/editions", {"Authorization": field.encode().decode("latin-1"), "Content-Type": ZIP}, sent
        ).status in (401, 429)
    log = (opened.root.parent / "audit.jsonl").read_text("utf-8")
    assert [secret for secret in (*TOKENS.values(), wrong, digest_of(wrong)) if secret in log] == []
    assert opened.current() == before


def test_guesses_are_limited_and_lock_no_steward_out(tmp_path: Path) -> None:
    """After ten wrong tokens in a minute more are 429 and not written down, while a right one is let in from the same place."""
    with door(tmp_path) as opened:
        statuses: list[int] = []
        # On a slow machine some of the minute has passed before the last of these.
        while 429 not in statuses and len(statuses) < 500:
            statuses.append(opened.publish(b"PK", f"og_{len(statuses)}").status)
        assert statuses[:10] == [401] * 10
        assert statuses[-1] == 429
        assert len(opened.log()) == statuses.count(401)
        assert opened.publish(b"PK").status == 422


def test_nothing_newer_is_overwritten(opened: Open, tables: Path) -> None:
    """`If-Match` with the tag that GET tells is held against the release that is current; with another nothing is published."""
    answer = opened.client.get("/editions")
    tag = answer.fields["ETag"]
    assert (tag, json.loads(answer.body)["release"]) == (f'"{opened.current()}"', opened.current())
    assert opened.client.get("/editions", None, **{"If-None-Match": tag}).status == 304
    sent = retitled(tables, "Another title")
    refused = opened.publish(sent, If_Match='"0123456789abcdef"')
    assert (refused.status, refused.media_type, opened.current()) == (412, "application/problem+json", tag.strip('"'))
    made = opened.publish(sent, If_Match=tag)
    assert (made.status, made.fields["ETag"]) == (201, f'"{opened.current()}"')
    assert opened.publish(sent, If_Match=tag).status == 412


def test_one_publishes_at_a_time(opened: Open, tables: Path) -> None:
    """While another process holds the lock of the releases, the answer is 409 with who holds it, and when to come again."""
    before = opened.current()
    with locked(opened.root / ".lock"):
        answer = opened.publish(retitled(tables, "While locked"))
    problem = json.loads(answer.body)
    assert (answer.status, answer.fields["Retry-After"]) == (409, "5")
    assert f"process {os.getpid()}" in problem["detail"]
    assert opened.current() == before
    assert opened.log()[-1]["reason"] == "BeingPublished"


def test_publications_at_once_are_one_after_the_other(opened: Open, tables: Path) -> None:
    """Of several at once each is either published whole or told that another is under way."""
    sent = [retitled(tables, f"Title {number}") for number in range(4)]
    answers: list[int] = []
    threads = [threading.Thread(target=lambda body=body: answers.append(opened.publish(body).status)) for body in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert len(answers) == 4
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert opened.health()["status"] == "ok"


def test_no_request_is_lost_while_a_release_is_taken_up(opened: Open, tables: Path) -> None:
    """While stewards publish, others read: every answer is 200."""
    over, statuses = threading.Event(), list[int]()

    def read() -> None:
        while not over.is_set():
            statuses.extend(opened.client.get(path).status for path in ("/", "/edition/2024-05.ttl", "/sparql?query=ASK%20%7B%7D"))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    published = [opened.publish(retitled(tables, f"Reform {number}")).status for number in range(3)]
    over.set()
    for thread in threads:
        thread.join(timeout=60)
    assert published == [201] * 3
    assert set(statuses) == {200}


REFUSED = {
    "nothing": (b"", ZIP, 400),
    "no zip": (b"PK", ZIP, 422),
    "RDF": (b"<a:b> <a:c> 1 .", "text/turtle", 415),
    "a form": (b"--x--", "multipart/form-data; boundary=x", 415),
    "a zip of RDF": (packed({"a.ttl": b"<a:b> a <http://www.w3.org/ns/org#Post> ."}), ZIP, 422),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_dataset_is_refused(opened: Open, case: str) -> None:
    """Only a zip of tables can be published; each refusal is written down with its reason."""
    body, media_type, status = REFUSED[case]
    before = opened.current()
    assert opened.publish(body, media_type=media_type).status == status
    assert opened.log()[-1]["outcome"] == "refused"
    assert opened.current() == before


def test_tables_of_another_base_are_refused(opened: Open, tables: Path) -> None:
    """What would stand at other addresses than those of this server is not published here."""
    edited(tables / "dataset.toml", BASE, "https://elsewhere.example/")
    answer = opened.publish(zipped(tables))
    assert answer.status == 422
    assert "https://elsewhere.example/" in json.loads(answer.body)["detail"]


def test_what_fails_while_it_is_built_changes_nothing(opened: Open, tables: Path) -> None:
    """Where inspectors are ended from outside while they build, the answer is 503 or whole, and the release is old or new."""
    over, killed = threading.Event(), list[int]()

    def end() -> None:
        while not over.is_set():
            # What has ended by itself since it was listed is not there any more.
            with suppress(FileNotFoundError, ProcessLookupError):
                for keeper in started(opened.pid):
                    if b"steward.keeper" in Path(f"/proc/{keeper}/cmdline").read_bytes():
                        for inspector in started(keeper):
                            os.kill(inspector, signal.SIGKILL)
                            killed.append(inspector)

    thread = threading.Thread(target=end)
    thread.start()
    for number in range(20):
        before = opened.current()
        answer = opened.publish(retitled(tables, f"Hardly built {number}"))
        assert (answer.status, opened.current() == before) in ((503, True), (201, False))
        if killed:
            break
    over.set()
    thread.join(timeout=60)
    assert killed
    assert opened.publish(retitled(tables, "Built after all")).status == 201


def test_nothing_is_done_that_cannot_be_written_down(tmp_path: Path) -> None:
    """Where the audit log cannot be written, nothing is published, and the answer says so."""
    with door(tmp_path, 'audit = "missing/audit.jsonl"\n' + RIGHTS) as opened:
        before = opened.current()
        answer = opened.publish(retitled(beginning(tmp_path), "Unseen"))
        assert (answer.status, opened.current()) == (503, before)
        assert "audit log" in json.loads(answer.body)["detail"]


def test_what_cannot_be_served_is_rolled_back(tmp_path: Path) -> None:
    """Where the server cannot take a release up, the one before is current again."""
    tables, root, file = beginning(tmp_path), tmp_path / "live", tmp_path / "steward.toml"
    assert run("publish", tables, "--to", root, "--base", BASE).exit_code == 0
    file.write_text(RIGHTS, "utf-8")
    before = (root / "current").resolve()
    app = create_app(Settings(dataset=root, steward=file, publish_seconds=600))
    opened = StewardsDoor.of(app)
    assert opened is not None
    opened.renew = lambda: str(before)
    fields = {"Authorization": f"Bearer {TOKENS['anna']}", "Content-Type": ZIP}
    try:
        answer = app.test_client().post("/editions", data=retitled(tables, "Not to be served"), headers=fields)
    finally:
        opened.inspectors.close()
    assert (answer.status_code, (root / "current").resolve()) == (503, before)
    last = json.loads((tmp_path / "audit.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["outcome"], last["reason"]) == ("refused", "PublishingFailed")


def test_rights_are_read_anew(tmp_path: Path) -> None:
    """On SIGHUP the steward's file holds as it is now, so that a token can be taken back without a pause."""
    with door(tmp_path) as opened:
        assert opened.publish(b"PK").status == 422
        (tmp_path / "steward.toml").write_text(
            RIGHTS.replace("[tokens.anna]", "[tokens.dora]").replace(digest_of(TOKENS["anna"]), "0" * 64)
        )
        os.kill(opened.pid, signal.SIGHUP)
        until(lambda: opened.publish(b"PK").status in (401, 429))


@pytest.mark.parametrize(
    ("rights", "words"),
    [
        ("tokens = 1", "write [tokens.NAME]"),
        ('validate = "nobody"', "'anyone' or 'tokens'"),
        ("evil = 1", "'evil' is not known"),
        ('[tokens.a]\nsha256 = "short"', "tokens.a.sha256"),
        (f'[tokens.a]\nsha256 = "{"0" * 64}"\nmay = ["rule"]', "tokens.a.may"),
        (f'[tokens.a]\nsha256 = "{"0" * 64}"\nuntil = "soon"', "tokens.a.until"),
        ("[tokens", "no TOML"),
    ],
)
def test_a_faulty_file_is_told_and_opens_nothing(tmp_path: Path, rights: str, words: str) -> None:
    """The server does not start, and says what is wrong in the file."""
    (tmp_path / "steward.toml").write_text(rights, "utf-8")
    with pytest.raises(SettingsInvalid) as told:
        read_rights(tmp_path / "steward.toml")
    assert words in str(told.value)


def test_a_dataset_without_releases_lets_nobody_publish(tmp_path: Path) -> None:
    """Where there are no releases, a token that permits to publish is told at the start."""
    assert run("build", beginning(tmp_path), "--out", tmp_path / "out").exit_code == 0
    (tmp_path / "steward.toml").write_text(RIGHTS, "utf-8")
    with pytest.raises(SettingsInvalid) as told:
        create_app(Settings(dataset=tmp_path / "out", steward=tmp_path / "steward.toml"))
    assert "organograph publish" in str(told.value)


def test_a_token_is_made(tmp_path: Path) -> None:
    """`organograph token` prints a token once, and the lines of the steward's file that know it."""
    done = CliRunner().invoke(main, ["token", "dora"])
    (tmp_path / "steward.toml").write_text(done.stderr.partition("\n\n")[2], "utf-8")
    holder = read_rights(tmp_path / "steward.toml").of(done.stdout.strip())
    assert holder is not None
    assert (holder.name, holder.may, done.exit_code) == ("dora", {"validate", "publish"}, 0)
    assert done.stdout.strip() not in done.stderr
    assert CliRunner().invoke(main, ["token", "a b"]).exit_code == 2
