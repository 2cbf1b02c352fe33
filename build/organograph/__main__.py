"""The door of the command line: tells at once what commands there are, and leaves everything else to them."""

from __future__ import annotations

import gc
import os
import sys

_WHOLE = 80
"""From this width of a terminal on the overview is told in the same lines."""

_OBJECTS = 1_000_000
"""How many new objects come before Python looks for circles among them, where it makes hardly any, and looking takes a tenth of it."""
_MANY_OBJECTS = ("check", "build", "publish")
"""The commands of which that is true."""

_COULD_NOT_RUN = 2


def main() -> None:
    """Run the command that the arguments name; what ends it too early, wherever that is, is told in a sentence, with exit status 2."""
    told, status = "", _COULD_NOT_RUN
    try:
        _open()
        status = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        told = "stopped before the end."
    except BrokenPipeError:
        pass  # whoever read has read enough
    except OSError as error:
        about = f": {error.filename}" if error.filename else ""
        told = f"The system refused to go on: {error.strerror or error}{about}. See to that and run again."
    except MemoryError:
        told = "This needs more memory than there is. Give it more, or less to do."
    except RecursionError:
        told = "What was given is nested too deeply. Nest it less."
    if told:
        status = _COULD_NOT_RUN
        try:  # noqa: SIM105 - contextlib takes as long to load as the overview
            sys.stderr.write(f"organograph: {told}\n")
        except OSError:
            pass  # the exit status tells
    _leave(status)


def _run() -> int:
    if sys.argv[1:] in (["--help"], ["-h"]) and _is_wide():
        from organograph.overview import overview

        told = overview()
        if told is not None:
            by_module = sys.argv[0].endswith("__main__.py")
            sys.stdout.write(told.replace("organograph", "python -m organograph", 1) if by_module else told)
            return 0
    if sys.argv[1:2] and sys.argv[1] in _MANY_OBJECTS:
        gc.set_threshold(_OBJECTS)
    return _commanded()


def _commanded() -> int:
    import click

    from organograph.cli import main as command

    try:
        status = command(standalone_mode=False)
    except SystemExit as end:
        status = end.code
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except click.Abort:
        raise KeyboardInterrupt from None
    return status if isinstance(status, int) else 0


def _open() -> None:
    """See that there are three standard streams, which take every text; one that was closed leads nowhere."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))  # noqa: SIM115 - it stays
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _leave(status: int) -> None:
    """End the process; what a stream still holds and cannot write is given up."""
    gc.freeze()  # else Python looks for circles once more, in all that the system takes back anyway
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
    sys.exit(status)


def _is_wide() -> bool:
    try:
        columns = os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, ValueError):  # no terminal
        return True
    return str(columns).isdigit() and int(columns) >= _WHOLE


if __name__ == "__main__":
    main()
