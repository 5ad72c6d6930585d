"""The standard error of a weighted sum of cells, by plain loops over replicates."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import mean, stdev, variance

from lattice.model import ReplicateKind

Cell = dict[int, float]
Known = tuple[str, float, float]
"""Method, standard error, degrees of freedom."""


def covariance(one: Sequence[float], other: Sequence[float]) -> float:
    a, b = mean(one), mean(other)
    return sum((x - a) * (y - b) for x, y in zip(one, other, strict=True)) / (len(one) - 1)


def error_of(
    cells: Sequence[Cell],
    weights: Sequence[float],
    kinds: Sequence[ReplicateKind],
    constant: Sequence[bool] | None = None,
) -> Known | None:
    """What is known of the error; None where a cell that varies has fewer than two replicates."""
    fixed = constant or [False] * len(cells)
    used = [
        (weight, cell)
        for weight, cell, skip in zip(weights, cells, fixed, strict=True)
        if weight and not skip
    ]
    if not used or any(len(cell) < 2 for _, cell in used):
        return None
    fewest = min(len(cell) for _, cell in used)
    parts = [weight**2 * variance(cell.values()) / len(cell) for weight, cell in used]
    if any(kinds[k] == "unlabelled" for _, cell in used for k in cell):
        return "limit", sum(math.sqrt(part) for part in parts), fewest - 1
    pairable = {k for k, kind in enumerate(kinds) if kind in ("shared", "nested")}
    common = sorted(set.intersection(pairable, *(set(cell) for _, cell in used)))
    if len(common) >= 2 and all(len(cell) == len(common) for _, cell in used):
        sums = [sum(weight * cell[k] for weight, cell in used) for k in common]
        return "paired", stdev(sums) / math.sqrt(len(common)), len(common) - 1
    total, shares = sum(parts), False
    for (w, one), (x, other) in itertools.combinations(used, 2):
        both = sorted(set(one) & set(other) & pairable)
        if len(both) >= 2:
            shares = True
            c = covariance([one[k] for k in both], [other[k] for k in both])
            total += 2 * w * x * len(both) * c / (len(one) * len(other))
    below = sum(part**2 / (len(cell) - 1) for part, (_, cell) in zip(parts, used, strict=True))
    welch = sum(parts) ** 2 / below if below else fewest - 1
    if not shares or total <= 0:
        return "independent", math.sqrt(sum(parts)), welch
    overlap = len(common) if len(common) >= 2 else 0
    replicates = sum(len(cell) for _, cell in used)
    single = replicates - overlap * len(used)
    degrees = overlap - 1 + (welch - overlap + 1) * single / replicates
    return "partly paired", math.sqrt(total), degrees
