"""What a move changes: differences of cells with the errors that their replicates allow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lattice.index import LatticeIndex, Rows, ScoreColumn
from lattice.model import Delta, Effect
from lattice.replicates import LEVEL, METHODS, ONE_REPLICATE, Combinations, Flags, differences


def delta(index: LatticeIndex, before: int, after: int, measure: int) -> Delta:
    """Score of row `after` minus score of row `before` under one measure.

    It is `exact` when both cells are stored and `unavailable` otherwise; then `note` names the
    set whose score is missing. A score that is declared by convention has no error of its own
    and is named in `note`.
    """
    return deltas_between(index, np.array([before]), np.array([after]), measure)[0]


def deltas(
    index: LatticeIndex, before: int, after: int, measures: tuple[int, ...]
) -> tuple[Delta, ...]:
    """The delta of one move under several measures."""
    return tuple(delta(index, before, after, measure) for measure in measures)


def deltas_between(
    index: LatticeIndex, before: Rows, after: Rows, measure: int
) -> tuple[Delta, ...]:
    """The deltas of Q moves under one measure, from the rows `before` (Q,) to `after` (Q,)."""
    column = index.columns[measure]
    if column.are_plain(before) and column.are_plain(after):
        return _plain(index, before, after, measure)
    found = delta_columns(index, before, after, measure)
    return described(index, before, after, measure, found)


def _plain(index: LatticeIndex, before: Rows, after: Rows, measure: int) -> tuple[Delta, ...]:
    """The deltas between cells of one measured score at most."""
    mean = index.columns[measure].mean
    higher = index.measures[measure].metric.direction == "higher"
    values = (mean[after] - mean[before]).tolist()
    return tuple(
        Delta(
            "exact", value, effect(value, higher), None, None, None, LEVEL, None, 1, ONE_REPLICATE
        )
        if value == value
        else unavailable(_missing(index, (int(before[place]), int(after[place])), measure))
        for place, value in enumerate(values)
    )


def delta_columns(index: LatticeIndex, before: Rows, after: Rows, measure: int) -> Combinations:
    """The same deltas as arrays of shape (Q,), for work on many of them."""
    column = index.columns[measure]
    value = column.mean[after] - column.mean[before]
    if column.by_replicate.shape[1] == 1:
        return unrepeated(value, np.minimum(column.count[before], column.count[after]))
    constant = np.stack([constants(column, before), constants(column, after)], axis=1)
    found = differences(
        column.by_replicate[before],
        column.by_replicate[after],
        column.kinds,
        constant if constant.any() else None,
    )
    return replace(found, value=value)  # to the last digit what the two cells show


def constants(column: ScoreColumn, rows: Rows) -> Flags:
    """Which of the cells are declared and do not vary: a convention has no error."""
    declared = column.declared[rows]
    if not declared.any():
        return declared
    return declared & ~(column.standard_error[rows] > 0)


def unrepeated(value: np.ndarray[tuple[int], np.dtype[np.float64]], count: Rows) -> Combinations:
    """Differences of cells of which none has a second replicate: nothing is known of errors."""
    unknown = np.empty(len(value))
    unknown.fill(np.nan)
    none = np.zeros(len(value), dtype=np.int8)
    return Combinations(value, unknown, unknown, none, count, count, none.astype(np.int64))


def described(
    index: LatticeIndex, before: Rows, after: Rows, measure: int, found: Combinations
) -> tuple[Delta, ...]:
    """Deltas in words, from their arrays."""
    column = index.columns[measure]
    higher = index.measures[measure].metric.direction == "higher"
    special = np.isnan(found.value) | column.declared[before] | column.declared[after]
    half = found.half_widths()
    plain = zip(
        found.value.tolist(),
        found.standard_error.tolist(),
        (found.value - half).tolist(),
        (found.value + half).tolist(),
        found.method.tolist(),
        found.replicates.tolist(),
        special.tolist(),
        found.notes(),
        strict=True,
    )
    answers = []
    for place, (value, error, low, high, code, replicates, is_special, note) in enumerate(plain):
        if is_special:
            ends = int(before[place]), int(after[place])
            if value != value:
                answers.append(unavailable(_missing(index, ends, measure)))
                continue
            note = "; ".join(filter(None, [note, *_declared(index, ends, measure)]))
        method = METHODS[code]
        answers.append(
            Delta(
                "exact",
                value,
                effect(value, higher),
                error if method else None,
                low if method else None,
                high if method else None,
                LEVEL,
                method,
                replicates,
                note,
            )
        )
    return tuple(answers)


def _missing(index: LatticeIndex, ends: tuple[int, int], measure: int) -> str:
    count = index.columns[measure].count
    return f"no score of {' and '.join(name_of(index, row) for row in ends if count[row] == 0)}"


def _declared(index: LatticeIndex, ends: tuple[int, int], measure: int) -> list[str]:
    declared = index.columns[measure].declared
    return [
        f"the score of {name_of(index, row)} is declared, not measured"
        for row in ends
        if declared[row]
    ]


def name_of(index: LatticeIndex, row: int) -> str:
    """How the set of a row is spelled."""
    return index.universe.spell(index.mask_of(row))


def unavailable(note: str) -> Delta:
    """A delta that cannot be given, and why."""
    return Delta("unavailable", None, None, None, None, None, LEVEL, None, 0, note)


def effect(value: float, higher_is_better: bool) -> Effect:
    """Whether a change of the score is for the better."""
    if value == 0:
        return "equal"
    return "better" if (value > 0) == higher_is_better else "worse"
