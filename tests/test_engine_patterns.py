"""Patterns that Python is asked: only those that it answers in time that grows with the text."""

from __future__ import annotations

import re
import time

import pytest

from organograph.engine.patterns import is_plain

PLAIN = [r"^\S+( \S+)*$", r"^\s*\S+(\s+\S+){0,29}\s*$", r"^[a-z]+([ -][a-z]+)*$", r"^\d*(ab)+$".replace(r"\d", "[0-9]")]
OTHERS = [
    r"^(a+)+$",
    r"^(a|a)*$",
    r"^(\s\S*)*$",
    r"^\S+(\s*\S+)*$",
    r"^a+(a b)*$",
    r"^(\S+ )+\s*\S*$",
    r"^([^a]+a)*$",
    r"^\S+( \S+)*",
    r"^(?:a b)*$",
    r"^((a )+b)*$",
]


@pytest.mark.parametrize("pattern", PLAIN)
def test_a_plain_pattern_takes_time_that_grows_with_the_text(pattern: str) -> None:
    """Whatever the text, a plain pattern is answered at once."""
    assert is_plain(pattern)
    asked, begun = re.compile(pattern), time.process_time()
    for text in ("a " * 20_000 + " ", " " * 40_000, "a" * 40_000 + "!", "ab" * 20_000 + "c", "a b" * 13_000 + "\n\n"):
        asked.search(text)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("pattern", OTHERS)
def test_any_other_pattern_is_not_taken_for_one(pattern: str) -> None:
    """A pattern that could be read in two ways, or that is of another form, is none."""
    assert not is_plain(pattern)
