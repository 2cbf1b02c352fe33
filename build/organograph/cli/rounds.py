"""One round of the command check, over tables or over RDF files, as often as it is asked for; what did not change is kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.common import chosen_editions, names_under, say
from organograph.cli.reporting import Options, finish
from organograph.faults import Language
from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.kept import Kept
from organograph.plainfiles import legible
from organograph.report.reasons import reason_in
from organograph.report.words import WORDS, number, part_in
from organograph.resources import bundled_tables, ontology_folder, shapes_folder
from organograph.tabular.assemble import Assembly, assemble

if TYPE_CHECKING:
    from organograph.conformance.checks import Engine
    from organograph.conformance.inspection import Asked
    from organograph.conformance.rules import Room
    from organograph.conformance.verdict import Part, Verdicts
    from organograph.model import Dataset
    from organograph.watched.reverdict import Reverdicts


@dataclass(frozen=True)
class How:
    """The options of the command, beside those of reports."""

    edition: str | None
    others: tuple[Path, ...]
    format: str | None
    room: Room
    engine: Engine
    allowed: tuple[str, ...]
    counts: bool
    coverage: bool
    watch: bool
    time_limit: int
    memory_limit: int
    base: str | None


@dataclass(frozen=True)
class There:
    """The options for data that a store holds."""

    rules: tuple[str, ...] = ()
    fetch: bool = False
    unchecked: tuple[str, ...] = ()
    verbose: bool = False


class Tables:
    """A folder of tables.

    Args:
        tables: the folder, or None for the bundled one.
        how: the options of the command.
        options: those of reports.
    """

    def __init__(self, tables: Path | None, how: How, options: Options) -> None:
        self._folder = Path(os.path.abspath(tables or bundled_tables()))
        self._how, self._options = how, options
        self._names, self._ontology = names_under(how.base), ontology_graph(ontology_folder())
        self._kinds = kind_notations(self._ontology)
        self._kept: Kept[Any] | None = Kept() if how.watch else None
        self._verdicts: Verdicts | Reverdicts | None = None

    def files(self) -> list[Path]:
        """The files that have a part in the verdict."""
        found = [self._folder / "dataset.toml", *self._folder.glob("*.csv"), *self._folder.glob("editions/*/*.csv")]
        return sorted([*found, *_below(self._how.others)])

    def check(self) -> int:
        """Check the tables, write the report, and give the exit status.

        Raises:
            OrganographError: the check could not run.
        """
        from organograph.conformance.verdict import Part
        from organograph.report.making import reported, with_waivers

        how, options, shapes = self._how, self._options, _explaining(self._how)
        assembly = assemble(self._folder, self._kinds, self._kept)
        if assembly.dataset is None:
            say(WORDS[options.language]["unbuilt"].format(faults=number(len(assembly.faults), "fault", options.language)))
            parts = [Part("tables", assembly.faults, {})]
            return finish(reported(self._folder.name, parts, shapes, options.language, self._folder.parent), options)
        chosen_editions(assembly.dataset, how.edition)
        before = _before(assembly.dataset, options.new_since)
        parts = list(_told(self._parts(assembly, None if before else how.edition), options.language))
        _tell_looks(parts, how, options.language)
        report = reported(self._folder.name, parts, shapes, options.language, self._folder.parent)
        whole = (how.edition is None or bool(before)) and not how.others  # waivers of the shipped rules fit no finding of others
        report = with_waivers(report, assembly.folder, self._names, whole)
        if before:
            from organograph.report.earlier import only_after

            report, options = only_after(report, before, how.edition), replace(options, new_since=None)
        return finish(report, options, how.allowed)

    def _parts(self, assembly: Assembly, edition: str | None) -> Iterator[Part]:
        from organograph.conformance.verdict import Verdicts, verdict_by

        how, language = self._how, self._options.language
        if how.others:
            from organograph.conformance.inspection import other_shapes

            others = (other_shapes(how.others), assembly, self._names, self._ontology)
            return verdict_by(*others, edition, language, how.coverage, how.engine)
        if self._verdicts is None:
            grounds = (self._names, self._ontology, shapes_folder())
            whole = Verdicts(*grounds, edition, language, how.coverage, how.engine)
            self._verdicts = _going_on(whole) if how.watch else whole
        return self._verdicts.of(assembly)


class Files:
    """RDF files.

    Args:
        paths: the files; what they state is taken together.
        how: the options of the command.
        options: those of reports.
    """

    def __init__(self, paths: tuple[Path, ...], how: How, options: Options) -> None:
        from organograph.conformance.inspection import Asked

        self._paths, self._how, self._options = paths, how, options
        asked = Asked(paths, how.format, how.others, how.room, (), options.language, how.coverage, how.engine)
        self._parts = _repeated(asked, how) if how.watch else _single(asked, how)

    def files(self) -> list[Path]:
        """The files that have a part in the verdict."""
        return [*self._paths, *_below(self._how.others)]

    def check(self) -> int:
        """Check the files within limits, write the report, and give the exit status.

        Raises:
            OrganographError: the check could not run.
        """
        from organograph.report.making import reported

        how, language, parts = self._how, self._options.language, self._parts(_waiting(self._options.language))
        _tell_looks(parts, how, language)
        return finish(reported(", ".join(map(legible, self._paths)), parts, _explaining(how), language), self._options, how.allowed)


def _single(asked: Asked, how: How) -> Callable[[Callable[[int], None] | None], list[Part]]:
    """Checks RDF files within limits."""
    from organograph.bounded import bounded
    from organograph.conformance.inspection import inspect

    work = partial(inspect, asked, ontology_graph(ontology_folder()), shapes_folder())
    return partial(bounded, work, how.time_limit, how.memory_limit)


def _repeated(asked: Asked, how: How) -> Callable[[Callable[[int], None] | None], list[Part]]:
    """Checks RDF files within limits again and again, in a process that keeps what it learned."""
    from organograph.bounded import Lasting
    from organograph.watched.reinspection import Reinspection

    work = Reinspection(asked, ontology_graph(ontology_folder()), shapes_folder()).parts
    return Lasting(work, how.time_limit, how.memory_limit).again


def _going_on(whole: Verdicts) -> Reverdicts:
    from organograph.watched.reverdict import Reverdicts

    return Reverdicts(whole)


def _before(dataset: Dataset, since: str | None) -> list[str]:
    """The edition that is named and those before it; none where a file is named, or nothing."""
    ids = [edition.id for edition in dataset.editions]
    return ids[: ids.index(since) + 1] if since in ids and not Path(since).is_file() else []


def _waiting(language: Language) -> Callable[[int], None] | None:
    """Tells on a terminal, and nowhere else, that the check goes on; the line is overwritten."""
    if not sys.stderr.isatty():
        return None
    return lambda seconds: click.echo(f"\r{WORDS[language]['going'].format(seconds=seconds)}\r", err=True, nl=False)


def _below(paths: Iterable[Path]) -> list[Path]:
    return [file for path in paths for file in ([path] if not path.is_dir() else sorted(path.rglob("*")))]


def _told(parts: Iterable[Part], language: Language) -> Iterator[Part]:
    words = WORDS[language]
    for part in parts:
        rules = sum(1 for looks in part.looked_at.values() if looks)
        found = number(len(part.faults), "finding", language) if part.faults else words["none"]
        say(f"{part_in(part.name, language)}{words['colon']}{number(rules, 'rule', language)}, {found}")
        yield part


def _explaining(how: How) -> list[Path]:
    """The files that explain the rules in reports: the shipped ones; other people's bring no explanations."""
    return [] if how.others else sorted(shapes_folder().glob("*.ttl"))


def _tell_looks(parts: Sequence[Part], how: How, language: Language) -> None:
    """Stop where rules looked at nothing, and tell what each looked at and what none did, as asked."""
    from organograph.conformance.coverage import refuse_idle
    from organograph.conformance.verdict import total_looks

    totals = total_looks(parts)
    refuse_idle(totals, how.allowed, bool(how.others), ", ".join(part.name for part in parts))
    words = WORDS[language]
    for rule, looks in totals.items() if how.counts else ():
        say(f"{looks:8} {rule}")
    for part in parts:
        name = part_in(part.name, language)
        for shape, why in part.handed_over.items():
            say(words["left"].format(part=name, shape=shape, why=reason_in(why, language)))
        for thing in part.unseen:
            say(words["unseen"].format(part=name, thing=thing))
