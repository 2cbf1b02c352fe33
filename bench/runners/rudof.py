"""One check by rudof as a process of its own: shapes and data from files, a line for each result."""

from __future__ import annotations

import sys

import pyrudof


def main() -> None:
    """Check the second file named by the rules in the first."""
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_shacl(sys.argv[1])
    rudof.read_data(sys.argv[2])
    for result in rudof.validate_shacl():
        sys.stdout.write(f"{result.source_shape.rpartition('/')[2]} {result.focus_node}\n")


if __name__ == "__main__":
    main()
