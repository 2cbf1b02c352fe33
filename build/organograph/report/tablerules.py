"""The faults that are found before any shape runs, each with what it demands and why, in English and French."""

from __future__ import annotations

from organograph.faults import Severity

_WRITTEN = (
    "A value that is written in another way would be read as another thing, or as none.",
    "Une valeur écrite autrement serait lue comme une autre chose, ou comme rien.",
)
_ENCODING = ("A table that cannot be read whole is not read at all.", "Une table qui ne peut être lue en entier n’est pas lue du tout.")
_HEADER = ("Columns are known by their names alone.", "Les colonnes ne sont connues que par leur nom.")
_ONE_CELL = ("Text that slips into the next column says something else.", "Un texte décalé d’une colonne dit autre chose.")
_WHOLE = ("An edition is complete on its own.", "Une édition est complète à elle seule.")
_SETTINGS = ("The settings say which organization the tables are of.", "Les réglages disent de quelle organisation sont les tables.")
_PROOF = ("Whoever doubts a row looks up the document there.", "Qui doute d’une ligne la vérifie dans le document à cet endroit.")
_WAIVER = (
    "A waiver that is forgotten would hide the next fault of its kind.",
    "Une dérogation oubliée cacherait la prochaine faute du même genre.",
)
_TYPED = ("What a spreadsheet made of a text is not what was typed.", "Ce qu’un tableur a fait d’un texte n’est pas ce qui fut saisi.")
_LOST = ("What is not read would be lost.", "Ce qui n’est pas lu serait perdu.")
_TURTLE = ("A file that cannot be read whole is left as it is.", "Un fichier qui ne peut être lu en entier est laissé tel quel.")

