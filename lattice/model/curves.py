"""Answers about curves: scores against the amount of data, against evaluation data, along an order."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from lattice.model.answers import Cell, Status, TrainingSet
from lattice.model.comparisons import Contrast

CurveAxis = Literal["rank", "size"]
FitName = Literal["power", "exponential", "logarithmic"]
Along = Literal["best first", "worst first", "remove best first", "random"]


class CurvePoint(Struct, frozen=True, gc=False):
    """The mean score of all sets with as much data.

    `x` is their number of objects, or the sum of their sizes. `scored` of the `sets` possible ones
    have a score (`sets` is `None` where it is not known, or more than 2^53); the mean is `exact` where
    all have, else `estimated`: that of the stored ones, as if the others were missing at random. `deviation` is the spread of the sets around it, the
    standard error that of the replicates. `declared` points are conventions: no fit uses them.
    """

    x: float
    status: Status
    mean: float
    standard_error: float | None
    deviation: float | None
    sets: int | None
    scored: int
    declared: bool


class Predicted(Struct, frozen=True, gc=False):
    """A fitted curve at one place; beyond the largest x it is extrapolated."""

    x: float
    y: float
    standard_error: float | None
    extrapolated: bool


class CurveFit(Struct, frozen=True, gc=False):
    """A curve fitted to the points, each weighted by its sets.

    power: y = a + b x^-c; exponential: y = a + b e^(-c x); logarithmic: y = a + b log x. The errors
    are over fits to each shared block alone. `rmse` is the root mean square distance of the points;
    the limit `a` of the first two is where the curve would end, far beyond what was seen.
    """

    name: FitName
    a: float
    b: float
    c: float | None
    errors: tuple[float | None, float | None, float | None]
    rmse: float
    blocks: int
    curve: tuple[Predicted, ...]


class CurveSeries(Struct, frozen=True, gc=False):
    """The points of all sets, or of those that hold `holding` and nothing of `without`."""

    holding: tuple[str, ...]
    without: tuple[str, ...]
    points: tuple[CurvePoint, ...]
    fits: tuple[CurveFit, ...]
    note: str | None


class ScalingCurve(Struct, frozen=True, gc=False):
    """How the score grows with the amount of data, over all stored sets between two sets."""

    measure: str
    axis: CurveAxis
    held: TrainingSet
    whole: TrainingSet
    series: tuple[CurveSeries, ...]
    notes: tuple[str, ...]


class EvaluationPoint(Struct, frozen=True, gc=False):
    """One set's score in one evaluation set.

    `sampling_error` is that of the evaluation set itself, sqrt(p (1 - p) / size), for metrics
    that are shares of rows; the cell's error is that of the replicates.
    """

    measure: str
    evaluation_set: str
    size: float
    cell: Cell
    sampling_error: float | None


class EvaluationCurve(Struct, frozen=True, gc=False):
    """The score of one training set in evaluation sets of different sizes, smallest first."""

    training_set: TrainingSet
    metric: str
    protocol: str
    points: tuple[EvaluationPoint, ...]
    notes: tuple[str, ...]


class OrderPoint(Struct, frozen=True, gc=False):
    """The score after so many units have moved; of `random` the mean over all sets of that many.

    `training_set` is `None` for `random`.
    """

    moved: int
    unit: str | None
    training_set: TrainingSet | None
    score: float | None
    standard_error: float | None
    scored: int
    sets: int | None


class OrderCurve(Struct, frozen=True, gc=False):
    """The scores while units join, or leave, in an order.

    `area` is the mean score over the steps after the start, unavailable where one is missing.
    """

    along: Along
    units: tuple[str, ...]
    area: Contrast
    points: tuple[OrderPoint, ...]


class OrderCurves(Struct, frozen=True, gc=False):
    """What a ranking is worth: add the best first, the worst first, remove the best first, random.

    A good ranking rises above `random` where the best join first, and falls below it where the best
    leave first. `optimistic` says whether the ranking was made from the scores that judge it.
    """

    ranking: str
    measure: str
    held: TrainingSet
    whole: TrainingSet
    curves: tuple[OrderCurve, ...]
    missing: tuple[TrainingSet, ...]
    optimistic: bool
    notes: tuple[str, ...]


class MethodValue(Struct, frozen=True, gc=False):
    """The value of one unit by one method: where it stands among all, 1 for the best."""

    unit: str
    status: Status
    value: float | None
    low: float | None
    high: float | None
    rank: int | None


class Method(Struct, frozen=True, gc=False):
    """One way to value all units; `low` and `high` are its intervals, or its bounds."""

    name: str
    definition: str
    status: Status
    used: int
    needed: int | None
    items: tuple[MethodValue, ...]
    note: str | None


class Agreement(Struct, frozen=True, gc=False):
    """How alike two methods rank the units; `None` where a value is unavailable, or all are equal."""

    first: str
    second: str
    spearman: float | None
    kendall: float | None


class Methods(Struct, frozen=True, gc=False):
    """All ways to value the same units under one measure, side by side."""

    measure: str
    held: TrainingSet
    whole: TrainingSet
    units: tuple[str, ...]
    methods: tuple[Method, ...]
    agreements: tuple[Agreement, ...]
    notes: tuple[str, ...]
