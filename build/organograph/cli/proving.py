"""The command evidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.cli.common import CLEAN, FINDINGS, TABLES, say, show, sound_tables, told

if TYPE_CHECKING:
    from organograph.evidence import Proof


@click.command()
@TABLES
@click.option("--sources", type=click.Path(path_type=Path), required=True, help="Folder with the documents, IDENTIFIER.txt each.")
@click.option("--uncited/--no-uncited", default=True, show_default=True, help="List capitalized names that no row cites.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@told
def evidence(tables: Path | None, sources: Path, uncited: bool, as_json: bool) -> int:
    """Re-read the documents and prove each span that the tables cite."""
    from organograph.evidence import prove

    assembly, _ = sound_tables(tables)
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
    say(f"{matched} of {spans} spans match ({100 * matched / spans if spans else 100:.1f} %).")
    return CLEAN if matched == spans else FINDINGS


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "source": proof.source,
        "matched": proof.matched,
        "spans": proof.spans,
        "faults": [str(fault) for fault in proof.faults],
        "uncited": [{"words": words, "start": start, "times": times} for words, start, times in proof.uncited],
    }
