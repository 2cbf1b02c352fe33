"""The values of focus nodes (SHACL section 2.1.4), for rules that ask of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from collections.abc import Set as Nodes
from functools import cached_property

from organograph.links import Links

Walk = Callable[[int], Collection[int]]


class Values:
    """The values of nodes; here of a node shape, where each node is its own value.

    Args:
        focus: the nodes.
    """

    def __init__(self, focus: Nodes[int]) -> None:
        self.focus = focus

    @cached_property
    def distinct(self) -> Nodes[int]:
        """All values, each once."""
        return self.focus

    def items(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has values, with them."""
        return ((node, (node,)) for node in self.focus)

    def without(self) -> Iterator[int]:
        """Each node that has none."""
        return iter(())

    def several(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has more than one, with them."""
        return iter(())

    def everything(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node with its values or none."""
        yield from self.items()
        yield from ((node, ()) for node in self.without())

    def holding(self, values: Nodes[int]) -> Iterator[tuple[int, int]]:
        """Each node that has one of some values, with each of these that it has."""
        if values:
            for node, found in self.items():
                for value in found:
                    if value in values:
                        yield node, value


class Linked(Values):
    """The values of nodes by one property.

    Args:
        focus: the nodes.
        links: the statements of the property.
    """

    def __init__(self, focus: Nodes[int], links: Links) -> None:
        super().__init__(focus)
        self._links = links

    @cached_property
    def distinct(self) -> Nodes[int]:
        """All values, each once."""
        return self._links.values(self._having)

    @property
    def _having(self) -> Nodes[int]:
        first, focus = self._links.first, self.focus
        return first.keys() & focus if len(first) < len(focus) else focus

    def items(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has values, with them."""
        first, several = self._links.first, self._links.several
        for node in self._having:
            if node in several:
                yield node, several[node]
            elif node in first:
                yield node, (first[node],)

    def without(self) -> Iterator[int]:
        """Each node that has none."""
        first = self._links.first
        return (node for node in self.focus if node not in first)

    def several(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has more than one, with them."""
        several = self._links.several
        return ((node, several[node]) for node in several.keys() & self.focus)


class Walked(Values):
    """The values of nodes by a path.

    Args:
        focus: the nodes.
        walk: where the path leads from a node.
    """

    def __init__(self, focus: Nodes[int], walk: Walk) -> None:
        super().__init__(focus)
        self._values = {node: walk(node) for node in focus}

    @cached_property
    def distinct(self) -> Nodes[int]:
        """All values, each once."""
        return {value for found in self._values.values() for value in found}

    def items(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has values, with them."""
        return ((node, found) for node, found in self._values.items() if found)

    def without(self) -> Iterator[int]:
        """Each node that has none."""
        return (node for node, found in self._values.items() if not found)

    def several(self) -> Iterator[tuple[int, Collection[int]]]:
        """Each node that has more than one, with them."""
        return ((node, found) for node, found in self._values.items() if len(found) > 1)
