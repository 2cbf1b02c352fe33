"""The door of the command line: tells at once what commands there are, and leaves everything else to them."""

from __future__ import annotations

import gc
import os
import sys

_WHOLE = 80
"""From this width of a terminal on the overview is told in the same lines."""

_OBJECTS = 1_000_000
"""How many new objects a check lets come before it looks for circles among them: it makes hardly any, and looking takes a tenth of it."""


def main() -> None:
    """Run the command that the arguments name."""
    if sys.argv[1:] in (["--help"], ["-h"]) and _is_wide():
        from organograph.overview import overview

        told = overview()
        if told is not None:
            by_module = sys.argv[0].endswith("__main__.py")
            sys.stdout.write(told.replace("organograph", "python -m organograph", 1) if by_module else told)
            return
    if sys.argv[1:2] == ["check"]:
        gc.set_threshold(_OBJECTS)
    from organograph.cli import main as command

    command()


def _is_wide() -> bool:
    try:
        columns = os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):  # no terminal
        return True
    return str(columns).isdigit() and int(columns) >= _WHOLE


if __name__ == "__main__":
    main()
