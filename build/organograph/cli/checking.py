"""The command check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from organograph.cli.common import BASE, told
from organograph.cli.reporting import Options, reporting
from organograph.cli.rounds import Files, How, Tables, There
from organograph.cli.watching import watched
from organograph.errors import OrganographError

_PATH = click.Path(path_type=Path)
_FORMATS = click.Choice(["ttl", "trig", "nt", "nq", "jsonld", "rdf"])
_SECONDS, _MEGABYTES = click.IntRange(1, 1_000_000), click.IntRange(64, 1 << 30)
_ROOMS = click.Choice(["edition", "evidence", "catalogue", "ontology"])


@click.command()
@click.argument("paths", type=_PATH, nargs=-1, metavar="[PATH]...")
@click.option("--edition", metavar="ID", help="Of tables or a store: check one edition only.")
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
@click.option("--time-limit", type=_SECONDS, default=600, show_default=True, metavar="SECONDS", help="Of RDF files or a store: stop then.")
@click.option("--memory-limit", type=_MEGABYTES, default=4096, show_default=True, metavar="MB", help="Of RDF files: stop there.")
@click.option("--store", metavar="sparql:URL", help="Check the edition that a store holds, there; docs/engines.md tells how.")
@click.option("--rules", multiple=True, metavar="NAME", help="Of a store: the rules of one organization, too, such as iom.")
@click.option("--fetch", is_flag=True, help="Of a store: let it judge nothing, but fetch all that the rules read.")
@click.option("--allow-unchecked", "unchecked", multiple=True, metavar="RULE", help="Of a store: a rule that may go unchecked there.")
@click.option("--verbose", is_flag=True, help="Of a store: tell of each rule that was not pushed down why.")
@BASE
@told
@reporting
def check(paths: tuple[Path, ...], options: Options, store: str | None, **asked: Any) -> int:
    """Check tables or RDF files against every rule, and tell each finding with its place.

    PATH is a folder of tables, the folder of one edition in it, or an RDF file (.ttl .trig .nt .nq .jsonld .rdf); what several files
    state is taken together. Without it, the structure of IOM that comes with Organograph is checked. A place is file, row and column in
    tables; file, line and character in Turtle, TriG, N-Triples and N-Quads; in JSON-LD and RDF/XML those of the thing, or the file where
    these are not sure.

    With --store and --edition, what a store of others holds of an edition is checked there, page by page, and a finding tells its thing.
    User, password and token come from the environment, as for `organograph load`. What could not be checked is told, with exit status 2.
    """
    there = There(*(asked.pop(name) for name in ("rules", "fetch", "unchecked", "verbose")))
    how = How(**asked)
    if store is not None:
        from organograph.cli.afar import Afar

        return Afar(store, paths, how, there, options).check()
    if there != There():
        raise click.UsageError("--rules, --fetch, --allow-unchecked and --verbose are for a store, which --store names.")
    if _are_files(paths, how):
        round_: Files | Tables = Files(paths, how, options)
    else:
        round_ = Tables(*_tables(paths, how), options)
    if not how.watch:
        return round_.check()
    for path in paths:
        if not path.exists():
            raise OrganographError(f"{path} is not there, so it cannot be watched.", "Name a file or a folder of tables that is.")
    return watched(round_.files, round_.check, beside=options.out is None and options.output_format != "text")


def _are_files(paths: tuple[Path, ...], how: How) -> bool:
    folders = [path for path in paths if path.is_dir() or not (path.suffix or path.exists())]
    if len(paths) > 1 and folders:
        raise OrganographError(f"{folders[0]} is no RDF file, and a folder of tables is checked alone.", "Name it alone, or files only.")
    files = bool(paths) and not folders
    if files and how.edition is not None:
        raise click.UsageError("--edition is for tables, and RDF files are checked whole.")
    if how.format is not None and not files:
        raise click.UsageError("--format is for RDF files; tables are CSV.")
    if files and (table := next((path for path in paths if path.suffix == ".csv"), None)):
        raise OrganographError(f"{table} is a table, which is checked with the others.", "Name the folder that holds dataset.toml.")
    return files


def _tables(paths: tuple[Path, ...], how: How) -> tuple[Path | None, How]:
    """The folder of tables, and how to check it; the folder of one edition stands for that edition alone."""
    folder = paths[0] if paths else None
    if folder is None or not (folder / "units.csv").is_file() or (folder / "dataset.toml").exists():
        return folder, how
    place = folder.resolve()
    if how.edition not in (None, place.name):
        raise click.UsageError(f"{folder} is the edition {place.name}, not {how.edition}.")
    return place.parent.parent, replace(how, edition=place.name)
