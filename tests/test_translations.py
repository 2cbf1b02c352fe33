"""Nothing of a page is left in English where it is French: each message is translated, and no word stands outside of the messages."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from languagepages import PROPER, SPOKEN, Bracketed, is_data, texts_of, untold
from organograph.messages import Counted, Joined, Message, listed, quoted
from organograph_server.app import create_app
from organograph_server.dataset.publication import Publication
from organograph_server.languages import speaking
from organograph_server.languages.po import Entry, read_po, write_po
from organograph_server.languages.speaking import LANGUAGES, Speech, Tongue
from organograph_server.languages.speaking import speaking as told_in
from organograph_server.languages.templates import teach
from organograph_server.settings import Settings
from organograph_server.steward.reports import REPORT_FORMATS
from organograph_server.walls.handles import has_walls
from places import REPOSITORY

TEMPLATES = sorted((REPOSITORY / "server/organograph_server/templates").iterdir())
BLANK = re.compile(r"%\(\w+\)[rs]")
ELEMENT = re.compile(r"</?[a-z]+")
# What in a template is no text: elements with their attributes but those that are read aloud, entities, and whole scripts.
_ALOUD = re.compile(r'\s(?:aria-label|title|placeholder|alt|value)="([^"]*)')
_READ = re.compile(r'\s(?:aria-label|title|placeholder|alt)="[^"]*$')
_MARKUP = re.compile(r"<!--.*?-->|<!doctype[^>]*>|<[^>]*>?|^[^<>]*>|&[#\w]+;", re.DOTALL | re.IGNORECASE)


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    """What finds messages in templates and code."""
    spec = importlib.util.spec_from_file_location("messages_of_pages", REPOSITORY / "docs/messages.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_message_is_translated(messages: ModuleType, language: str) -> None:
    """The catalogue has each message translated; `python docs/messages.py` brings it up to date, and lists what is to be written."""
    assert messages.missing(language) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_catalogue_is_in_order(messages: ModuleType, language: str) -> None:
    """The file is what docs/messages.py writes: no message is in it that nobody uses."""
    assert messages.catalogue(language).read_text(encoding="utf-8") == messages.updated(language), "run python docs/messages.py"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_translations_have_the_same_blanks_and_elements(messages: ModuleType, language: str) -> None:
    """A translation fills the blanks that the message has, and has its elements of HTML."""
    wrong = []
    for entry in read_po(messages.catalogue(language).read_text(encoding="utf-8")):
        for text in entry.translations if entry.message else ():
            if set(BLANK.findall(text)) != set(BLANK.findall(entry.message)) or sorted(ELEMENT.findall(text)) != sorted(
                ELEMENT.findall(entry.message)
            ):
                wrong.append((entry.message, text))
    assert wrong == []


def test_french_has_french_signs(messages: ModuleType) -> None:
    """Before high punctuation and within quotation marks stands a space that does not break; apostrophes are curved."""
    entries = [entry for entry in read_po(messages.catalogue("fr").read_text(encoding="utf-8")) if entry.message]
    texts = [re.sub(r"<code>.*?</code>|<[^>]*>|`[^`]*`", "", text) for entry in entries for text in entry.translations]
    assert [text for text in texts if re.search(r" [:;!»]|« |[a-zéè]'[a-zéè]|\w[;!](?:\s|$)|[“”]", text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_outside_of_messages(path: Path) -> None:
    """What stands in a template outside of its messages are elements, names and signs, no words."""
    assert list(_words_of(path.read_text(encoding="utf-8"))) == []


def test_words_in_templates_are_seen() -> None:
    """The reading of templates is not blind."""
    assert list(_words_of('<p title="A word">{{ _("told") }} and words</p>')) == ["A word", "and words"]
    assert list(_words_of('<p>{{ "word" if page.is_latest else "other words" }}</p>')) == ["word", "other words"]
    assert list(_words_of("<p>{% trans %}told{% endtrans %}</p>")) == []


def _words_of(source: str) -> Iterator[str]:
    environment = Environment(autoescape=True)
    teach(environment)
    text = ""
    for output in environment.parse(source).find_all(nodes.Output):
        for part in output.nodes:
            if isinstance(part, nodes.TemplateData):
                text += part.data
            elif text.rfind("<") <= text.rfind(">") or _READ.search(text):
                yield from (shown for shown in _shown(part) if not _is_name(shown))
            text += "\x00" if not isinstance(part, nodes.TemplateData) else ""
    text = re.sub(r"<(code|script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    for found in (*_ALOUD.findall(text), *_MARKUP.split(text)):
        yield from (bare for piece in re.split(r"[\x00\n]| · ", found) if not _is_name(bare := piece.strip(" ,;.:()[]›·–“”\"'+#=?&/")))


def _shown(part: nodes.Node) -> Iterator[str]:
    """The constants that an expression may show, outside of the calls that tell messages."""
    if isinstance(part, nodes.Const) and isinstance(part.value, str):
        yield part.value
    elif isinstance(part, nodes.CondExpr):
        yield from (text for each in (part.expr1, part.expr2) if each is not None for text in _shown(each))
    elif isinstance(part, nodes.Or):
        yield from (*_shown(part.left), *_shown(part.right))
    elif isinstance(part, nodes.Concat):
        yield from (text for each in part.nodes for text in _shown(each))


def _is_name(text: str) -> bool:
    """Whether a text has no words: it is a sign, a name, an address or an identifier, or the beginning of a query."""
    name = re.fullmatch(r"\S*[/:.@?=#_-]\S*|[A-Z]{2,}(?:-[A-Z0-9]+)*|Turtle|JSON-LD|RDF/XML|N-Triples", text.strip())
    return (
        not re.search(r"[^\W\d_]{2,}", text)
        or text in PROPER
        or name is not None
        or text.lstrip().startswith(("PREFIX ", "SELECT ", "thing ?", "LIMIT "))
    )


@pytest.fixture(scope="module")
def publication(published: Path) -> Publication:
    """The structure of IOM."""
    return Publication.open(Settings(dataset=published))


def test_pages_say_nothing_outside_of_messages(published: Path, publication: Publication, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told with brackets around each message, pages have outside of them only data, code, and texts that say their language."""
    bracket(monkeypatch)
    client, known = create_app(Settings(dataset=published)).test_client(), texts_of(publication, ["fr"])
    # A title and what is read aloud cannot say that they are in English.
    aloud = texts_of(publication, ["fr", "en"])
    leaks = []
    for path in SPOKEN:
        for place, text in leaks_of(client, path):
            if not is_data(text, aloud if " " in place or place == "title" else known):
                leaks.append((path, place, text))
    assert list({text: (path, place, text) for path, place, text in reversed(leaks)}.values()) == []


