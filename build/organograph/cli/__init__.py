"""The command line: a group of commands, each loaded only when it is called; the server adds serve."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from organograph import __version__

if TYPE_CHECKING:
    from importlib.metadata import EntryPoints

_OWN = {
    "build": ("building", "build"),
    "check": ("checking", "check"),
    "compare": ("diffing", "compare"),
    "diff": ("diffing", "diff"),
    "evidence": ("proving", "evidence"),
    "export": ("sheets", "export_tables"),
    "fmt": ("formatting", "fmt"),
    "import": ("sheets", "import_tables"),
    "init": ("beginning", "init"),
    "new": ("editions", "new"),
    "publish": ("releasing", "publish"),
    "reason": ("reasoning", "reason"),
    "rollback": ("releasing", "rollback"),
    "rules": ("explaining", "rules"),
    "token": ("tokens", "token"),
}


class _Commands(click.Group):
    """The workshop's own commands, and those that installed packages bring, which may not replace them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*_OWN, *_brought().names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command | None = None
        if cmd_name in _OWN:
            module, name = _OWN[cmd_name]
            command = getattr(import_module(f"organograph.cli.{module}"), name)
        elif cmd_name in _brought().names:
            command = _brought()[cmd_name].load()
        return command


def _brought() -> EntryPoints:
    from importlib.metadata import entry_points  # which takes as long to load as all of click

    return entry_points(group="organograph.commands")


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="organograph")
def main() -> None:
    """Publish the structure of an organization as W3C ORG linked data.

    TABLES is a folder with dataset.toml and its tables; without it, the structure of IOM that comes with Organograph is used.

    Exit status: 0 clean, 1 findings, 2 could not run, 75 another process is at it.
    """
