"""A ground as a game of shapiq: its values and indices from stored cells, nothing evaluated anew.

shapiq knows many more indices than are here (https://github.com/mmschlk/shapiq): k-SII, STII, FSII,
FBII, generalized values. It asks a game for the values of sets of players, which are looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lattice.errors import BadQuestion
from lattice.index import MISSING
from lattice.subsets import words_of_masks
from lattice.values.grounds import Flags, Ground, Scores

if TYPE_CHECKING:
    import shapiq

_AT_ONCE = 1 << 16
_NAMED = 4


def shapiq_game(ground: Ground, names: Sequence[str]) -> shapiq.Game:
    """The units as players; a set of them is worth the mean score of its cell.

    The game is centered where the score of what is always held is known (`normalize=False` in
    shapiq's words otherwise), as shapiq's approximators expect. A set without a score is refused
    when it is asked for.

    Raises:
        BadQuestion: shapiq is not installed.
    """
    try:
        import shapiq
    except ImportError:
        raise BadQuestion(
            "A game of shapiq needs the package shapiq.",
            hint="Install it with: pip install 'datalattice[shapiq]'.",
        ) from None

    class LatticeGame(shapiq.Game):  # type: ignore[misc]  # untyped where it is not installed
        """Looks sets of players up among the stored cells of a lattice."""

        def value_function(self, coalitions: NDArray[np.bool_]) -> Scores:
            """The scores of sets of players, shape (C,) from (C, m)."""
            return scores_of(ground, coalitions)

    held = np.zeros((1, ground.m), dtype=np.bool_)
    empty = _scores(ground, held)[0]
    known = bool(empty == empty)
    options: dict[str, Any] = {"normalization_value": float(empty)} if known else {}
    return LatticeGame(ground.m, normalize=known, player_names=list(names), **options)


def scores_of(ground: Ground, membership: Flags) -> Scores:
    """The scores of sets of units, shape (C,).

    Args:
        membership: which units each set has, shape (C, m).

    Raises:
        BadQuestion: a set has no score.
    """
    rows = [slice(start, start + _AT_ONCE) for start in range(0, len(membership), _AT_ONCE)]
    found = np.concatenate([np.empty(0), *(_scores(ground, membership[each]) for each in rows)])
    lacking = np.flatnonzero(np.isnan(found))
    if len(lacking):
        spell = ground.index.universe.spell
        sets = [spell(_mask(ground, membership[each])) for each in lacking[:_NAMED].tolist()]
        more = len(lacking) - len(sets)
        raise BadQuestion(
            f"No score of {', '.join(sets)}{f' and {more:,} more' if more else ''}: a game cannot"
            " be asked for a set that is not there.",
            hint="Train these, ask between sets that are less far apart, or say what the empty set"
            " is taken to have.",
        )
    return found


def _scores(ground: Ground, membership: Flags) -> Scores:
    """The scores of sets of units; NaN where there is none."""
    index, width = ground.index, ground.index.words.shape[1]
    words = np.repeat(words_of_masks([ground.held], width), len(membership), axis=0)
    for unit, mask in enumerate(ground.units):
        words[np.asarray(membership[:, unit], dtype=np.bool_)] |= words_of_masks([mask], width)
    found = np.full(len(words), np.nan)
    if len(index):
        rows = index.lookup.find(words)
        stored = rows != MISSING
        found[stored] = ground.column.mean[rows[stored]]
    if ground.taken is not None:
        found[~np.asarray(membership, dtype=np.bool_).any(axis=1)] = ground.taken
    return found


def _mask(ground: Ground, members: Flags) -> int:
    units = zip(ground.units, members.tolist(), strict=True)
    return ground.held | sum(mask for mask, there in units if there)
