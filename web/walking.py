"""Endpoints for paths."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import MOST_PATHS, Lattice
from lattice.model import Objective, Only, Path, Tradable, Tradeoffs
from lattice.web.endpoint import (
    LONGEST,
    STRICT,
    Cursor,
    Endpoint,
    FilterText,
    Limit,
    MeasureText,
    MeasureTexts,
    SetText,
)

Rank = Annotated[int, Field(ge=0, le=2**31)]
SetTexts = Annotated[tuple[SetText, ...], Field(max_length=1_000)]
Amount = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Costs = Annotated[
    tuple[Amount, ...],
    Field(max_length=10_000, description="For cheapest: B=3 for adding, -B=1 for removing."),
]
Keep = Annotated[SetTexts, Field(description="Objects in every set; may be repeated.")]
Avoid = Annotated[SetTexts, Field(description="Objects in no set; may be repeated.")]
Floors = Annotated[
    tuple[Amount, ...],
    Field(max_length=1_000, description="MEASURE=SCORE: no set is worse; may be repeated."),
]
Ceilings = Annotated[
    tuple[Amount, ...],
    Field(max_length=1_000, description="MEASURE=SCORE: no set is better; may be repeated."),
]
Evaluated = Annotated[bool, Field(description="Only sets that have a score.")]


@question(frozen=True, config=STRICT)
class PathQuestion:
    """From where to where, what makes a path the best, and what holds of every set on it."""

    source: Annotated[SetText, Field(alias="from")]
    target: Annotated[SetText, Field(alias="to")]
    objective: Objective = "fewest"
    measure: MeasureText | None = None
    profile: MeasureTexts = ()
    k: Annotated[
        int,
        Field(ge=1, le=MOST_PATHS, description="So many paths: fewest, least-loss, cheapest."),
    ] = 1
    slack: Annotated[
        float, Field(ge=0, description="For monotone: by how much it may get worse.")
    ] = 0.0
    cost: Costs = ()
    jumps: Annotated[
        bool, Field(description="For fewest: steps may change several objects if need be.")
    ] = False
    only: Only | None = None
    min_rank: Rank | None = None
    max_rank: Rank | None = None
    keep: Keep = ()
    avoid: Avoid = ()
    floor: Floors = ()
    ceiling: Ceilings = ()
    filter: FilterText | None = None
    evaluated: Evaluated = False
    limit: Limit = 1_000
    cursor: Cursor = 0


def _path(lattice: Lattice, asked: PathQuestion) -> Path:
    return lattice.path(
        asked.source,
        asked.target,
        objective=asked.objective,
        measure=asked.measure,
        measures=asked.profile or None,
        k=asked.k,
        slack=asked.slack,
        costs=asked.cost,
        jumps=asked.jumps,
        only=asked.only,
        min_rank=asked.min_rank,
        max_rank=asked.max_rank,
        keep=asked.keep,
        avoid=asked.avoid,
        floors=asked.floor,
        ceilings=asked.ceiling,
        where=asked.filter,
        evaluated=asked.evaluated,
        start=asked.cursor,
        limit=asked.limit,
    )


@question(frozen=True, config=STRICT)
class LongestQuestion:
    """Between which sets, if any, and under which measure."""

    source: Annotated[SetText | None, Field(alias="from")] = None
    target: Annotated[SetText | None, Field(alias="to")] = None
    measure: MeasureText | None = None
    profile: MeasureTexts = ()
    limit: Limit = 1_000
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class TradeoffsQuestion:
    """From where to where, and which two objectives are traded."""

    source: Annotated[SetText, Field(alias="from")]
    target: Annotated[SetText, Field(alias="to")]
    first: Tradable = "widest"
    second: Tradable = "fewest"
    measure: MeasureText | None = None
    cost: Costs = ()
    only: Only | None = None
    min_rank: Rank | None = None
    max_rank: Rank | None = None
    keep: Keep = ()
    avoid: Avoid = ()
    floor: Floors = ()
    ceiling: Ceilings = ()
    filter: FilterText | None = None
    evaluated: Evaluated = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Cursor = 0


ENDPOINTS = (
    Endpoint(
        "/paths", "The best path of single moves between two stored sets", PathQuestion, Path, _path
    ),
    Endpoint(
        "/longest-run",
        "The longest chain of sets with a score in which every move adds an object",
        LongestQuestion,
        Path,
        lambda lattice, asked: lattice.longest_run(
            source=asked.source,
            target=asked.target,
            measure=asked.measure,
            measures=asked.profile or None,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/tradeoffs",
        "The paths that trade one objective for another: the Pareto front of two",
        TradeoffsQuestion,
        Tradeoffs,
        lambda lattice, asked: lattice.tradeoffs(
            asked.source,
            asked.target,
            first=asked.first,
            second=asked.second,
            measure=asked.measure,
            costs=asked.cost,
            only=asked.only,
            min_rank=asked.min_rank,
            max_rank=asked.max_rank,
            keep=asked.keep,
            avoid=asked.avoid,
            floors=asked.floor,
            ceilings=asked.ceiling,
            where=asked.filter,
            evaluated=asked.evaluated,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
)
