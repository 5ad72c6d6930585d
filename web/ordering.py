"""Endpoints for orders: withdrawals and acquisitions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.model import Orders, UnitKind
from lattice.web.endpoint import LONGEST, STRICT, Endpoint, MeasureText, SetText

UnitTexts = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=LONGEST)], ...],
    Field(max_length=1_000, description="Who moves; may be repeated. Without it, all who can."),
]
By = Annotated[
    UnitKind, Field(description="Whether each object moves alone, or all objects of an owner.")
]
GroupTexts = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=LONGEST)], ...],
    Field(max_length=1_000, description="Objects that move together, NAME=A,B; may be repeated."),
]


@question(frozen=True, config=STRICT)
class WithdrawalQuestion:
    """Who leaves which set."""

    source: Annotated[SetText, Field(alias="from")] = "all"
    target: Annotated[SetText | None, Field(alias="to")] = None
    unit: UnitTexts = ()
    by: By = "object"
    group: GroupTexts = ()
    measure: MeasureText | None = None


@question(frozen=True, config=STRICT)
class AcquisitionQuestion:
    """Who joins which set."""

    source: Annotated[SetText, Field(alias="from")] = "empty"
    target: Annotated[SetText | None, Field(alias="to")] = None
    unit: UnitTexts = ()
    by: By = "object"
    group: GroupTexts = ()
    measure: MeasureText | None = None


ENDPOINTS = (
    Endpoint(
        "/withdrawals",
        "In which order units leave a set: best, worst, greedy and average",
        WithdrawalQuestion,
        Orders,
        lambda lattice, asked: lattice.withdrawals(
            asked.source,
            units=asked.unit or None,
            by=asked.by,
            groups=asked.group,
            measure=asked.measure,
            to=asked.target,
        ),
    ),
    Endpoint(
        "/acquisitions",
        "In which order units join a set: best, worst, greedy and average",
        AcquisitionQuestion,
        Orders,
        lambda lattice, asked: lattice.acquisitions(
            asked.source,
            units=asked.unit or None,
            by=asked.by,
            groups=asked.group,
            measure=asked.measure,
            to=asked.target,
        ),
    ),
)
