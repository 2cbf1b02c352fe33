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
    "checked": "Checked on {when}, in {parts} parts.",
    "looked at": "things looked at",
    "skip": "Skip to the findings",
    "more": "This rule’s address",
    "parts": "What was checked",
    "part": "part",
    "idle": "Rules that found nothing to look at",
    "sound": "Sound",
    "faulty": "Faulty",
    "taken": "taken away",
    "rulebook": "The rules",
    "rulebook_lead": "{count} rules, by what they are about. Each says what it demands and why, with examples.",
    "target": "Looks at",
    "says": "Says",
    "counts": "In the bundled tables",
    "skip to rules": "Skip to the rules",
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
    "checked": "Contrôlé le {when}, en {parts} parties.",
    "looked at": "choses regardées",
    "skip": "Aller aux constats",
    "more": "Adresse de cette règle",
    "parts": "Ce qui a été contrôlé",
    "part": "partie",
    "idle": "Règles qui n’ont rien trouvé à regarder",
    "sound": "Correct",
    "faulty": "Fautif",
    "taken": "retiré",
    "rulebook": "Les règles",
    "rulebook_lead": "{count} règles, par sujet. Chacune dit ce qu’elle exige et pourquoi, avec des exemples.",
    "target": "Regarde",
    "says": "Dit",
    "counts": "Dans les tableaux fournis",
    "skip to rules": "Aller aux règles",
    "base": "D’où partent les exemples",
    "base_lead": "Chaque exemple d’une édition ajoute à cette petite organisation correcte, ou lui retire quelque chose.",
}
WORDS: Mapping[Literal["en", "fr"], Mapping[str, str]] = {"en": _EN, "fr": _FR}


def spaced(text: str, language: Literal["en", "fr"]) -> str:
    """Text whose signs stay with their words where a page breaks lines: in French a space stands before some."""
    return re.sub(r" (?=[;:!?»])|(?<=«) ", "\u00a0", text) if language == "fr" else text


def number(count: int, word: str, language: Literal["en", "fr"]) -> str:
    """A count with its word, such as `1 finding` or `0 warnings`; French takes the singular up to one."""
    singular = count == 1 or (language == "fr" and count == 0)
    return f"{count} {WORDS[language][word if singular else f'{word}s']}"
