"""Endpoints for the sets around and between sets."""

from __future__ import annotations

from pydantic.dataclasses import dataclass as question

from lattice.model import Neighborhood
from lattice.web.endpoint import STRICT, Endpoint, MeasureTexts


@question(frozen=True, config=STRICT)
class MeasuresQuestion:
    """Which measures."""

    measure: MeasureTexts = ()


ENDPOINTS = (
    Endpoint(
        "/sets/<key>/neighborhood",
        "The sets one move away and what each move changes",
        MeasuresQuestion,
        Neighborhood,
        lambda lattice, asked, key: lattice.neighbors(key, measures=asked.measure or None),
    ),
)
