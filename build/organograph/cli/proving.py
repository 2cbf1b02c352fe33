"""The command evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.common import CLEAN, FINDINGS, LANGUAGE, TABLES, say, show, sound_tables, told

if TYPE_CHECKING:
    from organograph.evidence import Proof
    from organograph.faults import Language


@click.command()
@TABLES
@click.option("--sources", type=click.Path(path_type=Path), required=True, help="Folder with the documents, IDENTIFIER.txt each.")
@click.option("--uncited/--no-uncited", default=True, show_default=True, help="List capitalized names that no row cites.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@LANGUAGE
@told
def evidence(tables: Path | None, sources: Path, uncited: bool, as_json: bool, language: Language) -> int:
    """Re-read the documents and prove each span that the tables cite."""
    from organograph.evidence import prove
    from organograph.report.words import WORDS

    assembly, _ = sound_tables(tables)
    words = WORDS[language]
    proofs = list(prove(assembly.folder, sources))
    if as_json:
        click.echo(json.dumps([_proof(proof, language) for proof in proofs], ensure_ascii=False, indent=1))
    else:
        for proof in proofs:
            click.echo(proof.source + words["colon"] + words["spans"].format(matched=proof.matched, spans=proof.spans))
            show(proof.faults, language)
            for name, start, times in proof.uncited if uncited else ():
                often = words["times"].format(times=times) if times > 1 else ""
                click.echo(f"  {words['uncited'].format(words=name, start=start)}{often}")
    matched, spans = sum(proof.matched for proof in proofs), sum(proof.spans for proof in proofs)
    say(f"{words['spans'].format(matched=matched, spans=spans)} ({100 * matched / spans if spans else 100:.1f} %).")
    return CLEAN if matched == spans else FINDINGS


def _proof(proof: Proof, language: Language) -> dict[str, Any]:
    from organograph.report.lines import line
    from organograph.sentences import told_in

    return {
        "source": proof.source,
        "matched": proof.matched,
        "spans": proof.spans,
        "faults": [line(told_in(fault, language), language) for fault in proof.faults],
        "uncited": [{"words": words, "start": start, "times": times} for words, start, times in proof.uncited],
    }
