"""Writes a whole lattice as JSON Lines that `lattice import` reads back, equal in everything."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, BinaryIO

from lattice.errors import BadQuestion
from lattice.importing.records import Progress
from lattice.portable import LONGEST_LINE, Block, Portable
from lattice.subsets import masks_of_words, positions_of_mask


def write_jsonl(portable: Portable, stream: BinaryIO, progress: Progress) -> None:
    """Write the header, then one training set a line.

    Raises:
        BadQuestion: a line would be too long to be read again.
    """
    header = portable.header
    _write(stream, _plain(asdict(header)))
    done = 0
    for block in portable.blocks:
        for line in _lines(block):
            _write(stream, line)
        done += len(block.words)
        progress(f"writing {header.lattice.name}", done, header.sets)


def _plain(content: dict[str, Any]) -> dict[str, Any]:
    """The header without what is not known of its entries."""
    return {
        key: [_known(entry) for entry in value]
        if isinstance(value, list | tuple)
        else _known(value)
        if isinstance(value, dict)
        else value
        for key, value in content.items()
    }


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if value is not None}


def _lines(block: Block) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"set": list(positions_of_mask(mask)), "evaluations": []}
        for mask in masks_of_words(block.words)
    ]
    rows = zip(
        block.row.tolist(),
        block.measure.tolist(),
        block.result_set.tolist(),
        block.replicate.tolist(),
        block.inner_replicate.tolist(),
        block.seed_label,
        block.origin,
        block.score.tolist(),
        (None if each < 0 else each for each in block.superseded_by.tolist()),
        block.file_number,
        block.place,
        block.attributes,
        strict=True,
    )
    for row, *evaluation in rows:
        lines[row]["evaluations"].append(evaluation)
    for row, result_set in block.unscored:
        lines[row].setdefault("unscored", []).append(result_set)
    return lines


def _write(stream: BinaryIO, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    line = text.encode("utf-8") + b"\n"
    if len(line) > LONGEST_LINE:
        raise BadQuestion(
            f"This lattice cannot be written as jsonl: a line would have {len(line):,} bytes.",
            hint="Copy the database file instead, and merge it: lattice merge OTHER.db",
        )
    stream.write(line)
