"""Evaluation-size scaling: one training set's scores in evaluation sets of different sizes."""

from __future__ import annotations

from math import sqrt

from lattice.errors import BadQuestion
from lattice.index import MISSING, LatticeIndex
from lattice.model import EvaluationCurve, EvaluationPoint

SHARES = frozenset({"accuracy", "acc", "recall", "precision", "error", "error_rate"})
"""Metrics that are shares of rows, by name: their sampling error is that of a proportion."""


def evaluation_curve(index: LatticeIndex, measure: int, mask: int) -> EvaluationCurve:
    """The scores of a set under all measures with the metric and protocol of one.

    Raises:
        BadQuestion: fewer than two evaluation sets of known size in which the set has a score.
    """
    chosen, row = index.measures[measure], index.row_of(mask)
    points, unsized = [], 0
    for place, each in enumerate(index.measures):
        if each.metric.name != chosen.metric.name or each.protocol.name != chosen.protocol.name:
            continue
        size = _size(index, place)
        cell = None if row == MISSING else index.columns[place].cell(row)
        if size is None or cell is None:
            unsized += size is None
            continue
        share = each.metric.name in SHARES and 0 <= cell.mean <= 1
        points.append(
            EvaluationPoint(
                measure=each.name,
                evaluation_set=each.evaluation_set.name,
                size=size,
                cell=cell,
                sampling_error=sqrt(cell.mean * (1 - cell.mean) / size) if share and size else None,
            )
        )
    if len(points) < 2:
        raise BadQuestion(
            f"{index.universe.spell(mask)} has a score in {len(points)} evaluation sets of known size"
            f" under {chosen.metric.name}.",
            hint="Declare the sizes in the mapping ([[evaluation_sets]] size), or ask for"
            " another set or measure.",
        )
    points.sort(key=lambda each: (each.size, each.measure))
    notes = [f"{unsized} evaluation sets are left out: their size is unknown"] if unsized else []
    if any(each.sampling_error is not None for each in points):
        notes.append("sampling errors are those of a share of so many rows, sqrt(p (1 - p) / size)")
    return EvaluationCurve(
        training_set=index.universe.training_set(mask),
        metric=chosen.metric.name,
        protocol=chosen.protocol.name,
        points=tuple(points),
        notes=tuple(notes),
    )


def _size(index: LatticeIndex, measure: int) -> float | None:
    """The size of an evaluation set: its own, or that of its objects where all have one."""
    found = index.measures[measure].evaluation_set
    if found.size is not None or found.members is None:
        return found.size
    objects, position = index.universe.objects, index.universe.position
    sizes = [objects[position[each]].size for each in found.members if each in position]
    known = [each for each in sizes if each is not None]
    return sum(known) if known and len(known) == len(found.members) else None
