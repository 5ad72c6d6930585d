"""Questions that look for sets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import get_args

from lattice.errors import BadQuestion, about
from lattice.facade.asking import LARGEST_PAGE, Asking, checked_page, measure_in, refuse_other_than
from lattice.index import LatticeIndex
from lattice.model import Expense, Front, Histogram, Levels, Nearest, SetField, SetPage
from lattice.queries import levels, nearest, pareto_sets, search

MOST_BINS = 200
MOST_SIDES = 8


class Searching(Asking):
    """Search, fronts, nearest sets, levels."""

    def search(
        self,
        where: str | None = None,
        *,
        sort: str | None = None,
        top: int | None = None,
        measures: Sequence[str] | None = None,
        fields: Collection[SetField] = get_args(SetField),
        start: int = 0,
        limit: int = 200,
    ) -> SetPage:
        """The sets that a predicate selects, with members and cells.

        Args:
            where: a predicate, `contains("books") and rank >= 3`; all sets without one. A set
                without a score is selected neither by `score("x") > 0.6` nor by
                `not score("x") > 0.6`.
            sort: `rank`, `cost`, `size` (smallest first) or a measure (best first); from the
                other end with a minus, `-rank`. Sets without the number come last.
            top: only the first so many in that order. It may go without `sort` where one measure
                is meant; sets without a score are left out. How far the first one owes its place
                to noise is said in `optimism`.
            measures: whose cells are listed; all without it.
            fields: which of `members` and `cells` are said of each set.

        Raises:
            BadQuestion: a predicate that cannot be read (it says at which character), a top list
                of none or of nothing, no such page.
            UnknownObject, UnknownMeasure, Ambiguous, BadSpelling: a name in it.
        """
        page = checked_page(start, limit)
        for field in fields:
            refuse_other_than(get_args(SetField), field, "field")
        if top is not None and top < 1:
            raise BadQuestion(f"The best {top:,} sets cannot be listed.", hint="Ask for 1 or more.")
        index = self.index()
        chosen = self._chosen(index, measures)
        if sort is None and top is not None:
            sort = _only_measure(index, chosen, top)
        sorting = None if sort is None else search.sorting_by(index, sort)
        return search.search(
            index, chosen, *page, where=where, sorting=sorting, top=top, fields=fields
        )

    def front(
        self,
        measures: Sequence[str],
        *,
        expense: Expense | None = None,
        where: str | None = None,
        start: int = 0,
        limit: int = 200,
    ) -> Front:
        """The Pareto front: sets that no other equals in everything and beats in something.

        Args:
            measures: each counts by its direction.
            expense: `cost`, `size` or `rank`, of which less is better.
            where: a predicate that all compared sets fulfil.

        Raises:
            BadQuestion: fewer than two things to compare, or more than eight.
            UnknownMeasure, Ambiguous.
        """
        page = checked_page(start, limit)
        if expense is not None:
            refuse_other_than(get_args(Expense), expense, "expense")
        index = self.index()
        chosen = tuple(dict.fromkeys(self._chosen(index, measures)))
        sides = len(chosen) + (expense is not None)
        if not chosen or not 2 <= sides <= MOST_SIDES:
            repeated = len(chosen) < len(measures)
            raise BadQuestion(
                f"A front of {sides} side{'' if sides == 1 else 's'} cannot be given"
                f"{': a measure was given twice' if repeated else ''}.",
                hint=f"Compare sets by 2 to {MOST_SIDES}: different measures, or measures and one"
                " of cost, size and rank. The best sets under one measure are a search's top.",
            )
        return pareto_sets.front(index, chosen, expense, where, *page)

    def nearest(
        self, training_set: str, k: int = 10, *, measures: Sequence[str] | None = None
    ) -> Nearest:
        """The stored sets that differ from a set, stored or not, in the fewest objects.

        Raises:
            BadQuestion: none are asked for, or too many.
            BadSpelling, UnknownObject, Ambiguous: it cannot be read.
        """
        if not 1 <= k <= LARGEST_PAGE:
            raise BadQuestion(
                f"The nearest {k:,} sets cannot be given.", hint=f"Ask for 1 to {LARGEST_PAGE:,}."
            )
        index = self.index()
        with about(training_set):
            mask = index.universe.read(training_set)
        return nearest.nearest(index, mask, k, self._chosen(index, measures))

    def levels(self, measure: str | None = None, *, where: str | None = None) -> Levels:
        """For every rank: how many sets are stored and evaluated, and their scores' quantiles.

        Args:
            measure: may be left out where the lattice has only one; otherwise there are no scores
                without it.
            where: count only the sets that a predicate selects.

        Raises:
            UnknownMeasure, Ambiguous, BadQuestion.
        """
        index = self.index()
        chosen = 0 if len(index.measures) == 1 else None
        return levels.levels(
            index, chosen if measure is None else measure_in(index, measure), where
        )

    def histogram(
        self, measure: str | None = None, *, bins: int = 40, where: str | None = None
    ) -> Histogram:
        """How many sets of each rank have a score in each bin.

        Args:
            measure: may be left out where the lattice has only one.
            bins: at most so many, up to 200; their edges are round numbers.
            where: count only the sets that a predicate selects.

        Raises:
            BadQuestion: no such number of bins, or no measure where there are several.
            UnknownMeasure, Ambiguous.
        """
        if not 1 <= bins <= MOST_BINS:
            raise BadQuestion(
                f"A histogram of {bins:,} bins cannot be given.",
                hint=f"Ask for 1 to {MOST_BINS}.",
            )
        index = self.index()
        if measure is not None:
            chosen = measure_in(index, measure)
        else:
            chosen = _only(index, tuple(range(len(index.measures))), "A histogram")
        return levels.histogram(index, chosen, bins, where)


def _only(index: LatticeIndex, measures: tuple[int, ...], what: str) -> int:
    """The measure that is meant where none is named: the only one."""
    if len(measures) != 1:
        names = ", ".join(index.measures[each].name for each in measures[:4])
        listed = f"{len(measures)} could be meant, for example {names}." if measures else ""
        raise BadQuestion(
            f"{what} needs a measure: whose scores?", hint=listed or "This lattice has none."
        )
    return measures[0]


def _only_measure(index: LatticeIndex, measures: tuple[int, ...], top: int) -> str:
    return index.measures[_only(index, measures, f"A list of the best {top:,} sets")].name
