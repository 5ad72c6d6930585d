"""Memory of long questions, as the system counts it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from lattice.web import memory

PIECE, PIECES = 64 << 10, 1_000


def resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(
    memory._trim is None or not Path("/proc/self/statm").exists(),
    reason="there is no malloc_trim here",
)
def test_what_a_long_question_held_is_given_back() -> None:
    with memory.GivenBack():
        pieces = [bytearray(os.urandom(64)) * (PIECE // 64) for _ in range(PIECES)]
        last = pieces[-1]  # what lies beyond what is freed keeps the C library from giving back
        del pieces
        time.sleep(memory._LONG_SECONDS)
        held = resident()
    assert len(last) == PIECE
    assert held - resident() > PIECE * PIECES // 2
