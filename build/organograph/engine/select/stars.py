"""Patterns about two things that are only alike in a text: each thing's patterns are joined by themselves, and then by the text."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from organograph.engine.select.algebra import Call, Expression, Pattern, Variable, names_of
from organograph.engine.select.expressions import together, variable_of
from organograph.engine.select.table import Table


@dataclass(frozen=True)
class Equal:
    """Two texts that must be equal, each made of one variable."""

    left: Expression
    right: Expression

    def side(self, names: Set[str]) -> Expression:
        """The text that is made of one of some variables."""
        return self.left if variable_of(self.left) in names else self.right


def split(
    patterns: Sequence[Pattern], table: Table, filters: Sequence[Expression]
) -> tuple[list[Pattern], list[Pattern], list[Equal]] | None:
    """Patterns taken apart, where joining them one by one would pair every two things that have some other in common.

    Args:
        patterns: all of them.
        table: what they are to be joined with.
        filters: what must hold.

    Returns:
        The patterns about other things, those about one thing, and what joins them; None where that would not help.
    """
    for condition in filters:
        if not isinstance(condition, Call) or condition.name != "=" or together(*condition.operands) != "text":
            continue
        first, second = (variable_of(operand) for operand in condition.operands)
        for here, there in ((first, second), (second, first)):
            star = _about(patterns, there) if here and there and here != there else []
            rest = [pattern for pattern in patterns if pattern not in star]
            if star and _apart(star, rest, table, str(here)):
                return rest, star, [equal for one in filters if (equal := _equal(one, rest, star)) is not None]
    return None


def _about(patterns: Sequence[Pattern], name: str | None) -> list[Pattern]:
    """The patterns about the one thing that has the value of a variable."""
    holders = {pattern.subject for pattern in patterns if pattern.object == Variable(name or "")}
    return (
        [pattern for pattern in patterns if pattern.subject in holders and isinstance(pattern.subject, Variable)]
        if len(holders) == 1
        else []
    )


def _apart(star: Sequence[Pattern], rest: Sequence[Pattern], table: Table, here: str) -> bool:
    inside, outside = names_of(tuple(star)), names_of(tuple(rest))
    return here in outside and here not in inside and "this" not in inside and bool(inside & outside) and not inside & table.columns.keys()


def _equal(condition: Expression, rest: Sequence[Pattern], star: Sequence[Pattern]) -> Equal | None:
    if not isinstance(condition, Call) or condition.name != "=" or together(*condition.operands) != "text":
        return None
    left, right = condition.operands
    inside, outside = names_of(tuple(star)), names_of(tuple(rest))
    for one, other in ((variable_of(left), variable_of(right)), (variable_of(right), variable_of(left))):
        if one in inside - outside and other in outside - inside:
            return Equal(left, right)
    return None
