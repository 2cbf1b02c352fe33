"""Words for findings of rules that bring none: what each constraint of SHACL Core (section 4) found wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

_SUFFIX = "ConstraintComponent"
_NAMESPACE = "http://www.w3.org/ns/shacl#"
_BAD = {"en": "“{$this}” has a value of {path} that ", "fr": "« {$this} » a pour {path} une valeur qui "}
_BAD_ITSELF = {"en": "The value “{$this}” ", "fr": "La valeur « {$this} » "}
_THIS = {"en": "“{$this}” ", "fr": "« {$this} » "}
_MEND = {"en": " Mend that value.", "fr": " Corrigez cette valeur."}

_VALUES: Mapping[str, tuple[str, str]] = {
    "class": ("is not of class {expected}: {?value}.", "n’est pas de la classe {expected} : {?value}."),
    "datatype": ("is not of datatype {expected}: {?value}.", "n’est pas du type {expected} : {?value}."),
    "nodeKind": ("is not of kind {expected}: {?value}.", "n’est pas du genre {expected} : {?value}."),
    "minExclusive": ("is not more than {expected}: {?value}.", "n’est pas supérieure à {expected} : {?value}."),
    "minInclusive": ("is less than {expected}: {?value}.", "est inférieure à {expected} : {?value}."),
    "maxExclusive": ("is not less than {expected}: {?value}.", "n’est pas inférieure à {expected} : {?value}."),
    "maxInclusive": ("is more than {expected}: {?value}.", "est supérieure à {expected} : {?value}."),
    "minLength": ("is shorter than {expected} characters: {?value}.", "a moins de {expected} caractères : {?value}."),
    "maxLength": ("is longer than {expected} characters: {?value}.", "a plus de {expected} caractères : {?value}."),
    "pattern": ("does not match the pattern {expected}: {?value}.", "ne suit pas le modèle {expected} : {?value}."),
    "languageIn": ("is in none of the languages {expected}: {?value}.", "n’est dans aucune des langues {expected} : {?value}."),
    "equals": ("is not the same as that of {expected}: {?value}.", "n’est pas celle de {expected} : {?value}."),
    "disjoint": ("is also one of {expected}: {?value}.", "est aussi celle de {expected} : {?value}."),
    "lessThan": ("is not less than that of {expected}: {?value}.", "n’est pas inférieure à celle de {expected} : {?value}."),
    "lessThanOrEquals": ("is more than that of {expected}: {?value}.", "est supérieure à celle de {expected} : {?value}."),
    "in": ("is none of {expected}: {?value}.", "n’est aucune de {expected} : {?value}."),
    "not": ("is what it must not be: {?value}.", "est ce qu’elle ne doit pas être : {?value}."),
    "and": ("fails one of the shapes that it must fit: {?value}.", "ne suit pas toutes les formes exigées : {?value}."),
    "or": ("fits none of the shapes of which it must fit one: {?value}.", "ne suit aucune des formes exigées : {?value}."),
    "xone": ("does not fit exactly one of the shapes named: {?value}.", "ne suit pas exactement une des formes : {?value}."),
    "node": ("does not fit the shape {expected}: {?value}.", "ne suit pas la forme {expected} : {?value}."),
}
_THINGS: Mapping[str, tuple[str, str]] = {
    "minCount": (
        "has too few values of {path}: {?value}; at least {expected} must be there. Add what is missing.",
        "a trop peu de valeurs de {path} : {?value} ; il en faut au moins {expected}. Ajoutez ce qui manque.",
    ),
    "maxCount": (
        "has too many values of {path}: {?value}; at most {expected} may be there. Take away what is too much.",
        "a trop de valeurs de {path} : {?value} ; il en faut au plus {expected}. Retirez ce qui est de trop.",
    ),
    "qualifiedMinCount": (
        "has too few values of {path} that fit: {?value}; at least {expected} must. Add what is missing.",
        "a trop peu de valeurs de {path} qui conviennent : {?value} ; il en faut au moins {expected}. Ajoutez ce qui manque.",
    ),
    "qualifiedMaxCount": (
        "has too many values of {path} that fit: {?value}; at most {expected} may. Take away what is too much.",
        "a trop de valeurs de {path} qui conviennent : {?value} ; il en faut au plus {expected}. Retirez ce qui est de trop.",
    ),
    "uniqueLang": (
        "has several values of {path} in one language: {?value}. Keep one for each language.",
        "a plusieurs valeurs de {path} dans une langue : {?value}. Gardez-en une par langue.",
    ),
    "hasValue": (
        "lacks the value {expected} of {path}; found: {?value}. Add it.",
        "n’a pas la valeur {expected} de {path} ; trouvé : {?value}. Ajoutez-la.",
    ),
    "closed": (
        "has a property that its shape does not know, with the value {?value}. Take it away, or mend its name.",
        "a une propriété que sa forme ne connaît pas, de valeur {?value}. Retirez-la, ou corrigez son nom.",
    ),
}


def parameter(component: str | None) -> str:
    """The name of the parameter of a constraint component of SHACL Core, `minCount`; empty for any other."""
    name = (component or "").removeprefix(_NAMESPACE)
    core = name.endswith(_SUFFIX) and name[:1].isupper()
    return name[0].lower() + name[1:].removesuffix(_SUFFIX) if core else ""


def words(component: str | None, language: str, path: bool = True) -> str:
    """What a constraint found wrong and what to do, with blanks to fill in; empty where it is none of SHACL Core.

    Args:
        component: its IRI.
        language: en or fr.
        path: whether it looks along a path; if not, the thing itself is the value.
    """
    name, which = parameter(component), int(language == "fr")
    if name in _VALUES:
        return (_BAD if path else _BAD_ITSELF)[language] + _VALUES[name][which] + _MEND[language]
    return _THIS[language] + _THINGS[name][which] if name in _THINGS else ""


def unsaid(language: str, rule: str) -> str:
    """Words for what a query or a component of others found, where they bring none."""
    if language == "fr":
        return f"« {{$this}} » enfreint la règle {rule} ; trouvé : {{?value}}. Voyez ce que la règle exige."
    return f"“{{$this}}” breaks the rule {rule}; found: {{?value}}. See what the rule demands."
