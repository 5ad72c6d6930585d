"""What every endpoint is made of: a path, a question, an answer; the parameters they share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass as question

from lattice.facade import LARGEST_PAGE

STRICT = ConfigDict(extra="forbid")
LONGEST = 100_000

SetText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="A training set: ABCD, books+science, empty, all, ^B, all-B or a key, ~0f.",
    ),
]
MeasureText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="A measure, metric/evaluation set@protocol, parts left out or not.",
    ),
]
MeasureTexts = Annotated[
    tuple[MeasureText, ...],
    Field(max_length=1_000, description="Measures; may be repeated. Without it, all."),
]
FilterText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description='A predicate that holds of the sets: contains("B") and rank >= 3.',
    ),
]
SortText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="rank, cost, size (smallest first) or a measure (best first); the other way"
        " round with a minus: -rank.",
    ),
]
Limit = Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Rows on a page.")]
Cursor = Annotated[
    int, Field(ge=0, le=2**53, description="Where the page starts: `next` of the page before.")
]


@question(frozen=True, config=STRICT)
class NoQuestion:
    """No parameters."""


@question(frozen=True, config=STRICT)
class TermsQuestion:
    """Which words."""

    term: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200)], ...],
        Field(max_length=100, description="A word; may be repeated. Without it, all."),
    ] = ()


@dataclass(frozen=True)
class Endpoint:
    """One resource of a lattice: its path below /lattices/{lattice}, question and answer."""

    path: str
    summary: str
    question: Any
    answer: Any
    ask: Callable[..., Any] = field(repr=False)
