"""Endpoints for the sets around, between and beside sets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import LARGEST_RADIUS, MOST_COMPARED
from lattice.model import (
    ColumnMoves,
    Comparison,
    GroupValues,
    Interval,
    LeftOut,
    MoveOption,
    Neighborhood,
    Squares,
)
from lattice.web.endpoint import (
    LONGEST,
    STRICT,
    Cursor,
    Endpoint,
    Limit,
    MeasureText,
    MeasureTexts,
    SetText,
)

Sort = Annotated[MeasureText | None, Field(description="A measure to sort by, best first.")]
ObjectText = Annotated[str, Field(min_length=1, max_length=LONGEST)]


@question(frozen=True, config=STRICT)
class NeighborhoodQuestion:
    """How far around a set, by which moves, and which page."""

    radius: Annotated[int, Field(ge=1, le=LARGEST_RADIUS, description="How many moves.")] = 1
    moves: Annotated[
        tuple[MoveOption, ...],
        Field(max_length=3, description="Which moves; may be repeated. Without it, add, remove."),
    ] = ()
    measure: MeasureTexts = ()
    sort: Sort = None
    limit: Limit = 200
    cursor: Cursor = 0
    missing_cursor: Annotated[
        int, Field(ge=0, le=2**53, description="Where the page of missing sets starts.")
    ] = 0


@question(frozen=True, config=STRICT)
class IntervalQuestion:
    """Between which sets, and which page."""

    lower: Annotated[SetText, Field(alias="from")]
    upper: Annotated[SetText, Field(alias="to")]
    measure: MeasureTexts = ()
    sort: Sort = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class ComparisonQuestion:
    """Which sets, the baseline first."""

    sets: Annotated[
        tuple[SetText, ...],
        Field(max_length=MOST_COMPARED, description="Sets, the baseline first; repeated."),
    ]
    measure: MeasureTexts = ()


@question(frozen=True, config=STRICT)
class GroupQuestion:
    """Which groups are left out of which set."""

    set: SetText
    group: Annotated[
        tuple[SetText, ...],
        Field(max_length=1_000, description="Groups, each a set; may be repeated."),
    ] = ()
    by: LeftOut = "object"
    measure: MeasureTexts = ()
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class SquaresQuestion:
    """Which pairs of objects in which set."""

    set: SetText
    object: Annotated[
        tuple[ObjectText, ...],
        Field(max_length=2, description="Two objects; repeated. Without it, all pairs."),
    ] = ()
    measure: MeasureTexts = ()
    sort: Annotated[
        MeasureText | None, Field(description="A measure to sort by, complements first.")
    ] = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class ColumnsQuestion:
    """From which columns, for which set."""

    set: SetText
    measure: MeasureTexts = ()
    limit: Limit = 200
    cursor: Cursor = 0


ENDPOINTS = (
    Endpoint(
        "/sets/<key>/neighborhood",
        "The sets a few moves away and what the moves change",
        NeighborhoodQuestion,
        Neighborhood,
        lambda lattice, asked, key: lattice.neighbors(
            key,
            measures=asked.measure or None,
            radius=asked.radius,
            moves=asked.moves or ("add", "remove"),
            sort=asked.sort,
            start=asked.cursor,
            limit=asked.limit,
            missing_start=asked.missing_cursor,
        ),
    ),
    Endpoint(
        "/intervals",
        "All stored sets between two sets, with counts by rank",
        IntervalQuestion,
        Interval,
        lambda lattice, asked: lattice.interval(
            asked.lower,
            asked.upper,
            measures=asked.measure or None,
            sort=asked.sort,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/compare",
        "Sets compared with a baseline",
        ComparisonQuestion,
        Comparison,
        lambda lattice, asked: lattice.compare(*asked.sets, measures=asked.measure or None),
    ),
    Endpoint(
        "/without",
        "What a set loses without each of some groups of its objects",
        GroupQuestion,
        GroupValues,
        lambda lattice, asked: lattice.group_leave_one_out(
            asked.set,
            asked.group,
            by=asked.by,
            measures=asked.measure or None,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/squares",
        "What pairs of objects do together beyond what each does alone",
        SquaresQuestion,
        Squares,
        lambda lattice, asked: lattice.squares(
            asked.set,
            asked.object or None,
            measures=asked.measure or None,
            sort=asked.sort,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/columns",
        "What one object more in the evaluation set changes for a training set",
        ColumnsQuestion,
        ColumnMoves,
        lambda lattice, asked: lattice.column_moves(
            asked.set, measures=asked.measure or None, start=asked.cursor, limit=asked.limit
        ),
    ),
)
