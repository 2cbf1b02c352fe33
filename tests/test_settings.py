"""Settings: whatever dataset.toml holds, what is wrong is told in sentences, and nothing else is told because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from organograph.tabular.assemble import assemble
from places import copied, edited, kinds


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('slug = "iom"', 'slug = "I OM"', "cannot be the setting organization.slug"),
        ('slug = "iom"', "slug = 5", "5 cannot be the setting organization.slug"),
        ('slug = "iom"\n', "", "organization.slug is missing"),
        ('homepage = "https://www.iom.int/"', 'homepage = "https://www. iom.int/"', "organization.homepage"),
        ('classes = ["cv:PublicOrganisation"]', 'classes = ["xx:Thing"]', "organization.classes"),
        ('classes = ["cv:PublicOrganisation"]', "classes = [4]", "organization.classes"),
        ("licence = ", 'licence = "a b" # ', "dataset.licence"),
        ('shapes = ["iom"]', 'shapes = ["../../secret"]', "dataset.shapes"),
        ("[organization]", "organisation = 1\n[organization]", "organisation stands in no section"),
        ("[dataset]", "[other]\na = 1\n[dataset]", "'other' is no section"),
        ('acronym = "IOM"', 'acronymm = "IOM"', "organization.acronymm is not known"),
        ("[organization]", "[organization", "cannot be read"),
    ],
)
def test_fault_is_told_alone(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Each fault in the settings is one fault, told with its file."""
    folder = copied(tmp_path)
    edited(folder / "dataset.toml", old, new)
    (told,) = assemble(folder, kinds()).faults
    assert words in told.message
    assert told.cure
    assert told.where is not None
    assert told.where.file == "iom/dataset.toml"


def test_sections_that_are_no_sections_are_told(tmp_path: Path) -> None:
    """Settings that are text instead of sections bring faults and no traceback."""
    folder = copied(tmp_path)
    (folder / "dataset.toml").write_text('organization = "IOM"\ndataset = "structure"\n', encoding="utf-8")
    assert {fault.rule for fault in assemble(folder, kinds()).faults} == {"settings:unknown", "settings:missing"}
