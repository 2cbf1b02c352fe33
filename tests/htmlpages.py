"""Reads a page as a tree and proves it well formed: each element is closed by its own tag, each id stands once."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = ElementTree.TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing, line {self.getpos()[0]}"
        assert self.open.pop() == tag, f"</{tag}> does not close what is open, line {self.getpos()[0]}"
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def read_page(text: str) -> ElementTree.Element:
    """The page as a tree; one that is not well formed is an AssertionError that says where."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == [], f"never closed: {reader.open}"
    root = reader.builder.close()
    ids = [element.get("id") for element in root.iter() if element.get("id") is not None]
    assert len(ids) == len(set(ids)), sorted({found for found in ids if ids.count(found) > 1}, key=str)
    return root


def by_id(page: ElementTree.Element) -> dict[str, ElementTree.Element]:
    """The elements that have an id."""
    return {element.get("id", ""): element for element in page.iter() if element.get("id")}


def text_of(element: ElementTree.Element) -> str:
    """The text of an element and of all in it, white space made single."""
    return " ".join("".join(element.itertext()).split())


def links_of(page: ElementTree.Element) -> Iterator[str]:
    """Where the page leads: links to follow, and to other formats."""
    for element in page.iter():
        if element.tag in ("a", "link") and element.get("href"):
            yield element.get("href", "")


def headings_of(page: ElementTree.Element) -> list[int]:
    """The levels of its headings, in order."""
    return [int(element.tag[1]) for element in page.iter() if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6")]
