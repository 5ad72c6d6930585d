"""How many sets there could be: a set holds at most one variant of an object."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from lattice.notation import Universe
from lattice.subsets import positions_of_mask

MOST_EXACT = 2**53
"""Larger counts are not given as numbers: JSON could not carry them."""
Shape = tuple[int, int]
"""How many objects are added, and how many removed."""


def counts_around(universe: Universe, mask: int, most: int) -> dict[Shape, int]:
    """How many sets differ from the set `mask` by each shape, up to `most` added and removed.

    A product over objects with their variants: of m alternatives that the set lacks, one may be
    added in m ways; one that it holds may be removed, or become another in m - 1 ways.
    """
    if not universe.has_variants:
        held = mask.bit_count()
        if most == 1:  # asked for all the time
            free = universe.n - held
            ways = {(0, 0): 1, (1, 0): free, (0, 1): held, (1, 1): free * held}
            return {shape: count for shape, count in ways.items() if count}
        families = Counter({(1, True): held, (1, False): universe.n - held})
    else:
        held_bases = {universe.bases[each] for each in positions_of_mask(mask)}
        sizes = Counter(universe.bases)
        families = Counter((size, base in held_bases) for base, size in sizes.items())
    found: dict[Shape, int] = {(0, 0): 1}
    for (size, held_one), count in families.items():
        found = _product(found, dict(_family(size, held_one, count, most)), most)
    return found


def _family(size: int, held: bool, count: int, most: int) -> Iterator[tuple[Shape, int]]:
    """Of `count` objects with `size` variants each: ways to change some of them, by shape."""
    for changed in range(min(count, most) + 1):
        if not held:
            yield (changed, 0), comb(count, changed) * size**changed
            continue
        for exchanged in range(changed + 1 if size > 1 else 1):
            ways = comb(changed, exchanged) * (size - 1) ** exchanged
            yield (exchanged, changed), comb(count, changed) * ways


def _product(one: dict[Shape, int], other: dict[Shape, int], most: int) -> dict[Shape, int]:
    found: Counter[Shape] = Counter()
    for (added, removed), ways in one.items():
        for (more, less), others in other.items():
            if added + more <= most and removed + less <= most:
                found[added + more, removed + less] += ways * others
    return {shape: ways for shape, ways in found.items() if ways}


def sets_around(universe: Universe, mask: int, shapes: list[Shape]) -> Iterator[int]:
    """Every set that differs from `mask` by one of the shapes, shape by shape.

    Within a shape by the added objects, then by the removed ones, in the order of positions.
    """
    present = list(positions_of_mask(mask))
    absent = [each for each in range(universe.n) if not mask >> each & 1]
    for added, removed in shapes:
        for adds in combinations(absent, added):
            more = sum(1 << each for each in adds)
            for removes in combinations(present, removed):
                found = mask ^ more ^ sum(1 << each for each in removes)
                if not (added and universe.has_variants) or is_admissible(universe, found):
                    yield found


def is_admissible(universe: Universe, mask: int) -> bool:
    """Whether the set holds at most one variant of every object."""
    if not universe.has_variants:
        return True
    bases = [universe.bases[each] for each in positions_of_mask(mask)]
    return len(set(bases)) == len(bases)


def counts_between(universe: Universe, lower: int, upper: int) -> tuple[NDArray[np.float64], int]:
    """How many sets lie between two, by the number of objects beyond `lower`.

    Returns:
        shape (objects in between + 1,), exact up to 2^53 and at least so where it is larger
        (possibly infinite); and their sum, exact.
    """
    held = {universe.bases[each] for each in positions_of_mask(lower)}
    free = Counter(universe.bases[each] for each in positions_of_mask(upper & ~lower))
    counts = np.zeros((upper & ~lower).bit_count() + 1)
    counts[0], total = 1.0, 1
    with np.errstate(over="ignore"):
        for base, variants in free.items():
            if base not in held:  # else another variant of it is in every one of them
                counts[1:] += variants * counts[:-1].copy()
                total *= 1 + variants
    return counts, total


def countable(count: float) -> int | None:
    """A count as answers give it: None where it is more than 2^53."""
    return int(count) if count <= MOST_EXACT else None
