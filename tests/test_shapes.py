"""Each rule is seen to find its faults, where they are, and nothing else; and no rule is without its cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest
from pyoxigraph import Literal

from organograph.names import RDFS, SH
from organograph.tabular.schema import TABLES
from shapecases import CASES, ROOT, Case, Verdict, cases, judge, rules, shapes

ALL = cases()
RULES = rules()
FAULTS = [case for case in ALL if not case.sound]
SOUND = [case for case in ALL if case.sound]

Judge = Callable[[Case], Verdict]


@pytest.fixture(scope="module")
def verdict(request: pytest.FixtureRequest) -> Iterator[Judge]:
    """What is found in a case; when many are asked for, all processors work them out."""
    items: list[Any] = request.session.items
    asked = [item.callspec.params["case"].file for item in items if "verdict" in getattr(item, "fixturenames", ())]
    try:
        pool = ProcessPoolExecutor(mp_context=get_context("spawn")) if len(asked) > 50 else None
    except OSError:  # a machine without shared memory
        pool = None
    if pool is None:
        yield lambda case: judge(case.file)
    else:
        with pool:
            found = {file: pool.submit(judge, file) for file in asked}
            yield lambda case: found[case.file].result()
            pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", FAULTS, ids=str)
def test_a_fault_is_found_by_its_rule_alone_and_where_it_is(case: Case, verdict: Judge) -> None:
    """A fault case breaks exactly its rule, at exactly the things it names."""
    assert case.at, f"{case}: say in lines “# At …” which things are at fault."
    assert verdict(case).found == {case.rule: set(case.at)}


@pytest.mark.parametrize("case", SOUND, ids=str)
def test_what_is_sound_passes(case: Case, verdict: Judge) -> None:
    """A sound case breaks no rule, and its own rule has looked at it."""
    assert verdict(case).found == {}
    assert verdict(case).looked_at > 0, f"{case}: the rule looks at nothing in its sound case."


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_its_cases(rule: str) -> None:
    """Each rule has a folder with a sound case and at least one fault."""
    folder = CASES / rule.removeprefix("shape:")
    assert (folder / "sound.ttl").exists(), f"{rule} has no sound case."
    assert [file for file in folder.glob("*.ttl") if file.stem != "sound"], f"{rule} has no fault case."


@pytest.mark.parametrize("folder", sorted(folder.name for folder in CASES.iterdir() if folder.is_dir() and folder.name[0] != "_"))
def test_each_case_has_its_rule(folder: str) -> None:
    """A folder of cases is named for a rule that exists, and its cases speak of that rule."""
    assert f"shape:{folder}" in RULES
    assert {case.rule for case in ALL if case.file.parent.name == folder} == {f"shape:{folder}"}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_written_as_the_manual_says(rule: str) -> None:
    """A rule has a name, a message of two sentences without figures in both languages, a severity and a reason."""
    graph = shapes(RULES[rule]).graph
    (iri,) = (iri for iri, told in shapes(RULES[rule]).rules.items() if told.name == rule)
    assert re.fullmatch(r"shape:[A-Z][A-Za-z]+(-[a-z]+)+", rule)
    for wanted in (SH.name, SH.message):
        texts = [text for text in graph.objects(iri, wanted) if isinstance(text, Literal)]
        assert sorted(str(text.language) for text in texts) == ["en", "fr"], f"{rule}: {wanted} in English and French."
        assert wanted == SH.name or all(". " in text.value and text.value.endswith(".") for text in texts), f"{rule}: two sentences."
        assert not any(re.search(r"\d", text.value) for text in texts), f"{rule}: no figures."
        assert not any(re.findall(r"\{[?$](?!this\}|value\})", text.value) for text in texts), f"{rule}: only this and value."
    assert len(list(graph.objects(iri, SH.severity))) == 1
    reasons = [text for text in graph.objects(iri, RDFS.comment) if isinstance(text, Literal)]
    assert sorted(str(text.language) for text in reasons) == ["en", "fr"], f"{rule}: the reason in English and French."
    assert all(text.value.endswith((".", "?")) for text in reasons), f"{rule}: the reason is a sentence."


def test_messages_name_columns_that_tables_have() -> None:
    """A message that sends a steward to a column, in English or French, names one that some table has."""
    known = {column.name for table in TABLES for column in table.columns}
    texts = {file: (ROOT / "shapes" / f"{file}.ttl").read_text(encoding="utf-8") for file in set(RULES.values())}
    named = {name for text in texts.values() for name in re.findall(r"(?:column|colonne) ([a-z_]+)", text)}
    assert len(named) > 20
    assert named - known == set()
