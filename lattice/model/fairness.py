"""Answers about a split of what all units gain together: efficiency, the core, the least core."""

from __future__ import annotations

from msgspec import Struct

from lattice.model.answers import Status, TrainingSet
from lattice.model.comparisons import Contrast


class Claim(Struct, frozen=True, gc=False):
    """A set of units that gains more alone than the split gives it, by `excess`.

    A negative excess is what the split gives beyond the gain.
    """

    training_set: TrainingSet
    gain: float
    given: float
    excess: float


class LeastCore(Struct, frozen=True, gc=False):
    """The smallest excess that a split can leave to its worst-off set, and such a split.

    The core is empty where `excess` is above 0. With cells missing `excess` is a lower limit
    (`bounded`). `standard_error` is over `blocks`: the program is solved for each.
    """

    status: Status
    excess: float | None
    standard_error: float | None
    low: float | None
    high: float | None
    level: float
    blocks: int
    split: tuple[float, ...]


class Fairness(Struct, frozen=True, gc=False):
    """How fair a split of v(whole) - v(held) is, in the metric's unit, by goodness.

    Gains are v(S) - v(held) times the metric's direction, so that more is better. `shares` follow
    `units`. `efficiency` is their sum minus the gain of all units. `claims` are the sets that gain
    most beyond what the split gives them, of `checked` with a score (of `possible`; `None`: more
    than 2^53); `violated` of them are above 0. `in_core` is None where that is not known.
    """

    split: str
    measure: str
    held: TrainingSet
    whole: TrainingSet
    units: tuple[str, ...]
    status: Status
    shares: tuple[float | None, ...]
    together: Contrast
    efficiency: float | None
    in_core: bool | None
    claims: tuple[Claim, ...]
    violated: int
    checked: int
    possible: int | None
    least_core: LeastCore
    alone: float | None
    notes: tuple[str, ...]
