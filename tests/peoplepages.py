"""The kinds of pages that people read, and an organization whose names try to do harm."""

from __future__ import annotations

from pathlib import Path

from second_organization import FIRST, SETTINGS, Document, store_rows, stored_rows, units, write_edition
from test_cli import run

# One page of every kind, in the structure of IOM.
PAGES = (
    "/",
    "/?q=legal",
    "/edition/2022-06.html",
    "/edition/2022-06.html?kind=division",
    "/edition/2022-06/chart",
    "/edition/2022-06/chart/unit/migration-health",
    "/about",
    "/edition/2022-06/report.html",
    "/edition/2022-06/source/structure-2022.html",
    "/edition/2022-06/doc/unit/migration-health.html",
    "/doc/organization/iom.html",
    "/doc/unit/legal-affairs.html",
    "/doc/post/deputy-director-general-operations.html",
    "/doc/person/amy-pope.html",
    "/doc/membership/amy-pope-director-general.html",
    "/doc/body/council.html",
    "/doc/site/bangkok.html",
    "/doc/source/structure-2022.html",
    "/doc/change/ethics-and-pseah.html",
    "/doc/conflict/evaluation-name.html",
    "/catalogue.html",
    "/ns.html",
    "/shapes.html",
    "/shapes/catalogue.html",
    "/query",
    "/query/search?text=legal&format=html",
    "/sparql",
    "/reform.html",
    "/reform/2022-06/2023-10.html",
    "/search?q=legal",
    "/dcat.html",
    "/profile.html",
    "/doc/unit/legal-affairs?_profile=alt",
    "/query/chain-of-command",
    "/sparql?query=SELECT%20*%20WHERE%20%7B%20%3Fs%20a%20%3Ftype%20%7D%20LIMIT%205",
    "/sparql?query=SELECT%20*%20WHERE%20%7B",
    "/changes.html",
    "/changes/2022-06.html",
    "/timemap/doc/unit/legal-affairs.html",
    "/openapi.html",
    "/doc/unit/nobody.html",
)
SCRIPT = 'Department of </script><script>alert("plankton")</script> & <!-- <img src=x onerror=alert(1)> Krill'
ARABIC = "إدارة الرواسب \u202eevil\u202c"
LONG = ("Instruments" + "x" * 289)[:300]


def hostile_dataset(place: Path, *, rewritten: bool = False) -> tuple[Path, Path]:
    """Build an organization with hostile names; gives its dataset directory and the folder of its documents.

    Args:
        place: an empty directory.
        rewritten: whether the document is changed after the build, so that its SHA-256 differs.
    """
    folder = place / "lon"
    assert run("init", folder, *SETTINGS, "--edition", FIRST).exit_code == 0
    document = Document("chart-2024", folder)
    (folder / "documents/first-note.txt").unlink()
    names = {"plankton": SCRIPT, "sediments": ARABIC, "instruments": LONG}
    named = [unit | ({"name": names[unit["slug"]]} if unit["slug"] in names else {}) for unit in units()]
    write_edition(folder, FIRST, document, named, "Ada Brine")
    store_rows(folder / "sources.csv", [document.source()])
    store_rows(folder / "editions.csv", [{**stored_rows(folder / "editions.csv")[0], "sources": "chart-2024"}])
    built = run("build", folder, "--out", place / "out")
    assert built.exit_code == 0, built.output
    if rewritten:
        document.file.write_text(document.file.read_text(encoding="utf-8").replace("Audit", "Fraud"), encoding="utf-8")
    return place / "out", folder / "documents"
