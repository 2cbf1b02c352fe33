"""Finds the messages of pages in templates and code, and keeps the catalogues of translations in step with them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

from organograph_server.languages.po import Entry, read_po, write_po
from organograph_server.languages.speaking import ENGLISH, LANGUAGES
from organograph_server.languages.templates import teach

ROOT = Path(__file__).resolve().parents[1]
_SERVER = ROOT / "server/organograph_server"
CODE = (_SERVER, ROOT / "build/organograph/reform", ROOT / "build/organograph/messages.py")
# What makes a message of the text that it is given: one, or one with another for several, or a context with one.
_SINGLE, _DOUBLE, _CONTEXT = {"gettext", "_", "Message"}, {"ngettext", "Counted"}, {"pgettext"}
# Lists of messages: words one by one, and in a mapping one with another for several.
_LISTS = {"_AMOUNTS", "TERMS", "KINDS"}
_ERRORS = _SERVER / "errors.py"


def catalogue(language: str) -> Path:
    """The file with the translations into a language."""
    return _SERVER / f"languages/{language}.po"


def messages() -> list[Entry]:
    """All messages, each once, with the files that have it; those of the same file stand together."""
    found: dict[str, Entry] = {}
    for entry in (*_in_templates(), *_in_code()):
        known = found.setdefault(entry.key, entry)
        known.places = list(dict.fromkeys([*known.places, *entry.places]))
        known.plural = known.plural or entry.plural
    return list(found.values())


def updated(language: str) -> str:
    """The catalogue of a language with every message that there is, and no other; what is translated stays."""
    known = {entry.key: entry for entry in read_po(catalogue(language).read_text(encoding="utf-8"))}
    entries = [known.get("", Entry(""))]
    for entry in messages():
        old = known.get(entry.key)
        if old is not None:
            entry.translations, entry.notes, entry.is_fuzzy = old.translations, old.notes, old.is_fuzzy or old.plural != entry.plural
        entries.append(entry)
    return write_po(entries)


def missing(language: str) -> list[str]:
    """The messages that a language lacks, each with the file where it is used."""
    known = {entry.key: entry for entry in read_po(catalogue(language).read_text(encoding="utf-8"))}
    lacking = (entry for entry in messages() if entry.key not in known or not known[entry.key].is_translated)
    return [f"{entry.places[0]}: {entry.message}" for entry in lacking]


def _in_templates() -> Iterator[Entry]:
    environment = Environment(autoescape=True)
    teach(environment)
    for path in sorted((_SERVER / "templates").iterdir()):
        tree = environment.parse(path.read_text(encoding="utf-8"))
        for _, function, texts in extract_from_ast(tree, sorted(_SINGLE | _DOUBLE | _CONTEXT)):
            given = [text for text in ((texts,) if isinstance(texts, str) else texts) if text is not None]
            if given:
                yield _entry(function, given, path)


def _in_code() -> Iterator[Entry]:
    classes = [node for node in ast.parse(_ERRORS.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)]
    # What has no request, a command tells, and no page.
    apart = {"OrganographError"}
    refusals = {node.name for node in classes if not any(isinstance(base, ast.Name) and base.id in apart for base in node.bases)}
    for path in (file for place in CODE for file in ([place] if place.is_file() else sorted(place.rglob("*.py")))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _of_call(node, refusals, path)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in _LISTS:
                listed = ast.literal_eval(node.value)
                yield from (_entry("Counted", given, path) for given in (listed.values() if isinstance(listed, dict) else ()))
                yield from (_entry("gettext", [text], path) for text in (listed if isinstance(listed, tuple) else ()))


def _of_call(node: ast.Call, refusals: Iterable[str], path: Path) -> Iterator[Entry]:
    called = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
    texts = [text for given in node.args for text in _texts(given)]
    if called in refusals or called == "not_acceptable":
        # What is wrong, and what to do about it; where they have blanks they are messages themselves.
        yield from (_entry("gettext", [text], path) for text in texts)
    elif called in _DOUBLE | _CONTEXT and len(texts) > 1:
        yield _entry(called, texts[:2], path)
    elif called in _SINGLE and texts:
        yield _entry(called, texts[:1], path)


def _texts(given: ast.expr) -> Iterator[str]:
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value
    elif isinstance(given, ast.IfExp):
        yield from (*_texts(given.body), *_texts(given.orelse))


def _entry(function: str, texts: list[str] | tuple[str, ...], path: Path) -> Entry:
    place = [str(path.relative_to(ROOT))]
    if function in _CONTEXT:
        return Entry(texts[1], context=texts[0], places=place)
    return Entry(texts[0], plural=texts[1] if function in _DOUBLE else "", places=place)


def main() -> None:
    """Bring each catalogue up to date, and list what is to be translated."""
    for language in LANGUAGES:
        if language != ENGLISH:
            catalogue(language).write_text(updated(language), encoding="utf-8")
            lacking = missing(language)
            sys.stdout.writelines(f"{line}\n" for line in [*lacking, f"{language}: {len(lacking)} messages to translate"])


if __name__ == "__main__":
    main()
