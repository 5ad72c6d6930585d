"""Curves fitted to points: power, exponential and logarithmic.

All three are linear in a and b once c is known: y = a + b g(x, c) with g = x^-c, e^(-c x) or log x. c is
found by a bounded search on a logarithmic scale, so that a fit never fails to converge. Power laws:
Hestness et al., "Deep learning scaling is predictable, empirically", 2017; that no single family
fits best everywhere: Viering and Loog, "The shape of learning curves: a review", IEEE TPAMI 45, 2023.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

import numpy as np

from lattice.model import CurveFit, FitName, Predicted
from lattice.values.grounds import Scores

NAMES: tuple[FitName, ...] = get_args(FitName)
LEAST_POINTS = 4
"""Of fewer different amounts of data no curve is fitted: three have as many unknowns."""
FURTHEST = 2.0
"""Curves are drawn to at most so many times the largest amount."""
_DRAWN = 33
_SHAPES: dict[FitName, Callable[[Scores, float], Scores]] = {
    "power": lambda x, c: np.asarray(x**-c),
    "exponential": lambda x, c: np.asarray(np.exp(-c * x)),
    "logarithmic": lambda x, _: np.asarray(np.log(x)),
}


@dataclass(frozen=True)
class _Fitted:
    name: FitName
    a: float
    b: float
    c: float
    rmse: float

    def at(self, x: Scores) -> Scores:
        return self.a + self.b * _SHAPES[self.name](x, self.c)

    @property
    def numbers(self) -> Scores:
        return np.array([self.a, self.b, self.c])


def fitted(x: Scores, y: Scores, counts: Scores, by_block: Scores | None) -> tuple[CurveFit, ...]:
    """The three fits.

    Args:
        x, y: the points, (G,), x > 0 and increasing, at least LEAST_POINTS of them.
        counts: how many sets are behind each.
        by_block: y by shared block, (K, G); None where there are none.
    """
    return tuple(_told(name, x, y, counts, by_block) for name in NAMES)


def _told(name: FitName, x: Scores, y: Scores, counts: Scores, by_block: Scores | None) -> CurveFit:
    found = _fit(name, x, y, counts)
    drawn = np.geomspace(x[0], x[-1] * FURTHEST, _DRAWN)
    errors: list[float | None] = [None, None, None]
    spread: list[float | None] = [None] * len(drawn)
    blocks = 0 if by_block is None else len(by_block)
    if by_block is not None and blocks >= 2:
        refitted = [_fit(name, x, each, counts) for each in by_block]
        errors = _errors(np.stack([each.numbers for each in refitted]))
        spread = _errors(np.stack([each.at(drawn) for each in refitted]))
    curved = name != "logarithmic"
    return CurveFit(
        name=name,
        a=found.a,
        b=found.b,
        c=found.c if curved else None,
        errors=(errors[0], errors[1], errors[2] if curved else None),
        rmse=found.rmse,
        blocks=blocks,
        curve=tuple(
            Predicted(float(place), float(score), error, bool(place > x[-1] * (1 + 1e-9)))
            for place, score, error in zip(drawn, found.at(drawn), spread, strict=True)
        ),
    )


def _errors(by_block: Scores) -> list[float | None]:
    """The standard errors of the means over blocks, (K, P)."""
    return [float(each) for each in by_block.std(axis=0, ddof=1) / np.sqrt(len(by_block))]


def _fit(name: FitName, x: Scores, y: Scores, counts: Scores) -> _Fitted:
    if name == "logarithmic":
        return _linear(name, x, y, counts, 0.0)
    from scipy.optimize import minimize_scalar  # slow to import

    scale = 1.0 if name == "power" else float(x[-1])

    def distance(logarithm: float) -> float:
        return _linear(name, x, y, counts, float(np.exp(logarithm)) / scale).rmse

    # A grid finds the right valley, the search its floor.
    grid = np.linspace(np.log(0.01), np.log(20.0), 25)
    best = int(np.argmin([distance(each) for each in grid]))
    ends = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(distance, bounds=ends, method="bounded", options={"xatol": 1e-10})
    return _linear(name, x, y, counts, float(np.exp(found.x)) / scale)


def _linear(name: FitName, x: Scores, y: Scores, counts: Scores, c: float) -> _Fitted:
    """The best a and b for a c, each point weighted by its sets."""
    shape, share = _SHAPES[name](x, c), counts / counts.sum()
    middle, level = share @ shape, share @ y
    spread = share @ (shape - middle) ** 2
    b = float(share @ ((shape - middle) * (y - level)) / spread) if spread > 0 else 0.0
    a = float(level - b * middle)
    rmse = float(np.sqrt(share @ (y - a - b * shape) ** 2))
    return _Fitted(name, a, b, c, rmse)
