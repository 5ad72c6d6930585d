"""Stores the moves that come with new sets: among themselves, and to sets that were there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice import schema
from lattice.importing.entries import Objects
from lattice.importing.records import Progress
from lattice.lookup import SetLookup
from lattice.storage import Writer
from lattice.subsets import Words, ranks, words_of_members

_WORDS_AT_ONCE = 4_000_000


def store_moves(
    writer: Writer,
    lattice_id: int,
    objects: Objects,
    words: Words,
    ids: NDArray[np.int64],
    *,
    old_sets: bool,
    progress: Progress,
) -> int:
    """Store every move that touches the new sets, once; how many there are.

    Args:
        words, ids: the new sets, shapes (M, W) and (M,).
        old_sets: whether the lattice held others before.
    """
    if len(words) == 0:
        return 0
    new_rows = np.arange(len(words))
    if old_sets:
        around, around_ids = _around(writer, lattice_id, words, ids, objects.universe.n)
        words = np.concatenate([words, around])
        ids = np.concatenate([ids, around_ids])
    lookup = SetLookup(words, objects.universe.n)
    object_ids = np.array([objects.id_of[name] for name in objects.universe.names], dtype=np.int64)
    count, done = 0, 0
    for lower, position, upper in lookup.covering_pairs(new_rows):
        writer.add_all(
            schema.move,
            {
                "lower_id": ids[lower].tolist(),
                "object_id": object_ids[position].tolist(),
                "upper_id": ids[upper].tolist(),
            },
        )
        count += len(lower)
        done = max(done, int(lower.max(initial=0)) + 1)
        progress("writing moves", min(done, len(new_rows)), len(new_rows))
    return count


def _around(
    writer: Writer, lattice_id: int, words: Words, ids: NDArray[np.int64], n: int
) -> tuple[Words, NDArray[np.int64]]:
    """Older sets that are one move from a new one, found the cheaper way."""
    lookups = len(words) * n
    if lookups <= writer.count_sets(lattice_id, most=lookups + len(words)) - len(words):
        return _around_by_lookup(writer, lattice_id, words, n)
    return _around_by_scan(writer, lattice_id, words, ids, n)


def _around_by_lookup(
    writer: Writer, lattice_id: int, words: Words, n: int
) -> tuple[Words, NDArray[np.int64]]:
    """Ask the database for every neighbor of every new set."""
    found_words, found_ids = [words[:0]], [np.empty(0, dtype=np.int64)]
    own = SetLookup(words, n)
    for position in range(n):
        word, bit = divmod(position, 64)
        wanted = words.copy()
        wanted[:, word] ^= np.uint64(1) << np.uint64(bit)
        wanted = wanted[own.find(wanted) < 0]
        ids = writer.find_sets(lattice_id, wanted)
        found_words.append(wanted[ids > 0])
        found_ids.append(ids[ids > 0])
    all_ids, first = np.unique(np.concatenate(found_ids), return_index=True)
    return np.concatenate(found_words)[first], all_ids


def _around_by_scan(
    writer: Writer, lattice_id: int, words: Words, ids: NDArray[np.int64], n: int
) -> tuple[Words, NDArray[np.int64]]:
    """Read the older sets of neighboring ranks once and keep those that touch a new one."""
    rank = ranks(words)
    found_words, found_ids = [words[:0]], [np.empty(0, dtype=np.int64)]
    for stored_ids, members in writer.sets_in_batches(
        lattice_id, int(rank.min()) - 1, int(rank.max()) + 1
    ):
        older = ~np.isin(stored_ids, ids)
        if not older.any():
            continue
        batch = words_of_members(
            [each for each, old in zip(members, older.tolist(), strict=True) if old],
            words.shape[1],
        )
        touching = _touching(batch, words, n)
        found_words.append(batch[touching])
        found_ids.append(stored_ids[older][touching])
    return np.concatenate(found_words), np.concatenate(found_ids)


def _touching(older: Words, new: Words, n: int) -> NDArray[np.bool_]:
    """Which of the older sets are one object away from any of the new ones."""
    both = SetLookup(np.concatenate([older, new]), n)
    touching = np.zeros(len(both.words), dtype=np.bool_)
    for lower, _, upper in both.covering_pairs(np.arange(len(older))):
        across = (lower < len(older)) != (upper < len(older))
        touching[lower[across]] = touching[upper[across]] = True
    return touching[: len(older)]
