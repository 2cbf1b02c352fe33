"""Makes the pictures in docs/screenshots again: every kind of page at two widths, some by night, in few colours to stay small."""

from __future__ import annotations

import base64
import shutil
import struct
import sys
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "tests"))

from organograph import publish  # noqa: E402
from organograph.names import DEFAULT_BASE, Names  # noqa: E402
from organograph_server.app import create_app  # noqa: E402
from organograph_server.settings import Settings  # noqa: E402
from places import CHROMIUM_FLAGS, ONTOLOGY, SHAPES, bundled  # noqa: E402
from serving import listening  # noqa: E402

FOLDER = REPOSITORY / "docs/screenshots"
QUERY = """PREFIX og: <https://w3id.org/organograph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?office ?name WHERE { ?office a og:IndependentOffice ; skos:prefLabel ?name }"""
SIZES = {1280: 860, 375: 760}
PICTURES = {
    "home": "/",
    "edition": "/edition/2022-06.html?kind=division",
    "chart": "/edition/2022-06/chart/unit/migration-health",
    "unit": "/doc/unit/legal-affairs.html",
    "post": "/doc/post/deputy-director-general-operations.html",
    "evidence": "/edition/2023-10/source/director-general-2023.html",
    "change": "/doc/change/ethics-and-pseah.html",
    "reform": "/reform/2022-06/2023-10.html",
    "search": "/search?q=inspector+general",
    "report": "/edition/2022-06/report.html",
    "rules": "/shapes.html#Unit-parent",
    "vocabulary": "/ns.html#IndependentOffice",
    "catalogue": "/catalogue.html",
    "datasets": "/dcat.html",
    "changes": "/changes.html",
    "saved-query": "/query/chain-of-command?unit=treasury&edition=2022-06&format=html",
    "sparql": f"/sparql?query={quote(QUERY)}",
    "about": "/about",
    "addresses": "/openapi.html",
    "problem": "/doc/unit/nobody",
}
BY_NIGHT = ("home", "unit", "reform", "sparql")
# The picture in at most 256 colours: those that most points have, and for each other the nearest of them.
_REDUCED = """async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height), context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const points = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer), counted = new Map();
    for (const point of points) counted.set(point, (counted.get(point) ?? 0) + 1);
    const kept = [...counted.entries()].sort((one, other) => other[1] - one[1]).slice(0, 256).map(([colour]) => colour);
    const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255], palette = kept.map(parts);
    const places = new Map(kept.map((colour, place) => [colour, place]));
    const nearest = (colour) => {
        const [red, green, blue] = parts(colour);
        let best = 0, least = Infinity;
        palette.forEach(([r, g, b], place) => {
            const apart = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
            if (apart < least) [best, least] = [place, apart];
        });
        places.set(colour, best);
        return best;
    };
    let text = "";
    for (const point of points) text += String.fromCharCode(places.get(point) ?? nearest(point));
    return [bitmap.width, bitmap.height, palette.flat(), btoa(text)];
}"""


def reduced(page: Page, picture: bytes) -> bytes:
    """A picture with a palette (PNG, third edition, section 11.2)."""
    width, height, palette, points = page.evaluate(_REDUCED, base64.b64encode(picture).decode())
    read = base64.b64decode(points)
    rows = b"".join(b"\0" + read[start : start + width] for start in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", bytes(palette)), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*part) for part in parts)


def _part(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def taken(browser: Browser, address: str, folder: Path) -> int:
    """Write all pictures; gives their size in bytes."""
    tool = browser.new_page()
    written = 0
    for width, height in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            for name, path in PICTURES.items():
                if scheme == "light" or name in BY_NIGHT:
                    page.goto(path)
                    content = reduced(tool, page.screenshot())
                    (folder / f"{name}-{width}{'-dark' if scheme == 'dark' else ''}.png").write_bytes(content)
                    written += len(content)
            context.close()
    return written


def main() -> int:
    """Build, serve, and take the pictures."""
    chromium, dataset = shutil.which("chromium"), bundled().dataset
    if chromium is None or dataset is None:
        sys.stdout.write("Chromium is not installed (Debian: chromium), so no pictures were taken.\n")
        return 2
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as place, sync_playwright() as playwright:
        publish.build(dataset, Names(DEFAULT_BASE), ONTOLOGY, SHAPES, Path(place) / "out")
        with listening(create_app(Settings(dataset=Path(place) / "out"))) as address:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            size = taken(browser, address, FOLDER)
            browser.close()
    sys.stdout.write(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(REPOSITORY)}, {size:,} bytes.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
