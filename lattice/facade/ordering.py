"""Questions about orders: who leaves a set, or joins it, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from lattice.errors import BadQuestion, about
from lattice.facade.asking import Asking, measure_in, refuse_other_than
from lattice.index import LatticeIndex
from lattice.model import OrderDirection, Orders, UnitKind
from lattice.queries import orders
from lattice.queries.units import Call, groups_of, roster

Groups = Mapping[str, str | Sequence[str]] | Sequence[str]


class Ordering(Asking):
    """Withdrawals and acquisitions."""

    def withdrawals(
        self,
        source: str = "all",
        *,
        units: Sequence[str] | None = None,
        by: UnitKind = "object",
        groups: Groups | None = None,
        measure: str | None = None,
        to: str | None = None,
    ) -> Orders:
        """In which order units leave a set, one after the other: best, worst, greedy, average.

        An order is judged by its area, the mean score over its steps. Up to 20 units all orders
        are compared; of more, only greedy orders are given. Sets without a score are named, and
        never used: best and worst are of the orders whose sets all have one.

        Args:
            source: the set that they leave; it need not be stored.
            units: names of those who leave. Without it all do.
            by: whether each object is a unit, or all objects of an owner are one.
            groups: objects that leave together, by the name of the group: `{"union": ["A", "B"]}`
                or `["union=A,B"]`. Whoever is in no group moves as `by` says.
            measure: whose scores are followed; may be left out where the lattice has only one.
            to: the set that is left in the end, instead of `units`.

        Raises:
            BadQuestion: nobody can leave, or not so; a measure is needed.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        call = source, units, by, groups, measure, to
        return self._orders("withdrawal", *call)

    def acquisitions(
        self,
        source: str = "empty",
        *,
        units: Sequence[str] | None = None,
        by: UnitKind = "object",
        groups: Groups | None = None,
        measure: str | None = None,
        to: str | None = None,
    ) -> Orders:
        """In which order units join a set, one after the other: best, worst, greedy, average.

        Everything is as for `withdrawals`, upward from a seed set. A variant of an object joins
        only where it is named, alone, in a group, or in `to`.

        Args:
            source: the set that they join; it need not be stored.
            units, by, groups, measure, to: as for `withdrawals`.

        Raises:
            BadQuestion: nobody can join, or not so; a measure is needed.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        call = source, units, by, groups, measure, to
        return self._orders("acquisition", *call)

    def _orders(
        self,
        direction: OrderDirection,
        source: str,
        units: Sequence[str] | None,
        by: UnitKind,
        groups: Groups | None,
        measure: str | None,
        to: str | None,
    ) -> Orders:
        refuse_other_than(get_args(UnitKind), by, "unit")
        index = self.index()
        followed = _followed(index, measure)
        named = groups if groups is None or isinstance(groups, Mapping) else groups_of(groups)
        moving = roster(
            index.universe,
            direction,
            _mask(index, source),
            Call(units or None, by, named, None if to is None else _mask(index, to)),
        )
        return orders.orders(index, moving, followed)


def _mask(index: LatticeIndex, text: str) -> int:
    with about(text):
        return index.universe.read(text)


def _followed(index: LatticeIndex, measure: str | None) -> int:
    """The measure whose scores are followed."""
    if measure is not None:
        return measure_in(index, measure)
    if len(index.measures) != 1:
        names = ", ".join(each.name for each in index.measures[:4])
        raise BadQuestion(
            "An order needs a measure: whose score is to stay good on the way?",
            hint=f"This lattice has {len(index.measures)}, for example {names}.",
        )
    return 0
