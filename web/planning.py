"""Endpoints for what to train next."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.model import Criterion, Plan, TrainingCost
from lattice.web.endpoint import LONGEST, STRICT, Cursor, Endpoint, Limit, MeasureText, SetText
from lattice.web.valuing import SplitQuestion


@question(frozen=True, config=STRICT)
class PlanAsked(SplitQuestion):
    """What is to be known, and what may be spent."""

    goal: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST, description="A quantity as in /values, or strike."),
    ] = "shapley"
    budget: Annotated[
        float, Field(gt=0, allow_inf_nan=False, description="How much may be trained.")
    ] = 20
    criterion: Annotated[
        Criterion | None,
        Field(
            description="width narrows bounds, variance lowers errors, sample draws at random by"
            " strata. Without it width where something bounds the cells, else variance."
        ),
    ] = None
    expense: Annotated[
        TrainingCost,
        Field(description="What a set costs: one training, its rank, its size, or its cost."),
    ] = "training"
    assume: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="What bounds rest on: range, monotone, cap=0.05, diminishing or"
            " saturated=8.",
        ),
    ] = None
    most: Annotated[
        int | None, Field(ge=1, description="Of strike: how many leave together at most.")
    ] = None
    seed: Annotated[int, Field(ge=0, description="Of sample: of the draw.")] = 0
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class PathPlanAsked:
    """Between which sets there is no path yet."""

    source: Annotated[SetText, Field(alias="from", description="Where the path begins.")]
    target: Annotated[SetText, Field(alias="to", description="Where the path ends.")]
    measure: MeasureText | None = None


ENDPOINTS = (
    Endpoint(
        "/plans",
        "Which cells to train next, and what that is expected to bring",
        PlanAsked,
        Plan,
        lambda lattice, asked: lattice.plan(
            asked.goal,
            budget=asked.budget,
            criterion=asked.criterion,
            expense=asked.expense,
            assume=asked.assume,
            most=asked.most,
            seed=asked.seed,
            start=asked.cursor,
            limit=asked.limit,
            **asked.valued(),
        ),
    ),
    Endpoint(
        "/plans/path",
        "The fewest sets to train for a path between two sets",
        PathPlanAsked,
        Plan,
        lambda lattice, asked: lattice.plan_path(asked.source, asked.target, measure=asked.measure),
    ),
)
