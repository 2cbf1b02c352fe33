"""Work with limits: what it gives is handed back, what goes wrong is told in a sentence, what takes too much is stopped."""

from __future__ import annotations

import os
import time

import pytest

from organograph.bounded import Lasting, bounded
from organograph.errors import CheckFailed, DatasetUnreadable


def unreadable() -> int:
    raise DatasetUnreadable("It cannot be read.", "Mend it.")


def deep(levels: int = 0) -> int:
    return deep(levels + 1)


def test_the_result_is_handed_back() -> None:
    """Whatever the work gives, from another process."""
    assert bounded(lambda: [os.getpid()], 10, 4096) != [os.getpid()]
    assert bounded(lambda: {"a": (1, "é")}, 10, 4096) == {"a": (1, "é")}


def test_an_error_is_raised_with_its_cure() -> None:
    """Errors of the tree pass through whole."""
    with pytest.raises(DatasetUnreadable) as raised:
        bounded(unreadable, 10, 4096)
    assert (raised.value.message, raised.value.cure) == ("It cannot be read.", "Mend it.")


def test_what_takes_too_long_is_stopped() -> None:
    """A second is not exceeded by much, and the sentence says which limit it was."""
    began = time.monotonic()
    with pytest.raises(CheckFailed, match="took more than 1 seconds"):
        bounded(lambda: time.sleep(30), 1, 4096)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("work", [lambda: bytearray(8 << 30), lambda: os._exit(3)], ids=["memory", "death"])
def test_what_takes_too_much_is_stopped(work: object) -> None:
    """Memory beyond the limit, and a process that dies of it, are told alike."""
    with pytest.raises(CheckFailed, match="needed more than 2048 MB of memory, or broke down"):
        bounded(work, 30, 2048)  # type: ignore[arg-type]


def test_what_is_nested_too_deeply_is_told() -> None:
    """Recursion without end is an error in a sentence."""
    with pytest.raises(CheckFailed, match="nested too deeply"):
        bounded(deep, 30, 4096)


def test_long_work_is_told_of() -> None:
    """Each second the one who waits is told for how long, and the result comes all the same."""
    told: list[int] = []
    assert bounded(lambda: time.sleep(2.5) or 7, 10, 4096, told.append) == 7
    assert told == [1, 2]


def test_work_that_lasts_keeps_what_it_learned() -> None:
    """One process does the work each time, until an error that ends it; the next one begins anew. What the work raises, it outlives."""
    asked: list[int] = []

    def work() -> int:
        asked.append(1)
        if len(asked) == 3:
            raise CheckFailed("No.", "Mend it.")
        if len(asked) == 5:
            time.sleep(30)
        return len(asked)

    lasting = Lasting(work, 2, 4096)
    assert [lasting.again(), lasting.again()] == [1, 2]
    with pytest.raises(CheckFailed, match=r"^No\. Mend it\.$"):
        lasting.again()
    assert lasting.again() == 4
    with pytest.raises(CheckFailed, match="took more than 2 seconds"):
        lasting.again()
    assert lasting.again() == 1
    assert asked == []
