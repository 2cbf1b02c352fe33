"""The words of reports, in English and French."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

_EN = {
    "colon": ": ",
    "title": "Check of {what}",
    "summary": "Summary",
    "clean": "Nothing was found.",
    "none": "no findings",
    "violation": "violation",
    "warning": "warning",
    "info": "information",
    "violations": "violations",
    "warnings": "warnings",
    "infos": "pieces of information",
    "waived": "waived",
    "known": "known already",
    "findings": "findings",
    "finding": "finding",
    "rules": "rules",
    "rule": "rule",
    "place": "place",
    "sheet": "sheet",
    "row": "row",
    "column": "column",
    "value": "value",
    "message": "what is wrong",
    "suggestion": "what to do",
    "level": "level",
    "demands": "Demands",
    "reason": "Reason",
    "severity": "Severity",
    "who": "decided by",
    "until": "until",
    "why": "reason",
    "checked": "Checked on {when}; graphs checked: {parts}.",
    "looked at": "things looked at",
    "skip": "Skip to the findings",
    "more": "This rule’s address",
    "parts": "What was checked",
    "fault": "fault",
    "faults": "faults",
    "unbuilt": "The tables hold {faults}. Mend them and run again.",
    "left": "{part}: {shape} was left to pySHACL, since {why}",
    "fetched": "{part}: {shape} was judged here, since {why}",
    "unchecked": "{part}: {shape} was not checked, since {why}",
    "afar": "shapes: {pushed} narrowed by the store, {fetched} judged from all their things, {refused} not checked; "
    "{requests} requests, {size} bytes",
    "unchecked cure": "Check the files, or allow it with --allow-unchecked.",
    "incomplete": "The check is not complete: {refused} shapes were not checked. Check the files, or mend what is told above.",
    "unseen": "{part}: no rule looked at {thing}",
    "going": "checking, {seconds} s …",
    "part": "part",
    "idle": "Rules that found nothing to look at",
    "sound": "Sound",
    "faulty": "Faulty",
    "not there": "nothing stands there.",
    "taken": "taken away",
    "rulebook": "The rules",
    "rulebook_lead": "{count} rules, by what they are about. Each says what it demands and why, with examples.",
    "target": "Looks at",
    "says": "Says",
    "counts": "In the bundled tables",
    "skip to rules": "Skip to the rules",
    "spans": "{matched} of {spans} spans match",
    "uncited": "not cited: “{words}” at {start}",
    "times": ", {times} times",
    "base": "What the examples start from",
    "base_lead": "Each example of an edition adds to this small sound organization, or takes away from it.",
}
_FR = {
    "colon": "\u00a0: ",
    "title": "Contrôle de {what}",
    "summary": "Résumé",
    "clean": "Rien n’a été trouvé.",
    "none": "aucun constat",
    "violation": "violation",
    "warning": "avertissement",
    "info": "information",
    "violations": "violations",
    "warnings": "avertissements",
    "infos": "informations",
    "waived": "admis",
    "known": "déjà connus",
    "findings": "constats",
    "finding": "constat",
    "rules": "règles",
    "rule": "règle",
    "place": "endroit",
    "sheet": "feuille",
    "row": "ligne",
    "column": "colonne",
    "value": "valeur",
    "message": "ce qui ne va pas",
    "suggestion": "que faire",
    "level": "niveau",
    "demands": "Exige",
    "reason": "Raison",
    "severity": "Gravité",
    "who": "décidé par",
    "until": "jusqu’à",
    "why": "raison",
    "checked": "Contrôlé le {when} ; graphes contrôlés : {parts}.",
    "looked at": "choses regardées",
    "skip": "Aller aux constats",
    "more": "Adresse de cette règle",
    "parts": "Ce qui a été contrôlé",
    "fault": "faute",
    "faults": "fautes",
    "unbuilt": "Les tables contiennent {faults}. Corrigez-les et recommencez.",
    "left": "{part}\u00a0: {shape} fut laissée à pySHACL, car {why}",
    "fetched": "{part}\u00a0: {shape} a été jugée ici, car\u00a0: {why}",
    "unchecked": "{part}\u00a0: {shape} n’a pas été contrôlée, car\u00a0: {why}",
    "afar": "formes\u00a0: {pushed} restreintes par l’entrepôt, {fetched} jugées sur toutes leurs choses, {refused} non contrôlées\u00a0; "
    "{requests} requêtes, {size} octets",
    "unchecked cure": "Contrôlez les fichiers, ou admettez-le par --allow-unchecked.",
    "incomplete": "Le contrôle n’est pas complet\u00a0: {refused} formes n’ont pas été contrôlées. "
    "Contrôlez les fichiers, ou corrigez ce qui est dit plus haut.",
    "unseen": "{part}\u00a0: aucune règle n’a regardé {thing}",
    "going": "contrôle en cours, {seconds} s …",
    "part": "partie",
    "idle": "Règles qui n’ont rien trouvé à regarder",
    "sound": "Correct",
    "faulty": "Fautif",
    "not there": "rien ne s’y trouve.",
    "taken": "retiré",
    "rulebook": "Les règles",
    "rulebook_lead": "{count} règles, par sujet. Chacune dit ce qu’elle exige et pourquoi, avec des exemples.",
    "target": "Regarde",
    "says": "Dit",
    "counts": "Dans les tables fournies",
    "skip to rules": "Aller aux règles",
    "spans": "{matched} passages sur {spans} sont exacts",
    "uncited": "non cité : « {words} » en {start}",
    "times": ", {times} fois",
    "base": "D’où partent les exemples",
    "base_lead": "Chaque exemple d’une édition ajoute à cette petite organisation correcte, ou lui retire quelque chose.",
}
SUBJECTS: Mapping[Literal["en", "fr"], Mapping[str, str]] = {
    "en": {
        "body": "Bodies",
        "change": "Changes",
        "completeness": "The register, whole",
        "conflict": "Conflicts of documents",
        "edition": "Editions",
        "evidence": "What one document says",
        "iom": "IOM alone",
        "membership": "Tenures",
        "office": "Independent and other offices",
        "organization": "The organization",
        "person": "Persons",
        "post": "Posts",
        "site": "Sites",
        "source": "Documents",
        "statement": "Statements of which something is told",
        "terms": "The ontology and its kinds",
        "unit": "Units",
        "tables": "Tables, before any shape runs",
    },
    "fr": {
        "body": "Organes",
        "change": "Changements",
        "completeness": "Le registre, en entier",
        "conflict": "Désaccords des documents",
        "edition": "Éditions",
        "evidence": "Ce que dit un document",
        "iom": "L’OIM seule",
        "membership": "Mandats",
        "office": "Bureaux indépendants et autres",
        "organization": "L’organisation",
        "person": "Personnes",
        "post": "Postes",
        "site": "Sites",
        "source": "Documents",
        "statement": "Les énoncés dont il est question",
        "terms": "L’ontologie et ses types",
        "unit": "Unités",
        "tables": "Tables, avant toute forme",
    },
}
"""What the rules of each file of shapes are about; the rules of any other file are one organization's own."""
_PARTS_FR = {"edition": "édition", "evidence": "preuves", "register": "registre", "ontology": "ontologie"}
HEADS: Mapping[Literal["en", "fr"], tuple[str, ...]] = {
    "en": ("table", "level", "rule", "message", "value", "location", "suggestion"),
    "fr": ("table", "niveau", "règle", "constat", "valeur", "endroit", "que faire"),
}
"""The heads of a table of findings that people read; for programs they are English."""
WORDS: Mapping[Literal["en", "fr"], Mapping[str, str]] = {"en": _EN, "fr": _FR}


def spaced(text: str, language: Literal["en", "fr"]) -> str:
    """Text whose signs stay with their words where a page breaks lines: in French a space stands before some."""
    return re.sub(r" (?=[;:!?»])|(?<=«) ", "\u00a0", text) if language == "fr" else text


def number(count: int, word: str, language: Literal["en", "fr"]) -> str:
    """A count with its word, such as `1 finding` or `0 warnings`; French takes the singular up to one."""
    singular = count == 1 or (language == "fr" and count == 0)
    return f"{count} {WORDS[language][word if singular else f'{word}s']}"


def part_in(name: str, language: Literal["en", "fr"]) -> str:
    """What a checked graph of a dataset is called: `edition 2023-10`, `register`."""
    sort, space, rest = name.partition(" ")
    return f"{_PARTS_FR.get(sort, sort)}{space}{rest}" if language == "fr" else name
