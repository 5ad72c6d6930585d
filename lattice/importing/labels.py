"""The numbers that labels of replicates have in the database."""

from __future__ import annotations

import hashlib
import re

_NO_LABEL = -1
_HASHED_LABELS = 2**62


def replicate_number(label: str | None) -> int:
    """The number that a replicate's label has in every result set.

    A whole number is itself; any other label is hashed, so that the number does not depend on
    the order of imports; no label is -1. `#` and such a hash is that hash: exports write it for
    labels that are lost.
    """
    if label is None:
        return _NO_LABEL
    if label.isascii() and label.isdecimal() and str(int(label)) == label and int(label) < 2**31:
        return int(label)
    if re.fullmatch(r"#[0-9]{19}", label) and _HASHED_LABELS <= int(label[1:]) < 2 * _HASHED_LABELS:
        return int(label[1:])
    hashed = hashlib.blake2b(label.encode(), digest_size=8).digest()
    return _HASHED_LABELS + int.from_bytes(hashed, "little") % _HASHED_LABELS
