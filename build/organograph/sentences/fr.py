"""French: what is wrong and how to mend it, by rule and variant; and phrases that fill their blanks."""

from __future__ import annotations

from collections.abc import Mapping

_RETYPED = "Mettez la colonne au format texte et saisissez de nouveau la cellule."
_TEXT_FIRST = "dans un tableur, mettez d’abord la colonne au format texte"

SENTENCES: Mapping[str, tuple[str, str]] = {
    "evidence:cue-missing": ("Le passage contient « {held} », où « {words} » ne figure pas.", "{stands}"),
    "evidence:cut-word": ("Le passage « {held} » coupe un mot.", "Placez son début et sa fin aux limites des mots."),
    "evidence:inside-name": ("« {held} » figure ici dans le nom plus long « {longer} ».", "Citez un endroit où le nom figure seul."),
    "evidence:name-unprinted": (
        "Aucun document de l’édition n’imprime l’autre nom « {name} ».",
        "Écrivez-le à la lettre, ou retirez-le de alt_names.",
    ),
    "evidence:no-name": (
        "Le passage contient « {held} », qui n’est pas un nom qu’une ligne cite de ce document.",
        "Citez le nom imprimé de ce dont il s’agit.",
    ),
    "evidence:other-words": ("Le passage contient « {held} », et non « {words} ».", "{stands}"),
    "settings:bad-value": ("« {value} » ne peut être le réglage {section}.{setting}.", "Écrivez-le {written}."),
    "settings:missing": ("Le réglage {section}.{setting} manque.", "Écrivez-le {written}."),
    "settings:not-toml": ("Les réglages ne peuvent être lus : « {reason} ».", "Corrigez cet endroit."),
    "settings:unknown/outside": (
        "Le réglage {setting} n’est dans aucune section.",
        "Mettez-le sous {sections} ; ontology/README.md nomme les réglages.",
    ),
    "settings:unknown/section": (
        "« {section} » n’est pas une section des réglages.",
        "Mettez les réglages sous {sections} ; ontology/README.md les nomme.",
    ),
    "settings:unknown/setting": (
        "Le réglage {section}.{setting} n’est pas connu.",
        "Retirez-le ou corrigez-le ; les réglages y sont : {settings}.",
    ),
    "sheet:edition-lost": (
        "L’édition « {edition} » a des tables, mais n’a plus de ligne.",
        "Remettez sa ligne ; si elle doit disparaître, retirez d’abord son dossier.",
    ),
    "sheet:lost-text/coded": ("La cellule contient « {sign} », par quoi les classeurs désignent un autre signe.", "Écrivez le signe même."),
    "sheet:lost-text/day": ("De ce qui fut saisi, le tableur a fait le jour {value}.", _RETYPED),
    "sheet:lost-text/error": ("La cellule affiche l’erreur {value}.", _RETYPED),
    "sheet:lost-text/formula": ("La cellule contient une formule.", "Mettez-y le texte même, la colonne étant d’abord au format texte."),
    "sheet:lost-text/moment": ("De ce qui fut saisi, le tableur a fait le moment {value}.", _RETYPED),
    "sheet:lost-text/number": (
        "De ce qui fut saisi, le tableur a fait le nombre {value} ; des zéros au début ou à la fin peuvent être perdus.",
        _RETYPED,
    ),
    "sheet:lost-text/other": ("De ce qui fut saisi, le tableur a fait « {value} ».", _RETYPED),
    "sheet:missing": (
        "L’édition « {edition} » n’a pas de feuille {tables}, et le dossier ne contient pas une telle table.",
        "Ajoutez-la avec organograph new edition.",
    ),
    "sheet:unknown": (
        "La feuille « {sheet} » n’est pas une table.",
        "Retirez-la, ou nommez-la comme le fait export : sources, ou une édition et une table, par exemple 2022-06 units.",
    ),
    "sheet:unlisted-edition": ("Il n’y a pas d’édition « {edition} ».", "Ajoutez-la avec organograph new edition."),
    "table:bad-address": (
        "« {value} » ne s’écrit pas comme une adresse.",
        "Donnez une adresse qui commence par https:// et ne contient pas d’espace.",
    ),
    "table:bad-addresses": (
        "« {value} » ne s’écrit pas comme une liste d’adresses.",
        "Donnez des adresses qui commencent par https://, séparées par « ; ».",
    ),
    "table:bad-choice": ("« {value} » n’est pas un mot de la colonne {column}.", "Employez l’un de ceux-ci : {choices}."),
    "table:bad-country": ("« {value} » n’est pas un code de pays.", "Donnez les deux capitales de ISO 3166-1, par exemple CH."),
    "table:bad-date": (
        "« {value} » ne s’écrit pas comme une date.",
        f"Écrivez AAAA, AAAA-MM ou AAAA-MM-JJ, un jour qui existe ; {_TEXT_FIRST}.",
    ),
    "table:bad-duration": ("« {value} » n’est pas une durée.", "Écrivez les années comme P5Y, les mois comme P6M."),
    "table:bad-hash": ("« {value} » ne s’écrit pas comme un SHA-256.", "Donnez ses 64 chiffres hexadécimaux en minuscules."),
    "table:bad-month": (
        "« {value} » ne s’écrit pas comme un mois.",
        f"Écrivez l’année et le mois comme AAAA-MM, par exemple 2022-06 ; {_TEXT_FIRST}.",
    ),
    "table:bad-number": ("« {value} » ne s’écrit pas comme un nombre entier.", "N’employez que des chiffres."),
    "table:bad-slug": (
        "« {value} » ne s’écrit pas comme un identifiant.",
        "Employez des minuscules de a à z, des chiffres et des traits d’union isolés, par exemple legal-affairs.",
    ),
    "table:bad-slugs": (
        "« {value} » ne s’écrit pas comme une liste d’identifiants.",
        "Employez des identifiants comme legal-affairs, séparés par « ; ».",
    ),
    "table:bad-span/before": ("Le passage commence avant le document.", "Donnez une position à partir de 0."),
    "table:bad-span/behind": ("Le passage finit après le document, qui compte {length} caractères.", "Corrigez les positions."),
    "table:bad-span/empty": ("Le passage finit où il commence ou avant.", "Donnez la position après son dernier caractère."),
    "table:bad-span/none": ("Aucun passage ne dit où « {source} » le dit.", "Ajoutez {source}:DÉBUT-FIN."),
    "table:bad-span/outside": (
        "Le passage {start}-{end} est vide ou sort du document « {source} », qui compte {length} caractères.",
        "Corrigez les positions.",
    ),
    "table:bad-spans": (
        "« {value} » ne s’écrit pas comme une liste de passages.",
        "Écrivez SLUG:DÉBUT-FIN pour chaque document, par exemple chart-2024:10-25, séparés par « ; ».",
    ),
    "table:bad-thing": (
        "« {value} » ne s’écrit pas comme la mention d’une chose.",
        "Écrivez unit:SLUG, post:SLUG, body:SLUG ou organization:SLUG.",
    ),
    "table:bad-things": (
        "« {value} » ne s’écrit pas comme une liste de choses.",
        "Écrivez unit:SLUG, post:SLUG ou body:SLUG, séparés par « ; ».",
    ),
    "table:bad-words": (
        "« {value} » ne s’écrit pas comme une liste de noms.",
        "Écrivez des noms séparés par « ; », ou laissez la cellule vide.",
    ),
    "table:class-missing": (
        "Un document dit « {unit} » indépendant, mais sa ligne de units.csv n’a pas la classe {name}.",
        "Ajoutez-y la classe, ou retirez cette ligne.",
    ),
    "table:class-unproved": (
        "L’unité est de la classe {name}, mais aucune ligne de relations ne cite où un document la dit indépendante.",
        "Ajoutez à relations.csv : {unit}, is-a, {name}, avec le passage ; ou retirez la classe.",
    ),
    "table:control-character": (
        "Une cellule contient un saut de ligne ou un caractère de commande.",
        "Remplacez-le par un espace.",
    ),
    "table:cycle/own": ("« {thing} » est placé sous soi-même.", "Donnez-lui son vrai supérieur."),
    "table:cycle/ring": ("« {thing} » se retrouve au-dessus de soi-même : {ring}.", "Donnez à l’un d’eux son vrai supérieur."),
    "table:duplicate": (
        "« {name} » figure déjà à la ligne {row}.",
        "Donnez à cette ligne un autre nom, ou retirez l’une des deux.",
    ),
    "table:duplicate-column": ("La colonne « {column} » figure deux fois.", "N’en gardez qu’une."),
    "table:empty-cell": ("La cellule est vide, mais chaque ligne de {table} doit donner {holds}.", "Remplissez-la."),
    "table:half-placed": ("Une place demande à la fois un supérieur et un fondement.", "Donnez les deux, ou aucun."),
    "table:head-missing": (
        "L’édition n’a pas de poste « {post} », que dataset.toml dit à la tête de l’organisation.",
        "Ajoutez-le à posts.csv, ou corrigez head_post.",
    ),
    "table:kind-taken": (
        "Le schéma (kinds.ttl) a déjà un type « {kind} ».",
        "Employez celui-là, ou donnez à ce type un autre identifiant.",
    ),
    "table:missing-column": ("La colonne « {column} » manque.", "Ajoutez-la ; l’en-tête est : {header}"),
    "table:missing-file": ("La table {table} manque.", "Créez-la, au moins avec son en-tête : {header}"),
    "table:missing-reference": ("« {value} » n’est {what}.", "{hint}Corrigez-le, ou ajoutez la ligne qu’il nomme."),
    "table:missing-reference/side": (
        "« {source} » n’est ni suivi ni écarté.",
        "Nommez-le dans la colonne chosen ou rejected, ou retirez son passage.",
    ),
    "table:not-csv": (
        "La ligne n’est pas du CSV : « {reason} ».",
        "Cherchez un guillemet ouvert et non fermé ; dans une cellule, doublez les guillemets.",
    ),
    "table:not-utf8": (
        "L’octet {byte} n’est pas du texte UTF-8, et la table ne peut être lue.",
        "Enregistrez la table en CSV UTF-8 (dans un tableur : « CSV UTF-8 »).",
    ),
    "table:note-missing": ("Ce qui est déduit demande une raison.", "Dites pourquoi dans la colonne note."),
    "table:row-width": (
        "La ligne n’a pas autant de cellules que l’en-tête : {cells} au lieu de {header}.",
        "Mettez entre guillemets un texte qui contient une virgule, et gardez une virgule pour chaque cellule vide.",
    ),
    "table:row-width/many": (
        "D’ici à la ligne {last}, {rows} lignes n’ont pas autant de cellules que l’en-tête : {cells} au lieu de {header}.",
        "Corrigez l’en-tête, ou donnez à chacune de ces lignes une cellule pour chaque colonne.",
    ),
    "table:tenure-outside/begins": (
        "Le mandat commence après l’édition {edition}.",
        "Corrigez la date, ou déplacez la ligne dans l’édition dont elle est.",
    ),
    "table:tenure-outside/ends": (
        "Le mandat a pris fin avant l’édition {edition}.",
        "Corrigez la date, ou déplacez la ligne dans l’édition dont elle est.",
    ),
    "table:two-addresses": ("Le site « {site} » a « {value} » à la ligne {row}.", "Écrivez la même chose dans chaque ligne d’un site."),
    "table:unknown-column": ("La colonne « {column} » n’est pas connue.", "Retirez-la ou renommez-la ; les colonnes sont : {header}"),
    "table:unknown-table": ("Une telle table n’est pas connue.", "Renommez-la ou retirez-la ; les tables sont : {tables}."),
    "table:unlisted-edition": ("Le dossier n’est celui d’aucune édition.", "Ajoutez une ligne à editions.csv, ou retirez-le."),
    "table:unreadable": ("La table ne peut être lue : « {reason} ».", "Vérifiez le fichier."),
    "table:wrong-object": ("« {value} » ne peut être l’objet de {relation}.", "Nommez une chose de ces sortes : {sorts}."),
    "turtle:not-turtle": ("Le fichier n’est pas du Turtle : « {reason} ».", "Corrigez cet endroit."),
    "turtle:not-utf8": ("Le fichier n’est pas de l’UTF-8.", "Enregistrez-le en UTF-8."),
    "turtle:unreadable": ("Le fichier ne peut être lu : « {reason} ».", "Vérifiez-le."),
    "waiver:expired": (
        "La dérogation à {rule} pour {thing} a expiré le {until}.",
        "Corrigez ce qu’elle admettait et ôtez la ligne, ou décidez à nouveau jusqu’à quand.",
    ),
    "waiver:unused": (
        "La dérogation à {rule} pour {thing} ne répond à aucun constat.",
        "Ôtez la ligne, ou corrigez-en la règle ou la chose.",
    ),
}
"""Key to what is wrong and how to mend it; what libraries and the system say stands between quotation marks, in English."""

PHRASES: Mapping[str, str] = {
    "did you mean": "Vouliez-vous dire {close} ? ",
    "in no edition": "dans les tables d’aucune édition",
    "in no table": "dans aucune table de l’édition {edition}",
    "no body": "pas un organe de cette édition",
    "no class": "pas une classe d’unités",
    "no document": "pas un document de sources.csv",
    "no document here": "pas un document de cette édition (editions.csv, colonne sources)",
    "no edition": "pas une édition de editions.csv",
    "no kind": "pas un type du schéma (kinds.ttl)",
    "no kind here": "pas un type de cette table ni du schéma (kinds.ttl)",
    "no person": "pas une personne de persons.csv",
    "no post": "pas un poste de cette édition",
    "no unit": "pas une unité de cette édition",
    "or": "{one} ou {other}",
    "stands at": "Ces mots figurent en {places}.",
    "stands nowhere": "Ces mots ne figurent nulle part dans le document ; corrigez le nom ou le document.",
}
