"""The command line: build, check, reason and evidence; the server adds serve."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from importlib.metadata import entry_points
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

import click

from organograph import __version__
from organograph.assemble import Assembly, assemble
from organograph.errors import Faulty, OrganographError
from organograph.faults import Fault
from organograph.names import DEFAULT_BASE, Names
from organograph.resources import bundled_tables, ontology_folder, shapes_folder
from organograph.vocabulary import kind_notations, ontology_graph

if TYPE_CHECKING:
    from organograph.evidence import Proof
    from organograph.findings import Language
    from organograph.model import Dataset, Edition
    from organograph.reason import Reasoning
    from organograph.trace import Locate

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
_TABLES = click.argument("tables", type=click.Path(path_type=Path), required=False)
_BASE = click.option(
    "--base",
    envvar="ORGANOGRAPH_BASE",
    metavar="IRI",
    help="Base of all IRIs; by default the address the server runs at, from HOST and PORT.",
)


class _Commands(click.Group):
    """The workshop's own commands, and those that installed packages bring (the server brings serve), loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *entry_points(group="organograph.commands").names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        brought = entry_points(group="organograph.commands")
        if cmd_name in brought.names:
            command: click.Command = brought[cmd_name].load()
            return command
        return super().get_command(ctx, cmd_name)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="organograph")
def main() -> None:
    """Publish the structure of an organization as W3C ORG linked data.

    TABLES is a folder with dataset.toml and its tables; without it, the structure of IOM that comes with Organograph is used.

    Exit status: 0 clean, 1 findings, 2 could not run.
    """
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # ill-written literals are findings, not log lines


def told(command: Callable[..., int]) -> Callable[..., None]:
    """Let a command tell its errors in a sentence and end with an exit status."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            status = command(*args, **kwargs)
        except Faulty as error:
            show(error.faults)
            click.echo(str(error), err=True)
            status = FINDINGS
        except OrganographError as error:
            click.echo(f"organograph: {error}", err=True)
            status = COULD_NOT_RUN
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            status = COULD_NOT_RUN
        sys.exit(status)

    return run


def show(faults: Iterable[Fault]) -> None:
    """Print findings, a line each, to standard output."""
    for fault in faults:
        click.echo(str(fault))


def default_base() -> str:
    """The address that the server runs at, from HOST and PORT."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if (host, port) == ("127.0.0.1", "8000"):
        return DEFAULT_BASE
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _names(base: str | None) -> Names:
    return Names(base or default_base())


def _assembly(tables: Path | None) -> Assembly:
    return assemble(tables or bundled_tables(), kind_notations(ontology_graph(ontology_folder())))


def _number(faults: Sequence[Fault]) -> str:
    return {0: "no findings", 1: "1 finding"}.get(len(faults), f"{len(faults)} findings")


def _say(text: str) -> None:
    """Tell of progress on standard error, which results do not share."""
    click.echo(text, err=True)


@main.command()
@_TABLES
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("published"), show_default=True, help="The dataset directory to write."
)
@_BASE
@told
def build(tables: Path | None, out: Path, base: str | None) -> int:
    """Compile tables to a dataset directory, whole or not at all."""
    from organograph.publish import build as compile_tables

    names, assembly = _names(base), _assembly(tables)
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    _say(f"Compiling {assembly.dataset.title} …")
    manifest = compile_tables(assembly.dataset, names, ontology_folder(), shapes_folder(), out)
    click.echo(
        f"{out}: {manifest['triples']} triples in {len(manifest['graphs'])} graphs, {len(manifest['editions'])} editions, "
        f"base {manifest['base']}, RDFC-1.0 {manifest['dataset_sha256'][:12]}"
    )
    return CLEAN


@main.command()
@_TABLES
@click.option("--edition", metavar="ID", help="Check one edition only.")
@click.option("--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the findings.")
@_BASE
@told
def check(tables: Path | None, edition: str | None, language: Language, base: str | None) -> int:
    """Check tables against every rule and tell each finding with file, row and column."""
    from organograph.verdict import all_faults, verdict

    names, assembly = _names(base), _assembly(tables)
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    _editions(assembly.dataset, edition)
    parts = []
    for part in verdict(assembly, names, ontology_graph(ontology_folder()), shapes_folder(), edition, language):
        rules = sum(1 for number in part.looked_at.values() if number)
        _say(f"{part.name}: {rules} rules, {_number(part.faults)}")
        parts.append(part)
    faults = all_faults(parts)
    show(faults)
    asked = sorted({rule for part in parts for rule in part.looked_at})
    idle = [rule for rule in asked if not any(part.looked_at.get(rule) for part in parts)]
    if idle:
        _say(f"Rules that found nothing to look at: {', '.join(idle)}")
    _say(f"{len(asked)} rules, {_number(faults)}.")
    return FINDINGS if faults else CLEAN


