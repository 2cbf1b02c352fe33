"""The list of attacks, each on a server in a process of its own: it gives a right answer, calls nobody, and goes on as before."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from attack import Attack
from attacks_by_query import BY_QUERY
from attacks_by_request import BY_REQUEST
from organograph_server.walls.handles import has_walls
from serving import small_dataset
from siege import FIXED, Siege, besieged, content, corpses, watched

pytestmark = pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so queries run unwalled")
ATTACKS = [*BY_QUERY, *BY_REQUEST]
# So low that what never ends takes a second and a half, and what grows meets its end early.
_LIMITS = {"query_seconds": 1, "query_memory": 134_217_728, "max_answer_bytes": 1_000_000}
# While any attack goes on, and after it, the server tells within this time that it serves.
_ALIVE_SECONDS = 1.0
_LATE = (b"HTTP/1.1 503 ", b"HTTP/1.1 504 ")
_ATTEMPTS = 3


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Siege]:
    """A server of the small dataset that waits for attacks."""
    with besieged(small_dataset(tmp_path_factory.mktemp("siege")), **_LIMITS) as server, watched(server) as siege:
        yield siege


def test_there_are_enough_attacks() -> None:
    """The list has at least 150 cases, each with a name of its own."""
    assert len(ATTACKS) >= 150
    assert [name for name, times in Counter(attack.name for attack in ATTACKS).items() if times > 1] == []


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
def test_an_attack_gets_a_right_answer_and_changes_nothing(siege: Siege, attack: Attack) -> None:
    """Whole or refused with a sentence; no field holds what was sent; nobody is called; others are served meanwhile as before."""
    siege.watch.longest()
    for _ in range(_ATTEMPTS):
        answer = siege.server.answer(attack.sent(siege.canary.address), ends=attack.ends)
        waited = siege.watch.longest()
        is_late = answer.startswith(_LATE) and int(answer[9:12]) not in attack.right
        # Other work on this machine may have held up both once; an attack does it every time.
        if waited <= _ALIVE_SECONDS and not is_late:
            break
    attack.check(answer)
    assert waited <= _ALIVE_SECONDS
    assert siege.canary.calls == 0
    assert content(siege.server.answer(FIXED)) == siege.fixed
    assert siege.server.process.poll() is None


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
