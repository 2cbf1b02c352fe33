"""The command token."""

from __future__ import annotations

import re

import click

from organograph.cli.common import CLEAN, say, told
from organograph.credentials import digest_of, new_token
from organograph.errors import OrganographError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@click.command()
@click.argument("name")
@told
def token(name: str) -> int:
    """Make a token for a steward, by which a server knows NAME.

    The token goes to standard output, once: hand it to the steward. What the server has to know is told on standard error: lines
    for the file that `organograph serve --steward FILE` reads. They hold a hash, of which nobody can make the token.
    """
    if not _NAME.fullmatch(name):
        raise OrganographError(f"The name {name!r} cannot be used.", "Use up to 64 letters, digits, hyphens and underscores.")
    made = new_token()
    click.echo(made)
    say(f'For the steward\'s file of the server:\n\n[tokens.{name}]\nsha256 = "{digest_of(made)}"')
    return CLEAN
