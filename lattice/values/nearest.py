"""What single cells can be, from the stored sets around them: nearest below, above, or anywhere.

Monotone: a missing cell scores at least as its best stored subset, and at most as its worst stored
superset. Cap: it differs from each stored set by at most the cap for every object between them.
Every stored set of the lattice counts, also those beyond the units that are valued. Where the two
ends of a cell contradict each other, all give way by half of the largest contradiction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.subsets import within, words_of_masks
from lattice.values.assumptions import Assumed
from lattice.values.grounds import Flags, Ground, Scores, range_of

ABLE = ("range", "monotone", "cap")


@dataclass(frozen=True, eq=False)
class Ends:
    """The least and the most that each of D cells can be, by goodness, shape (D,).

    They are infinite where nothing is known. `violations` counts the cells whose ends contradict
    each other, `slack` is half of the largest contradiction.
    """

    low: Scores
    high: Scores
    violations: int
    slack: float


def ends(ground: Ground, assumed: Assumed, masks: Sequence[int], mean: Scores) -> Ends:
    """The ends of some cells.

    Args:
        masks: their sets, length D.
        mean: their scores, shape (D,); NaN where one is missing.

    Raises:
        BadQuestion: the assumption says nothing about single cells.
    """
    if assumed.name not in ABLE:
        raise BadQuestion(
            f"{assumed} says nothing of sums of a few cells.",
            hint=f"Assume {', '.join(ABLE[:-1])} or {ABLE[-1]}=0.05.",
        )
    missing, good = np.isnan(mean), ground.sign * mean
    low, high = np.where(missing, -np.inf, good), np.where(missing, np.inf, good)
    over = np.zeros(len(mean))
    if missing.any():
        words, known = _known(ground)
        for place, mask in enumerate(masks):
            stop_if_late("looking for the nearest stored sets")
            least, most = _around(words, known, mask, assumed)
            over[place] = least - most
            if missing[place]:
                low[place], high[place] = least, most
    beyond = over > 0
    slack = float(over[beyond].max()) / 2 if beyond.any() else 0.0
    worst, best = sorted(ground.sign * each for each in range_of(ground) or (-np.inf, np.inf))
    low, high = np.maximum(low - slack, worst), np.minimum(high + slack, best)
    return Ends(low, high, int(beyond.sum()), slack)


def _known(ground: Ground) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.uint64]], Scores]:
    """All stored sets with a score, and their goodness."""
    index = ground.index
    rows = np.flatnonzero(ground.column.count > 0)
    words, good = index.words[rows], index.goodness(ground.measure)[rows]
    if ground.taken is None:
        return words, good
    held = words_of_masks([ground.held], index.words.shape[1])
    others: Flags = (words != held).any(axis=1)
    return (
        np.concatenate([words[others], held]),
        np.append(good[others], ground.sign * ground.taken),
    )


def _around(
    words: np.ndarray[tuple[int, int], np.dtype[np.uint64]],
    good: Scores,
    mask: int,
    assumed: Assumed,
) -> tuple[float, float]:
    wanted = words_of_masks([mask], words.shape[1])
    if assumed.name == "cap":
        apart = np.bitwise_count(words ^ wanted).sum(axis=1) * (assumed.number or 0.0)
        return (
            float((good - apart).max(initial=-np.inf)),
            float((good + apart).min(initial=np.inf)),
        )
    below, above = within(words, mask), ((words & wanted) == wanted).all(axis=1)
    return float(good[below].max(initial=-np.inf)), float(good[above].min(initial=np.inf))
