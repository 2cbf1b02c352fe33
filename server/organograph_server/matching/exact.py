"""Names by their letters and digits alone, in eight bytes for each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from organograph_server.matching.texts import Texts
from organograph_server.matching.words import squeezed

_PLACE = (1 << 32) - 1


class Exact:
    """Finds the names that are a text but for accents, case and punctuation.

    Args:
        texts: the names.
    """

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        # 32 bits of the hash of what a name is compared by, and then 32 of its place.
        self._found = array("Q", sorted(_beginning(squeezed(text)) | place for place, text in enumerate(texts)))

    def having(self, key: str) -> Sequence[int]:
        """The places of the names of which this is all letters and digits; of none where there are none."""
        begin = _beginning(key)
        first, last = bisect_left(self._found, begin), bisect_left(self._found, begin + _PLACE + 1)
        places = (found & _PLACE for found in self._found[first:last])
        return [place for place in places if squeezed(self._texts[place]) == key] if key else []


def _beginning(key: str) -> int:
    return hash(key) >> 32 << 32 & (1 << 64) - 1
