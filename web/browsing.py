"""Endpoints for what is stored."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Struct
from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import LARGEST_SUBGRAPH, MOST_BANDS, Lattice
from lattice.model import (
    ColumnOrder,
    Grid,
    GridBands,
    LatticeDetail,
    PairPage,
    ResultSet,
    SetDetail,
    SetPreview,
    SetReplicates,
    Subgraph,
)
from lattice.web.endpoint import (
    LONGEST,
    STRICT,
    Cursor,
    Endpoint,
    FilterText,
    Limit,
    MeasureText,
    MeasureTexts,
    NoQuestion,
    SetText,
    SortText,
)


class ResultList(Struct, frozen=True, gc=False):
    """All result sets of a lattice, oldest first."""

    items: tuple[ResultSet, ...]
    next: str | None
    total: int


@question(frozen=True, config=STRICT)
class ReplicatesQuestion:
    """Under which measures."""

    measure: MeasureTexts = ()


@question(frozen=True, config=STRICT)
class GridQuestion:
    """Which part of the grid."""

    measure: MeasureTexts = ()
    sort: SortText = "rank"
    columns: ColumnOrder = "given"
    filter: FilterText | None = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class BandsQuestion:
    """Which part of the grid, in how many bands."""

    measure: MeasureTexts = ()
    sort: SortText = "rank"
    filter: FilterText | None = None
    bands: Annotated[int, Field(ge=1, le=MOST_BANDS, description="Most bands.")] = 256


@question(frozen=True, config=STRICT)
class PairsQuestion:
    """Which object is left out."""

    object: Annotated[str, Field(min_length=1, max_length=LONGEST, description="The object.")]
    measure: MeasureTexts = ()
    sort: SortText = "rank"
    filter: FilterText | None = None
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=STRICT)
class SubgraphQuestion:
    """Which sets, under which measure, and how many at most."""

    filter: FilterText | None = None
    measure: MeasureText | None = None
    max: Annotated[int, Field(ge=1, le=LARGEST_SUBGRAPH, description="Most sets.")] = (
        LARGEST_SUBGRAPH
    )
    format: Annotated[
        Literal["json", "packed"],
        Field(description="JSON, or packed: a safetensors file of arrays."),
    ] = "json"
    cursor: Annotated[
        int | None,
        Field(ge=0, le=2**53, description="No sample, but the sets from this one on."),
    ] = None


@question(frozen=True, config=STRICT)
class ResolveQuestion:
    """Which text is to be read as a set."""

    set: SetText


def _results(lattice: Lattice) -> ResultList:
    found = lattice.show().result_sets
    return ResultList(items=found, next=None, total=len(found))


ENDPOINTS = (
    Endpoint(
        "",
        "What a lattice holds and how complete it is",
        NoQuestion,
        LatticeDetail,
        lambda lattice, _: lattice.show(),
    ),
    Endpoint(
        "/sets/<key>",
        "One stored training set with its cells",
        NoQuestion,
        SetDetail,
        lambda lattice, _, key: lattice.set(key),
    ),
    Endpoint(
        "/sets/<key>/replicates",
        "One stored training set with every replicate of its cells",
        ReplicatesQuestion,
        SetReplicates,
        lambda lattice, asked, key: lattice.replicates(key, measures=asked.measure or None),
    ),
    Endpoint(
        "/grid",
        "Training sets by measures",
        GridQuestion,
        Grid,
        lambda lattice, asked: lattice.grid(
            measures=asked.measure or None,
            sort=asked.sort,
            columns=asked.columns,
            where=asked.filter,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/bands",
        "The whole grid in bands of rows, for drawing",
        BandsQuestion,
        GridBands,
        lambda lattice, asked: lattice.bands(
            measures=asked.measure or None,
            sort=asked.sort,
            where=asked.filter,
            most=asked.bands,
        ),
    ),
    Endpoint(
        "/pairs",
        "Leave-one-out row pairs of an object",
        PairsQuestion,
        PairPage,
        lambda lattice, asked: lattice.pairs(
            asked.object,
            measures=asked.measure or None,
            sort=asked.sort,
            where=asked.filter,
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/subgraph",
        "Stored sets as columns, for drawing",
        SubgraphQuestion,
        Subgraph,
        lambda lattice, asked: (
            lattice.packed_subgraph if asked.format == "packed" else lattice.subgraph
        )(measure=asked.measure, where=asked.filter, most=asked.max, start=asked.cursor),
    ),
    Endpoint(
        "/resolve",
        "How a text is read as a set, and whether it is stored",
        ResolveQuestion,
        SetPreview,
        lambda lattice, asked: lattice.resolve(asked.set),
    ),
    Endpoint(
        "/results",
        "The imported result sets",
        NoQuestion,
        ResultList,
        lambda lattice, _: _results(lattice),
    ),
)
