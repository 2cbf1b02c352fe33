"""Runs the command line as `python -m organograph`."""

from organograph.cli import main

main()
