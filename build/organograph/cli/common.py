"""What commands share: exit status, errors told in a sentence, the tables and the base they work on."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from organograph.errors import Faulty, Locked, OrganographError
from organograph.faults import Fault, Language
from organograph.graphs.vocabulary import kind_notations, ontology_graph
from organograph.names import DEFAULT_BASE, Names
from organograph.resources import bundled_tables, ontology_folder
from organograph.sentences import told_in
from organograph.tabular.assemble import Assembly, assemble

if TYPE_CHECKING:
    from organograph.model import Dataset, Edition

CLEAN, FINDINGS, COULD_NOT_RUN = 0, 1, 2
BUSY = 75  # EX_TEMPFAIL of sysexits.h
TABLES = click.argument("tables", type=click.Path(path_type=Path), required=False)
BASE = click.option(
    "--base",
    envvar="ORGANOGRAPH_BASE",
    metavar="IRI",
    help="Base of all IRIs; by default that of dataset.toml, or else the address the server runs at, from HOST and PORT.",
)
LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of rules and findings."
)


def told(command: Callable[..., int]) -> Callable[..., None]:
    """Let a command tell its errors in a sentence and end with an exit status; faults in the language that it was asked for."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            status = command(*args, **kwargs)
        except Faulty as error:
            show(error.faults, kwargs.get("language", "en"))
            click.echo(_unbuilt(error, kwargs.get("language", "en")), err=True)
            status = FINDINGS
        except Locked as error:
            click.echo(f"organograph: {error}", err=True)
            status = BUSY
        except OrganographError as error:
            click.echo(f"organograph: {error}", err=True)
            status = COULD_NOT_RUN
        except KeyboardInterrupt:
            click.echo("organograph: stopped before the end.", err=True)
            status = COULD_NOT_RUN
        sys.exit(status)

    return run


def _unbuilt(error: Faulty, language: Language) -> str:
    """That there are faults, and how many."""
    from organograph.report.words import WORDS, number

    return WORDS[language]["unbuilt"].format(faults=number(len(error.faults), "fault", language))


def show(faults: Iterable[Fault], language: Language) -> None:
    """Print findings, a line each, to standard output."""
    from organograph.report.lines import line

    for fault in faults:
        click.echo(line(told_in(fault, language), language))


def default_base() -> str:
    """The address that the server runs at, from HOST and PORT."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if (host, port) == ("127.0.0.1", "8000"):
        return DEFAULT_BASE
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def names_under(base: str | None, dataset: Dataset | None = None) -> Names:
    """The IRIs under a base, or under that of a dataset's settings, or under the address that the server runs at."""
    return Names(base or (dataset.base if dataset else "") or default_base())


def sound_tables(tables: Path | None) -> tuple[Assembly, Dataset]:
    """Read a folder of tables, or the bundled one, with what it means.

    Raises:
        Faulty: the tables hold faults.
        DatasetUnreadable: the folder is none of tables.
    """
    assembly = assemble(tables or bundled_tables(), kind_notations(ontology_graph(ontology_folder())))
    if assembly.dataset is None:
        raise Faulty(assembly.faults)
    return assembly, assembly.dataset


def chosen_editions(dataset: Dataset, identifier: str | None) -> list[Edition]:
    """The edition of that identifier, or all of them.

    Raises:
        OrganographError: there is no such edition.
    """
    chosen = [edition for edition in dataset.editions if identifier in (None, edition.id)]
    if not chosen:
        known = ", ".join(edition.id for edition in dataset.editions)
        raise OrganographError(f"There is no edition {identifier!r}.", f"The editions are: {known}.")
    return chosen


def say(text: str) -> None:
    """Tell of progress on standard error, which results do not share."""
    click.echo(text, err=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, and nowhere else, while the block runs.

    Args:
        what: is being done, in a word.

    Yields:
        what is to be told how much is done, and of how much; None where nobody looks.
    """
    if not sys.stderr.isatty():
        yield None
        return
    bar = Bar(what)
    try:
        yield bar.tell
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)


class Bar:
    """A line that is overwritten, at most ten times in a second.

    Args:
        what: is being done, in a word.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._begun = self._last = time.monotonic()

    def tell(self, done: int, of: int) -> None:
        """Show how much is done, and how long the rest will take if it goes on so."""
        now = time.monotonic()
        if now - self._last < 0.1 or not of:
            return
        self._last, share = now, min(done / of, 1.0)
        left = f", {(now - self._begun) * (1 - share) / share:.0f} s left" if share > 0.05 else ""
        filled = "█" * round(share * 30)
        click.echo(f"\r\x1b[K{self._what} {filled:░<30} {share:4.0%}{left}", err=True, nl=False)
