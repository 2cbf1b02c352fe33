"""The command check."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.common import BASE, chosen_editions, how_many, names_under, say, sound_tables, told
from organograph.cli.reporting import Options, finish, reporting
from organograph.errors import Faulty, OrganographError
from organograph.resources import bundled_tables, ontology_folder, shapes_folder
from organograph.vocabulary import ontology_graph

if TYPE_CHECKING:
    from organograph.assemble import Assembly
    from organograph.checks import Engine
    from organograph.names import Names
    from organograph.rules import Room
    from organograph.verdict import Part

_PATH = click.Path(path_type=Path)
_FORMATS = click.Choice(["ttl", "trig", "nt", "nq", "jsonld", "rdf"])
_ROOMS = click.Choice(["edition", "evidence", "catalogue", "ontology"])


@dataclass(frozen=True)
class _How:
    """The options of the command, beside those of reports."""

    edition: str | None
    others: tuple[Path, ...]
    format: str | None
    room: Room
    engine: Engine | None
    allowed: tuple[str, ...]
    counts: bool
    coverage: bool
    time_limit: int
    memory_limit: int
    base: str | None


@click.command()
@click.argument("paths", type=_PATH, nargs=-1, metavar="[PATH]...")
@click.option("--edition", metavar="ID", help="Of tables: check one edition only.")
@click.option(
    "--shapes", "others", type=_PATH, multiple=True, metavar="FILE|DIR", help="Check with these shapes instead of the shipped ones."
)
@click.option("--format", type=_FORMATS, help="Of RDF files: the format they are read in; by default that of their suffix.")
@click.option("--room", type=_ROOMS, default="edition", show_default=True, help="Of RDF files: which of the shipped rules to run.")
@click.option(
    "--engine",
    type=click.Choice(["fast", "reference"]),
    help="What runs the rules; by default fast for the shipped ones, and reference (pySHACL, slower) for those of --shapes.",
)
@click.option("--allow-empty", "allowed", multiple=True, metavar="RULE", help="A rule that may look at nothing.")
@click.option("--counts", is_flag=True, help="Tell how many things each rule looked at.")
@click.option("--coverage", is_flag=True, help="Tell which things no rule looked at.")
@click.option("--time-limit", type=click.IntRange(1), default=600, show_default=True, metavar="SECONDS", help="Of RDF files: stop then.")
@click.option("--memory-limit", type=click.IntRange(64), default=4096, show_default=True, metavar="MB", help="Of RDF files: stop there.")
@BASE
@told
@reporting
def check(paths: tuple[Path, ...], options: Options, **asked: Any) -> int:
    """Check tables or RDF files against every rule, and tell each finding with its place.

    PATH is a folder of tables, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files state is taken together. Without it,
    the structure of IOM that comes with Organograph is checked. A place is file, row and column in tables; file, line and character in
    Turtle, TriG, N-Triples and N-Quads; the file in JSON-LD and RDF/XML.
    """
    how = _How(**asked)
    return _files(paths, how, options) if _are_files(paths) else _tables(paths[0] if paths else None, how, options)


def _are_files(paths: tuple[Path, ...]) -> bool:
    folders = [path for path in paths if path.is_dir() or not (path.suffix or path.is_file())]
    if len(paths) > 1 and folders:
        raise OrganographError(f"{folders[0]} is no RDF file, and a folder of tables is checked alone.", "Name it alone, or files only.")
    return bool(paths) and not folders


def _files(paths: tuple[Path, ...], how: _How, options: Options) -> int:
    from organograph.bounded import bounded
    from organograph.inspection import Asked, inspect
    from organograph.report.making import reported

    asked = Asked(paths, how.format, how.others, how.room, (), options.language, how.coverage, how.engine)
    parts = bounded(lambda: inspect(asked, ontology_graph(ontology_folder()), shapes_folder()), how.time_limit, how.memory_limit)
    _tell_looks(parts, how)
    return finish(reported(", ".join(map(str, paths)), parts, _explaining(how), options.language), options, how.allowed)


def _tables(tables: Path | None, how: _How, options: Options) -> int:
    from organograph.report.making import reported, with_waivers
    from organograph.verdict import Part

    names, chosen = names_under(how.base), Path(os.path.abspath(tables or bundled_tables()))
    shapes, root = _explaining(how), chosen.parent
    try:
        assembly, dataset = sound_tables(tables)
    except Faulty as error:
        say(str(error))
        return finish(reported(chosen.name, [Part("tables", error.faults, {})], shapes, options.language, root), options)
    chosen_editions(dataset, how.edition)
    parts = _verdict(assembly, names, how, options)
    _tell_looks(parts, how)
    report = reported(chosen.name, parts, shapes, options.language, root)
    whole = how.edition is None and not how.others  # waivers of the shipped rules fit no finding of others
    return finish(with_waivers(report, assembly.folder, names, whole), options, how.allowed)


def _verdict(assembly: Assembly, names: Names, how: _How, options: Options) -> list[Part]:
    from organograph.verdict import verdict, verdict_by

    ontology, asked = ontology_graph(ontology_folder()), (how.edition, options.language, how.coverage, how.engine)
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


def _explaining(how: _How) -> list[Path]:
    """The files that explain the rules in reports: the shipped ones; other people's bring no explanations."""
    return [] if how.others else sorted(shapes_folder().glob("*.ttl"))


def _tell_looks(parts: Sequence[Part], how: _How) -> None:
    """Stop where rules looked at nothing, and tell what each looked at and what none did, as asked."""
    from organograph.coverage import refuse_idle
    from organograph.verdict import total_looks

    totals = total_looks(parts)
    refuse_idle(totals, how.allowed, bool(how.others), ", ".join(part.name for part in parts))
    for rule, number in totals.items() if how.counts else ():
        say(f"{number:8} {rule}")
    for part in parts:
        for thing in part.unseen:
            say(f"{part.name}: no rule looked at {thing}")
