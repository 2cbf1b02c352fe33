"""What the page of the ontology shows: the vocabulary, its drawings, the kinds, and the prefixes of its examples."""

from __future__ import annotations

from organograph.messages import Counted
from organograph.names import DCTERMS, KINDS, ONTOLOGY
from organograph_server.dataset.publication import Publication
from organograph_server.languages.speaking import gettext
from organograph_server.views import diagram
from organograph_server.views.kinds import KindEntry, Kinds
from organograph_server.views.vocabulary import Vocabulary

# How many terms of each sort there are, in words.
_AMOUNTS = {
    "Classes": ("%(number)s class", "%(number)s classes"),
    "Object properties": ("%(number)s object property", "%(number)s object properties"),
    "Datatype properties": ("%(number)s datatype property", "%(number)s datatype properties"),
    "Annotation properties": ("%(number)s annotation property", "%(number)s annotation properties"),
    "Individuals": ("%(number)s individual", "%(number)s individuals"),
}


def documentation(publication: Publication) -> dict[str, object]:
    """All that the page shows of the ontology, its kinds and what uses them.

    Args:
        publication: the dataset.
    """
    vocabulary = Vocabulary(publication)
    kinds = Kinds(publication, vocabulary.usage)
    tree = kinds.tree()
    samples = [entry.sample for entries in vocabulary.sections.values() for entry in entries]
    samples += [entry.sample for entry in _all(tree)]
    return {
        "title": vocabulary.facts.text(ONTOLOGY.value, DCTERMS.title.value) or gettext("Vocabulary"),
        "description": vocabulary.facts.text(ONTOLOGY.value, DCTERMS.description.value),
        "metadata": vocabulary.metadata(),
        "sections": vocabulary.sections,
        "amounts": [Counted(*_AMOUNTS[name], len(entries)) for name, entries in vocabulary.sections.items()],
        "others": vocabulary.others,
        "classes": diagram.classes(vocabulary),
        "properties": diagram.properties(vocabulary),
        "kinds": kinds,
        "kind_entries": tree,
        "collections": kinds.collections(),
        "scheme": KINDS.value,
        "has_context": "context.jsonld" in publication.published.files,
        "prefixes": vocabulary.usage.prefixes(sample.snippet for sample in samples if sample),
    }


def _all(entries: list[KindEntry]) -> list[KindEntry]:
    return [one for entry in entries for one in (entry, *_all(list(entry.narrower)))]
