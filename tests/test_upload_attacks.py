"""The list of attacks by uploads, on a server whose door is open: it gives a right answer, calls nobody, and goes on as before."""

from __future__ import annotations

import json
import socket
import struct
from collections import Counter
from collections.abc import Iterator

import pytest

from attack import Attack
from attacks_by_upload import BY_UPLOAD
from organograph.releases import Releases
from organograph_server.walls.handles import has_walls
from serving import small_dataset
from siege import FIXED, Siege, besieged, content, corpses, watched
from stewards import RIGHTS, until

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so the door stays shut")
# The memory is so little that what grows meets its end early; the time is more than a busy machine needs.
_LIMITS = {"upload_seconds": 600, "upload_memory": 268_435_456, "max_upload_bytes": 4_000_000, "query_seconds": 600}
_ALIVE_SECONDS = 30.0


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """A server of the small dataset whose door is open."""
    place = tmp_path_factory.mktemp("siege")
    dataset = small_dataset(place)
    Releases(place / "live").publish({str(path.relative_to(dataset)): path.read_bytes() for path in dataset.rglob("*") if path.is_file()})
    (place / "steward.toml").write_text(RIGHTS, "utf-8")
    with besieged(place / "live", steward=place / "steward.toml", **_LIMITS) as server:
        until(lambda: json.loads(content(server.answer(_HEALTH)))["steward"]["walls"])
        with watched(server) as siege:
            yield siege


_HEALTH = b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"


def test_there_are_enough_attacks() -> None:
    """The list has at least 100 cases, each with a name of its own."""
    assert len(BY_UPLOAD) >= 100
    assert [name for name, times in Counter(attack.name for attack in BY_UPLOAD).items() if times > 1] == []


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in BY_UPLOAD])
def test_an_upload_gets_a_right_answer_and_changes_nothing(siege: Siege, attack: Attack) -> None:
    """A report or a refusal with a sentence; no field holds what was sent; nobody is called; others are served meanwhile as before."""
    siege.watch.longest()
    answer = siege.server.answer(attack.sent(siege.canary.address), patience=700, ends=attack.ends)
    attack.check(answer)
    assert siege.canary.calls == 0
    assert content(siege.server.answer(FIXED, patience=700)) == siege.fixed
    assert siege.server.process.poll() is None
    # Each question whether it serves was answered; how fast, `make soak` measures.
    assert siege.watch.longest() < _ALIVE_SECONDS


@pytest.mark.parametrize("ending", ["closed", "reset"])
def test_uploads_that_do_not_come_lock_nobody_out(siege: Siege, ending: str) -> None:
    """While senders hold every place with half an upload, another is told to come again, documents are served, and then all is well."""
    half = b"POST /validate HTTP/1.1\r\nHost: here\r\nContent-Type: text/turtle\r\nContent-Length: 1000\r\n\r\n<a:b> "
    whole = half.replace(b"1000", b"15\r\nConnection: close") + b"<a:c> 1 ."
    senders = [siege.server.connected() for _ in range(8)]
    for sender in senders:
        sender.sendall(half)
    until(lambda: siege.server.answer(whole).startswith(b"HTTP/1.1 503 "))
    assert siege.server.answer(FIXED).startswith(b"HTTP/1.1 200 ")
    for sender in senders:
        if ending == "reset":
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            sender.shutdown(socket.SHUT_RDWR)
        sender.close()
    until(lambda: siege.server.answer(whole).startswith(b"HTTP/1.1 422 "))


def test_nothing_is_left_over(siege: Siege) -> None:
    """After all attacks no inspector is left, as few files are open as before, and the release is the one that was there."""
    until(lambda: siege.server.files() <= siege.files + 8)
    until(lambda: len(siege.server.workers()) <= 4)
    assert siege.server.process.poll() is None
    assert corpses(siege.server.pid) == []
    assert siege.canary.calls == 0
