"""Endpoints that probe a column of scores: strikes, budgets, its shape over all moves."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.model import Budget, Expense, Shape, Strike
from lattice.web.endpoint import STRICT, Cursor, Endpoint, Limit, MeasureText, SetText
from lattice.web.ordering import By, GroupTexts, UnitTexts

Number = Annotated[float, Field(allow_inf_nan=False)]
Largest = Annotated[SetText | None, Field(description="The largest set that is looked at.")]
Least = Annotated[SetText | None, Field(description="What every set holds.")]


@question(frozen=True, config=STRICT)
class StrikeQuestion:
    """Who leaves which set together, and which score is too bad."""

    unit: Annotated[
        UnitTexts, Field(description="Who leaves together; may be repeated. Without it, nobody.")
    ] = ()
    measure: MeasureText | None = None
    of: Annotated[SetText | None, Field(description="The set that they leave.")] = None
    given: Annotated[SetText | None, Field(description="What cannot leave.")] = None
    by: By = "object"
    group: GroupTexts = ()
    below: Annotated[
        Number | None,
        Field(description="Find the smallest coalition that makes the score worse than this."),
    ] = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class BudgetQuestion:
    """What is spent, and between which sets."""

    measure: MeasureText | None = None
    expense: Annotated[
        Expense, Field(description="What is spent: rank (objects), cost or size.")
    ] = "rank"
    at_most: Annotated[
        tuple[Number, ...],
        Field(max_length=1_000, description="A budget; may be repeated. Without it, all."),
    ] = ()
    of: Largest = None
    given: Least = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class ShapeQuestion:
    """Between which sets."""

    measure: MeasureText | None = None
    of: Largest = None
    given: Least = None
    limit: Limit = 200
    cursor: Cursor = 0


ENDPOINTS = (
    Endpoint(
        "/strike",
        "What a set loses when units leave it together, and what can be saved",
        StrikeQuestion,
        Strike,
        lambda lattice, asked: lattice.strike(
            asked.unit,
            measure=asked.measure,
            of=asked.of,
            given=asked.given,
            by=asked.by,
            groups=asked.group,
            below=asked.below,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/budget",
        "The best stored set of every size, or that a cost or size pays for",
        BudgetQuestion,
        Budget,
        lambda lattice, asked: lattice.budget(
            asked.measure,
            expense=asked.expense,
            at_most=asked.at_most,
            of=asked.of,
            given=asked.given,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/shape",
        "The largest stored changes, violations of monotonicity and diminishing returns, optima",
        ShapeQuestion,
        Shape,
        lambda lattice, asked: lattice.shape(
            asked.measure,
            of=asked.of,
            given=asked.given,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
)
