"""The command check for an edition that a store of others holds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from organograph.cli.common import COULD_NOT_RUN, say
from organograph.cli.reporting import Options, finish
from organograph.cli.rounds import How, There
from organograph.errors import OrganographError
from organograph.faults import Fault
from organograph.report.model import UNCHECKED
from organograph.report.reasons import reason_in
from organograph.report.words import WORDS, number, part_in
from organograph.resources import shapes_folder

if TYPE_CHECKING:
    from organograph.conformance.verdict import Part
    from organograph.remote.asking import Store
    from organograph.remote.judging import Judgement

_HERE = {
    "format": "a store answers in a format of its own",
    "room": "the edition and its evidence are each checked with their rules",
    "coverage": "it would fetch the name of each thing; check the files",
    "watch": "a store does not tell when it changes",
    "memory_limit": "no more than a page is held at a time",
}
"""The options that are for data that is here, and why."""


class Afar:
    """An edition in a store.

    Args:
        place: `sparql:URL`.
        paths: files that were named, which none may be.
        how: the options of the command.
        there: those for a store.
        options: those of reports.
    """

    def __init__(self, place: str, paths: tuple[Path, ...], how: How, there: There, options: Options) -> None:
        _refuse_others(paths, how, there.rules)
        self._place, self._how, self._there, self._options = place, how, there, options

    def check(self) -> int:
        """Check it, write the report, and give the exit status.

        Raises:
            OrganographError: the check could not run.
        """
        from organograph.conformance.coverage import refuse_idle
        from organograph.conformance.verdict import total_looks
        from organograph.report.making import reported

        how, language = self._how, self._options.language
        store: Store = _opener()(self._place, how.time_limit)
        try:
            with _going(store):
                parts = [*self._parts(store)]
        finally:
            store.close()
        totals = total_looks([part for part, _ in parts])
        refuse_idle(totals, how.allowed, bool(how.others), ", ".join(part.name for part, _ in parts))
        for rule, looks in totals.items() if how.counts else ():
            say(f"{looks:8} {rule}")
        shapes = [] if how.others else sorted(shapes_folder().glob("*.ttl"))
        report = reported(f"edition {how.edition} at {_bare(self._place)}", [part for part, _ in parts], shapes, language)
        status = finish(report, self._options, how.allowed)
        return COULD_NOT_RUN if self._tell([judged for _, judged in parts], store) else status

    def _parts(self, store: Store) -> Iterator[tuple[Part, Judgement]]:
        from organograph.conformance.inspection import other_shapes
        from organograph.remote.verdict import Asked, verdict

        how, language = self._how, self._options.language
        others = other_shapes(how.others) if how.others else None
        asked = Asked(how.edition or "", how.base or "", shapes_folder(), self._there.rules, others, language, not self._there.fetch)
        words = WORDS[language]
        for part, judged in verdict(store, asked):
            rules = sum(1 for looks in part.looked_at.values() if looks)
            found = number(len(part.faults), "finding", language) if part.faults else words["none"]
            name = part_in(part.name, language)
            say(f"{name}{words['colon']}{number(rules, 'rule', language)}, {found}")
            for shape, why in judged.fetched.items() if self._there.verbose else ():
                say(words["fetched"].format(part=name, shape=shape, why=reason_in(why, language)))
            told = [
                words["unchecked"].format(part=name, shape=shape, why=reason_in(why, language)) for shape, why in judged.refused.items()
            ]
            for line in told:
                say(line)
            lacking = [line for line, shape in zip(told, judged.refused, strict=True) if shape not in self._there.unchecked]
            unchecked = tuple(Fault(UNCHECKED, f"{line}.", words["unchecked cure"]) for line in lacking)
            yield replace(part, faults=(*part.faults, *unchecked)), judged

    def _tell(self, judged: list[Judgement], store: Store) -> int:
        """Tell what was done where; gives how many shapes were not checked though they had to be."""
        pushed, fetched, refused = (sum(len(getattr(each, kind)) for each in judged) for kind in ("pushed", "fetched", "refused"))
        words = WORDS[self._options.language]
        say(words["afar"].format(pushed=pushed, fetched=fetched, refused=refused, requests=store.requests, size=f"{store.size:,}"))
        lacking = sum(1 for each in judged for shape in each.refused if shape not in self._there.unchecked)
        if lacking:
            say(words["incomplete"].format(refused=lacking))
        return lacking


def _refuse_others(paths: tuple[Path, ...], how: How, rules: tuple[str, ...]) -> None:
    if how.edition is None:
        raise click.UsageError("--store is checked edition by edition. Name one with --edition.")
    if paths:
        raise click.UsageError(f"{paths[0]} is here, and --store is elsewhere. Name one of both.")
    if how.engine == "reference":
        raise click.UsageError("--engine reference is for data that is here: pySHACL asks no store.")
    if how.others and rules:
        raise click.UsageError("--rules adds to the shipped rules, and --shapes stands in their place. Name one of both.")
    given = click.get_current_context().get_parameter_source
    for name, why in _HERE.items():
        if given(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is for data that is here: {why}.")


def _opener() -> Callable[[str, float], Store]:
    """What opens a store: the server, which this room never enters by name."""
    stores = entry_points(group="organograph.stores")
    if "sparql" not in stores.names:
        raise OrganographError("The server of Organograph is not installed, and it alone can ask a store.", "Install all of Organograph.")
    opened: Callable[[str, float], Store] = stores["sparql"].load()
    return opened


def _bare(place: str) -> str:
    """A place without user and password."""
    scheme, slashes, rest = place.partition("//")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"


@contextmanager
def _going(store: Store) -> Iterator[None]:
    """Tells on a terminal, and nowhere else, how many requests were answered; the line is overwritten."""
    if not sys.stderr.isatty():
        yield
        return
    store.tell = lambda: click.echo(f"\r\x1b[K{store.requests} …\r", err=True, nl=False)
    try:
        yield
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)
