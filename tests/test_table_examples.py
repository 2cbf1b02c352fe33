"""Each fault of tables, settings, sheets, Turtle, spans and waivers has an example, which is made and found."""

from __future__ import annotations

from pathlib import Path

import pytest

from organograph.report.tableexamples import TableExample, shown, table_base, table_examples
from organograph.report.tablerules import TABLE_RULES
from places import REPOSITORY
from tablecases import found
from test_cli import run

CASES = REPOSITORY / "tests/shapes"
EXAMPLES = table_examples(CASES)


def test_the_base_is_sound() -> None:
    """The small organization of the examples has no finding, and its spans hold."""
    base = table_base(CASES)
    assert run("check", base).exit_code == 0
    assert run("evidence", base, "--sources", base / "documents").exit_code == 0
    assert run("fmt", "--check", base).exit_code == 0


def test_every_rule_of_tables_has_an_example() -> None:
    """No rule is without, and none is of a rule that is not there."""
    assert {example.rule for example in EXAMPLES} == set(TABLE_RULES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_an_example_breaks_its_rule_alone(tmp_path: Path, example: TableExample) -> None:
    """The rule of an example is broken, in the file or the sheet that it changes, and none but those that break with it."""
    told = found(example, table_base(CASES), tmp_path)
    assert {fault.rule for fault in told} == {example.rule, *example.brings}
    told = [fault for fault in told if fault.rule == example.rule]
    places = [fault.where for fault in told if fault.where]
    if example.rule not in FROM_AFAR:
        assert all(place.file.endswith((example.file or "ls.xlsx").removesuffix("/notes.txt")) for place in places)
    assert len(places) == len(told)


FROM_AFAR = {"table:class-missing", "table:class-unproved", "table:head-missing"}
"""What is told at the other end of what the example changes."""


@pytest.mark.parametrize("rule", sorted(TABLE_RULES))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_examples_are_shown(rule: str, language: str) -> None:
    """`organograph rules NAME` shows what is sound and what is at fault, and where."""
    told = run("rules", rule, "--language", language).stdout
    assert (
        told.count({"en": "\nSound (", "fr": "\nCorrect ("}[language])
        == told.count({"en": "\nFaulty (", "fr": "\nFautif ("}[language])
        >= 1
    )
    for example in EXAMPLES:
        if example.rule == rule:
            assert example.told in told
            for lines in shown(example, CASES):
                assert all(f"  {line}" in told for line in lines if line.strip())
