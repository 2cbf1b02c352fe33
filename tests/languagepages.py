"""Finds words of pages that are no messages: pages are told in a language that nobody speaks, which brackets each message."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pyoxigraph import Literal, NamedNode

from organograph.report.explained import explanations
from organograph.resources import queries_folder
from organograph_server.content import formats
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.ruleset import triples
from organograph_server.dataset.saved import SavedQueries
from organograph_server.languages.speaking import LANGUAGES, Tongue
from peoplepages import PAGES

# One page of every kind that has words of its own, beside those of the structure.
SPOKEN = (
    *PAGES,
    "/reform",
    "/reform/2021-09/2022-06",
    "/reform/2022-06/2023-10",
    "/search",
    "/search?q=legal",
    "/search?q=zzzzzz&type=unit",
    "/dcat",
    "/profile",
    "/profile/cpov",
    "/doc/unit/legal-affairs?_profile=alt",
    "/query/search",
    "/sparql?query=ASK%20%7B%7D",
    "/reconcile/preview?id=unit/legal-affairs",
    "/edition/2022-06/chart.svg",
    "/edition/2021-09/doc/unit/treasury.html",
    "/edition/2022-06.html?kind=nothing-such",
    "/doc/unit/legal-affairs?format=nothing-such",
    "/changes/2022-06/9",
    "/query/search?text=",
    "/search?q=a&q=b",
    "/edition/1999-01/report",
    "/edition/2022-06/report.csv",
    "/editor/1/nothing-such",
)
# Names that are the same in every language.
PROPER = {
    "Organograph",
    "XML",
    "TSV",
    "rdf",
    "nt",
    "sh",
    "json",
    "xml",
    "tsv",
    "jsonld",
    "SPARQL",
    "IRI",
    "SHA-256",
    "Excel",
    "OpenRefine",
    "curl",
    "ORG",
    "CPOV",
    "SKOS",
    "DCAT-AP",
    "schema.org",
    "Word",
    "csv",
    "ttl",
    "html",
}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CODE = {"code", "pre", "style", "script", "textarea"}
_TOLD = ("aria-label", "title", "placeholder", "alt", "data-fit", "data-closer", "data-farther")
_IDENTIFIER = re.compile(r"\S*[\d./:_@?=&%+*#-]\S*")
_BLANKS = re.compile(r"\{[$?]\w+\}")


class Bracketed(Tongue):
    """A language in which each message is itself in brackets; it stands in for French, and knows the messages that French knows."""

    def pattern(self, message: str) -> str:
        """The message in brackets; one that is in no catalogue as it is."""
        return f"⟦{message.rpartition(chr(4))[2]}⟧" if message in self._entries else message

    def counted(self, singular: str, plural: str, number: int) -> str:
        """Likewise."""
        return self.pattern(singular) if number == 1 or singular not in self._entries else f"⟦{plural}⟧"

    @property
    def _months(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(f"⟦month {number}⟧" for number in range(1, 13))


@dataclass
class Reader(HTMLParser):
    """Reads what people see or hear of a page in its own language, outside of code, names and texts that say another language.

    Args:
        language: of the page.
    """

    language: str
    found: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin."""
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note attributes that are read aloud, and whether what stands within is in another language."""
        given = dict(attrs)
        apart = tag in _CODE or given.get("lang", self.language) != self.language or given.get("translate") == "no"
        apart = apart or any(each for _, each in self._open)
        if not apart:
            self.found += [(f"{tag} {name}", given[name] or "") for name in _TOLD if given.get(name)]
        if tag not in _VOID:
            self._open.append((tag, apart))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not any(each for _, each in self._open):
            self.found.append((self._open[-1][0] if self._open else "", data))


def untold(page: str, language: str) -> Iterator[tuple[str, str]]:
    """What of a page is outside of all brackets: where it stands, and the text."""
    reader = Reader(language)
    reader.feed(page)
    depth = 0
    for place, text in reader.found:
        kept = []
        for sign in text:
            depth += (sign == "⟦") - (sign == "⟧")
            kept.append(sign if depth == 0 and sign != "⟧" else "\n")
        for piece in re.split(r"\n+|, | · |; | \(", "".join(kept)):
            bare = " ".join(piece.split()).strip(" ,;.:()[]›·–“”\"'+→")
            if re.search(r"[^\W\d_]{2,}", bare):
                yield place, bare


def _begun(text: str) -> str:
    """A text as a page begins it: with a capital, and without the words that say that it is an example of what is not meant."""
    rest = re.sub(r"^Contre-exemple\s*:\s*", "", text)
    return rest[:1].upper() + rest[1:]


def is_data(text: str, known: set[str]) -> bool:
    """Whether a text is of the data, perhaps cut short, an identifier, the name of a format or the tag of a language."""
    cut = text.endswith("…") and any(each.startswith(text[:-1]) for each in known)
    return text in PROPER or text in LANGUAGES or text in known or cut or _IDENTIFIER.fullmatch(text) is not None


def texts_of(publication: Publication, languages: Collection[str]) -> set[str]:
    """The texts of the data, of the rules and of saved queries that are in no language or in one of these, and the names of formats.

    Args:
        publication: the dataset.
        languages: such as `fr`.
    """
    found: set[str] = {form.label for form in vars(formats).values() if isinstance(form, formats.Format)}
    found |= {media for form in vars(formats).values() if isinstance(form, formats.Format) for media in (form.media_type, *form.asked_as)}
    quads = list(publication.quads.quads(publication.quads.graphs))
    terms = [term for quad in quads for term in (quad.subject, quad.object)]
    terms += [triple.object for graph in publication.ruleset.graphs.values() for triple in triples(graph)]
    terms += [triple.object for triple in SavedQueries.read(queries_folder(), "http://here/").described()]
    texts = [term.value for term in terms if isinstance(term, Literal) and term.language in (None, *languages)]
    texts += [text for rule in explanations(()).values() for text in rule.demands.values()]
    for text in texts:
        shown = " ".join(_BLANKS.sub("…", text).split())
        begun = _begun(shown)
        pieces = (shown, *re.split(r", | · |; | \(", shown), *re.split(r", | · |; | \(", begun))
        found |= {begun, *(piece.strip(" ,;.:()[]›·–“”\"'+→") for piece in pieces)}
    found |= {term.value.replace("#", "/").rpartition("/")[2] for term in terms if isinstance(term, NamedNode)}
    return found
