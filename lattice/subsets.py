"""Pure subset algebra and encodings: one canonical form of a set, seen in three equal ways.

- *members*: little-endian packed bytes with trailing zero bytes stripped. The object at position
  p is bit p % 8 of byte p // 8. A universe can grow without any stored set being rewritten.
- *words*: an array (N, W) of uint64 for N sets; the object at position p is bit p % 64 of
  word p // 64.
- *mask*: a Python int for a single set.

Only numpy is used here; nothing knows of names, scores or storage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Crossings = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Rows, positions of objects, and the rows on the other side."""
WORD_BITS = 64
_ROWS_AT_ONCE = 16_384
_PAIRS_AT_ONCE = 4_000_000


def word_count(n: int) -> int:
    """Number of 64-bit words that hold a set of n objects; at least one."""
    return max(1, -(-n // WORD_BITS))


# ------------------------------------------------------------------ single sets


def mask_of_positions(positions: Sequence[int]) -> int:
    """The mask of the objects at `positions`."""
    mask = 0
    for position in positions:
        mask |= 1 << position
    return mask


def positions_of_mask(mask: int) -> Iterator[int]:
    """The positions of a mask's objects, ascending."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def members_of_mask(mask: int) -> bytes:
    """The canonical bytes of a mask; the empty set is no bytes at all."""
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def mask_of_members(members: bytes) -> int:
    """The mask of canonical bytes."""
    return int.from_bytes(members, "little")


def key_of_mask(mask: int) -> str:
    """The key of a set: `~` and the hex of its members.

    >>> key_of_mask(0b1111), key_of_mask(0)
    ('~0f', '~')
    """
    return f"~{members_of_mask(mask).hex()}"


def mask_of_key(key: str) -> int:
    """The mask of a key.

    Raises:
        ValueError: the text is not `~` followed by whole bytes in hex.
    """
    if not key.startswith("~"):
        raise ValueError(f"{key!r} does not start with ~")
    return mask_of_members(bytes.fromhex(key[1:]))


# ------------------------------------------------------------------ many sets


def words_of_masks(masks: Sequence[int], words_per_set: int) -> Words:
    """Masks as words, shape (len(masks), words_per_set)."""
    width = words_per_set * 8
    packed = b"".join(mask.to_bytes(width, "little") for mask in masks)
    words = np.frombuffer(packed, dtype="<u8").astype(np.uint64)
    return words.reshape(len(masks), words_per_set)


def masks_of_words(words: Words) -> list[int]:
    """Words as Python ints."""
    if words.shape[1] == 1:
        return [int(mask) for mask in words[:, 0].tolist()]
    width = words.shape[1] * 8
    packed = words.astype("<u8").tobytes()
    return [
        int.from_bytes(packed[start : start + width], "little")
        for start in range(0, len(packed), width)
    ]


def members_of_words(words: Words) -> list[bytes]:
    """Words as canonical bytes."""
    width = words.shape[1] * 8
    packed = words.astype("<u8").tobytes()
    return [packed[start : start + width].rstrip(b"\0") for start in range(0, len(packed), width)]


def words_of_members(members: Sequence[bytes], words_per_set: int) -> Words:
    """Canonical bytes as words, shape (len(members), words_per_set)."""
    width = words_per_set * 8
    packed = b"".join(text.ljust(width, b"\0") for text in members)
    words = np.frombuffer(packed, dtype="<u8").astype(np.uint64)
    return words.reshape(len(members), words_per_set)


def pack(membership: NDArray[np.bool_]) -> Words:
    """A boolean matrix (N, n) as words (N, word_count(n))."""
    count, n = membership.shape
    padded = np.zeros((count, word_count(n) * 8), dtype=np.uint8)
    bits = np.packbits(membership, axis=1, bitorder="little")
    padded[:, : bits.shape[1]] = bits
    return padded.view("<u8").astype(np.uint64)


def unpack(words: Words, n: int) -> NDArray[np.bool_]:
    """Words as a boolean matrix (N, n)."""
    octets = np.ascontiguousarray(words).astype("<u8").view(np.uint8)
    octets = octets.reshape(len(words), words.shape[1] * 8)
    return np.unpackbits(octets, axis=1, count=n, bitorder="little").astype(np.bool_)


def has_object(words: Words, position: int) -> NDArray[np.bool_]:
    """Which of the N sets contain the object at `position`, shape (N,)."""
    word, bit = divmod(position, WORD_BITS)
    return (words[:, word] >> np.uint64(bit) & np.uint64(1)).astype(np.bool_)


def ranks(words: Words) -> NDArray[np.int64]:
    """Number of objects in each set, shape (N,)."""
    return np.asarray(np.bitwise_count(words).sum(axis=1), dtype=np.int64)


def widen(words: Words, words_per_set: int) -> Words:
    """The same sets with more (empty) words each."""
    missing = words_per_set - words.shape[1]
    return np.pad(words, ((0, 0), (0, missing))) if missing > 0 else words


def reposition(words: Words, new_position: Sequence[int], words_per_set: int) -> Words:
    """The same sets in another universe: the object at p moves to new_position[p]."""
    if list(new_position) == list(range(len(new_position))):
        return widen(words, words_per_set)
    moved = np.zeros((len(words), words_per_set), dtype=np.uint64)
    for old, new in enumerate(new_position):
        word, bit = divmod(new, WORD_BITS)
        moved[:, word] |= has_object(words, old).astype(np.uint64) << np.uint64(bit)
    return moved


def display_order(words: Words) -> NDArray[np.int64]:
    """Rows by rank and, within a rank, lexicographically by object position (shortlex).

    AB comes before AC: at the first position in which two sets of one rank differ, the one that
    has the object is first.
    """
    first_object_highest = reverse_bits(words)
    keys = [~first_object_highest[:, word] for word in range(words.shape[1])]
    return np.asarray(np.lexsort((*reversed(keys), ranks(words))), dtype=np.int64)


def reverse_bits(words: Words) -> Words:
    """Every word with its 64 bits in opposite order."""
    octets = np.ascontiguousarray(words).astype(">u8").view(np.uint8).reshape(*words.shape, 8)
    bits = np.unpackbits(octets, axis=2, bitorder="big").reshape(*words.shape, WORD_BITS)
    flipped = np.packbits(bits[:, :, ::-1], axis=2, bitorder="big")
    return flipped.reshape(len(words), words.shape[1] * 8).view(">u8").astype(np.uint64)


# ------------------------------------------------------------------ lookup and moves


def object_numbers(n: int) -> Words:
    """One fixed 64-bit number per object, such that sets are told apart by their XOR.

    For n <= 64 the number of object i is 1 << i, and a set's signature is its word: exact. For
    more objects they are fixed pseudo-random numbers, and every hit has to be confirmed.
    """
    if n <= WORD_BITS:
        return np.uint64(1) << np.arange(n, dtype=np.uint64)
    generator = np.random.Generator(np.random.PCG64(20_260_101))
    return generator.integers(0, 2**64, size=n, dtype=np.uint64)


def signatures(words: Words, n: int) -> Words:
    """XOR of the object numbers of each set's members, shape (N,)."""
    if n <= WORD_BITS:
        return words[:, 0]
    octets = np.ascontiguousarray(words).astype("<u8").view(np.uint8)
    octets = octets.reshape(len(words), words.shape[1] * 8)
    result = np.zeros(len(words), dtype=np.uint64)
    for place, table in enumerate(_octet_signatures(n)):
        result ^= table[octets[:, place]]
    return result


@lru_cache(maxsize=4)
def _octet_signatures(n: int) -> Words:
    """The signature of every value of every byte of a set, shape (bytes, 256)."""
    numbers = np.zeros(word_count(n) * WORD_BITS, dtype=np.uint64)
    numbers[:n] = object_numbers(n)
    tables = np.zeros((len(numbers) // 8, 256), dtype=np.uint64)
    for bit in range(8):
        with_bit = np.flatnonzero(np.arange(256) >> bit & 1)
        tables[:, with_bit] ^= numbers[bit::8, None]
    tables.setflags(write=False)
    return tables


@dataclass(frozen=True)
class SetLookup:
    """Finds sets among N distinct ones by binary search over their signatures.

    Args:
        words: the sets, shape (N, W); all different.
        n: number of objects in the universe.
    """

    words: Words
    n: int

    @cached_property
    def numbers(self) -> Words:
        """The signature number of every object, shape (n,)."""
        return object_numbers(self.n)

    @cached_property
    def signatures(self) -> Words:
        """The signature of every set, shape (N,)."""
        return signatures(self.words, self.n)

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        return np.argsort(self.signatures, kind="stable")

    @cached_property
    def _sorted(self) -> Words:
        return self.signatures[self._order]

    def find(self, wanted: Words) -> NDArray[np.int64]:
        """Rows of the sets `wanted` (M, W), shape (M,); -1 where a set is not among the N."""
        return self._confirmed(signatures(wanted, self.n), wanted)

    def _confirmed(self, wanted_signatures: Words, wanted: Words) -> NDArray[np.int64]:
        if len(self.words) == 0:
            return np.full(len(wanted), -1, dtype=np.int64)
        place = np.searchsorted(self._sorted, wanted_signatures)
        place = np.minimum(place, len(self._order) - 1)
        rows = self._order[place]
        equal = (self.words[rows] == wanted).all(axis=1)
        clash = ~equal & (self._sorted[place] == wanted_signatures)
        rows = np.where(equal, rows, -1)
        for index in np.flatnonzero(clash):  # two sets share a signature: practically never
            same = np.flatnonzero((self.words == wanted[index]).all(axis=1))
            rows[index] = same[0] if len(same) else -1
        return rows

    def across(self, rows: NDArray[np.int64], position: int) -> NDArray[np.int64]:
        """For each of the sets at `rows`, the row of the set that differs by one object.

        The object at `position` is added where it is absent and removed where it is present;
        -1 where the other set is not among the N. Shape (len(rows),).
        """
        word, bit = divmod(position, WORD_BITS)
        wanted = self.words[rows].copy()
        wanted[:, word] ^= np.uint64(1) << np.uint64(bit)
        return self._confirmed(self.signatures[rows] ^ self.numbers[position], wanted)

    def covering_pairs(self, rows: NDArray[np.int64]) -> Iterator[Crossings]:
        """All moves that touch the sets at `rows`, each once.

        Yields:
            (lower rows, positions, upper rows), by lower row: the upper sets are the lower ones
            with the object at the position added. The moves up from `rows` come first.
        """
        chosen = np.zeros(len(self.words), dtype=np.bool_)
        chosen[rows] = True
        for lower, position, upper in self._crossings(rows, absent=True):
            order = np.lexsort((position, lower))
            yield lower[order], position[order], upper[order]
        if chosen.all():
            return
        for upper, position, lower in self._crossings(rows, absent=False):
            old = ~chosen[lower]
            order = np.lexsort((position[old], lower[old]))
            yield lower[old][order], position[old][order], upper[old][order]

    def _crossings(self, rows: NDArray[np.int64], *, absent: bool) -> Iterator[Crossings]:
        """(row, position, row across) for objects that are absent from, or present in, `rows`."""
        for part in np.array_split(rows, -(-len(rows) // _ROWS_AT_ONCE) or 1):
            if len(part) == 0:
                continue
            if self._pairs(part) < len(part) * self.n:
                yield self._crossings_by_pairs(part, absent=absent)
            else:
                yield self._crossings_by_objects(part, absent=absent)

    def _crossings_by_objects(self, rows: NDArray[np.int64], *, absent: bool) -> Crossings:
        """Try every object on every row: n lookups a row."""
        found = []
        for position in range(self.n):
            there = has_object(self.words[rows], position)
            part = rows[~there if absent else there]
            other = self.across(part, position)
            hit = other >= 0
            found.append((part[hit], np.full(int(hit.sum()), position), other[hit]))
        return _joined(found)

    def _crossings_by_pairs(self, rows: NDArray[np.int64], *, absent: bool) -> Crossings:
        """Compare every row with every set of the next rank: few sets over many objects."""
        order = np.argsort(self.numbers)
        numbers = self.numbers[order]
        found = []
        for rank in np.unique(self._ranks[rows]).tolist():
            others = self._of_rank.get(rank + 1 if absent else rank - 1)
            ours = rows[self._ranks[rows] == rank]
            if others is None:
                continue
            step = max(1, _PAIRS_AT_ONCE // len(others))
            for start in range(0, len(ours), step):
                part = ours[start : start + step]
                difference = self.signatures[part][:, None] ^ self.signatures[others][None, :]
                place = np.minimum(np.searchsorted(numbers, difference), self.n - 1)
                hit = np.nonzero(numbers[place] == difference)
                one, two = part[hit[0]], others[hit[1]]
                position = order[place[hit]]
                apart = self.words[one] ^ self.words[two]
                sure = np.bitwise_count(apart).sum(axis=1) == 1
                found.append((one[sure], position[sure], two[sure]))
        return _joined(found)

    def _pairs(self, rows: NDArray[np.int64]) -> int:
        """How many pairs of neighboring ranks the rows make, at most."""
        counts = np.bincount(self._ranks[rows], minlength=self.n + 2)
        others = np.zeros(self.n + 3, dtype=np.int64)
        for rank, members in self._of_rank.items():
            others[rank] = len(members)
        above, below = others[1:], np.concatenate([[0], others])
        return int(
            max((counts * above[: len(counts)]).sum(), (counts * below[: len(counts)]).sum())
        )

    @cached_property
    def _ranks(self) -> NDArray[np.int64]:
        return ranks(self.words)

    @cached_property
    def _of_rank(self) -> dict[int, NDArray[np.int64]]:
        return {
            rank: np.flatnonzero(self._ranks == rank) for rank in np.unique(self._ranks).tolist()
        }


def _joined(pieces: Sequence[Crossings]) -> Crossings:
    one, place, two = (
        np.concatenate([np.empty(0, dtype=np.int64), *(piece[column] for piece in pieces)])
        for column in range(3)
    )
    return one, place, two
