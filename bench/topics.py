"""What `make bench` measures, in its order: each topic is a script of this folder, which can be run alone as well."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Topic:
    """Some measurements that are made together.

    Args:
        key: its name in records and options.
        title: its heading in the document.
        told: what is measured, in a sentence or two below the heading.
        script: the file that does it.
        whole: what that is given for figures that count.
        quick: what it is given where only that it runs is wanted.
        minutes: how long the whole takes on two cores that do nothing else, once the peers are installed.
    """

    key: str
    title: str
    told: str
    script: str
    whole: tuple[str, ...]
    quick: tuple[str, ...]
    minutes: int


_SCANS, _ENGINES = ("group", "search", "without", "top", "subtree"), ("oxigraph", "virtuoso")
_LARGE = (*(part for query in _SCANS for part in ("--only", query)), *(part for server in _ENGINES for part in ("--servers", server)))

TOPICS = (
    Topic(
        "validation",
        "Validation",
        "A whole process that reads shapes and data from files and lists each result: processor seconds of the user, and the most memory. "
        "One unit of 25 is at fault; “core only” are the same shapes without their queries (SHACL-SPARQL).",
        "engines.py",
        ("250", "10000", "100000"),
        ("100", "--runs", "1", "--peer-limit", "10"),
        20,
    ),
    Topic(
        "sparql",
        "Queries over HTTP",
        "Sixteen clients ask 10,000 synthetic units over HTTP, no text twice, in interleaved rounds; ratios are made in each round. "
        "Each server has the same file, and was seen to find the same number of rows before it was measured.",
        "queries_http.py",
        (),
        ("--units", "500", "--rounds", "1", "--seconds", "1", "--limit", "10"),
        13,
    ),
    Topic(
        "scans",
        "Scans of a large organization over HTTP",
        "The same as before, with 100,000 units and the engines that are made for as many: queries that count, look through or sort all of "
        "them, and a subtree.",
        "queries_http.py",
        ("--topic", "scans", "--units", "100000", *_LARGE, "--seconds", "4"),
        ("--topic", "scans", "--units", "1000", *_LARGE, "--rounds", "1", "--seconds", "1", "--limit", "10"),
        8,
    ),
    Topic(
        "documents",
        "Documents",
        "Sixteen clients ask for the Turtle of one thing, in interleaved rounds; ratios are made in each round. nginx gives the same bytes "
        "as a file; ours negotiates them, with a strong tag and all its fields.",
        "documents.py",
        (),
        ("--rounds", "1", "--seconds", "1"),
        3,
    ),
    Topic(
        "build",
        "Building and checking tables",
        "A register of public bodies in three editions: processor seconds of the user, and the most memory. RDFLib does a part of a build "
        "only: it reads the TriG of the same graphs and writes it again.",
        "building.py",
        ("--units", "1000", "--units", "10000", "--runs", "3"),
        ("--units", "100"),
        8,
    ),
    Topic(
        "reading",
        "Reading Turtle with places",
        "Reading a file into graphs, and finding where in the text each statement stands, against plain parses.",
        "locating.py",
        ("10000",),
        ("500",),
        1,
    ),
    Topic(
        "watching",
        "An edit in a check that goes on",
        "Processor seconds in the running process from a noticed save to the printed report.",
        "watching.py",
        ("250", "10000"),
        ("100", "--times", "1"),
        3,
    ),
    Topic(
        "engine",
        "Queries of the README in one process",
        "The store that answers queries against RDFLib's own engine, on the bundled dataset.",
        "queries.py",
        (),
        ("--runs", "1"),
        1,
    ),
    Topic(
        "diff",
        "Comparing two editions",
        "Two editions of a synthetic organization, of which one unit in ten was changed.",
        "reforming.py",
        ("--units", "10000"),
        ("--units", "300"),
        1,
    ),
    Topic(
        "pages",
        "The page of an edition in a browser",
        "Chromium opens the page of all units, and filters it.",
        "pages.py",
        ("250", "10000"),
        ("100", "--rounds", "2"),
        3,
    ),
)
