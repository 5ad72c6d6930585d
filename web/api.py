"""The JSON API: one table of endpoints, each parse -> one facade call -> encode. GET only reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from flask import Blueprint, Response, current_app, request
from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import LARGEST_PAGE, LARGEST_SUBGRAPH, Lattice, LatticeDatabase
from lattice.model import (
    Grid,
    LatticeDetail,
    LatticeSummary,
    Neighborhood,
    Objective,
    PairPage,
    Path,
    ResultSet,
    SetDetail,
    SetPage,
    SetPreview,
    Subgraph,
)
from lattice.web.serialize import answer, read_question, unchanged

_STRICT = ConfigDict(extra="forbid")
_LONGEST = 100_000

SetText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_LONGEST,
        description="A training set: ABCD, books+science, empty, all, ^B, all-B or a key, ~0f.",
    ),
]
MeasureText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=_LONGEST,
        description="A measure, metric/evaluation set@protocol, parts left out or not.",
    ),
]
MeasureTexts = Annotated[
    tuple[MeasureText, ...],
    Field(max_length=1_000, description="Measures; may be repeated. Without it, all."),
]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Rows on a page.")]
Cursor = Annotated[
    int, Field(ge=0, le=2**53, description="Where the page starts: `next` of the page before.")
]


@dataclass(frozen=True, slots=True)
class LatticeList:
    """All lattices of the database."""

    items: tuple[LatticeSummary, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class ResultList:
    """All result sets of a lattice, oldest first."""

    items: tuple[ResultSet, ...]
    next: str | None
    total: int


@question(frozen=True, config=_STRICT)
class NoQuestion:
    """No parameters."""


@question(frozen=True, config=_STRICT)
class PageQuestion:
    """Which page."""

    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=_STRICT)
class MeasuresQuestion:
    """Which measures."""

    measure: MeasureTexts = ()


@question(frozen=True, config=_STRICT)
class PathQuestion:
    """From where to where, and what makes a path the best."""

    source: Annotated[SetText, Field(alias="from")]
    target: Annotated[SetText, Field(alias="to")]
    objective: Objective = "fewest"
    measure: MeasureText | None = None


@question(frozen=True, config=_STRICT)
class GridQuestion:
    """Which part of the grid."""

    measure: MeasureTexts = ()
    sort: Literal["rank", "score"] = "rank"
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=_STRICT)
class PairsQuestion:
    """Which object is left out."""

    object: Annotated[str, Field(min_length=1, max_length=_LONGEST, description="The object.")]
    measure: MeasureTexts = ()
    limit: Limit = 200
    cursor: Cursor = 0


@question(frozen=True, config=_STRICT)
class SubgraphQuestion:
    """Under which measure, and how many sets at most."""

    measure: MeasureText | None = None
    max: Annotated[int, Field(ge=1, le=LARGEST_SUBGRAPH, description="Most sets.")] = (
        LARGEST_SUBGRAPH
    )


@question(frozen=True, config=_STRICT)
class ResolveQuestion:
    """Which text is to be read as a set."""

    set: SetText


@dataclass(frozen=True)
class Endpoint:
    """One resource of a lattice: its path below /lattices/{lattice}, question and answer."""

    path: str
    summary: str
    question: Any
    answer: Any
    ask: Callable[..., Any] = field(repr=False)


ENDPOINTS = (
    Endpoint(
        "",
        "What a lattice holds and how complete it is",
        NoQuestion,
        LatticeDetail,
        lambda lattice, _: lattice.show(),
    ),
    Endpoint(
        "/sets",
        "Training sets by rank and object position, with their cells",
        PageQuestion,
        SetPage,
        lambda lattice, asked: lattice.sets(start=asked.cursor, limit=asked.limit),
    ),
    Endpoint(
        "/sets/<key>",
        "One stored training set with its cells",
        NoQuestion,
        SetDetail,
        lambda lattice, _, key: lattice.set(key),
    ),
    Endpoint(
        "/sets/<key>/neighborhood",
        "The sets one move away and what each move changes",
        MeasuresQuestion,
        Neighborhood,
        lambda lattice, asked, key: lattice.neighbors(key, measures=asked.measure or None),
    ),
    Endpoint(
        "/paths",
        "The best path of single moves between two stored sets",
        PathQuestion,
        Path,
        lambda lattice, asked: lattice.path(
            asked.source, asked.target, objective=asked.objective, measure=asked.measure
        ),
    ),
    Endpoint(
        "/grid",
        "Training sets by measures",
        GridQuestion,
        Grid,
        lambda lattice, asked: lattice.grid(
            measures=asked.measure or None,
            sort=asked.sort,
            start=asked.cursor,
            limit=asked.limit,
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
            start=asked.cursor,
            limit=asked.limit,
        ),
    ),
    Endpoint(
        "/subgraph",
        "Stored sets as columns, for drawing",
        SubgraphQuestion,
        Subgraph,
        lambda lattice, asked: lattice.subgraph(measure=asked.measure, most=asked.max),
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


def make_api(database: LatticeDatabase) -> Blueprint:
    """The blueprint of /api/v1 over an open database."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.get("/lattices")
    def lattices() -> Response:
        read_question(NoQuestion, request.args)
        found = database.lattices()
        etag = "-".join(each.state[:12] for each in found) or "none"
        listed = LatticeList(items=found, next=None, total=len(found))
        return unchanged(etag) or answer(listed, etag)

    @api.get("/openapi.json")
    def openapi() -> Response:
        from lattice.web.openapi import document

        return Response(document(), mimetype="application/json")

    for endpoint in ENDPOINTS:
        url = f"/lattices/<lattice>{endpoint.path}"
        api.add_url_rule(url, endpoint.path or "/", _view(database, endpoint), methods=["GET"])
    return api


def _view(database: LatticeDatabase, endpoint: Endpoint) -> Callable[..., Response]:
    def view(lattice: str, **place: str) -> Response:
        asked = read_question(endpoint.question, request.args)
        chosen = database[lattice]
        etag = f"{current_app.config['VERSION']}-{chosen.state}"
        return unchanged(etag) or answer(endpoint.ask(chosen, asked, **place), etag)

    return view


def _results(lattice: Lattice) -> ResultList:
    found = lattice.show().result_sets
    return ResultList(items=found, next=None, total=len(found))
