"""Reads the few lines of mod_rewrite that the redirects of w3id.org need, and does what they say; a test holds it to a real Apache."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_LINE = re.compile(r"^(RewriteCond|RewriteRule)\s+(\S+)\s+(\S+)(?:\s+\[([^\]]*)\])?$")


@dataclass(frozen=True)
class Rule:
    """One RewriteRule with the conditions before it."""

    conditions: tuple[tuple[str, str], ...]
    pattern: str
    substitution: str
    flags: tuple[str, ...]


def read_rules(file: Path) -> list[Rule]:
    """The rules of an .htaccess; a line of mod_rewrite that is not understood is an AssertionError."""
    rules: list[Rule] = []
    conditions: list[tuple[str, str]] = []
    for line in file.read_text("utf-8").splitlines():
        if not line.startswith(("RewriteCond", "RewriteRule")):
            assert line.startswith(("#", "Options", "RewriteEngine", "<", "Header")) or not line, line
            continue
        found = _LINE.match(line)
        assert found, line
        if found[1] == "RewriteCond":
            assert found[2] == "%{HTTP_ACCEPT}", line
            assert found[4] is None, line
            conditions.append((found[2], found[3]))
        else:
            rules.append(Rule(tuple(conditions), found[2], found[3], tuple((found[4] or "").split(","))))
            conditions = []
    return rules


def redirected(rules: list[Rule], path: str, accept: str | None) -> tuple[int, str] | None:
    """Where a path below the folder is led, and with which status; None where no rule is for it."""
    environment: dict[str, str] = {}
    for rule in rules:
        found = re.search(rule.pattern, path)
        if found is None or not all(re.search(pattern, accept or "") for _, pattern in rule.conditions):
            continue
        flags = dict(flag.partition("=")[::2] for flag in rule.flags)
        assert set(flags) <= {"E", "R", "L"}, rule
        if "E" in flags:
            name, _, value = flags["E"].partition(":")
            environment[name] = value
        if rule.substitution != "-":
            return int(flags["R"]), _filled(rule.substitution, found, environment)
    return None


def _filled(substitution: str, found: re.Match[str], environment: dict[str, str]) -> str:
    whole = re.sub(r"\$(\d)", lambda number: found[int(number[1])] or "", substitution)
    return re.sub(r"%\{ENV:(\w+)\}", lambda name: environment[name[1]], whole)