@pytest.mark.skipif(not has_walls(), reason="this system has no handles of processes (Linux 5.3), so the door stays shut")
def test_the_form_for_checks_says_nothing_outside_of_messages(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page that only a server with an open door has is told in French whole, and so is what refuses a request."""
    bracket(monkeypatch)
    names = {form.label for form in REPORT_FORMATS}
    for told in ('validate = "anyone"', 'validate = "tokens"'):
        (tmp_path / "steward.toml").write_text(told, encoding="utf-8")
        client = create_app(Settings(dataset=published, steward=tmp_path / "steward.toml")).test_client()
        assert [(place, text) for place, text in leaks_of(client, "/validate") if not is_data(text, names)] == []
        assert [(place, text) for place, text in leaks_of(client, "/validate", method="POST", data=b"") if not is_data(text, names)] == []


def bracket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put brackets around each message in the place of French."""
    french, real = speaking.tongue("fr"), speaking.tongue
    bracketed = Bracketed("fr", french._entries)  # the same messages
    monkeypatch.setattr(speaking, "tongue", lambda language: bracketed if language == "fr" else real(language))


def leaks_of(client: FlaskClient, path: str, **asked: Any) -> Iterator[tuple[str, str]]:
    """What of a page, told in French, is outside of all brackets: where it stands, and the text."""
    there = f"{path}{'&' if '?' in path else '?'}lang=fr"
    page = client.open(there, headers={"Accept": "text/html, image/svg+xml, */*;q=0.1"}, **asked).get_data(as_text=True)
    assert "⟦" in page, path
    yield from untold(page, "fr")


def test_errors_with_values_are_messages() -> None:
    """What a request is refused with is a message with blanks, never a text put together, which nobody could translate."""
    folder = REPOSITORY / "server/organograph_server"
    refusals = {node.name for node in ast.parse((folder / "errors.py").read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)}
    refusals -= {"SettingsInvalid", "AddressUnavailable", "WallsMissing", "StoreUnloadable"}
    found = []
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                put_together = any(isinstance(each, ast.JoinedStr | ast.BinOp) for each in node.args)
                found += [f"{path.name}:{node.lineno}"] if name in refusals and put_together else []
    assert found == []


def test_messages_are_their_english_and_know_their_parts() -> None:
    """A message is its English text to all code, and is told in French with its parts, numbers and lists in French too."""
    entries = {
        entry.key: entry
        for entry in (
            Entry("%(first)s and %(last)s", translations=["%(first)s et %(last)s"]),
            Entry("“%(name)s”", translations=["« %(name)s »"]),
            Entry("%(number)s unit", "%(number)s units", translations=["%(number)s unité", "%(number)s unités"]),
            Entry("moved to %(place)s", translations=["passe à %(place)s"]),
        )
    }
    french = Tongue("fr", entries)
    moved = Message("moved to %(place)s", place=listed([quoted("A"), quoted("B"), quoted("C")]))
    assert moved == "moved to “A”, “B” and “C”"
    assert moved.tell(french) == "passe à « A », « B » et « C »"
    assert [Counted("%(number)s unit", "%(number)s units", number).tell(french) for number in (0, 1, 2, 1234)] == [
        "0 unité",
        "1 unité",
        "2 unités",
        "1\u202f234 unités",
    ]
    assert [str(Counted("%(number)s unit", "%(number)s units", number)) for number in (0, 1, 1234)] == ["0 units", "1 unit", "1,234 units"]
    assert Joined(" ", [moved, "End."], is_sentence=True).tell(french) == "Passe à « A », « B » et « C » End."


def test_dates_and_numbers_are_written_as_the_language_does() -> None:
    """The first of a month is `1er` in French, months have names, and thousands a narrow space."""
    from datetime import date

    french, english = speaking.tongue("fr"), speaking.tongue("en")
    assert [french.day(date(2023, 1, day)) for day in (1, 2, 31)] == ["1er janvier 2023", "2 janvier 2023", "31 janvier 2023"]
    assert [french.month("2022-08"), french.month("none"), english.month("2022-08")] == ["août 2022", "none", "2022-08"]
    assert [english.number(1234567), french.number(1234567)] == ["1,234,567", "1\u202f234\u202f567"]
    assert english.day(date(2023, 1, 2)) == "2023-01-02"


def test_what_nobody_has_translated_is_told_in_english() -> None:
    """A message without a translation, or with one to be looked at, is told as it is."""
    tongue = Tongue("fr", {"Yes": Entry("Yes"), "No": Entry("No", translations=["Non"], is_fuzzy=True)})
    assert [tongue.pattern(text) for text in ("Yes", "No", "Perhaps")] == ["Yes", "No", "Perhaps"]
    with told_in(Speech("fr")):
        assert speaking.gettext("Nobody has translated this %(word)s.", word="yet") == "Nobody has translated this yet."


def test_catalogues_are_read_as_they_are_written() -> None:
    """Contexts, plurals, notes, escapes and several lines come back as they were."""
    entries = [
        Entry("", translations=["Language: fr\n"]),
        Entry("holds", context="person", translations=["occupe"], places=["a.html"], notes=["of a post"]),
        Entry("%(number)s unit", "%(number)s units", translations=["%(number)s unité", "%(number)s unités"], places=["b.py", "c.py"]),
        Entry(
            'a "quoted"\nline\\',
            translations=[
                "",
            ][:1],
            is_fuzzy=True,
        ),
    ]
    assert read_po(write_po(entries)) == entries
