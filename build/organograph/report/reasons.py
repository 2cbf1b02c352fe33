"""Why a shape was left to another engine, judged here or not checked at all, told in French too."""

from __future__ import annotations

from collections.abc import Mapping

from organograph.faults import Language
from organograph.messages import Told

_FRENCH: Mapping[str, str] = {
    # Of the fast engine.
    "it asks for itself": "elle se demande elle-même",
    "it uses sh:js": "elle emploie sh:js",
    "it uses sh:target": "elle emploie sh:target",
    "it uses sh:expression": "elle emploie sh:expression",
    "a query asked of a blank node": "une requête est posée à un nœud sans nom",
    "a query with a text in the place of a thing": "une requête a un texte à la place d’une chose",
    "a query that is no SELECT": "une requête n’est pas un SELECT",
    "a query whose brackets do not close": "les parenthèses d’une requête ne se ferment pas",
    # Of what is asked of a store.
    "an answer would have more bytes than it may": "une réponse aurait plus d’octets qu’elle ne peut",
    "it cannot be told what it reads": "on ne peut dire ce qu’elle lit",
    "it meets a blank node, by which a store cannot be asked again": (
        "elle rencontre un nœud sans nom, par lequel on ne peut réinterroger un entrepôt"
    ),
    "its target is a blank node": "sa cible est un nœud sans nom",
    "it reads more than %(most)s statements of %(property)s, and it cannot be told of which things": (
        "elle lit plus de %(most)s énoncés de %(property)s, et on ne peut dire de quelles choses"
    ),
    "it reads more than %(most)s statements of one page of things": "elle lit plus de %(most)s énoncés d’une page de choses",
    "what it reads of %(thing)s is more than one answer may have": ("ce qu’elle lit de %(thing)s dépasse ce qu’une réponse peut contenir"),
    "it reads values of %(told)s, which this store changes": "elle lit des valeurs de %(told)s, que cet entrepôt modifie",
    "the store orders texts in a way of its own, so that pages could leave things out": (
        "l’entrepôt range les textes dans un ordre à lui, si bien que des pages pourraient omettre des choses"
    ),
    "too many of its things have the same text": "trop de ses choses ont le même texte",
    # Of the store.
    "the store does not narrow it: %(reason)s": "l’entrepôt ne la restreint pas\u00a0: %(reason)s",
    "the store says: %(reason)s": "l’entrepôt dit\u00a0: %(reason)s",
    "the store says that it takes too long": "l’entrepôt dit que cela prend trop de temps",
    "it takes longer than %(seconds)s seconds": "cela prend plus de %(seconds)s secondes",
    "it answers with status %(status)s": "l’entrepôt répond par l’état %(status)s",
    "it gives a part of an answer, since it limits rows": "l’entrepôt donne une partie d’une réponse, car il limite les lignes",
    "it does not answer in time": "l’entrepôt ne répond pas à temps",
    # Of what narrows a shape.
    "nothing is left to the store": "rien n’est laissé à l’entrepôt",
    "it asks by other shapes": "elle demande par d’autres formes",
    "its path repeats": "son chemin se répète",
    "its query must be asked of each thing by itself": "sa requête doit être posée à chaque chose séparément",
    "the shapes bring components of their own": "les formes apportent des composants à elles",
    "SPARQL may count a value twice that two graphs state": "SPARQL peut compter deux fois une valeur que deux graphes énoncent",
    "whether a literal is well written is judged here": "la bonne écriture d’un littéral est jugée ici",
    "blank nodes are judged here": "les nœuds sans nom sont jugés ici",
    "literals that are not texts are judged here": "les littéraux qui ne sont pas des textes sont jugés ici",
    "sh:%(word)s is judged here": "sh:%(word)s est jugé ici",
    "stores read regular expressions differently": "les entrepôts lisent différemment les expressions régulières",
    "stores compare values differently": "les entrepôts comparent différemment les valeurs",
}


class _French:
    """Tells reasons in French; what is not known there, such as the words of a store, stays as it is."""

    def pattern(self, message: str) -> str:
        """The French pattern of a reason."""
        return _FRENCH.get(message, message)

    def counted(self, singular: str, plural: str, number: int) -> str:
        """The French pattern that fits a number."""
        return self.pattern(singular if number < 2 else plural)

    def value(self, value: object) -> object:
        """What fills a blank, in French where it is a reason itself."""
        return reason_in(value, "fr") if isinstance(value, str) else value


def reason_in(why: str, language: Language) -> str:
    """A reason, in a few words.

    Args:
        why: in English.
        language: in which it is to be told.
    """
    if language == "en":
        return why
    french = _French()
    return why.tell(french) if isinstance(why, Told) else french.pattern(why)
