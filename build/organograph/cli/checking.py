"""The command check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.common import BASE, CLEAN, FINDINGS, chosen_editions, how_many, names_under, say, show, sound_tables, told
from organograph.errors import OrganographError
from organograph.resources import ontology_folder, shapes_folder
from organograph.vocabulary import ontology_graph

if TYPE_CHECKING:
    from organograph.findings import Language
    from organograph.rules import Room
    from organograph.verdict import Part

_PATH = click.Path(path_type=Path)
_FORMATS = click.Choice(["ttl", "trig", "nt", "nq", "jsonld", "rdf"])
_ROOMS = click.Choice(["edition", "evidence", "catalogue", "ontology"])


@dataclass(frozen=True)
class _How:
    """The options of the command."""

    edition: str | None
    others: tuple[Path, ...]
    format: str | None
    room: Room
    allowed: tuple[str, ...]
    counts: bool
    coverage: bool
    time_limit: int
    memory_limit: int
    language: Language
    base: str | None


@click.command()
@click.argument("paths", type=_PATH, nargs=-1, metavar="[PATH]...")
@click.option("--edition", metavar="ID", help="Of tables: check one edition only.")
@click.option(
    "--shapes", "others", type=_PATH, multiple=True, metavar="FILE|DIR", help="Check with these shapes instead of the shipped ones."
)
@click.option("--format", type=_FORMATS, help="Of RDF files: their format; by default that of their suffix.")
@click.option("--room", type=_ROOMS, default="edition", show_default=True, help="Of RDF files: which of the shipped rules to run.")
@click.option("--allow-empty", "allowed", multiple=True, metavar="RULE", help="A rule that may look at nothing.")
@click.option("--counts", is_flag=True, help="Tell how many things each rule looked at.")
@click.option("--coverage", is_flag=True, help="Tell which things no rule looked at.")
@click.option("--time-limit", type=click.IntRange(1), default=600, show_default=True, metavar="SECONDS", help="Of RDF files: stop then.")
@click.option("--memory-limit", type=click.IntRange(64), default=4096, show_default=True, metavar="MB", help="Of RDF files: stop there.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the findings.")
@BASE
@told
def check(paths: tuple[Path, ...], **options: Any) -> int:
    """Check tables or RDF files against every rule, and tell each finding with its place.

    PATH is a folder of tables, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files state is taken together. Without it,
    the structure of IOM that comes with Organograph is checked. A place is file, row and column in tables; file, line and character in
    Turtle, TriG, N-Triples and N-Quads; the file in JSON-LD and RDF/XML.
    """
    how = _How(**options)
    parts = _of_files(paths, how) if _are_files(paths) else _of_tables(paths, how)
    return _report(parts, how)


def _are_files(paths: tuple[Path, ...]) -> bool:
    folders = [path for path in paths if path.is_dir() or not (path.suffix or path.is_file())]
    if len(paths) > 1 and folders:
        raise OrganographError(f"{folders[0]} is no RDF file, and a folder of tables is checked alone.", "Name it alone, or files only.")
    return bool(paths) and not folders


def _of_files(paths: tuple[Path, ...], how: _How) -> list[Part]:
    from organograph.bounded import bounded
    from organograph.inspection import Asked, inspect

    asked = Asked(paths, how.format, how.others, how.room, (), how.language, how.coverage)
    return bounded(lambda: inspect(asked, ontology_graph(ontology_folder()), shapes_folder()), how.time_limit, how.memory_limit)


def _of_tables(paths: tuple[Path, ...], how: _How) -> list[Part]:
    from organograph.verdict import verdict, verdict_by

    names, (assembly, dataset) = names_under(how.base), sound_tables(paths[0] if paths else None)
    chosen_editions(dataset, how.edition)
    ontology, asked = ontology_graph(ontology_folder()), (how.edition, how.language, how.coverage)
    if how.others:
        from organograph.inspection import other_shapes

        found = verdict_by(other_shapes(how.others), assembly, names, ontology, *asked)
    else:
        found = verdict(assembly, names, ontology, shapes_folder(), *asked)
    parts = []
    for part in found:
        say(f"{part.name}: {sum(1 for number in part.looked_at.values() if number)} rules, {how_many(part.faults)}")
        parts.append(part)
    return parts


def _report(parts: Sequence[Part], how: _How) -> int:
    """Tell what was found; the exit status."""
    from organograph.coverage import refuse_idle
    from organograph.verdict import all_faults, total_looks

    totals = total_looks(parts)
    refuse_idle(totals, how.allowed, bool(how.others), ", ".join(part.name for part in parts))
    faults = all_faults(list(parts))
    show(faults)
    if how.counts:
        for rule, number in totals.items():
            say(f"{number:8} {rule}")
    for part in parts:
        for thing in part.unseen:
            say(f"{part.name}: no rule looked at {thing}")
    idle = [rule for rule, number in totals.items() if not number and rule not in how.allowed]
    if idle:
        say(f"Rules that found nothing to look at: {', '.join(idle)}")
    say(f"{len(totals)} rules, {how_many(faults)}.")
    return FINDINGS if faults else CLEAN
