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
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
WORD_BITS = 64


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
        masks: list[int] = words[:, 0].tolist()
        return masks
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
    length = np.fromiter(map(len, members), dtype=np.int64, count=len(members))
    if length.max(initial=0) > width:
        raise ValueError(f"a set does not fit in {words_per_set} words")
    octets = np.zeros((len(members), width), dtype=np.uint8)
    octets[np.arange(width) < length[:, None]] = np.frombuffer(b"".join(members), dtype=np.uint8)
    return octets.view("<u8").astype(np.uint64)


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


def within(words: Words, mask: int) -> NDArray[np.bool_]:
    """Which sets hold nothing beyond the objects of `mask`, shape (M,)."""
    found = np.ones(len(words), dtype=np.bool_)
    for place, word in enumerate(words_of_masks([mask], words.shape[1])[0]):
        found &= (words[:, place] & ~word) == 0
    return found


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
    keys: list[NDArray[np.generic]]
    keys = [~first_object_highest[:, word] for word in reversed(range(words.shape[1]))]
    keys.append(ranks(words).astype(np.int32))
    return np.asarray(np.lexsort(keys), dtype=np.int64)


def display_places(words: Words, rank: NDArray[np.int32], wanted: Words) -> NDArray[np.int64]:
    """Where sets that are not among `words` would be inserted in display order, shape (M,).

    Args:
        words, rank: sets in display order (N, W) and their ranks (N,).
        wanted: the other sets (M, W).
    """
    sought = ranks(wanted)
    low = np.searchsorted(rank, sought, side="left")
    high = np.searchsorted(rank, sought, side="right")
    while (open_ := low < high).any():
        middle = (low + high) // 2
        before = np.zeros(len(wanted), dtype=np.bool_)
        before[open_] = _comes_before(words[middle[open_]], wanted[open_])
        low = np.where(open_ & before, middle + 1, low)
        high = np.where(open_ & ~before, middle, high)
    return np.asarray(low, dtype=np.int64)


def _comes_before(words: Words, others: Words) -> NDArray[np.bool_]:
    """Which sets come before others of the same rank: they hold the first differing object."""
    apart = words ^ others
    each, first = np.arange(len(words)), np.argmax(apart != 0, axis=1)
    lowest = apart[each, first] & (~apart[each, first] + np.uint64(1))
    return np.asarray(words[each, first] & lowest != 0)


def reverse_bits(words: Words) -> Words:
    """Every word with its 64 bits in opposite order."""
    octets = np.ascontiguousarray(words).astype("<u8").view(np.uint8)
    return _REVERSED[octets].view(">u8").astype(np.uint64).reshape(words.shape)


_REVERSED = np.packbits(
    np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1), axis=1, bitorder="little"
)[:, 0]
"""Every octet with its bits in opposite order."""


# ------------------------------------------------------------------ signatures


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
