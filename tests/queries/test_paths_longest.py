from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.queries.paths.longest import longest_run
from tests.queries.enumerated import Case, cases, index_of


def all_chains(case: Case, usable: list[bool]) -> list[tuple[int, ...]]:
    """Every chain of usable sets, each one object more than the one before."""
    chains: list[tuple[int, ...]] = [(row,) for row, use in enumerate(usable) if use]
    for chain in chains:
        for row, mask in enumerate(case.masks):
            added = mask & ~case.masks[chain[-1]]
            if usable[row] and added.bit_count() == 1 and mask ^ added == case.masks[chain[-1]]:
                chains.append((*chain, row))
    return chains


@given(case=cases(), ends=st.sampled_from(["none", "source", "target", "both"]))
@settings(max_examples=400, deadline=None)
def test_the_longest_run_agrees_with_trying_every_chain(case: Case, ends: str) -> None:
    task = case.task
    source = task.source if ends in ("source", "both") else None
    target = task.target if ends in ("target", "both") else None
    usable = [
        bool(may) and score is not None
        for may, score in zip(task.allowed, case.tenths, strict=True)
    ]
    chains = [
        chain
        for chain in all_chains(case, usable)
        if (source is None or chain[0] == source) and (target is None or chain[-1] == target)
    ]
    found = longest_run(task.index, task.allowed, case.goodness, source, target)
    if not chains:
        assert found is None
        return
    longest = max(map(len, chains))
    best = sorted(
        (chain for chain in chains if len(chain) == longest),
        key=lambda chain: (chain[0], case.moves(chain)),
    )
    assert found is not None
    assert (found.rows, found.optima) == (best[0], len(best))


def test_without_scores_every_allowed_set_counts() -> None:
    index = index_of(3, range(8))
    found = longest_run(index, np.ones(8, dtype=np.bool_))
    assert found is not None
    assert [index.mask_of(row) for row in found.rows] == [0b000, 0b001, 0b011, 0b111]
    assert found.optima == 6


def test_chains_are_counted_beyond_64_bits() -> None:
    """Seventy diamonds on top of each other: two ways through each."""
    blocks = 70
    masks = {0}
    full = 0
    for block in range(blocks):
        one, two = 1 << 2 * block, 2 << 2 * block
        masks |= {full | one, full | two, full | one | two}
        full |= one | two
    index = index_of(2 * blocks, sorted(masks))
    found = longest_run(index, np.ones(len(index), dtype=np.bool_))
    assert found is not None
    assert (len(found.rows), found.optima) == (2 * blocks + 1, 2**blocks)


def test_a_thousand_steps_over_five_thousand_objects() -> None:
    masks = [(1 << place) - 1 for place in range(1_000)]
    index = index_of(5_000, [*masks, *(mask | 1 << 4_000 for mask in masks[:500])])
    found = longest_run(index, np.ones(len(index), dtype=np.bool_))
    assert found is not None
    assert ([index.mask_of(row) for row in found.rows], found.optima) == (masks, 1)
