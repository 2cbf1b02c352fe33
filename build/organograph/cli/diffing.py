"""The command diff, also under its earlier name compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from organograph.cli.common import BASE, CLEAN, FINDINGS, TABLES, chosen_editions, names_under, say, sound_tables, told
from organograph.errors import OrganographError
from organograph.resources import ontology_folder

if TYPE_CHECKING:
    from organograph.model import Dataset
    from organograph.names import Names
    from organograph.reform.model import Reform

FORMATS = ("text", "json", "ttl", "csv", "patch")


@click.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@TABLES
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Words, JSON-LD, Turtle, a table, or the RDF patch that makes the graph of B out of that of A.",
)
@click.option("--evidence", is_flag=True, help="In words, tell each change with the passages that it rests on.")
@BASE
@told
def diff(old: str, new: str, tables: Path | None, form: str, evidence: bool, base: str | None) -> int:
    """Tell what changed from edition A to edition B, branch by branch, and what still lacks a change event or a scope.

    Exit status 1 while something that came or went is not explained, or a change event is contradicted by the editions.
    """
    from organograph.difference import difference

    _, dataset = sound_tables(tables)
    (before,), (after,) = chosen_editions(dataset, old), chosen_editions(dataset, new)
    if before.order > after.order:
        raise OrganographError(f"The edition {old} does not come before {new}.", "Name the earlier one first.")
    names = names_under(base, dataset)
    reform = difference(dataset, before, after, names)
    click.echo(_patch(reform, dataset, names) if form == "patch" else _written(reform, names, form, evidence), nl=False)
    number, missing = len(reform.rows), len(reform.missing)
    say(f"{number} differences from {old} to {new}, {missing} of them not explained." if number else f"{old} and {new} say the same.")
    return FINDINGS if missing else CLEAN


def _patch(reform: Reform, dataset: Dataset, names: Names) -> bytes:
    from organograph.graphs.graph import edition_triples
    from organograph.reform.graph import reform_iri
    from organograph.reform.patch import write_patch

    editions = {edition.id: edition for edition in dataset.editions}
    before, after = (edition_triples(dataset, editions[state.identifier], names) for state in (reform.before, reform.after))
    return write_patch(before, after, reform_iri(reform, names.base).value)


def _written(reform: Reform, names: Names, form: str, evidence: bool) -> bytes:
    from organograph.reform.graph import reform_triples
    from organograph.reform.table import write_table
    from organograph.reform.text import text_lines

    if form == "csv":
        return write_table(reform)
    if form == "text":
        return "".join(f"{line}\n" for line in text_lines(reform, evidence)).encode()
    from organograph.statements import Graph as Plain
    from organograph.writing import quads, serialize

    context = json.loads((ontology_folder() / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return serialize(quads(Plain(reform_triples(reform, names.base)), None), "ttl" if form == "ttl" else "jsonld", context)


# No help of its own in --help: there is one way to do it, and who knows the earlier name may keep it.
compare = click.Command(
    "compare", callback=diff.callback, params=diff.params, hidden=True, help="The earlier name of organograph diff; it does the same."
)
