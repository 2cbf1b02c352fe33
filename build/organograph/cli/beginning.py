"""The command init."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from organograph.cli.common import CLEAN, told
from organograph.errors import BuildFailed
from organograph.storing import store


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the organization.")
@click.option("--base", metavar="IRI", required=True, help="Base of all IRIs, such as https://example.org/structure/.")
@click.option("--acronym", default="", help="Its acronym.")
@click.option("--head", default="Director", show_default=True, help="Name of the post that heads it.")
@click.option("--edition", metavar="ID", help="Month of the first edition, YYYY-MM; by default this month.")
@click.option("--language", default="en", show_default=True, help="Language of the names, as a tag such as fr.")
@told
def init(folder: Path, name: str, base: str, acronym: str, head: str, edition: str | None, language: str) -> int:
    """Begin a dataset for another organization in an empty or new folder.

    It checks clean and can be built and served at once; README.md in it tells the next steps.
    """
    from organograph.skeleton import Beginning, skeleton

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuildFailed(f"{folder} is there already and not an empty folder.", "Name an empty or a new folder.")
    month = edition or datetime.datetime.now(datetime.UTC).strftime("%Y-%m")
    files = skeleton(Beginning(name.strip(), base, acronym.strip(), head.strip(), month, language))
    store({folder / path: data for path, data in files.items()})
    click.echo(f"{folder}: {len(files)} files; next: organograph check {folder}")
    return CLEAN
