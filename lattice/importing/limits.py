"""Checks that scores of two databases obey what either knows of their measures.

A range or a domain that only one of them knew holds for the scores of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.errors import Conflict
from lattice.importing.entries import StoredMeasure
from lattice.notation import Universe
from lattice.portable import Domain, Header, PortableMeasure
from lattice.storage import Writer
from lattice.storage.merging import scores_under
from lattice.subsets import (
    Words,
    mask_of_positions,
    masks_of_words,
    word_count,
    words_of_masks,
    words_of_members,
)

MeasureParts = tuple[str, str, str]
"""Metric, evaluation set and protocol."""


@dataclass(frozen=True)
class Facts:
    """What the scores of a measure have to obey."""

    low: float | None
    high: float | None
    lower: frozenset[str] | None
    upper: frozenset[str] | None


def parts_of(header: Header, measure: PortableMeasure) -> MeasureParts:
    """The names that make a measure."""
    return (
        header.metrics[measure.metric].name,
        header.evaluation_sets[measure.evaluation_set].name,
        header.protocols[measure.protocol].name,
    )


def facts_of(header: Header) -> dict[MeasureParts, Facts]:
    """The facts of every measure."""
    return {parts_of(header, each): _facts(header, each) for each in header.measures}


def _facts(header: Header, measure: PortableMeasure) -> Facts:
    metric, domain = header.metrics[measure.metric], measure.domain or Domain()
    return Facts(
        metric.range_low,
        metric.range_high,
        None if domain.lower is None else frozenset(domain.lower),
        None if domain.upper is None else frozenset(domain.upper),
    )


@dataclass(frozen=True)
class Limit:
    """What the scores of one measure have to obey, over a universe."""

    source: str
    parts: MeasureParts
    universe: Universe
    measure: StoredMeasure

    def check(self, words: Words, score: NDArray[np.float64]) -> None:
        """Refuse scores (C,) of sets (C, W) that lie outside.

        Raises:
            Conflict: one does.
        """
        measure = self.measure
        wrong = np.flatnonzero(measure.outside_range(score) | measure.outside_domain(words))
        if len(wrong) == 0:
            return
        first = int(wrong[0])
        name = self.universe.spell(masks_of_words(words[first : first + 1])[0])
        raise Conflict(
            f"{self.source}: the score {float(score[first])!r} of {name} under"
            f" {self.parts[0]}/{self.parts[1]} lies outside the range or the domain that only one"
            " of the two lattices knows.",
            hint="One of the two is wrong; or store it as another lattice with --into.",
        )


def new_limits(
    writer: Writer, before: Header, theirs: Header, after: Header, universe: Universe, source: str
) -> dict[int, Limit]:
    """What incoming scores have to obey that their own lattice did not know, by their measure.

    Args:
        before, after: this lattice, before and after what it names was matched.
        theirs: the lattice that comes in.

    Raises:
        Conflict: a stored score does not obey what is known by now.
    """
    known, said, now = facts_of(before), facts_of(theirs), facts_of(after)
    index = {parts_of(theirs, each): place for place, each in enumerate(theirs.measures)}
    ids = writer.measure_ids(writer.catalog(after.lattice.name).id).values()
    found = {}
    for identifier, (parts, facts) in zip(sorted(ids), now.items(), strict=True):
        limit = Limit(source, parts, universe, _stored(identifier, facts, universe))
        if known.get(parts, facts) != facts:
            for members, score in scores_under(writer, identifier):
                limit.check(words_of_members(members, word_count(universe.n)), score)
        if said.get(parts, facts) != facts:
            found[index[parts]] = limit
    return found


def _stored(identifier: int, facts: Facts, universe: Universe) -> StoredMeasure:
    def words(names: frozenset[str] | None) -> Words | None:
        if names is None:
            return None
        mask = mask_of_positions([universe.position[name] for name in names])
        return words_of_masks([mask], word_count(universe.n))

    return StoredMeasure(
        id=identifier,
        direction="higher",  # which does not matter here
        low=-np.inf if facts.low is None else facts.low,
        high=np.inf if facts.high is None else facts.high,
        lower=words(facts.lower),
        upper=words(facts.upper),
    )
