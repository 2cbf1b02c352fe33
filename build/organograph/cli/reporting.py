"""The options of reports, which commands share, and the end of a check: the report written, the summary told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from organograph.cli.common import CLEAN, FINDINGS, LANGUAGE, say
from organograph.errors import OrganographError
from organograph.faults import Language, Severity
from organograph.report.formats import FORMATS, format_of, write_whole
from organograph.report.model import SEVERITIES, Report
from organograph.report.words import WORDS, number

_OPTIONS: tuple[Callable[[Callable[..., int]], Callable[..., int]], ...] = (
    click.option(
        "--output-format",
        "-f",
        type=click.Choice(list(FORMATS)),
        help="Format of the report; by default the one that --out ends in, or text.",
    ),
    click.option(
        "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write the report to a file, whole or not at all."
    ),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        default="info",
        show_default=True,
        help="End with 1 for findings as grave as this or graver.",
    ),
    click.option(
        "--new-since",
        metavar="FILE|EDITION",
        help="Tell only what an earlier report, in JSON, does not tell, or of tables what came after an edition.",
    ),
    LANGUAGE,
)


@dataclass(frozen=True)
class Options:
    """How a report is wanted.

    Args:
        output_format: one of FORMATS.
        out: its file, or None for standard output.
        fail_on: the least severity that makes a check fail.
        new_since: an earlier report or an earlier edition, whose findings are left out.
        language: of the words.
    """

    output_format: str
    out: Path | None = None
    fail_on: Severity = "info"
    new_since: str | None = None
    language: Language = "en"


def reporting(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of reports; it takes them as one argument, `options`."""

    @wraps(command)
    def gathered(
        *args: Any,
        output_format: str | None,
        out: Path | None,
        fail_on: Severity,
        new_since: str | None,
        language: Language,
        **kwargs: Any,
    ) -> int:
        chosen = output_format or (format_of(out) if out else "text")
        if out is None and not FORMATS[chosen].text:
            raise OrganographError(f"The format {chosen} is no text, which a terminal could show.", "Name a file with --out.")
        return command(*args, options=Options(chosen, out, fail_on, new_since, language), **kwargs)

    optional: Callable[..., int] = gathered
    for option in reversed(_OPTIONS):
        optional = option(optional)
    return optional


def finish(report: Report, options: Options, allowed: Collection[str] = ()) -> int:
    """Write a report as it is wanted, tell its summary on standard error, and give the exit status.

    Args:
        report: what was found.
        options: how it is wanted.
        allowed: rules that may look at nothing.

    Raises:
        DatasetUnreadable: the earlier report is none.
        BuildFailed: the file could not be written.
    """
    if options.new_since is not None:
        from organograph.report.earlier import only_new

        report = only_new(report, Path(options.new_since))
    if options.out is not None:
        write_whole(FORMATS[options.output_format].render(report), options.out)
    else:
        click.echo(_shown(report, options.output_format), nl=False)
    _summarize(report, allowed)
    grave = SEVERITIES[: SEVERITIES.index(options.fail_on) + 1]
    return FINDINGS if any(fault.severity in grave for fault in report.findings) else CLEAN


def _shown(report: Report, chosen: str) -> bytes:
    """The report for standard output; a terminal gets text in groups, in colours unless NO_COLOR forbids them (no-color.org)."""
    if chosen == "text" and sys.stdout.isatty():
        from organograph.report.lines import grouped

        return grouped(report, colours=not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")
    return FORMATS[chosen].render(report)


def _summarize(report: Report, allowed: Collection[str]) -> None:
    words, seen = WORDS[report.language], report.looked_at()
    idle = [rule for rule, count in seen.items() if not count and rule not in allowed]
    if idle:
        say(f"{words['idle']}{words['colon']}{', '.join(idle)}")
    counts = [number(count, level, report.language) for level, count in report.counts().items() if count]
    counts += [f"{len(each)} {words[word]}" for word, each in (("waived", report.waived), ("known", report.known)) if each]
    found = number(len(report.findings), "finding", report.language) if report.findings else words["none"]
    told = f" ({', '.join(counts)})" if counts else ""
    say(f"{len(seen)} {words['rules']}, {found}{told}.")
