"""Answers about estimates: values from some of the cells, with what they rest on."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

EstimatorName = Literal["stratified", "chains", "reuse"]
DesignName = Literal["complete", "random", "chains", "planner", "unknown"]


class Draws(Struct, frozen=True, gc=False):
    """How the training sets of one result set were chosen: its design.

    Of `random`: `probability` is that of each object to be in a set, where it is known; given
    their size, all sets are equally likely. Of `chains`: orders of all objects, whose first
    objects are the sets; with `antithetic` each two that follow one another are reverses of each
    other.
    """

    design: DesignName
    probability: float | None = None
    chains: tuple[tuple[str, ...], ...] = ()
    antithetic: bool = False


class Estimate(Struct, frozen=True, gc=False):
    """What a value is, as far as the stored cells tell, in the metric's own unit.

    The interval from `low` to `high` is about the value that the full table of scores would
    have, at `level`, by Student's t with `degrees_of_freedom` (`None`: as many as one likes).
    `design` says how the `sampled` cells were chosen (chains, for `chains`), `assumption` what
    has to hold beyond the design, if anything. `seed_error` is what the replicates of the stored
    cells add to the error (an upper limit where `note` says so; `None`: unknown), and
    `expected_low` to `expected_high` is about the value of the expected scores.
    """

    value: float
    standard_error: float
    low: float
    high: float
    level: float
    degrees_of_freedom: float | None
    method: EstimatorName
    design: str
    assumption: str | None
    sampled: int
    seed_error: float | None
    expected_low: float | None
    expected_high: float | None
    note: str | None
