"""Endpoints for values: what each object is worth, and the cells that rests on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.errors import BadQuestion
from lattice.facade import Valued
from lattice.model import Fairness, ValueCells, Values
from lattice.web.endpoint import (
    LONGEST,
    STRICT,
    Cursor,
    Endpoint,
    Limit,
    MeasureText,
    SetText,
)
from lattice.web.ordering import By, GroupTexts, UnitTexts

Number = Annotated[float, Field(allow_inf_nan=False)]


@question(frozen=True, config=STRICT)
class SplitQuestion:
    """Whose values, and what they are told."""

    measure: MeasureText | None = None
    of: Annotated[SetText | None, Field(description="The set whose objects are valued.")] = None
    given: Annotated[SetText | None, Field(description="The set that is always held.")] = None
    by: By = "object"
    group: GroupTexts = ()
    empty: Annotated[
        Number | None, Field(description="The score that the set `given` is taken to have.")
    ] = None
    beta: Annotated[
        tuple[Number, ...], Field(max_length=2, description="a, then b, of Beta(a, b).")
    ] = ()
    share: Annotated[
        tuple[Number, ...],
        Field(max_length=10_000, description="Of by-size: the weight of each size, from 0 up."),
    ] = ()

    def valued(self) -> Valued:
        """As the facade takes it."""
        if len(self.beta) == 1:
            raise BadQuestion("Beta takes two numbers.", hint="Write beta=16&beta=1.")
        return Valued(
            measure=self.measure,
            of=self.of,
            given=self.given,
            by=self.by,
            groups=self.group,
            empty=self.empty,
            beta=(self.beta[0], self.beta[1]) if self.beta else None,
            shares=self.share or None,
        )


@question(frozen=True, config=STRICT)
class ValueQuestion(SplitQuestion):
    """Whose values, what they are told, and what bounds rest on."""

    assume: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="What bounds rest on where cells are missing: range, monotone, cap=0.05,"
            " diminishing or saturated=8.",
        ),
    ] = None
    estimate: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="How values are estimated where cells are missing: stratified, chains,"
            " reuse or none; without it the first that is honest.",
        ),
    ] = None
    unit: Annotated[
        UnitTexts,
        Field(
            description="Of leave-one-out, pair-interaction and evaluation-value: these units"
            " only. May be repeated."
        ),
    ] = ()
    order: Annotated[
        int | None, Field(ge=1, description="Of dividends: of sets of so many units only.")
    ] = None
    limit: Limit = 200
    cursor: Cursor = 0

    def valued_units(self) -> Valued:
        """As the facade takes it, with the units that are named and the order."""
        return Valued(**self.valued(), units=self.unit, order=self.order)


@question(frozen=True, config=STRICT)
class CellsQuestion(SplitQuestion):
    """The value of which unit, and which page of its cells."""

    unit: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST,
            description="An object, owner or group; or some, with plus signs between.",
        ),
    ] = Field(kw_only=True)
    limit: Limit = 200
    cursor: Cursor = 0


ENDPOINTS = (
    Endpoint(
        "/values/<quantity>",
        "What each object is worth: exact, or where it must lie, and estimates",
        ValueQuestion,
        Values,
        lambda lattice, asked, quantity: lattice.value(
            quantity,
            assume=asked.assume,
            estimate=asked.estimate,
            start=asked.cursor,
            limit=asked.limit,
            **asked.valued_units(),
        ),
    ),
    Endpoint(
        "/values/<quantity>/differences",
        "By how much the values of every two units differ",
        ValueQuestion,
        Values,
        lambda lattice, asked, quantity: lattice.value_differences(
            quantity,
            assume=asked.assume,
            estimate=asked.estimate,
            start=asked.cursor,
            limit=asked.limit,
            **asked.valued_units(),
        ),
    ),
    Endpoint(
        "/values/<quantity>/fairness",
        "How fair the split by a quantity is: efficiency, the core, the least core",
        SplitQuestion,
        Fairness,
        lambda lattice, asked, quantity: lattice.fairness(quantity, **asked.valued()),
    ),
    Endpoint(
        "/values/<quantity>/cells",
        "The cells that one value rests on, heaviest first",
        CellsQuestion,
        ValueCells,
        lambda lattice, asked, quantity: lattice.value_cells(
            quantity, asked.unit, start=asked.cursor, limit=asked.limit, **asked.valued()
        ),
    ),
)