@main.command()
@_TABLES
@click.option("--edition", metavar="ID", help="Reason over one edition only.")
@click.option("--inferred", is_flag=True, help="List every inferred type, not only how many of each.")
@_BASE
@told
def reason(tables: Path | None, edition: str | None, inferred: bool, base: str | None) -> int:
    """Run HermiT over the ontology, ORG and each edition; explain what is inconsistent."""
    from organograph.graph import edition_graph
    from organograph.reason import reason as run_reasoner
    from organograph.trace import Trace

    names, assembly = _names(base), _assembly(tables)
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    status, trace = CLEAN, Trace(assembly.folder, names)
    for each in _editions(assembly.dataset, edition):
        _say(f"Reasoning over edition {each.id} …")
        found = run_reasoner(names.edition(each.id), edition_graph(assembly.dataset, each, names), ontology_folder())
        _tell_reasoning(each.id, found, trace.of(each.id), inferred)
        status = max(status, CLEAN if found.consistent and not found.unsatisfiable else FINDINGS)
    return status


def _editions(dataset: Dataset, identifier: str | None) -> list[Edition]:
    chosen = [edition for edition in dataset.editions if identifier in (None, edition.id)]
    if not chosen:
        known = ", ".join(edition.id for edition in dataset.editions)
        raise OrganographError(f"There is no edition {identifier!r}.", f"The editions are: {known}.")
    return chosen


def _tell_reasoning(edition: str, found: Reasoning, locate: Locate, each: bool) -> None:
    verdict = "consistent" if found.consistent else "inconsistent"
    click.echo(f"edition {edition}: {verdict}, {len(found.unsatisfiable)} unsatisfiable classes, {len(found.inferred)} inferred types")
    for name in found.unsatisfiable:
        click.echo(f"  nothing can be a {name}")
    for explanation in found.explanation:
        click.echo(indent(str(explanation), "  "))
        places = {locate(str(subject), str(predicate), str(value)) for subject, predicate, value in explanation.facts}
        for place in sorted(str(place) for place in places if place):
            click.echo(f"    see {place}")
    for kind, number in sorted(Counter(kind for _, kind in found.inferred).items()):
        click.echo(f"  {number} things are also {kind}")
    for individual, kind in found.inferred if each else ():
        click.echo(f"  {individual} is also {kind}")


@main.command()
@_TABLES
@click.option("--sources", type=click.Path(path_type=Path), required=True, help="Folder with the documents, IDENTIFIER.txt each.")
@click.option("--uncited/--no-uncited", default=True, show_default=True, help="List capitalized names that no row cites.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@told
def evidence(tables: Path | None, sources: Path, uncited: bool, as_json: bool) -> int:
    """Re-read the documents and prove each span that the tables cite."""
    from organograph.evidence import prove

    assembly = _assembly(tables)
    if assembly.faults:
        raise Faulty(assembly.faults)
    proofs = list(prove(assembly.folder, sources))
    if as_json:
        click.echo(json.dumps([_proof(proof) for proof in proofs], ensure_ascii=False, indent=1))
    else:
        for proof in proofs:
            click.echo(f"{proof.source}: {proof.matched} of {proof.spans} spans match")
            show(proof.faults)
            for words, start, times in proof.uncited if uncited else ():
                click.echo(f"  not cited: “{words}” at {start}" + (f", {times} times" if times > 1 else ""))
    matched, spans = sum(proof.matched for proof in proofs), sum(proof.spans for proof in proofs)
    _say(f"{matched} of {spans} spans match ({100 * matched / spans if spans else 100:.1f} %).")
    return CLEAN if matched == spans else FINDINGS


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "source": proof.source,
        "matched": proof.matched,
        "spans": proof.spans,
        "faults": [str(fault) for fault in proof.faults],
        "uncited": [{"words": words, "start": start, "times": times} for words, start, times in proof.uncited],
    }
