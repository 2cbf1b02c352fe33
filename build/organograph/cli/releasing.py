"""The commands publish and rollback."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.building import changed
from organograph.cli.common import BASE, CLEAN, FINDINGS, LANGUAGE, TABLES, names_under, progress, say, show, sound_tables, told
from organograph.graphs.vocabulary import ontology_graph
from organograph.releases import KEPT, Release, Releases
from organograph.resources import ontology_folder, shapes_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from organograph.faults import Fault, Language
    from organograph.model import Dataset
    from organograph.names import Names
    from organograph.tabular.assemble import Assembly

_ROOT = click.option(
    "--to",
    "root",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The directory of the releases, which `organograph serve --dataset DIR` serves.",
)


@click.command()
@TABLES
@_ROOT
@click.option("--keep", type=click.IntRange(1), default=KEPT, show_default=True, help="How many releases stay for a rollback.")
@BASE
@LANGUAGE
@told
def publish(tables: Path | None, root: Path, keep: int, base: str | None, language: Language) -> int:
    """Check tables, compile them, and make the result the release that is served.

    A release never changes and has its hash for a name. A running server takes it up on SIGHUP; requests that are being
    answered end with the release that they began with. Findings, a full disk or a cut leave the release that is current.
    """
    from organograph.publish import compile_into

    issued = changed(os.environ.get("SOURCE_DATE_EPOCH", ""))
    assembly, dataset = sound_tables(tables)
    names = names_under(base, dataset)
    say(f"Checking {dataset.title} …")
    if faults := _violations(assembly, dataset, names, language):
        show(faults, language)
        say(f"Not published: {len(faults)} finding{'s' if len(faults) != 1 else ''} to mend first.")
        return FINDINGS
    say("Compiling …")
    manifests: list[Mapping[str, Any]] = []
    with progress("compiling") as tell:
        release = Releases(root).publish_by(
            lambda folder: manifests.append(compile_into(folder, dataset, names, ontology_folder(), shapes_folder(), issued, tell)), keep
        )
    (manifest,) = manifests
    click.echo(f"{root}: release {release.name} is current, {manifest['triples']} triples in {len(manifest['editions'])} editions")
    return CLEAN


@click.command()
@_ROOT
@click.argument("release", required=False)
@click.option("--list", "listing", is_flag=True, help="Tell what was current when, and change nothing.")
@told
def rollback(root: Path, release: str | None, listing: bool) -> int:
    """Make an earlier release current again: the one before, or RELEASE, of whose name the beginning is enough."""
    releases = Releases(root)
    if listing:
        for entry in releases.history():
            click.echo(_line(releases, entry))
        return CLEAN
    found = releases.rollback(release)
    click.echo(f"{root}: release {found.name} is current again")
    return CLEAN


def _line(releases: Releases, entry: Release) -> str:
    current = releases.current
    is_current = current is not None and current.name == entry.name
    stays = "current" if is_current else "kept" if (releases.root / "releases" / entry.name).is_dir() else "gone"
    return f"{entry.when}  {entry.name}  {stays:7}  {entry.why} by {entry.by}"


def _violations(assembly: Assembly, dataset: Dataset, names: Names, language: Language) -> Sequence[Fault]:
    """What the rules find that is not waived."""
    from organograph.conformance.verdict import Part, Verdicts
    from organograph.report.making import reported, with_waivers

    parts, number = list[Part](), 2 + sum(1 + len(edition.sources) for edition in dataset.editions)  # ontology and register
    with progress("checking") as tell:
        for part in Verdicts(names, ontology_graph(ontology_folder()), shapes_folder(), language=language).of(assembly):
            parts.append(part)
            if tell:
                tell(len(parts), number)
    report = with_waivers(reported(assembly.folder.name, parts, [], language), assembly.folder, names)
    return [fault for fault in report.findings if fault.severity == "violation"]
