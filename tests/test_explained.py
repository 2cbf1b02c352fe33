"""Explanations of rules: complete, in both languages, and found by the names that findings have."""

from __future__ import annotations

from pathlib import Path

import pytest

from organograph.conformance.rules import FILES
from organograph.errors import CheckFailed
from organograph.report.explained import explanations, rule_iri
from organograph.sentences.en import SENTENCES
from places import SHAPES
from shapecases import rules

EXPLAINED = explanations(sorted(SHAPES.glob("*.ttl")))


def test_every_rule_is_explained() -> None:
    """Each rule of the shapes and each fault that can be told has its demand in both languages and its reason."""
    reported = {key.partition("/")[0] for key in SENTENCES}
    assert set(EXPLAINED) == {*rules(), *reported}
    assert [name for name, told in EXPLAINED.items() if set(told.demands) != {"en", "fr"} or not told.reason.get("en")] == []
    assert {each.subject for each in EXPLAINED.values()} == {*(name for files in FILES.values() for name in files), "iom", "tables"}


def test_rules_of_others_keep_their_addresses(tmp_path: Path) -> None:
    """A rule of another namespace is known by its whole address or its short name, and explained by its own file."""
    (tmp_path / "own.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix og: <https://w3id.org/organograph/ns#> .\n"
        '<https://example.org/a-b> sh:message "No."@en ; sh:severity sh:Info . og:a-b sh:message "Non."@fr .\n',
        encoding="utf-8",
    )
    told = explanations([tmp_path / "own.ttl"])
    assert (told["https://example.org/a-b"].severity, told["og:a-b"].says) == ("info", {"fr": "Non."})
    for name in ("https://example.org/a-b", "og:a-b", "shape:Unit-parent", "table:cycle"):
        assert name not in told or rule_iri(name) == told[name].iri
    assert rule_iri("og:a-b") == "https://w3id.org/organograph/ns#a-b"


@pytest.mark.parametrize(("text", "words"), [("<a> <b>", "are not Turtle"), (None, "cannot be read")])
def test_rules_that_cannot_be_read_are_told(tmp_path: Path, text: str | None, words: str) -> None:
    """A file of rules that is missing or no Turtle ends in a sentence."""
    if text is not None:
        (tmp_path / "own.ttl").write_text(text, encoding="utf-8")
    with pytest.raises(CheckFailed, match=words):
        explanations([tmp_path / "own.ttl"])
