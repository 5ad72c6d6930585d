"""Questions that probe a column of scores: strikes, budgets, its shape over all moves."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import get_args

from lattice.errors import BadQuestion
from lattice.facade.asking import checked_page, refuse_other_than
from lattice.facade.valuing import Groups, Valued, Valuing, named
from lattice.model import Budget, Expense, Shape, Strike, UnitKind
from lattice.values import budget, shape, strike


class Probing(Valuing):
    """Who can do how much damage, what a budget buys, where scores misbehave."""

    def strike(
        self,
        units: Sequence[str] = (),
        *,
        measure: str | None = None,
        of: str | None = None,
        given: str | None = None,
        by: UnitKind = "object",
        groups: Groups | None = None,
        below: float | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Strike:
        """What a set loses when units leave it together, and what can be saved.

        Args:
            units: the names of those who strike together; without them every unit is alone.
            measure: whose scores count; may be left out where there is only one.
            of: the set that they leave; without it all for which the measure is defined.
            given: what cannot leave.
            by, groups: who leaves together, as in `withdrawals`.
            below: a score: which is the smallest coalition that makes it worse than that?

        Raises:
            BadQuestion: nobody can leave, a unit that cannot, a score that is no number, a set
                outside the measure's domain, no such page.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        page = checked_page(start, limit)
        if below is not None and not isfinite(below):
            raise BadQuestion("A line must be a number.", hint="Say which score is too bad.")
        ground, names = self._units(
            "strike", Valued(measure=measure, of=of, given=given, by=by, groups=groups)
        )
        together = named(names, units) if units else None
        return strike.strike(ground, names, together, below, start=page[0], limit=page[1])

    def budget(
        self,
        measure: str | None = None,
        *,
        expense: Expense = "rank",
        at_most: Sequence[float] = (),
        of: str | None = None,
        given: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Budget:
        """The best stored set of every number of objects, or that a cost or size pays for.

        Args:
            expense: `rank` (the number of objects), `cost` or `size`.
            at_most: budgets that may be spent; without them every number of objects exactly, or
                every cost or size at which the best set changes.
            of: sets within this one; without it all for which the measure is defined.
            given: what every set holds.

        Raises:
            BadQuestion: a negative budget, objects without a cost or a size, a set outside the
                measure's domain, no such page.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        page = checked_page(start, limit)
        refuse_other_than(get_args(Expense), expense, "expense")
        ground, _ = self._units("budget", Valued(measure=measure, of=of, given=given))
        return budget.budget(ground, expense, at_most, start=page[0], limit=page[1])

    def shape(
        self,
        measure: str | None = None,
        *,
        of: str | None = None,
        given: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Shape:
        """How the score changes over all stored moves: the largest, and where they surprise.

        The largest stored |delta| of every object and overall, adds that make the score worse,
        squares over which returns grow, and local optima.

        Args:
            of, given: sets between these two, as in `value`.

        Raises:
            BadQuestion: no object between the two sets, a set outside the measure's domain, no
                such page.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        page = checked_page(start, limit)
        ground, _ = self._units("shape", Valued(measure=measure, of=of, given=given))
        return shape.shape(ground, start=page[0], limit=page[1])
