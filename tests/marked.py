"""Releases of the small dataset whose answers tell which of them they are made from."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

from serving import small_dataset

_NAMED = "{ ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?name FILTER(STRENDS(?name, ')')) }"
QUERY = f"SELECT DISTINCT (STR(?name) AS ?n) WHERE {{ GRAPH ?g {_NAMED} }}"
PLAIN = QUERY.replace("GRAPH ?g", "")
"""The same of the default graph."""
SPARQL = f"/sparql?query={quote(QUERY)}"


def release(tmp_path: Path, mark: str) -> dict[str, bytes]:
    """The files of a dataset in which several names in several graphs end in a mark."""
    names = ("Office of Legal Affairs", "Council", "Legal Affairs", "Emergencies")
    dataset = small_dataset(tmp_path / mark, corrections={f'"{name}"@en': f'"{name} ({mark})"@en' for name in names})
    return {str(path.relative_to(dataset)): path.read_bytes() for path in dataset.rglob("*") if path.is_file()}


def marks(text: str) -> set[str]:
    """The marks in an answer."""
    return set(re.findall(r"\(([ABC])\)", text))
