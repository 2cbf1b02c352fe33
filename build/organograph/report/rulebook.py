"""The rules, explained to people: as text for one rule or a list of all, and as a page."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill, indent

from organograph.errors import OrganographError
from organograph.faults import Language
from organograph.names import PREFIXES
from organograph.report.examples import Example, base, examples
from organograph.report.explained import Explanation
from organograph.report.html import Child, Element, anchor, element, page, table
from organograph.report.tableexamples import shown, table_examples, where
from organograph.report.words import SUBJECTS, WORDS, spaced


@dataclass(frozen=True)
class Rulebook:
    """All rules with what explains them.

    Args:
        rules: explanations by name.
        cases: the folder of examples.
        language: of the words.
        counts: by rule, how many things it looked at and how many findings it had; None where that was not asked.
    """

    rules: Mapping[str, Explanation]
    cases: Path
    language: Language = "en"
    counts: Mapping[str, tuple[int, int]] | None = None

    def named(self, name: str) -> Explanation:
        """The rule of that name, which may lack its prefix and may be in other capitals.

        Raises:
            OrganographError: there is none; the sentence names the one that was probably meant.
        """
        by_short = {short.lower(): rule for rule in self.rules for short in (rule.partition(":")[2], rule)}
        wanted = name.lower()
        if wanted in by_short:
            return self.rules[by_short[wanted]]
        close = difflib.get_close_matches(wanted, by_short, n=1, cutoff=0.5)
        cure = f"Did you mean {by_short[close[0]]}?" if close else "organograph rules lists them all."
        raise OrganographError(f"There is no rule {name!r}.", cure)

    def by_subject(self) -> dict[str, list[Explanation]]:
        """The rules by what they are about, in order."""
        groups: dict[str, list[Explanation]] = {}
        for rule in sorted(self.rules.values(), key=self._place):
            groups.setdefault(rule.subject, []).append(rule)
        return groups

    def _place(self, rule: Explanation) -> tuple[bool, str, str]:
        return (rule.subject == "tables", self.about(rule.subject), rule.name)

    def about(self, subject: str) -> str:
        """What a group of rules is about, in words."""
        return SUBJECTS[self.language].get(subject, subject)

    def demand(self, rule: Explanation) -> str:
        """What a rule demands, in the book's language."""
        return rule.demands.get(self.language) or rule.demands.get("en", "")

    def count(self, rule: Explanation) -> str:
        """What a rule looked at and found, in words; nothing where it was not asked or the rule is one of tables."""
        if self.counts is None or rule.name not in self.counts:
            return ""
        looked_at, found = self.counts[rule.name]
        words = WORDS[self.language]
        return f"{words['looked at']}{words['colon']}{looked_at}; {words['findings']}{words['colon']}{found}"


def listed(book: Rulebook) -> str:
    """A line a rule, under what they are about."""
    lines: list[str] = []
    for subject, rules in book.by_subject().items():
        lines += ["", book.about(subject)] if lines else [book.about(subject)]
        for rule in rules:
            count = book.count(rule)
            lines.append(f"  {rule.name}  {book.demand(rule)}" + (f" ({count})" if count else ""))
    return "\n".join(lines) + "\n"


def told(book: Rulebook, rule: Explanation) -> str:
    """All about one rule."""
    words = WORDS[book.language]
    facts = [(label, text) for label, text in _facts(book, rule) if text]
    lines = [
        rule.name,
        *(fill(f"{label}{words['colon']}{text}", 100, subsequent_indent="  ", initial_indent="  ") for label, text in facts),
    ]
    for example in examples(rule.name, book.cases):
        lines += ["", f"{words['sound'] if example.sound else words['faulty']} ({example.name}){words['colon']}{example.told}"]
        lines += [indent(body, "  ") for body in _bodies(example, book.language)]
    for heading, told, body in _of_tables(book, rule):
        lines += ["", f"{heading}{words['colon']}{told}".rstrip(), *(indent(line, "  ") for line in body)]
    return "\n".join(lines) + "\n"