TABLE_RULES: dict[str, tuple[Severity, tuple[str, str], tuple[str, str]]] = {
    "evidence:cue-missing": ("violation", ("cites a span that holds the cue", "cite un passage qui contient l’indice"), _PROOF),
    "evidence:cut-word": ("violation", ("cites whole words", "cite des mots entiers"), _PROOF),
    "evidence:inside-name": ("violation", ("cites no part of a longer name", "ne cite pas une partie d’un nom plus long"), _PROOF),
    "evidence:name-unprinted": ("violation", ("has only names that a document prints", "n’a que des noms qu’un document imprime"), _PROOF),
    "evidence:no-name": ("violation", ("cites a name where it must", "cite un nom là où il le faut"), _PROOF),
    "evidence:other-words": ("violation", ("cites a span that holds its words", "cite un passage qui contient ses mots"), _PROOF),
    "sheet:edition-lost": ("violation", ("keeps the row of each edition", "garde la ligne de chaque édition"), _LOST),
    "sheet:lost-text": ("violation", ("holds the text that was typed", "contient le texte qui fut saisi"), _TYPED),
    "sheet:missing": ("violation", ("brings each table of a new edition", "apporte chaque table d’une édition nouvelle"), _WHOLE),
    "sheet:unknown": ("violation", ("names each sheet as a table", "nomme chaque feuille comme une table"), _LOST),
    "sheet:unlisted-edition": ("violation", ("has sheets of known editions only", "n’a de feuilles que d’éditions connues"), _LOST),
    "settings:bad-value": ("violation", ("has every setting as it is written", "a chaque réglage écrit comme il faut"), _SETTINGS),
    "settings:missing": ("violation", ("has every needed setting", "a tous les réglages nécessaires"), _SETTINGS),
    "settings:unknown": ("violation", ("holds only known settings", "ne contient que des réglages connus"), _SETTINGS),
    "settings:not-toml": ("violation", ("is written in TOML", "est écrit en TOML"), _SETTINGS),
    "table:bad-address": ("violation", ("writes an address in full", "écrit une adresse en entier"), _WRITTEN),
    "table:bad-addresses": ("violation", ("writes addresses in full", "écrit des adresses en entier"), _WRITTEN),
    "table:bad-choice": ("violation", ("uses one of the words allowed", "emploie un des mots permis"), _WRITTEN),
    "table:bad-country": ("violation", ("writes a country code of two letters", "écrit un code de pays de deux lettres"), _WRITTEN),
    "table:bad-date": ("violation", ("writes a date that exists", "écrit une date qui existe"), _WRITTEN),
    "table:bad-duration": ("violation", ("writes a duration as P5Y", "écrit une durée comme P5Y"), _WRITTEN),
    "table:bad-hash": ("violation", ("writes a SHA-256 whole", "écrit un SHA-256 en entier"), _WRITTEN),
    "table:bad-month": ("violation", ("writes a month as YYYY-MM", "écrit un mois comme AAAA-MM"), _WRITTEN),
    "table:bad-number": ("violation", ("writes a number in digits", "écrit un nombre en chiffres"), _WRITTEN),
    "table:bad-slug": ("violation", ("writes a slug in small letters", "écrit un identifiant en minuscules"), _WRITTEN),
    "table:bad-slugs": ("violation", ("writes a list of slugs", "écrit une liste d’identifiants"), _WRITTEN),
    "table:bad-spans": ("violation", ("writes spans as SLUG:START-END", "écrit des passages comme SLUG:DÉBUT-FIN"), _WRITTEN),
    "table:bad-span": ("violation", ("cites a span within the document", "cite un passage du document"), _PROOF),
    "table:bad-thing": ("violation", ("names a thing with its sort", "nomme une chose avec son genre"), _WRITTEN),
    "table:bad-things": ("violation", ("names things with their sort", "nomme des choses avec leur genre"), _WRITTEN),
    "table:bad-words": ("violation", ("writes names separated by '; '", "écrit des noms séparés par « ; »"), _WRITTEN),
    "table:class-missing": ("violation", ("has the class that a document gives it", "a la classe qu’un document lui donne"), _PROOF),
    "table:class-unproved": (
        "violation",
        ("is called independent only where a document says so", "n’est dit indépendant que si un document le dit"),
        _PROOF,
    ),
    "table:control-character": ("violation", ("holds no control character", "ne contient aucun caractère de commande"), _ENCODING),
    "table:cycle": (
        "violation",
        ("stands not above itself", "n’est pas au-dessus de soi"),
        ("A circle hangs on nothing.", "Un cercle ne tient à rien."),
    ),
    "table:duplicate": (
        "violation",
        ("stands in one row only", "ne figure qu’une fois"),
        ("Of two rows with one name nobody knows which holds.", "De deux lignes du même nom, nul ne sait laquelle vaut."),
    ),
    "table:duplicate-column": ("violation", ("has each column once", "a chaque colonne une fois"), _HEADER),
    "table:empty-cell": ("violation", ("fills in what is needed", "remplit ce qui est nécessaire"), _WHOLE),
    "table:half-placed": ("violation", ("gives a place with its basis", "donne une place avec son fondement"), _PROOF),
    "table:head-missing": ("violation", ("has the post that heads the organization", "a le poste à la tête de l’organisation"), _WHOLE),
    "table:missing-column": ("violation", ("has every column", "a toutes les colonnes"), _HEADER),
    "table:missing-file": ("violation", ("has every table", "a toutes les tables"), _WHOLE),
    "table:kind-taken": ("violation", ("names only kinds that are new", "ne nomme que des types nouveaux"), _WHOLE),
    "table:missing-reference": ("violation", ("names only what is there", "ne nomme que ce qui existe"), _WHOLE),
    "table:not-csv": ("violation", ("is written as CSV", "est écrit en CSV"), _ENCODING),
    "table:not-utf8": ("violation", ("is written in UTF-8", "est écrit en UTF-8"), _ENCODING),
    "table:note-missing": ("violation", ("gives the reason of what is inferred", "donne la raison de ce qui est déduit"), _PROOF),
    "table:row-width": ("violation", ("has as many cells as the header", "a autant de cellules que l’en-tête"), _ONE_CELL),
    "table:tenure-outside": ("violation", ("touches the time of its edition", "touche le temps de son édition"), _WHOLE),
    "table:two-addresses": (
        "violation",
        ("has one address in all rows", "a une seule adresse dans toutes les lignes"),
        ("A site is in one place.", "Un site est en un seul lieu."),
    ),
    "table:unknown-column": ("violation", ("has only known columns", "n’a que des colonnes connues"), _HEADER),
    "table:unknown-table": (
        "violation",
        ("is one of the tables", "est une des tables"),
        _LOST,
    ),
    "table:unlisted-edition": (
        "violation",
        ("stands in editions.csv", "figure dans editions.csv"),
        _LOST,
    ),
    "table:unreadable": ("violation", ("can be read", "peut être lu"), _ENCODING),
    "table:wrong-object": ("violation", ("says a relation of what can have it", "dit une relation de ce qui peut l’avoir"), _WRITTEN),
    "turtle:not-turtle": ("violation", ("is written in Turtle", "est écrit en Turtle"), _TURTLE),
    "turtle:not-utf8": ("violation", ("is written in UTF-8", "est écrit en UTF-8"), _TURTLE),
    "turtle:unreadable": ("violation", ("can be read", "peut être lu"), _TURTLE),
    "waiver:expired": ("warning", ("has not run out", "n’a pas expiré"), _WAIVER),
    "waiver:unused": ("warning", ("fits a finding", "répond à un constat"), _WAIVER),
}
"""Name to severity, demand and reason."""
