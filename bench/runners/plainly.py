"""What RDFLib alone needs: reads a dataset, and writes it again in some formats."""

from __future__ import annotations

import sys
import warnings

from rdflib import Dataset


def main(file: str, formats: list[str]) -> None:
    """Read a file, and write it in each format: one of a dataset as a whole, one of a graph for each graph."""
    warnings.simplefilter("ignore", DeprecationWarning)
    dataset = Dataset()
    dataset.parse(file, format=file.rpartition(".")[2].replace("nq", "nquads"))
    for form in formats:
        if form in ("trig", "nquads"):
            dataset.serialize(f"{file}.{form}", format=form)
        else:
            for number, graph in enumerate(dataset.graphs()):
                graph.serialize(f"{file}.{number}.{form}", format=form)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
