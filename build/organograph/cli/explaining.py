"""The command rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from organograph.cli.common import CLEAN, LANGUAGE, names_under, say, sound_tables, told
from organograph.faults import Language
from organograph.resources import cases_folder, ontology_folder, shapes_folder


@click.command()
@click.argument("name", required=False)
@click.option("--html", "as_html", is_flag=True, help="Write a page with all rules.")
@click.option("--counts", is_flag=True, help="Tell what each rule looks at and finds in the bundled tables, which takes some seconds.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write to a file, whole or not at all.")
@LANGUAGE
@told
def rules(name: str | None, as_html: bool, counts: bool, out: Path | None, language: Language) -> int:
    """Explain a rule: what it demands and why, with sound and faulty examples; without NAME, list all rules."""
    from organograph.report.explained import explanations
    from organograph.report.formats import write_whole
    from organograph.report.rulebook import Rulebook, as_page, listed
    from organograph.report.rulebook import told as told_whole

    book = Rulebook(explanations(sorted(shapes_folder().glob("*.ttl"))), cases_folder(), language)
    chosen = None if name is None else book.named(name)
    if counts:
        book = Rulebook(book.rules, book.cases, language, _counts(language))
    text = as_page(book) if as_html else (listed(book) if chosen is None else told_whole(book, chosen)).encode()
    if out is None:
        click.echo(text, nl=False)
    else:
        write_whole(text, out)
    return CLEAN


def _counts(language: Language) -> dict[str, tuple[int, int]]:
    """How many things each rule looks at in the bundled tables, and how many findings it has there."""
    from organograph.conformance.verdict import Verdicts, all_faults
    from organograph.graphs.vocabulary import ontology_graph

    assembly, _ = sound_tables(None)
    parts = []
    for part in Verdicts(names_under(None), ontology_graph(ontology_folder()), shapes_folder(), None, language).of(assembly):
        say(part.name)
        parts.append(part)
    looked_at: Counter[str] = Counter()
    for part in parts:
        looked_at.update(part.looked_at)
    found = Counter(fault.rule for fault in all_faults(parts))
    return {rule: (number, found[rule]) for rule, number in looked_at.items()}
