"""What a move changes: the difference of two cells with the error that its replicates allow."""

from __future__ import annotations

from lattice.index import LatticeIndex
from lattice.model import Delta, Effect
from lattice.replicates import LEVEL, difference


def delta(index: LatticeIndex, before: int, after: int, measure: int) -> Delta:
    """Score of row `after` minus score of row `before` under one measure.

    It is `exact` when both cells are stored and `unavailable` otherwise; then `note` names the
    set whose score is missing. A score that is declared by convention is named in `note`.
    """
    column = index.columns[measure]
    missing = [row for row in (before, after) if column.count[row] == 0]
    if missing:
        names = " and ".join(index.training_set(row).name for row in missing)
        return unavailable(f"no score of {names}")
    found = difference(column.by_replicate[before], column.by_replicate[after], column.kinds)
    low, high = found.interval() or (None, None)
    declared = [index.training_set(row).name for row in (before, after) if column.declared[row]]
    notes = [found.note] if found.note else []
    notes += [f"the score of {name} is declared, not measured" for name in declared]
    return Delta(
        status="exact",
        value=found.value,
        effect=effect(found.value, index.measures[measure].metric.direction == "higher"),
        standard_error=found.standard_error,
        low=low,
        high=high,
        level=LEVEL,
        method=found.method,
        replicates=found.replicates,
        note="; ".join(notes) or None,
    )


def deltas(
    index: LatticeIndex, before: int, after: int, measures: tuple[int, ...]
) -> tuple[Delta, ...]:
    """The delta of one move under several measures."""
    return tuple(delta(index, before, after, measure) for measure in measures)


def unavailable(note: str) -> Delta:
    """A delta that cannot be given, and why."""
    return Delta("unavailable", None, None, None, None, None, LEVEL, None, 0, note)


def effect(value: float, higher_is_better: bool) -> Effect:
    """Whether a change of the score is for the better."""
    if value == 0:
        return "equal"
    return "better" if (value > 0) == higher_is_better else "worse"
