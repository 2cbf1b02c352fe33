"""The list of attacks, each on a server in a process of its own: it gives a right answer, calls nobody, and goes on as before."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from attack import Attack
from attacks_by_query import BY_QUERY
from attacks_by_request import BY_REQUEST
from canary import Canary
from organograph_server.walls.handles import has_walls
from serving import small_dataset
from siege import Besieged, Watch, besieged, corpses

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so queries run unwalled")
ATTACKS = [*BY_QUERY, *BY_REQUEST]
# So low that what never ends takes a second and a half, and what grows meets its end early.
_LIMITS = {"query_seconds": 1, "query_memory": 134_217_728, "max_answer_bytes": 1_000_000}
# While any attack goes on, and after it, the server tells within this time that it serves.
_ALIVE_SECONDS = 1.0
FIXED = (
    b"GET /sparql?query=SELECT%20*%20%7B%20%3Fs%20a%20%3Fo%20%7D%20ORDER%20BY%20%3Fs%20%3Fo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
)
FIXED += b"Accept: text/csv\r\n\r\n"


@dataclass(frozen=True)
class Siege:
    """A server, a canary, who watches both, and how the server was before."""

    server: Besieged
    canary: Canary
    watch: Watch
    files: int
    fixed: bytes


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """A server of the small dataset that waits for attacks."""
    canary = Canary()
    with besieged(small_dataset(tmp_path_factory.mktemp("siege")), **_LIMITS) as server:
        fixed = server.answer(FIXED)
        assert fixed.startswith(b"HTTP/1.1 200 ")
        files, watch = server.files(), Watch(server)
        yield Siege(server, canary, watch, files, content(fixed))
        watch.close()
    canary.close()


def content(answer: bytes) -> bytes:
    """The body of an answer."""
    return answer.partition(b"\r\n\r\n")[2]


def test_there_are_enough_attacks() -> None:
    """The list has at least 150 cases, each with a name of its own."""
    assert len(ATTACKS) >= 150
    assert [name for name, times in Counter(attack.name for attack in ATTACKS).items() if times > 1] == []


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
def test_an_attack_gets_a_right_answer_and_changes_nothing(siege: Siege, attack: Attack) -> None:
    """Whole or refused with a sentence; no field holds what was sent; nobody is called; others are served meanwhile as before."""
    siege.watch.longest()
    answer = siege.server.answer(attack.sent(siege.canary.address), ends=attack.ends)
    check(attack, answer)
    assert siege.canary.calls == 0
    assert content(siege.server.answer(FIXED)) == siege.fixed
    assert siege.server.process.poll() is None
    waited = siege.watch.longest()
    if waited > _ALIVE_SECONDS:
        # Other work on this machine may have held it up once; an attack does it every time.
        siege.server.answer(attack.sent(siege.canary.address), ends=attack.ends)
        waited = siege.watch.longest()
    assert waited <= _ALIVE_SECONDS


def check(attack: Attack, answer: bytes) -> None:
    """Whether an answer is a right one, and whole."""
    status = int(answer.split(b" ", 2)[1]) if answer else 0
    assert status in attack.right, answer[:1_000]
    if not answer:
        return
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"evil" not in head.lower()
    assert b"set-cookie" not in head.lower()
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n")[1:])}
    if attack.method != b"HEAD":
        assert int(fields[b"content-length"]) == len(body)
    if status >= 400 and attack.told:
        told = body.decode()
        if fields[b"content-type"] == b"application/problem+json":
            problem = json.loads(told)
            assert problem["status"] == status
            assert problem["detail"].endswith((".", "…")), told
            told = f"{problem['detail']} {problem.get('cure', '')}"
        assert told.count(" ") > 2
    if status in (429, 503) and b"retry-after" in fields:
        assert int(fields[b"retry-after"]) > 0
    if status == 200 and fields.get(b"content-type", b"").endswith(b"json"):
        json.loads(body)


def test_nothing_is_left_over(siege: Siege) -> None:
    """After all attacks the server is the same process, with as many files open as before, few workers and none unburied."""
    for _ in range(100):
        left = siege.server.workers()
        if siege.server.files() <= siege.files + 2 * len(left) and len(left) <= 4:
            break
        time.sleep(0.1)
    assert siege.server.process.poll() is None
    assert len(siege.server.workers()) <= 4
    assert siege.server.files() <= siege.files + 2 * len(siege.server.workers())
    assert corpses(siege.server.pid) == []
    assert siege.canary.calls == 0
