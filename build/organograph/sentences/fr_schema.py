"""French: what the columns that must be filled hold, and how settings are written, by the words of the schema."""

from __future__ import annotations

from collections.abc import Mapping

from organograph.publishers import AVAILABILITIES, PUBLISHERS

_SLUG = "name of the {} in its address: small letters, digits, hyphens; stays the same in all editions"
_SLUGS = {
    "body": "de l’organe",
    "change": "du changement",
    "conflict": "du désaccord",
    "document": "du document",
    "person": "de la personne",
    "post": "du poste",
    "site": "du site",
    "tenure": "du mandat",
    "unit": "de l’unité",
}

PHRASES: Mapping[str, str] = {
    **{
        _SLUG.format(what): f"le nom {of_it} dans son adresse : minuscules, chiffres, traits d’union ; le même dans toutes les éditions"
        for what, of_it in _SLUGS.items()
    },
    # columns that many tables share
    "document that says it (slug in sources.csv)": "le document qui le dit (identifiant de sources.csv)",
    "offset of the first character, from 0, in the document decoded as UTF-8": (
        "la position du premier caractère, à partir de 0, dans le document décodé comme UTF-8"
    ),
    "offset after the last character": "la position après le dernier caractère",
    "how the place is known: stated in words, by layout, or inferred (then with a note)": (
        "ce qui fonde la place : stated (des mots), layout (la mise en page) ou inferred (déduit, avec une note)"
    ),
    "how it is known: stated in words, by layout, or inferred (then with a note)": (
        "ce qui le fonde : stated (des mots), layout (la mise en page) ou inferred (déduit, avec une note)"
    ),
    "the word or two in the span that carry the fact": "le mot ou les deux mots du passage qui portent le fait",
    "its name in this edition, to the letter": "son nom dans cette édition, à la lettre",
    "its kind (notation in kinds.ttl)": "son type (notation de kinds.ttl)",
    "its title": "son titre",
    "slug in persons.csv": "un identifiant de persons.csv",
    "slug in posts.csv": "un identifiant de posts.csv",
    "slug in units.csv": "un identifiant de units.csv",
    "slug in bodies.csv": "un identifiant de bodies.csv",
    "the edition": "l’édition",
    "the thing": "la chose",
    "the unit, post or organization directly above it": "l’unité, le poste ou l’organisation juste au-dessus",
    "why": "la raison",
    # sources
    "its file name without .txt": "le nom de son fichier sans .txt",
    "where it was published": "l’adresse où il a été publié",
    "SHA-256 of the file, in hexadecimal": "le SHA-256 du fichier, en hexadécimal",
    "its length, decoded as UTF-8": "sa longueur, décodé comme UTF-8",
    # editions
    "the edition's name in addresses, its earliest month": "le nom de l’édition dans les adresses, son premier mois",
    "its place in the chain, from 1": "son rang dans la suite, à partir de 1",
    "earliest month it can be of": "le premier mois dont elle peut être",
    "its documents, separated by '; '": "ses documents, séparés par « ; »",
    # scope
    "the thing under which they leave something out": "la chose sous laquelle les documents omettent quelque chose",
    "what is left out": "ce qui est omis",
    "how many levels below the branch are described; -1: not even the branch": (
        "le nombre de niveaux décrits sous la branche ; -1 : pas même la branche"
    ),
    # persons and tenures
    "the person's name": "le nom de la personne",
    "the person's name as printed there": "le nom de la personne comme il y est imprimé",
    # kinds
    "name of the kind in its address and in column kind of other tables": (
        "le nom du type dans son adresse et dans la colonne kind d’autres tables"
    ),
    "its label in English": "son libellé en anglais",
    "what it is, in a full sentence": "ce que c’est, en une phrase entière",
    "what has such a kind": "ce qui a un tel type",
    # changes
    "what kind of change": "la sorte de changement",
    "the change in a few words": "le changement en peu de mots",
    "last edition before it": "la dernière édition d’avant",
    "first edition after it": "la première édition d’après",
    # conflicts
    "on what they disagree": "ce sur quoi les documents diffèrent",
    "documents followed, separated by '; '": "les documents suivis, séparés par « ; »",
    "documents not followed, separated by '; '": "les documents non suivis, séparés par « ; »",
    "where each of them says so, as SLUG:START-END, separated by '; '": (
        "les passages où chacun d’eux le dit, comme SLUG:DÉBUT-FIN, séparés par « ; »"
    ),
    "the choice and its reason": "le choix et sa raison",
    # waivers
    "the rule, as the finding names it, such as shape:Unit-parent": "la règle, comme le constat la nomme, par exemple shape:Unit-parent",
    "the thing found at fault, such as unit:legal-affairs, or its whole address": (
        "la chose en faute, par exemple unit:legal-affairs, ou son adresse entière"
    ),
    "why the finding may stand": "la raison pour laquelle le constat est admis",
    "who decided so": "la personne qui en a décidé ainsi",
    "last day, month or year of it": "son dernier jour, mois ou an",
    # sites
    "the city": "la ville",
    "the country": "le pays",
    "ISO 3166-1 alpha-2": "le code ISO 3166-1 alpha-2",
    # relations and mentions
    "the unit, post or body it is about": "l’unité, le poste ou l’organe dont il s’agit",
    "what is said": "ce qui est dit",
    "the other thing; words for focal-point-for and remit, a duration (P5Y) for term-of-office, a class for is-a": (
        "l’autre chose ; des mots pour focal-point-for et remit, une durée (P5Y) pour term-of-office, une classe pour is-a"
    ),
    "the unit, post or body": "l’unité, le poste ou l’organe",
    # settings
    "in small letters, digits and single hyphens, such as iom": "en minuscules, chiffres et traits d’union isolés, par exemple iom",
    "as text in one line without stray spaces": "en texte d’une seule ligne sans espace superflu",
    'as a list of prefixed names, such as ["cv:PublicOrganisation"]': (
        'comme une liste de noms à préfixe, par exemple ["cv:PublicOrganisation"]'
    ),
    "as an address that begins with https:// and holds no space": "comme une adresse qui commence par https:// et ne contient pas d’espace",
    "as the language tag of the names, such as en or fr-CH; en where it is missing": (
        "comme le code de langue des noms, par exemple en ou fr-CH ; en s’il manque"
    ),
    "as an http or https address such as https://example.org/iom/": (
        "comme une adresse http ou https, par exemple https://example.org/iom/"
    ),
    "as the slug of a post, such as director-general": "comme l’identifiant d’un poste, par exemple director-general",
    "as an address such as mailto:data@example.org or https://example.org/contact": (
        "comme une adresse, par exemple mailto:data@example.org ou https://example.org/contact"
    ),
    f"as one of {', '.join(PUBLISHERS)}": f"comme un de ces mots : {', '.join(PUBLISHERS)}",
    f"as one of {', '.join(AVAILABILITIES)}": f"comme un de ces mots : {', '.join(AVAILABILITIES)}",
    'as a list of names of rule files, such as ["iom"]': 'comme une liste de noms de fichiers de règles, par exemple ["iom"]',
}
"""English to French."""
