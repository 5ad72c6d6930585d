"""Whether sets that were not drawn at random can stand for the hidden ones at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lattice.values.estimates.surface import Stored

MOST_COMPARED = 2_000
_NAMED = 3


def unlike(stored: Stored, names: Sequence[str]) -> str | None:
    """Why sampled sets say nothing of hidden ones: units that never vary, or never apart.

    Args:
        names: of the units.
    """
    m = stored.ground.m
    if m > MOST_COMPARED or not stored.sampled.any():
        return None
    count = int(stored.sampled.sum())
    together = np.zeros((m, m))
    for fold in range(int(stored.folds.max()) + 1):
        for places in stored.of_fold(fold):
            membership = stored.membership(places)
            together += membership.T @ membership
    having = together.diagonal()
    for said, where in (("every", having == count), ("no", having == 0)):
        if where.any():
            which = _listed([names[each] for each in np.flatnonzero(where).tolist()])
            return f"{said} sampled set has {which}: the hidden ones that differ are like none"
    one, other = np.triu_indices(m, 1)
    both = together[one, other]
    alike = (both == having[one]) & (both == having[other])
    opposed = (both == 0) & (having[one] + having[other] == count)
    for what, where in (("together", alike), ("apart", opposed)):
        if where.any():
            first = int(np.flatnonzero(where)[0])
            return (
                f"{names[one[first]]} and {names[other[first]]} are always {what} in the sampled"
                " sets: the hidden ones that differ are like none"
            )
    return None


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
