"""The command check."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from organograph.cli.common import BASE, told
from organograph.cli.reporting import Options, reporting
from organograph.cli.rounds import Files, How, Tables
from organograph.cli.watching import watched
from organograph.errors import OrganographError

_PATH = click.Path(path_type=Path)
_FORMATS = click.Choice(["ttl", "trig", "nt", "nq", "jsonld", "rdf"])
_ROOMS = click.Choice(["edition", "evidence", "catalogue", "ontology"])


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
    default="fast",
    show_default=True,
    help="What runs the rules: fast, which leaves to pySHACL what it cannot run and tells so; or reference, pySHACL alone, slower.",
)
@click.option("--allow-empty", "allowed", multiple=True, metavar="RULE", help="A rule that may look at nothing.")
@click.option("--counts", is_flag=True, help="Tell how many things each rule looked at.")
@click.option("--coverage", is_flag=True, help="Tell which things no rule looked at.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, until Ctrl-C.")
@click.option("--time-limit", type=click.IntRange(1), default=600, show_default=True, metavar="SECONDS", help="Of RDF files: stop then.")
@click.option("--memory-limit", type=click.IntRange(64), default=4096, show_default=True, metavar="MB", help="Of RDF files: stop there.")
@BASE
@told
@reporting
def check(paths: tuple[Path, ...], options: Options, **asked: Any) -> int:
    """Check tables or RDF files against every rule, and tell each finding with its place.

    PATH is a folder of tables, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files state is taken together. Without it,
    the structure of IOM that comes with Organograph is checked. A place is file, row and column in tables; file, line and character in
    Turtle, TriG, N-Triples and N-Quads; in JSON-LD and RDF/XML those of the thing, or the file where these are not sure.
    """
    how = How(**asked)
    round_ = Files(paths, how, options) if _are_files(paths) else Tables(paths[0] if paths else None, how, options)
    if not how.watch:
        return round_.check()
    for path in paths:
        if not path.exists():
            raise OrganographError(f"{path} is not there, so it cannot be watched.", "Name a file or a folder of tables that is.")
    return watched(round_.files, round_.check, beside=options.out is None and options.output_format != "text")


def _are_files(paths: tuple[Path, ...]) -> bool:
    folders = [path for path in paths if path.is_dir() or not (path.suffix or path.is_file())]
    if len(paths) > 1 and folders:
        raise OrganographError(f"{folders[0]} is no RDF file, and a folder of tables is checked alone.", "Name it alone, or files only.")
    return bool(paths) and not folders
