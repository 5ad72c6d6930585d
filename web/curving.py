"""Endpoints for curves, and for all ways to value the same units."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import Valued
from lattice.model import CurveAxis, EvaluationCurve, Methods, OrderCurves, ScalingCurve
from lattice.web.endpoint import LONGEST, STRICT, Endpoint, MeasureText, SetText
from lattice.web.ordering import By, GroupTexts, UnitTexts
from lattice.web.valuing import Number, SplitQuestion


@question(frozen=True, config=STRICT)
class UnitsQuestion:
    """Whose scores between which sets."""

    measure: MeasureText | None = None
    of: Annotated[SetText | None, Field(description="The largest set that is looked at.")] = None
    given: Annotated[SetText | None, Field(description="What every set holds.")] = None
    by: By = "object"
    group: GroupTexts = ()
    empty: Annotated[
        Number | None, Field(description="The score that the set `given` is taken to have.")
    ] = None

    def units(self) -> Valued:
        """As the facade takes it."""
        return Valued(
            measure=self.measure,
            of=self.of,
            given=self.given,
            by=self.by,
            groups=self.group,
            empty=self.empty,
        )


@question(frozen=True, config=STRICT)
class ScalingQuestion(UnitsQuestion):
    """Against what, and by what the sets are told apart."""

    axis: Annotated[CurveAxis, Field(description="Objects (rank), or the sum of their sizes.")] = (
        "rank"
    )
    stratum: Annotated[
        UnitTexts, Field(description="A unit: with it and without it; may be repeated.")
    ] = ()


@question(frozen=True, config=STRICT)
class EvaluationCurveQuestion:
    """Whose scores."""

    set: Annotated[SetText, Field(description="The training set.")] = "all"
    measure: MeasureText | None = None


@question(frozen=True, config=STRICT)
class OrderCurvesQuestion(SplitQuestion):
    """Which ranking."""

    ranking: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, description="The quantity to rank by."),
    ] = "shapley"
    first: Annotated[
        UnitTexts, Field(description="Instead: all units, the best first; repeated.")
    ] = ()


@question(frozen=True, config=STRICT)
class MethodsQuestion(UnitsQuestion):
    """What bounds rest on."""

    assume: Annotated[
        str | None,
        Field(min_length=1, max_length=LONGEST, description="What bounds rest on, as in /values."),
    ] = None


ENDPOINTS = (
    Endpoint(
        "/scaling",
        "The mean score by the amount of data, with curves fitted to it",
        ScalingQuestion,
        ScalingCurve,
        lambda lattice, asked: lattice.scaling(
            axis=asked.axis, strata=asked.stratum, **asked.units()
        ),
    ),
    Endpoint(
        "/evaluation-scaling",
        "One set's scores in evaluation sets of different sizes",
        EvaluationCurveQuestion,
        EvaluationCurve,
        lambda lattice, asked: lattice.evaluation_scaling(asked.set, measure=asked.measure),
    ),
    Endpoint(
        "/order-curves",
        "What a ranking is worth: scores while units join or leave in its order",
        OrderCurvesQuestion,
        OrderCurves,
        lambda lattice, asked: lattice.order_curves(asked.first or asked.ranking, **asked.valued()),
    ),
    Endpoint(
        "/methods",
        "All ways to value the same units side by side",
        MethodsQuestion,
        Methods,
        lambda lattice, asked: lattice.methods(assume=asked.assume, **asked.units()),
    ),
)
