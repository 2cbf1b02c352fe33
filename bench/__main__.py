"""Measures one topic after the other and writes the figures into docs/performance.md, with charts beside it: an hour on an idle machine."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from figures import charts, document, placed
from machine import load, machine, versions
from records import FILE, Session, read, write
from topics import TOPICS, Topic

_HERE = Path(__file__).parent
_DOCS = _HERE.parent / "docs"


@click.command()
@click.option("--only", multiple=True, type=click.Choice([topic.key for topic in TOPICS]), help="Topics to measure; all unless told.")
@click.option("--quick", is_flag=True, help="With tiny sizes and one round, to see that all runs; its figures tell nothing.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Where to write; docs/, or with --quick a folder of its own.")
@click.option("--again", is_flag=True, help="Measure nothing: write the document anew from the records that are kept.")
def main(only: tuple[str, ...], quick: bool, out: Path | None, again: bool) -> None:
    """Measure ours and its peers, and write what was measured; exit 1 where a topic failed.

    Topics that are not measured this time keep the figures that they have.
    """
    out = out or (Path(tempfile.mkdtemp(prefix="organograph-bench-")) if quick else _DOCS)
    kept = out / "figures/records.jsonl"
    kept.parent.mkdir(parents=True, exist_ok=True)
    topics = [] if again else [topic for topic in TOPICS if not only or topic.key in only]
    if topics:
        expected = "some minutes" if quick else f"about {sum(topic.minutes for topic in topics)} minutes"
        click.echo(f"{machine()}; {versions()}; load {load():.1f}.\n{len(topics)} topics, {expected} where nothing else runs;")
        click.echo("the first time, peers are installed before, which takes some minutes more.")
        if load() > 0.5 and not quick:
            click.echo(f"Warning: other work runs here (load {load():.1f}), which stretches times; the document tells it.", err=True)
    failed = [topic for place, topic in enumerate(topics, 1) if not _measured(topic, f"{place} of {len(topics)}", kept, quick)]
    _write(out, kept)
    for topic in failed:
        click.echo(f"{topic.title} failed; the document says so.", err=True)
    sys.exit(1 if failed else 0)


def _measured(topic: Topic, place: str, kept: Path, quick: bool) -> bool:
    """Run the script of a topic, put its records in the place of those it had, and tell whether it came to its end."""
    given = topic.quick if quick else topic.whole
    expected = "" if quick else f", about {topic.minutes} min"
    click.secho(f"\n[{place}] {topic.title}{expected}: {' '.join(['bench/' + topic.script, *given])}", bold=True)
    date, begun, before = f"{datetime.now(UTC):%Y-%m-%d}", time.perf_counter(), load()
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "records.jsonl"
        command = [sys.executable, "-u", str(_HERE / topic.script), *given]
        # What it prints is passed on as it comes; the last lines of its errors are told in the document, too.
        with subprocess.Popen(command, env=os.environ | {FILE: str(fresh)}, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr
            lines = [line for line in process.stderr if not sys.stderr.write(line) or line.strip()]
        seconds = time.perf_counter() - begun
        failed = f"{lines[-1].strip()[:200] if lines else f'status {process.returncode}'}" if process.returncode else ""
        measured = read(fresh)[0]
    session = Session(topic.key, machine(), versions(), date, round(seconds, 1), round(before, 2), round(load(), 2), failed, quick)
    records, sessions = read(kept)
    kept.unlink(missing_ok=True)
    write(kept, [one for one in [*sessions, *records] if one.topic != topic.key])
    write(kept, [session, *measured])
    return not failed


def _write(out: Path, kept: Path) -> None:
    """Write the document and its charts from the records that are kept."""
    records, sessions = read(kept)
    for old in kept.parent.glob("*.svg"):
        old.unlink()
    for name, text in charts(records).items():
        (kept.parent / name).write_text(text, encoding="utf-8")
    page = out / "performance.md"
    # Where there is no document with explanations, one is begun from that of the project.
    page.write_text(placed((page if page.exists() else _DOCS / page.name).read_text("utf-8"), document(records, sessions)), "utf-8")
    click.echo(f"\n{page} and {len(charts(records))} charts beside it are written.")


if __name__ == "__main__":
    main()
