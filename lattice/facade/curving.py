"""Questions about curves, and about all ways to value the same units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack, get_args

from lattice.errors import BadQuestion
from lattice.facade.asking import refuse_other_than
from lattice.facade.planning import Planning
from lattice.facade.valuing import Valued, named
from lattice.model import (
    CurveAxis,
    EvaluationCurve,
    Methods,
    OrderCurves,
    ScalingCurve,
)
from lattice.values import assumptions, semivalues
from lattice.values.curves.evaluations import evaluation_curve
from lattice.values.curves.learning import order_curves
from lattice.values.curves.scaling import scaling
from lattice.values.methods import methods


class Curving(Planning):
    """How scores grow, and what rankings are worth."""

    def scaling(
        self,
        *,
        axis: CurveAxis = "rank",
        strata: Sequence[str] = (),
        **valued: Unpack[Valued],
    ) -> ScalingCurve:
        """The mean score by the amount of data, with power, exponential and logarithmic fits.

        Args:
            axis: the number of objects (`rank`), or the sum of their sizes (`size`).
            strata: units by which sets are told apart: with it and without it, each a curve.
            valued: `measure`, `of`, `given`, `by`, `groups`, `empty` as in `value`.

        Raises:
            BadQuestion: as in `value`; no set with a score, objects without a size.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        refuse_other_than(get_args(CurveAxis), axis, "axis")
        _refuse(valued, "A scaling curve")
        ground, names = self._units("scaling", valued)
        chosen = named(names, strata) if strata else []
        return scaling(ground, names, axis, chosen)

    def evaluation_scaling(
        self, training_set: str, *, measure: str | None = None
    ) -> EvaluationCurve:
        """One set's scores in evaluation sets of different sizes.

        Args:
            measure: whose metric and protocol are looked at; may be left out where there is only one.

        Raises:
            BadQuestion: fewer than two evaluation sets of known size with a score.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling.
        """
        ground, _ = self._units("evaluation", Valued(measure=measure))
        mask = ground.index.universe.read(training_set)
        return evaluation_curve(ground.index, ground.measure, mask)

    def order_curves(
        self,
        ranking: str | Sequence[str] = "shapley",
        **valued: Unpack[Valued],
    ) -> OrderCurves:
        """What a ranking of units is worth: the scores while they join or leave in its order.

        Args:
            ranking: a quantity as in `value` whose values are all exact, or all units in order, the
                best first.
            valued: as in `value`.

        Raises:
            BadQuestion: as in `value`; values that are not exact, or units left out or named twice.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        if not isinstance(ranking, str):
            ground, names = self._units("order", valued)
            return order_curves(ground, names, "as given", _given(names, ranking), optimistic=False)
        ground, names, asked = self._ground(ranking, valued)
        if asked.sums.order != 1:
            raise BadQuestion(
                f"{ranking} is a value of two units and ranks none.",
                hint="Rank by a value of single units, for example shapley.",
            )
        values = semivalues.find(ground, asked, names, None).sums.value
        if (values != values).any():
            raise BadQuestion(
                f"The {ranking} values are not all known, so that they rank nobody.",
                hint="Give an order, or see what is missing with `lattice value`.",
            )
        good = (-ground.sign * values).tolist()
        order = sorted(range(len(names)), key=lambda each: good[each])
        return order_curves(ground, names, ranking, order, optimistic=True)

    def methods(self, *, assume: str | None = None, **valued: Unpack[Valued]) -> Methods:
        """All ways to value the same units side by side, and how far their rankings agree.

        Args:
            assume: what bounds rest on where cells are missing, as in `value`.
            valued: `measure`, `of`, `given`, `by`, `groups`, `empty` as in `value`.

        Raises:
            BadQuestion: as in `value`.
            UnknownMeasure, UnknownObject, Ambiguous, BadSpelling, OutOfTime.
        """
        _refuse(valued, "A comparison of methods")
        ground, names = self._units("methods", valued)
        return methods(ground, names, None if assume is None else assumptions.read(assume))


def _refuse(valued: Valued, what: str) -> None:
    for name in ("beta", "shares", "units", "order"):
        if valued.get(name) is not None:
            raise BadQuestion(f"{what} takes no {name}.", hint="Leave it out.")


def _given(names: tuple[str, ...], ranking: Sequence[str]) -> list[int]:
    """The places of all units in the order that was given."""
    named(names, ranking)
    if sorted(ranking) != sorted(names):
        raise BadQuestion(
            f"{len(ranking)} units were put in order, of {len(names)}: each must be named once.",
            hint=f"Name all of {', '.join(names[:8])}{' ...' if len(names) > 8 else ''}.",
        )
    place = {name: each for each, name in enumerate(names)}
    return [place[each] for each in ranking]
