"""Endpoints that look for sets."""

from __future__ import annotations

from typing import Annotated, get_args

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import LARGEST_PAGE, MOST_BINS
from lattice.model import Expense, Front, Histogram, Levels, Nearest, SetField, SetPage
from lattice.web.endpoint import (
    STRICT,
    Cursor,
    Endpoint,
    FilterText,
    Limit,
    MeasureText,
    MeasureTexts,
    SetText,
    SortText,
)


@question(frozen=True, config=STRICT)
class SearchQuestion:
    """Which sets, in which order, and what is said of them."""

    filter: FilterText | None = None
    sort: SortText | None = None
    top: Annotated[
        int | None,
        Field(ge=1, le=2**53, description="Only so many; sets without a score are left out."),
    ] = None
    measure: MeasureTexts = ()
    fields: Annotated[
        tuple[SetField, ...],
        Field(max_length=10, description="What is said of each set; may be repeated."),
    ] = get_args(SetField)
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class FrontQuestion:
    """What the sets are compared by."""

    measure: MeasureTexts = ()
    expense: Expense | None = None
    filter: FilterText | None = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class NearestQuestion:
    """To which set, and how many."""

    set: SetText
    k: Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="How many sets.")] = 10
    measure: MeasureTexts = ()


@question(frozen=True, config=STRICT)
class LevelsQuestion:
    """Whose scores, and of which sets."""

    measure: MeasureText | None = None
    filter: FilterText | None = None


@question(frozen=True, config=STRICT)
class HistogramQuestion:
    """Whose scores, in how many bins, and of which sets."""

    measure: MeasureText | None = None
    bins: Annotated[int, Field(ge=1, le=MOST_BINS, description="Most bins.")] = 40
    filter: FilterText | None = None


ENDPOINTS = (
    Endpoint(
        "/sets",
        "Training sets with their cells: all, or those that a predicate selects",
        SearchQuestion,
        SetPage,
        lambda lattice, asked: lattice.search(
            asked.filter,
            sort=asked.sort,
            top=asked.top,
            measures=asked.measure or None,
            fields=asked.fields,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/front",
        "The Pareto front of sets over measures and what a set costs",
        FrontQuestion,
        Front,
        lambda lattice, asked: lattice.front(
            asked.measure,
            expense=asked.expense,
            where=asked.filter,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/nearest",
        "The stored sets nearest to a set that need not be stored",
        NearestQuestion,
        Nearest,
        lambda lattice, asked: lattice.nearest(asked.set, asked.k, measures=asked.measure or None),
    ),
    Endpoint(
        "/levels",
        "The sets of each rank: how many are stored, and how they score",
        LevelsQuestion,
        Levels,
        lambda lattice, asked: lattice.levels(asked.measure, where=asked.filter),
    ),
    Endpoint(
        "/histogram",
        "How many sets of each rank have a score in each bin",
        HistogramQuestion,
        Histogram,
        lambda lattice, asked: lattice.histogram(
            asked.measure, bins=asked.bins, where=asked.filter
        ),
    ),
)
