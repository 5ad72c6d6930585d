"""Compares indexes array by array."""

from __future__ import annotations

import numpy as np

from lattice.index import LatticeIndex

_ARRAYS = ("by_replicate", "declared", "mean", "standard_error", "count", "blocks")


def differences(one: LatticeIndex, other: LatticeIndex) -> list[str]:
    """What differs between two indexes; nothing where they are equal to the last bit."""
    found = [
        name
        for name in ("state", "measures", "partial", "total")
        if getattr(one, name) != getattr(other, name)
    ]
    if one.universe.objects != other.universe.objects:
        found.append("objects")
    found += [
        name for name in ("words", "ranks") if not _equal(getattr(one, name), getattr(other, name))
    ]
    for measure, left, right in zip(one.measures, one.columns, other.columns, strict=True):
        if left.kinds != right.kinds:
            found.append(f"kinds of {measure.name}")
        found += [
            f"{name} of {measure.name}"
            for name in _ARRAYS
            if not _equal(getattr(left, name), getattr(right, name))
        ]
    return found


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
