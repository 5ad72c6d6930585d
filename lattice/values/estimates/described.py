"""Estimates in words: one `Estimate` for every item, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from lattice.model import Estimate, EstimatorName
from lattice.replicates import LEVEL
from lattice.values.estimates.strata import kinds
from lattice.values.estimates.stratified import FEWEST, Sums
from lattice.values.grounds import Scores
from lattice.values.ranked import RankedSums


@dataclass(frozen=True, eq=False)
class Estimated:
    """The estimate of every item, None where there is none; and why there is none."""

    items: Sequence[Estimate | None]
    why: Sequence[str | None]

    @property
    def complete(self) -> bool:
        """Whether every item has one."""
        return all(each is not None for each in self.items)

    def or_else(self, other: Estimated) -> Estimated:
        """These, and where there are none the others."""
        items = [
            one if one is not None else two
            for one, two in zip(self.items, other.items, strict=True)
        ]
        said = zip(items, self.why, other.why, strict=True)
        return Estimated(items, [None if item else one or two for item, one, two in said])


def nothing(count: int, why: str | None = None) -> Estimated:
    """No estimates."""
    return Estimated([None] * count, [why] * count)


def estimates(
    found: Sums,
    method: EstimatorName,
    design: str,
    assumption: str | None,
    notes: Sequence[str | None],
) -> list[Estimate | None]:
    """One `Estimate` for every item with a value.

    Args:
        notes: what has to be said of each.
    """
    half = _half_widths(found.standard_error, found.degrees_of_freedom)
    variance, noise = found.standard_error**2, found.seed_error**2
    below = np.where(
        np.isinf(found.degrees_of_freedom), 0.0, variance**2 / found.degrees_of_freedom
    )
    below = below + noise**2 / found.seed_degrees
    with np.errstate(invalid="ignore", divide="ignore"):
        degrees = np.where(below > 0, (variance + noise) ** 2 / below, np.inf)
    wide = _half_widths(np.sqrt(variance + noise), degrees)
    told = zip(
        found.value.tolist(),
        found.standard_error.tolist(),
        half.tolist(),
        found.degrees_of_freedom.tolist(),
        found.sampled.tolist(),
        found.seed_error.tolist(),
        wide.tolist(),
        notes,
        strict=True,
    )
    return [
        None
        if value != value
        else Estimate(
            value=value,
            standard_error=error,
            low=value - around,
            high=value + around,
            level=LEVEL,
            degrees_of_freedom=None if freedom == float("inf") else freedom,
            method=method,
            design=design,
            assumption=assumption,
            sampled=sampled,
            seed_error=None if seed != seed else seed,
            expected_low=None if seed != seed else value - further,
            expected_high=None if seed != seed else value + further,
            note=note,
        )
        for value, error, around, freedom, sampled, seed, further, note in told
    ]


def _half_widths(errors: Scores, degrees: Scores) -> Scores:
    """Half the length of each two-sided t interval."""
    certain = np.isinf(degrees)
    quantile = scipy.special.stdtrit(np.where(certain, 1.0, degrees), 0.5 + LEVEL / 2)
    normal = scipy.special.ndtri(0.5 + LEVEL / 2)
    return np.asarray(np.where(certain, normal, quantile) * errors)


def lack(found: Sums, sums: RankedSums, units: Sequence[str], item: int) -> str:
    """Why an item has no estimate."""
    kind, smallest, largest, drawn, hidden = (int(each) for each in found.lacking[item])
    size = f"{smallest}" if smallest == largest else f"{smallest} to {largest}"
    own = ""
    if kind >= 0:
        had = kinds(sums.order)[kind]
        own = " " + " and ".join(
            f"{'with' if has else 'without'} {units[unit]}"
            for has, unit in zip(had, sums.items[item], strict=True)
        )
    many = "very many" if hidden >= 1 << 52 else f"{hidden:,}"
    return (
        f"no estimate: of the sets of {size}{own}, {many} hidden ones stand against {drawn}"
        f" sampled; at least {FEWEST} are needed"
    )