def _facts(book: Rulebook, rule: Explanation) -> list[tuple[str, str]]:
    words, count = WORDS[book.language], book.count(rule)
    return [
        (words["demands"], book.demand(rule)),
        (words["reason"], _in(book, rule.reason)),
        (words["severity"], words[rule.severity]),
        (words["target"], ", ".join(_short(iri) for iri in rule.targets)),
        (words["says"], _in(book, rule.says).replace("{$this}", "…").replace("{?value}", "…")),
        (words["counts"], count),
    ]


def _in(book: Rulebook, texts: Mapping[str, str]) -> str:
    return texts.get(book.language) or texts.get("en", "")


def _short(iri: str) -> str:
    prefix = next((prefix for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)), None)
    return iri if prefix is None else f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}"


def _bodies(example: Example, language: Language) -> list[str]:
    """What an example takes away from the base, as remarks, and what it adds to it."""
    words = WORDS[language]
    taken = [f"# {words['taken']}{words['colon']}{triple}" for triple in example.without]
    return [*taken, example.added] if example.added else taken


def _of_tables(book: Rulebook, rule: Explanation) -> Iterator[tuple[str, str, list[str]]]:
    """The examples of a rule of tables, each sound and faulty: a heading with the place, what it shows, and its lines."""
    words = WORDS[book.language]
    for example in table_examples(book.cases):
        if example.rule == rule.name:
            sound, faulty = shown(example, book.cases)
            place = where(example)
            yield f"{words['sound']} ({place})", "" if sound else words["not there"], sound
            yield f"{words['faulty']} ({place})", example.told, faulty


def as_page(book: Rulebook) -> bytes:
    """The book as one page that needs nothing else, with an anchor for each rule."""
    words, groups = WORDS[book.language], book.by_subject()
    jump = [
        element("li", element("a", book.about(subject), href=f"#of-{subject}"), f" ({len(rules)})") for subject, rules in groups.items()
    ]
    return page(
        words["rulebook"],
        book.language,
        element("a", words["skip to rules"], href="#rules", class_="skip"),
        element(
            "header", element("h1", words["rulebook"]), element("p", words["rulebook_lead"].format(count=len(book.rules)), class_="soft")
        ),
        element("nav", element("ul", *jump, class_="subjects"), aria_label=words["rulebook"]),
        element("main", *(_subject(book, subject, rules) for subject, rules in groups.items()), id="rules"),
        element(
            "footer",
            element("h2", words["base"], id="base"),
            element("p", words["base_lead"], class_="soft"),
            element("pre", base(book.cases)),
        ),
    )


def _subject(book: Rulebook, subject: str, rules: list[Explanation]) -> Element:
    words = WORDS[book.language]
    rows: list[list[Child]] = [[element("a", rule.name, href=f"#{anchor(rule.name)}"), book.demand(rule)] for rule in rules]
    return element(
        "section",
        element("h2", book.about(subject)),
        table([(words["rule"], ""), (words["demands"], "")], rows, f"{words['rulebook']}: {book.about(subject)}"),
        *(_article(book, rule) for rule in rules),
        id=f"of-{subject}",
    )


def _article(book: Rulebook, rule: Explanation) -> Element:
    words = WORDS[book.language]
    level = element("span", words[rule.severity], class_=f"level {rule.severity}")
    made = element("article", element("h3", rule.name, " ", level), id=anchor(rule.name))
    facts = element("dl")
    for label, text in _facts(book, rule):
        if text and label != words["severity"]:
            facts.append(element("dt", label))
            english = label == words["reason"] and book.language not in rule.reason
            facts.append(element("dd", text, lang="en") if english else element("dd", spaced(text, book.language)))
    made.append(facts)
    for example in examples(rule.name, book.cases):
        made.append(
            element(
                "p",
                element("strong", words["sound"] if example.sound else words["faulty"]),
                words["colon"],
                element("span", example.told, lang="en"),
            )
        )
        if bodies := _bodies(example, book.language):
            made.append(element("pre", "\n".join(bodies)))
    for heading, told, body in _of_tables(book, rule):
        made.append(element("p", element("strong", heading), words["colon"], element("span", told, lang="en")))
        if body:
            made.append(element("pre", "\n".join(body)))
    return made
