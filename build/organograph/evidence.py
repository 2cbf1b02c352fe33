"""Re-reads the documents: proves that each span holds what the tables say, and lists names that no row cites."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from organograph.errors import SourceMissing
from organograph.faults import Fault, Said
from organograph.plainfiles import content
from organograph.sentences import fault_at, phrase
from organograph.tabular.folder import Folder
from organograph.tabular.tables import Row

_NAMED = ("units", "posts", "bodies", "mentions")
_CUES = {"sites": "city", "seats": "cue", "relations": "cue"}
_JOIN = r"(?:of|and|for|the|to|in|on|&|–)"
_WORD = r"[^\W\d_a-zß-öø-ÿ][\w’'´-]*"
_CAPITALIZED = re.compile(rf"{_WORD}(?:[ \u00a0\u202f]+(?:{_JOIN}[ \u00a0\u202f]+){{0,3}}{_WORD})*")
_SENTENCE = re.compile(r"(?:^|[.:;!?]\s+|\n\s*|[-•(“]\s*)$")


@dataclass(frozen=True)
class Proof:
    """What re-reading one document showed.

    Args:
        source: slug of the document.
        matched: how many spans hold what the tables say.
        spans: how many spans there are.
        faults: one for each that does not.
        uncited: capitalized names that no row cites, with the offset of the first and how often each stands there.
    """

    source: str
    matched: int
    spans: int
    faults: tuple[Fault, ...]
    uncited: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class _Claim:
    """A span that a row cites, and what it must hold.

    Args:
        row: what cites it.
        column: where a fault of it is told.
        span: its document and offsets.
        words: what it must hold; nothing where whole words will do.
        whole: it must hold just these words.
        alone: and they are a name that stands in no longer one.
        named: it must hold the name of something.
    """

    row: Row
    column: str
    span: tuple[str, int, int]
    words: str = ""
    whole: bool = False
    alone: bool = False
    named: bool = False


def prove(read: Folder, documents: Path) -> Iterator[Proof]:
    """Re-read every document.

    Args:
        read: tables without faults.
        documents: folder with a file IDENTIFIER.txt for each document of sources.csv.

    Yields:
        what each document shows, in the order of sources.csv.

    Raises:
        SourceMissing: a document is not there, or is not the one that was read.
    """
    claims, texts = list(_claims(read)), {row["slug"]: _text(documents, row) for row in read.table("sources")}
    unprinted = list(_unprinted(read, texts))
    for row in read.table("sources"):
        text = texts[row["slug"]]
        own = [claim for claim in claims if claim.span[0] == row["slug"]]
        names = _names(read, row["slug"])
        faults = [fault for claim in own for fault in _faults(claim, text, names)]
        faults += [fault for source, fault in unprinted if source == row["slug"]]
        wrong = {(fault.where.file, fault.where.line) for fault in faults if fault.where}
        matched = sum((claim.row.file, claim.row.line) not in wrong for claim in own)
        yield Proof(row["slug"], matched, len(own), tuple(faults), tuple(_uncited(text, own, names)))


def _text(documents: Path, row: Row) -> str:
    path = documents / f"{row['identifier']}.txt"
    try:
        data = content(path)
    except OSError as error:
        raise SourceMissing(
            f"The document {path} cannot be read: {error.strerror}.", "Name the folder that holds the documents with --sources."
        ) from error
    if hashlib.sha256(data).hexdigest() != row["sha256"]:
        raise SourceMissing(
            f"{path} is not the document that was read: its SHA-256 differs from {row.at('sha256')}.",
            "Get the same file, or read it anew and correct offsets and SHA-256.",
        )
    return data.decode("utf-8")


def _claims(read: Folder) -> Iterator[_Claim]:
    for (edition, table), rows in read.rows.items():
        for row in rows:
            span = (row["source"], row.number("start"), row.number("end"))
            if table in _NAMED:
                yield _Claim(row, "start", span, row["printed"] or row["name"] or _name(read, edition, row), whole=True, alone=True)
            elif table in ("tenures", "persons"):
                yield _Claim(row, "start", span, row["printed"] or row["name"], whole=True)
            elif table in _CUES:
                yield _Claim(row, "start", span, row[_CUES[table]])
            elif table in ("changes", "scope"):
                yield _Claim(row, "start", span, named=table == "changes" and row["basis"] == "inferred")
            elif table == "conflicts":
                yield from (_Claim(row, "spans", each, named=row["aspect"] in ("name", "kind")) for each in row.spans("spans"))


def _unprinted(read: Folder, texts: Mapping[str, str]) -> Iterator[tuple[str, Fault]]:
    """Further names that no document of their edition prints, each with the document that its row cites."""
    for edition in read.table("editions"):
        printed = [texts[source] for source in edition.many("sources")]
        for row in (row for table in _NAMED for row in read.table(table, edition["id"])):
            for name in row.many("alt_names"):
                if not any(_pattern(name).search(text) for text in printed):
                    yield row["source"], fault_at(row.at("alt_names"), "evidence:name-unprinted", name=name)


def _name(read: Folder, edition: str, row: Row) -> str:
    kind, _, slug = row["thing"].partition(":")
    table = {"unit": "units", "post": "posts", "body": "bodies"}[kind]
    return next(other["name"] for other in read.table(table, edition) if other["slug"] == slug)


def _names(read: Folder, source: str) -> set[str]:
    """Every name that rows citing a document use, completed names among them, and those of the organization and of persons."""
    organization = read.settings["organization"]
    found = {normal(organization["name"]), normal(organization.get("acronym") or organization["name"])}
    found |= {normal(row["printed"]) for (_, table), rows in read.rows.items() if table == "tenures" for row in rows}
    for (edition, table), rows in read.rows.items():
        for row in rows if table in _NAMED else ():
            if row["source"] == source:
                name = row["name"] or _name(read, edition, row)
                found |= {normal(name), normal(row["printed"] or name), *map(normal, row.many("alt_names"))}
    return found


def normal(text: str) -> str:
    """Text with white space and case normalized."""
    return " ".join(text.split()).casefold()


def _faults(claim: _Claim, text: str, names: set[str]) -> Iterator[Fault]:
    _, start, end = claim.span
    held, where = " ".join(text[start:end].split()), claim.row.at(claim.column)
    if claim.whole and normal(held) != normal(claim.words):
        yield fault_at(where, "evidence:other-words", held=_short(held), words=claim.words, stands=_elsewhere(claim.words, text))
    elif not claim.whole and normal(claim.words) not in normal(held):
        yield fault_at(where, "evidence:cue-missing", held=_short(held), words=claim.words, stands=_elsewhere(claim.words, text))
    elif not claim.whole and (_inside_word(text, start) or _inside_word(text, end)):
        yield fault_at(where, "evidence:cut-word", held=_short(held))
    elif claim.named and normal(held) not in names:
        yield fault_at(where, "evidence:no-name", held=_short(held))
    elif claim.alone and (longer := _longer(text, start, end, names)):
        yield fault_at(where, "evidence:inside-name", held=held, longer=longer)


def _short(words: str) -> str:
    return words if len(words) <= 60 else words[:57] + "…"


def _elsewhere(words: str, text: str) -> Said:
    found = [f"{match.start()}–{match.end()}" for match in _pattern(words).finditer(text)] if words else []
    return phrase("stands at", places=", ".join(found[:5])) if found else phrase("stands nowhere")


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)", re.IGNORECASE)


def _inside_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _longer(text: str, start: int, end: int, names: Iterable[str]) -> str | None:
    """The longer known name around a span, if any."""
    around, held = text[max(0, start - 200) : end + 200], normal(text[start:end])
    at = start - max(0, start - 200)
    for name in names:
        if len(name) > len(held) and held in name:
            for match in _pattern(name).finditer(around):
                if match.start() <= at and match.end() >= at + end - start:
                    return " ".join(match.group().split())
    return None


def _uncited(text: str, claims: list[_Claim], names: set[str]) -> Iterator[tuple[str, int, int]]:
    """Capitalized names outside every cited span that are no cited name and no part of one."""
    covered = sorted({claim.span[1:] for claim in claims if claim.whole or claim.row.table == "sites"})
    found: dict[str, list[int]] = {}
    for match in _CAPITALIZED.finditer(text):
        words, start = re.sub("[’']s$", "", " ".join(match.group().split())), match.start()
        begins = _SENTENCE.search(text[max(0, start - 3) : start]) is not None
        if begins and " " not in words:
            continue
        words = re.sub(r"^(?:The|In|This|These|A|It|As|On|At|For|To|From|By) (?:the )?", "", words) if begins else words
        known = any(low <= start and match.end() <= high for low, high in covered) or any(normal(words) in name for name in names)
        if not known and len(words) > 1 and not _made_of(words, names):
            found.setdefault(words, []).append(start)
    for words, places in sorted(found.items(), key=lambda item: item[1][0]):
        yield words, places[0], len(places)


def _made_of(words: str, names: set[str]) -> bool:
    """Tell whether nothing capitalized is left of the words once cited names are taken out."""
    left = words
    for name in sorted(names, key=len, reverse=True):
        left = _pattern(name).sub(" ", left)
    return re.search(_WORD, left) is None
