"""A whole lattice by names, free of ids: what an export writes, what an import and a merge read.

The header names everything once; blocks refer to it by index. The classes of the header encode
and validate themselves, so that they are the schema of an export's first line as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict, Field

from lattice.model import Direction, Origin, ReplicateKind
from lattice.subsets import Words

VERSION: Literal[1] = 1
"""What an export says it is; raised when older versions could not read it."""

LONGEST_LINE = 1 << 28
"""Bytes of the longest line that is written, and read."""

Name = Annotated[str, Field(min_length=1, max_length=10_000)]
Index = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Number = Annotated[int, Field(ge=-(2**63), lt=2**63)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class PortableLattice:
    """The lattice itself."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    title: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class PortableObject:
    """One data object; `variant_of` is the name of its base object."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    label: str | None = None
    size: Positive | None = None
    cost: NotNegative | None = None
    owner: str | None = None
    variant_of: Name | None = None
    fingerprint: str | None = None
    attributes: Any = None


@dataclass(frozen=True)
class PortableEvaluationSet:
    """One evaluation set; `members` are the indices of objects, in ascending order."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    label: str | None = None
    size: Positive | None = None
    members: tuple[Index, ...] | None = None


@dataclass(frozen=True)
class PortableMetric:
    """One metric; an end of its range is None where it is open."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    direction: Direction
    range_low: Finite | None = None
    range_high: Finite | None = None
    unit: str | None = None


@dataclass(frozen=True)
class PortableProtocol:
    """One protocol."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    digest: str
    definition: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Domain:
    """Names of the objects of the smallest and the largest set on which a measure is defined."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    lower: tuple[Name, ...] | None = None
    upper: tuple[Name, ...] | None = None


@dataclass(frozen=True)
class PortableMeasure:
    """One measure: indices of its parts, and its domain."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    evaluation_set: Index
    metric: Index
    protocol: Index
    domain: Domain | None = None


@dataclass(frozen=True)
class PortableFile:
    """One source file; `number` is what evaluations call it, `unit` what their places count."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    name: Name
    sha256: str
    number: Count | None = None
    unit: str | None = None


@dataclass(frozen=True)
class PortableResultSet:
    """One result set with its provenance; `digest` says whether two are the same."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    digest: Name
    name: Name
    mapping: dict[str, Any]
    design: str
    replicate_kind: ReplicateKind
    imported_at: str
    imported_by: str
    title: str | None = None
    description: str | None = None
    source: str | None = None
    licence: str | None = None
    blocks: str | None = None
    files: tuple[PortableFile, ...] = ()


@dataclass(frozen=True)
class Header:
    """Everything that a lattice names, and how many sets and evaluations follow.

    Lists are in the order in which they were stored, objects by position.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT
    datalattice: Literal[1]
    lattice: PortableLattice
    sets: Count
    evaluations: Count
    objects: tuple[PortableObject, ...] = ()
    evaluation_sets: tuple[PortableEvaluationSet, ...] = ()
    metrics: tuple[PortableMetric, ...] = ()
    protocols: tuple[PortableProtocol, ...] = ()
    measures: tuple[PortableMeasure, ...] = ()
    result_sets: tuple[PortableResultSet, ...] = ()


@dataclass(frozen=True)
class Block:
    """R training sets with all their C evaluations.

    `words` (R, W) are sets over the header's objects. `row`, `measure`, `result_set`,
    `replicate`, `inner_replicate` and `score` have shape (C,); the first three are indices, and
    so is `superseded_by`, -1 where the score is valid. The other columns have C entries.
    `unscored` are pairs (row, result set): sets that a result set lists without a score.
    `places` (R,) say where each set stood, for messages.
    """

    words: Words
    row: NDArray[np.int64]
    measure: NDArray[np.int64]
    result_set: NDArray[np.int64]
    replicate: NDArray[np.int64]
    inner_replicate: NDArray[np.int64]
    seed_label: Sequence[str | None]
    origin: Sequence[Origin]
    score: NDArray[np.float64]
    superseded_by: NDArray[np.int64]
    file_number: Sequence[int | None]
    place: Sequence[int | None]
    attributes: Sequence[str | None]
    unscored: Sequence[tuple[int, int]] = ()
    places: Sequence[int] = ()


@dataclass(frozen=True)
class Portable:
    """A lattice from anywhere; `source` is what messages call it. `blocks` are read once."""

    source: str
    header: Header
    blocks: Iterator[Block]
