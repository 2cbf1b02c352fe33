"""The tables a steward edits: their columns, what each holds and how it is written (ontology/README.md)."""

from __future__ import annotations

from organograph.tabular.columns import ALT, BASIS, CHANGES, CUE, NOTE, PRINTED, PURPOSE, RELATIONS, STATED, Column, Table, evidence, slug

SOURCES = Table(
    "sources",
    "the documents",
    (
        slug("document"),
        Column("identifier", "its file name without .txt", needed=True),
        Column("title", "its title", needed=True),
        Column("address", "where it was published", "address", True),
        Column("sha256", "SHA-256 of the file, in hexadecimal", "hash", True),
        Column("characters", "its length, decoded as UTF-8", "number", True),
        Column("not_before", "earliest month its text can be of", "month"),
        Column("not_after", "latest month its text can be of", "month"),
        NOTE,
    ),
    ("slug",),
)
EDITIONS = Table(
    "editions",
    "the dated states of the structure",
    (
        Column("id", "the edition's name in addresses, its earliest month", "slug", True),
        Column("order", "its place in the chain, from 1", "number", True),
        Column("not_before", "earliest month it can be of", "month", True),
        Column("not_after", "latest month it is known to hold", "month"),
        Column("title", "its title", needed=True),
        Column("sources", "its documents, separated by '; '", "slugs", True),
        Column("previous", "the edition before, empty for the first", "slug"),
        NOTE,
    ),
    ("id",),
)
SCOPE = Table(
    "scope",
    "what the documents of an edition leave out, so that absence is explained",
    (
        Column("edition", "the edition", "slug", True),
        Column("branch", "the thing under which they leave something out", "thing", True),
        Column("things", "what is left out", "choice", True, ("units", "posts", "bodies", "all")),
        Column("depth", "how many levels below the branch are described; -1: not even the branch", "number", True),
        Column("reason", "why", needed=True),
        *evidence(),
        STATED,
        NOTE,
    ),
    ("edition", "branch", "things"),
)
PERSONS = Table(
    "persons",
    "holders of public office",
    (slug("person"), Column("name", "the person's name", needed=True), *evidence(), PRINTED, NOTE),
    ("slug",),
)
KINDS_TABLE = Table(
    "kinds", "kinds of this organization alone, beside those of kinds.ttl; the file may be missing", (
        Column("slug", "name of the kind in its address and in column kind of other tables", "slug", True),
        Column("label", "its label in English", needed=True),
        Column("label_fr", "its label in French"),
        Column("definition", "what it is, in a full sentence", needed=True),
        Column("broader", "the wider kind (here or in kinds.ttl)", "slug"),
        Column("of", "what has such a kind", "choice", True, ("units", "bodies")),
        NOTE,
    ), ("slug",), optional=True,
)  # fmt: skip
CHANGES_TABLE = Table(
    "changes",
    "ends and beginnings of identities between editions",
    (
        slug("change"),
        Column("type", "what kind of change", "choice", True, CHANGES),
        Column("label", "the change in a few words", needed=True),
        Column("originals", "what there was, separated by '; '", "things"),
        Column("results", "what came of it and is new, separated by '; '", "things"),
        Column("from_edition", "last edition before it", "slug", True),
        Column("to_edition", "first edition after it", "slug", True),
        *evidence(),
        STATED,
        NOTE,
    ),
    ("slug",),
)
CONFLICTS = Table(
    "conflicts",
    "where documents of one edition disagree",
    (
        slug("conflict"),
        Column("about", "the thing", "thing", True),
        Column("edition", "the edition", "slug", True),
        Column("aspect", "on what they disagree", "choice", True, ("name", "kind", "parent", "holder", "place")),
        Column("chosen", "documents followed, separated by '; '", "slugs", True),
        Column("rejected", "documents not followed, separated by '; '", "slugs", True),
        Column("spans", "where each of them says so, as SLUG:START-END, separated by '; '", "spans", True),
        Column("note", "the choice and its reason", needed=True),
    ),
    ("slug",),
)
WAIVERS = Table(
    "waivers",
    "findings that may stand for a time; the table may be absent",
    (
        Column("rule", "the rule, as the finding names it, such as shape:Unit-parent", needed=True),
        Column("thing", "the thing found at fault, such as unit:legal-affairs, or its whole address", needed=True),
        Column("reason", "why the finding may stand", needed=True),
        Column("who", "who decided so", needed=True),
        Column("until", "last day, month or year of it", "date", True),
    ),
    ("rule", "thing"),
    optional=True,
)
UNITS = Table(
    "units",
    "units of any kind",
    (
        slug("unit"),
        Column("name", "its name in this edition, to the letter", needed=True),
        Column("kind", "its kind (notation in kinds.ttl)", "slug", True),
        Column("parent", "the unit, post or organization directly above it", "thing", True),
        BASIS,
        *evidence(),
        PRINTED,
        Column("classes", "classes that change the rules, separated by '; '", "words"),
        ALT,
        PURPOSE,
        NOTE,
    ),
    ("slug",),
    True,
)
POSTS = Table(
    "posts",
    "posts, whoever holds them",
    (
        slug("post"),
        Column("name", "its name in this edition, to the letter", needed=True),
        Column("parent", "the unit, post or organization directly above it", "thing", True),
        BASIS,
        Column("heads", "the unit or organization it heads", "thing"),
        Column("many", "yes, where several persons hold such a post", "choice", False, ("yes",)),
        *evidence(),
        PRINTED,
        ALT,
        NOTE,
    ),
    ("slug",),
    True,
)
TENURES = Table(
    "tenures",
    "who held which post, and when",
    (
        slug("tenure"),
        Column("person", "slug in persons.csv", "slug", True),
        Column("post", "slug in posts.csv", "slug", True),
        Column("begins", "first day, month or year known; empty where unknown", "date"),
        Column("ends", "last day, month or year known; empty where unknown", "date"),
        *evidence(),
        STATED,
        Column("printed", "the person's name as printed there", needed=True),
        Column("dates_from", "public reports that give the dates, where the document does not: addresses, separated by '; '", "addresses"),
        NOTE,
    ),
    ("slug",),
    True,
)
SITES = Table(
    "sites",
    "premises and the units at them, one row a unit",
    (
        slug("site"),
        Column("unit", "slug in units.csv", "slug", True),
        Column("primary", "yes, where it is the unit's main site", "choice", False, ("yes",)),
        Column("city", "the city", needed=True),
        Column("country", "the country", needed=True),
        Column("country_code", "ISO 3166-1 alpha-2", needed=True),
        *evidence(),
        STATED,
        NOTE,
    ),
    ("slug", "unit", "source"),
    True,
)
BODIES = Table(
    "bodies",
    "governing, advisory and coordinating bodies",
    (
        slug("body"),
        Column("name", "its name in this edition, to the letter", needed=True),
        Column("kind", "its kind (notation in kinds.ttl)", "slug", True),
        Column("within", "the organization or body it is part of; empty for bodies outside", "thing"),
        STATED,
        *evidence(),
        PRINTED,
        ALT,
        PURPOSE,
        NOTE,
    ),
    ("slug",),
    True,
)
SEATS = Table(
    "seats", "posts that sit in a body, one row a seat", (
        Column("body", "slug in bodies.csv", "slug", True),
        Column("post", "slug in posts.csv", "slug", True),
        *evidence(), STATED, CUE, NOTE,
    ), ("body", "post", "source"), True,
)  # fmt: skip
RELATIONS_TABLE = Table(
    "relations", "what else the documents say, beside the tree; one row a statement", (
        Column("subject", "the unit, post or body it is about", "thing", True),
        Column("relation", "what is said", "choice", True, RELATIONS),
        Column(
            "object",
            "the other thing; words for focal-point-for and remit, a duration (P5Y) for term-of-office, a class for is-a",
            needed=True,
        ),
        *evidence(), STATED, CUE, NOTE,
    ), ("subject", "relation", "object", "source"), True,
)  # fmt: skip
MENTIONS = Table(
    "mentions",
    "further readings of a thing: in another document of the edition, or again in the same one",
    (
        Column("thing", "the unit, post or body", "thing", True),
        *evidence(),
        Column("name", "its name in this document, where it differs from the edition's"),
        PRINTED,
        Column("parent", "where this document places it; empty where it does not", "thing"),
        Column("basis", "how this document places it; empty where it does not", "choice", False, ("stated", "layout")),
        Column("heads", "the unit or organization that it heads by this document", "thing"),
        Column("kind", "its kind in this document, where it differs from the edition's", "slug"),
        NOTE,
    ),
    ("thing", "source", "start", "end"),
    True,
)

OF_DATASET = (SOURCES, EDITIONS, SCOPE, PERSONS, CHANGES_TABLE, CONFLICTS, KINDS_TABLE, WAIVERS)
OF_EDITION = (UNITS, POSTS, TENURES, SITES, BODIES, SEATS, RELATIONS_TABLE, MENTIONS)
TABLES = OF_DATASET + OF_EDITION
