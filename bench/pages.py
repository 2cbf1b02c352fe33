"""Measures how long a browser needs for the structure of an organization of any size: first paint, all loaded, and the filter."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, sync_playwright
from records import OURS, Record, summed, tell
from watching import organization

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
_TIMES = """() => new Promise(done => {
    const look = () => {
        const [paint] = performance.getEntriesByName("first-contentful-paint"), [way] = performance.getEntriesByType("navigation");
        if (paint && way.loadEventEnd) done([paint.startTime, way.loadEventEnd]); else setTimeout(look, 20);
    };
    look();
})"""
_FILTER = """() => new Promise(done => {
    const told = document.getElementById("found"), field = document.getElementById("q"), begun = performance.now();
    new MutationObserver(() => requestAnimationFrame(() => done(performance.now() - begun))).observe(told, {childList: true});
    field.value = "unit 99"; field.dispatchEvent(new Event("input"));
})"""


@click.command()
@click.argument("sizes", type=int, nargs=-1)
@click.option("--rounds", default=9, show_default=True, help="How often each page is opened.")
def main(sizes: tuple[int, ...], rounds: int) -> None:
    """Print the milliseconds of the page of an edition with so many units: 250 and 10000 unless named."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise click.ClickException("Chromium is not installed (Debian: chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        for size in sizes or (250, 10_000):
            with tempfile.TemporaryDirectory() as folder, _served(Path(folder), size) as address:
                _measure(browser, f"{address}/edition/2024-01.html", size, rounds)
        browser.close()


def _measure(browser: Browser, address: str, size: int, rounds: int) -> None:
    # Made once, then kept: what is measured is the browser.
    with urllib.request.urlopen(address) as answer:
        weight = len(answer.read())
    times = zip(*(_round(browser, address) for _ in range(rounds)), strict=True)
    for measure, taken in zip(("first paint", "all loaded", "filtered"), times, strict=True):
        tell([summed(Record("pages", measure, f"{size:,} units, {weight / 1e3:,.0f} KB", OURS, "ms"), taken)])


def _round(browser: Browser, address: str) -> tuple[float, float, float]:
    page = browser.new_page()
    page.goto(address)
    paint, loaded = page.evaluate(_TIMES)
    # A page with a part of the structure asks the server.
    filtered = _asked(page) if page.locator("form.filter[data-part]").count() else page.evaluate(_FILTER)
    page.close()
    return paint, loaded, filtered


def _asked(page: Page) -> float:
    """The milliseconds from asking until the page of what was found is loaded."""
    page.fill("#q", "unit 99")
    begun = time.perf_counter()
    with page.expect_navigation():
        page.press("#q", "Enter")
    page.evaluate(_TIMES)
    return (time.perf_counter() - begun) * 1_000


@contextmanager
def _served(folder: Path, size: int) -> Iterator[str]:
    """The address of a server of a synthetic organization."""
    organization(folder / "tables", size)
    command = str(Path(sys.executable).parent / "organograph")
    subprocess.run([command, "build", str(folder / "tables"), "--out", str(folder / "out")], check=True, capture_output=True)
    serve = [command, "serve", "--dataset", str(folder / "out"), "--port", "0"]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().rpartition(" at ")[2].partition("/ ")[0]
        finally:
            process.terminate()
            process.wait(timeout=20)


if __name__ == "__main__":
    main()
