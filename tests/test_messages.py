"""Sentences that remember what they are made of: another process can tell them in any language."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from organograph.messages import Counted, Joined, Message, Told, in_json, listed, of_json, quoted
from organograph_server.errors import UploadUnusable
from organograph_server.languages.speaking import Speech, speaking, tell
from organograph_server.walls import wire

_NAMES = st.text(max_size=8)
_ROWS = ("%(number)s row of %(of)s", "%(number)s rows of %(of)s")
TEXTS = st.recursive(
    st.one_of(_NAMES, _NAMES.map(quoted), st.builds(lambda name: Message("%(name)s, 100 %%", name=name), _NAMES)),
    lambda parts: st.one_of(
        st.lists(parts, max_size=4).map(listed),
        st.builds(lambda found, part: Joined(part, found, is_sentence=True), st.lists(parts, max_size=3), _NAMES),
        st.builds(lambda number, part: Counted(*_ROWS, number, of=part), st.integers(0, 3), parts),
    ),
    max_leaves=6,
)


@given(TEXTS)
def test_messages_are_the_same_from_json(text: str) -> None:
    """What was written in JSON is the same text, made of the same, in every language."""
    read = of_json(json.loads(json.dumps(in_json(text))))
    assert read == text
    with speaking(Speech("fr")):
        assert tell(read) == tell(text)
    assert isinstance(text, Told) == isinstance(read, Told)


def test_a_refusal_of_another_process_is_told_in_french() -> None:
    """A sentence with a value keeps its pattern on its way from a process behind walls."""
    error = UploadUnusable(Message("The form has a field %(name)r.", name="évil"), "Choose one, or several RDF files.")
    message = wire.refused(json.loads(json.dumps(wire.refusal(error)))).message
    assert message == "The form has a field 'évil'."
    with speaking(Speech("fr")):
        assert tell(message) == "Le formulaire a un champ 'évil'."
