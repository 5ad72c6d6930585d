"""A part of a lattice: which of its stored sets are written, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex, Rows
from lattice.portable import Block, Portable
from lattice.subsets import members_of_words

Numbers = NDArray[np.int64]
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, eq=False)
class Part:
    """The sets at `rows` (M,) of an index, which may be partial, in the order of writing.

    `stepped` says that they are the steps of a path. `said` names the part for people.
    """

    index: LatticeIndex
    rows: Rows
    said: str
    stepped: bool = False


def narrowed(read: Callable[[], Portable]) -> Portable:
    """Some sets of a lattice as a lattice of their own, with all of its objects.

    Measures and result sets of which no evaluation is left are left out, with what only they
    name. A result set that lost something is another one than before: its digest is made of the
    old one and of the sets that are left, so that an import of the rest is not taken for known.

    Args:
        read: gives the sets with the header of the whole lattice; it is called twice.
    """
    whole = read()
    used = _Used.of(whole)
    header = whole.header
    measures = used.measures.kept(header.measures)
    columns = _Kept.of(len(header.evaluation_sets), [each.evaluation_set for each in measures])
    metrics = _Kept.of(len(header.metrics), [each.metric for each in measures])
    protocols = _Kept.of(len(header.protocols), [each.protocol for each in measures])
    narrow = replace(
        header,
        sets=used.sets,
        evaluations=used.evaluations,
        evaluation_sets=columns.kept(header.evaluation_sets),
        metrics=metrics.kept(header.metrics),
        protocols=protocols.kept(header.protocols),
        measures=tuple(
            replace(
                each,
                evaluation_set=int(columns.place[each.evaluation_set]),
                metric=int(metrics.place[each.metric]),
                protocol=int(protocols.place[each.protocol]),
            )
            for each in measures
        ),
        result_sets=tuple(
            replace(each, digest=hashlib.sha256(f"{each.digest} {used.names}".encode()).hexdigest())
            for each in used.result_sets.kept(header.result_sets)
        ),
    )
    return Portable(whole.source, narrow, _renumbered(read().blocks, used))


@dataclass(frozen=True, eq=False)
class _Kept:
    """Which entries of a list are kept, and the new place of each, -1 where it is not."""

    flags: NDArray[np.bool_]

    @classmethod
    def of(cls, count: int, chosen: Sequence[int] | Numbers) -> _Kept:
        flags = np.zeros(count, dtype=np.bool_)
        flags[np.asarray(chosen, dtype=np.int64)] = True
        return cls(flags)

    @property
    def place(self) -> Numbers:
        return np.where(self.flags, np.cumsum(self.flags) - 1, -1)

    def kept(self, entries: Sequence[_Entry]) -> tuple[_Entry, ...]:
        return tuple(each for each, kept in zip(entries, self.flags, strict=True) if kept)


@dataclass(frozen=True, eq=False)
class _Used:
    """What the blocks hold and refer to; `names` stands for their sets, whatever their order."""

    sets: int
    evaluations: int
    measures: _Kept
    result_sets: _Kept
    names: str

    @classmethod
    def of(cls, portable: Portable) -> _Used:
        header = portable.header
        sets = evaluations = 0
        measures, results = set[int](), set[int]()
        members: list[bytes] = []
        for block in portable.blocks:
            sets, evaluations = sets + len(block.words), evaluations + len(block.row)
            measures.update(block.measure.tolist())
            results.update(block.result_set.tolist(), block.superseded_by.tolist())
            results.update(each for _, each in block.unscored)
            members += members_of_words(block.words)
        names = hashlib.sha256("\n".join(sorted(each.hex() for each in members)).encode())
        return cls(
            sets,
            evaluations,
            _Kept.of(len(header.measures), sorted(measures)),
            _Kept.of(len(header.result_sets), sorted(results - {-1})),
            names.hexdigest(),
        )


def _renumbered(blocks: Iterator[Block], used: _Used) -> Iterator[Block]:
    measures, results = used.measures.place, np.append(used.result_sets.place, -1)
    for block in blocks:
        yield replace(
            block,
            measure=measures[block.measure],
            result_set=results[block.result_set],
            superseded_by=results[block.superseded_by],
            unscored=[(row, int(results[each])) for row, each in block.unscored],
        )
