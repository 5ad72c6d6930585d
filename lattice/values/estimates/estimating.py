"""Which estimate is honest for the cells that are there.

The first of these that says something of an item is given: the stratified estimate from sets drawn
at random, designed chains, the stratified estimate from all sets as if they were missing at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np

from lattice.errors import BadQuestion, closest, did_you_mean
from lattice.model import EstimatorName
from lattice.values.estimates import chains, reuse, stratified
from lattice.values.estimates.described import Estimated, estimates, lack, nothing
from lattice.values.estimates.designs import AT_RANDOM, Drawn, Reading, readings
from lattice.values.estimates.seeds import seeds
from lattice.values.estimates.stratified import Sums
from lattice.values.estimates.support import unlike
from lattice.values.estimates.surface import Stored
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums

NONE = "none"
NAMES: tuple[str, ...] = (*get_args(EstimatorName), NONE)
ENDS_HIDDEN = (
    "no estimate by reuse: sets of no, one, all but one or all units are hidden, which score like"
    " no others"
)
NO_RESIDUAL = "the sampled scores leave no residual: the error is 0 if the hidden ones leave none"
_FEWEST_UNITS = 3
_EXACT = 1e-12


@dataclass(frozen=True)
class Asked:
    """Which estimate is asked for, and how the cells were chosen.

    Args:
        method: without it the first that is honest.
    """

    drawn: Callable[[], Drawn]
    method: EstimatorName | None = None


def read(method: str | None, drawn: Callable[[], Drawn]) -> Asked | None:
    """What is asked for by name; None for no estimates.

    Raises:
        BadQuestion: no such estimate.
    """
    if method == NONE:
        return None
    for name in get_args(EstimatorName):
        if method == name:
            return Asked(drawn, name)
    if method is not None:
        near = closest(method, NAMES)
        raise BadQuestion(
            f"{method!r} is no estimate.",
            hint=did_you_mean(near) or f"It can be {', '.join(NAMES)}.",
            suggestions=near,
        )
    return Asked(drawn)


def estimated(ground: Ground, sums: RankedSums, asked: Asked, units: Sequence[str]) -> Estimated:
    """Estimates of all items, from the cells that are there.

    Args:
        units: their names.

    Raises:
        BadQuestion: the estimate that is asked for does not fit the quantity or the design.
        OutOfTime.
    """
    drawn, count = asked.drawn(), len(sums.items)
    if asked.method == "chains":
        _refuse_without_chains(sums, drawn)
    reused = reuse.reading(ground, sums, drawn) if asked.method == "reuse" else None
    if ground.m < _FEWEST_UNITS or not ground.there.any():
        return nothing(count)
    if asked.method == "chains":
        return _by_chains(ground, sums, drawn)
    if reused is not None:
        return _by_reuse(ground, sums, reused, units)
    found = nothing(count)
    for reading in readings(ground, drawn):
        if asked.method is None and reading.assumption and _chained(sums, drawn):
            found = found.or_else(_by_chains(ground, sums, drawn))
        if found.complete:
            break
        found = found.or_else(_by_strata(ground, sums, reading, units))
    return found


def _by_strata(
    ground: Ground, sums: RankedSums, reading: Reading, units: Sequence[str]
) -> Estimated:
    if reading.assumption is not None:
        why = unlike(Stored.of(ground, reading.sampled), units)
        if why is not None:
            return nothing(len(sums.items), f"no estimate: {why}")
    noise, said = seeds(ground)
    found = stratified.estimated(ground, sums, reading, noise)
    return _described(found, sums, "stratified", reading, units, said)


def _by_reuse(
    ground: Ground, sums: RankedSums, reading: Reading, units: Sequence[str]
) -> Estimated:
    if not reading.even:
        return nothing(len(sums.items), ENDS_HIDDEN)
    noise, said = seeds(ground)
    found = reuse.estimated(ground, sums, reading, noise)
    return _described(found, sums, "reuse", reading, units, said)


def _described(
    found: Sums,
    sums: RankedSums,
    method: EstimatorName,
    reading: Reading,
    units: Sequence[str],
    said: str | None,
) -> Estimated:
    there = ~np.isnan(found.value)
    scale = np.abs(found.value).max(initial=1.0, where=there)
    notes = [NO_RESIDUAL if each <= _EXACT * scale else said for each in found.standard_error]
    items = estimates(found, method, reading.design, reading.assumption, notes)
    return Estimated(
        items,
        [
            None if each else lack(found, sums, units, place)
            for place, each in enumerate(there.tolist())
        ],
    )


# ------------------------------------------------------------------ by chains


def _chained(sums: RankedSums, drawn: Drawn) -> bool:
    """Whether there are designed chains, and values of single units are asked for."""
    return sums.order == 1 and any(each.chains for each in drawn.draws)


def _refuse_without_chains(sums: RankedSums, drawn: Drawn) -> None:
    if sums.order != 1:
        raise BadQuestion(
            "Chains estimate values of single units.", hint="Ask for the stratified estimate."
        )
    if not _chained(sums, drawn):
        raise BadQuestion(
            "No result set here was designed as chains; those that are merely found among the"
            " sets get no interval.",
            hint='Say them where they were designed: design = "chains" and [draws] chains = [...]'
            " in the mapping. Otherwise ask for the stratified estimate.",
        )


def _by_chains(ground: Ground, sums: RankedSums, drawn: Drawn) -> Estimated:
    many = len(sums.items)
    used = chains.designed(ground, drawn)
    left = f"{used.incomplete:,} with hidden sets are left out" if used.incomplete else None
    if used.count < chains.FEWEST:
        said = (
            f"no estimate by chains: {used.count:,} independent ones are complete, at least"
            f" {chains.FEWEST} are needed"
        )
        return nothing(many, said if left is None else f"{said}; {left}")
    found = chains.estimated(ground, sums, used)
    blocks = ground.column.by_replicate.shape[1]
    as_sums = Sums(
        found.value,
        found.standard_error,
        found.degrees,
        found.seed_error,
        np.full(many, max(1.0, blocks - 1.0)),
        np.full(many, len(used.order)),
        np.full((many, 5), -1.0),
    )
    assumption = AT_RANDOM if used.incomplete else None
    items = estimates(as_sums, "chains", "chains", assumption, [left] * many)
    few = "no estimate by chains: too few of them have it between the ends"
    return Estimated(items, [None if each else few for each in items])
