"""The sound and faulty examples of rules, which are the cases that test them (shapes/README.md tells how they are written)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from organograph.errors import DatasetUnreadable


@dataclass(frozen=True)
class Example:
    """One example of a rule.

    Args:
        name: its file's name: `sound`, or the name of the fault.
        told: what it shows, in a sentence.
        at: the things at fault.
        without: what is taken away from the base, as Turtle with `*` for anything.
        added: what is added to the base, as Turtle.
    """

    name: str
    told: str
    at: tuple[str, ...]
    without: tuple[str, ...]
    added: str

    @property
    def sound(self) -> bool:
        """Whether it keeps the rule."""
        return self.name == "sound"


def examples(rule: str, cases: Path) -> list[Example]:
    """The examples of a rule, the sound one first; none for the faults of tables.

    Args:
        rule: its name, such as `shape:Unit-parent`.
        cases: the folder of all cases.

    Raises:
        DatasetUnreadable: an example cannot be read.
    """
    folder = cases / rule.removeprefix("shape:")
    found = [_example(file) for file in folder.glob("*.ttl")] if rule.startswith("shape:") else []
    return sorted(found, key=lambda example: (not example.sound, example.name))


def base(cases: Path) -> str:
    """The small sound organization from which examples start, as Turtle."""
    return _text(cases / "_base.ttl").partition("\n\n")[2].strip()


def _example(file: Path) -> Example:
    text = _text(file)
    told = text.partition("\n")[0].partition(": ")[2].strip()
    body = "\n".join(line for line in text.splitlines()[1:] if not re.match(r"# (At|Without) ", line))
    return Example(
        file.stem,
        told[:1].upper() + told[1:],
        tuple(re.findall(r"^# At (.+)$", text, re.M)),
        tuple(re.findall(r"^# Without (.+)$", text, re.M)),
        body.strip(),
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetUnreadable(f"The example {file} cannot be read: {error}.", "Install Organograph again.") from error
