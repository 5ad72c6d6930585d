"""Endpoints for paths."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as question

from lattice.model import Objective, Path
from lattice.web.endpoint import STRICT, Endpoint, MeasureText, SetText


@question(frozen=True, config=STRICT)
class PathQuestion:
    """From where to where, and what makes a path the best."""

    source: Annotated[SetText, Field(alias="from")]
    target: Annotated[SetText, Field(alias="to")]
    objective: Objective = "fewest"
    measure: MeasureText | None = None


ENDPOINTS = (
    Endpoint(
        "/paths",
        "The best path of single moves between two stored sets",
        PathQuestion,
        Path,
        lambda lattice, asked: lattice.path(
            asked.source, asked.target, objective=asked.objective, measure=asked.measure
        ),
    ),
)
