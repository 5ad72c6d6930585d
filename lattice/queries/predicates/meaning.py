"""What a predicate means in a lattice: the stored sets of which it is true.

A comparison with a number that is missing neither holds nor not: such a set is left out by
`score("x") > 0.6` and by `not score("x") > 0.6` alike. `declared("x")` neither holds nor not where
there is no score. `and`, `or` and `not` follow Kleene's logic of three values, as in SQL; a set is
selected where the whole predicate is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import eq, ge, gt, le, lt, ne
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion, about, closest, did_you_mean
from lattice.index import MISSING, LatticeIndex
from lattice.notation import find_measure
from lattice.queries.amounts import AMOUNTS, amounts, distances
from lattice.queries.predicates.parser import parse_tree
from lattice.queries.predicates.texts import pointing
from lattice.queries.predicates.words import (
    Call,
    Compared,
    Condition,
    Denied,
    Joined,
    Number,
    Text,
)
from lattice.subsets import Words, words_of_masks

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
_COMPARE = {"<": lt, "<=": le, "==": eq, "!=": ne, ">=": ge, ">": gt}


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate that was read; nothing is known yet of the lattice that it is asked of."""

    text: str
    tree: Condition


class Truth(NamedTuple):
    """Of which sets something is true, and of which false; of the others it is unknown."""

    true: Flags
    false: Flags


def parse(text: str) -> Predicate:
    """The predicate that the text says.

    Raises:
        BadQuestion: it cannot be read; says at which character, and what was expected there.
    """
    with about(text):
        return Predicate(text, parse_tree(text))


def select(index: LatticeIndex, predicate: str | Predicate) -> Flags:
    """The sets of which the predicate is true, shape (N,).

    Raises:
        BadQuestion: it cannot be read, or asks for what no object of the lattice has.
        UnknownObject, UnknownMeasure, BadSpelling, Ambiguous: a name in it; says where.
        OutOfTime: the deadline has passed.
    """
    read = parse(predicate) if isinstance(predicate, str) else predicate
    with about(read.text):
        return _Reading(index, read.text).truth(read.tree).true


@dataclass(frozen=True)
class _Reading:
    """What the words of one predicate mean in one lattice."""

    index: LatticeIndex
    text: str

    # ------------------------------------------------------------ truth

    def truth(self, node: Condition) -> Truth:
        stop_if_late("looking for the sets that a predicate selects")
        match node:
            case Joined(word="and", parts=parts):
                found = map(self.truth, parts)
                return reduce(lambda a, b: Truth(a.true & b.true, a.false | b.false), found)
            case Joined(parts=parts):
                found = map(self.truth, parts)
                return reduce(lambda a, b: Truth(a.true | b.true, a.false & b.false), found)
            case Denied(part=part):
                true, false = self.truth(part)
                return Truth(false, true)
            case Compared():
                return self.compared(node)
            case Call(word="better_than" | "worse_than"):
                return self.oriented(node)
            case Call(word="declared"):
                return self.declared(node)
            case Call():
                true = self.flags(node)
                return Truth(true, ~true)

    def compared(self, node: Compared) -> Truth:
        terms = [self.numbers(term) for term in node.terms]
        true = np.ones(len(self.index), dtype=np.bool_)
        false = ~true
        for (left, right), sign in zip(pairwise(terms), node.signs, strict=True):
            holds = _COMPARE[sign](left, right)
            known = ~(np.isnan(left) | np.isnan(right))
            true &= holds & known
            false |= ~holds & known
        return Truth(true, false)

    def oriented(self, node: Call) -> Truth:
        """Better or worse than a number, by the measure's direction."""
        measure = self.measure(node.texts[0])
        higher = self.index.measures[measure].metric.direction == "higher"
        score = self.index.columns[measure].mean
        compare = gt if higher == (node.word == "better_than") else lt
        true = compare(score, node.bound)
        return Truth(true, ~true & ~np.isnan(score))

    def declared(self, node: Call) -> Truth:
        """Whether all these scores are conventions of their source; of none it is unknown."""
        columns = [self.index.columns[self.measure(each)] for each in node.texts]
        true = np.all([each.declared for each in columns], axis=0)
        false = np.any([(each.count > 0) & ~each.declared for each in columns], axis=0)
        return Truth(np.asarray(true), np.asarray(false))

    def flags(self, node: Call) -> Flags:
        """A word that holds or not of every set, whatever is missing."""
        if node.word == "contains":
            wanted = self.objects(node.texts)
            return self.common(wanted, wanted)
        if node.word in ("any_of", "contains_any"):
            return ~self.common(self.objects(node.texts), 0)
        if node.word == "owner":
            return ~self.common(self.owned(node.texts[0]), 0)
        if node.word == "evaluated":
            counts = [self.index.columns[self.measure(each)].count for each in node.texts]
            return np.asarray(np.min(counts, axis=0) > 0)
        masks = [self.set(each) for each in node.texts]
        if node.word == "among":
            return self.listed(masks)
        everything = (1 << self.index.universe.n) - 1
        if node.word == "subset_of":
            return self.common(everything & ~masks[0], 0)
        if node.word == "superset_of":
            return self.common(masks[0], masks[0])
        low, high = masks[0] & masks[1], masks[0] | masks[1]
        return self.common(everything & ~high | low, low)

    def common(self, mask: int, wanted: int) -> Flags:
        """Which sets have exactly `wanted` in common with `mask`."""
        masks, wanted_words = self.words(mask), self.words(wanted)
        found = np.ones(len(self.index), dtype=np.bool_)
        for place in np.flatnonzero(masks):
            found &= (self.index.words[:, place] & masks[place]) == wanted_words[place]
        return found

    def listed(self, masks: list[int]) -> Flags:
        """Which sets are one of these; of those that are not stored, none."""
        rows = self.index.lookup.find(words_of_masks(masks, self.index.words.shape[1]))
        found = np.zeros(len(self.index), dtype=np.bool_)
        found[rows[rows != MISSING]] = True
        return found

    # ------------------------------------------------------------ numbers

    def numbers(self, node: Call | Number) -> Numbers:
        """A number per set, NaN where it is missing; a number that was written is one for all."""
        if isinstance(node, Number):
            return np.array(node.value)
        if node.word in AMOUNTS:
            with pointing(self.text, node.span):
                return amounts(self.index, node.word)
        if node.word == "distance":
            return distances(self.index, self.set(node.texts[0]))
        column = self.index.columns[self.measure(node.texts[0])]
        if node.word == "score":
            return column.mean
        if node.word == "replicates":
            return column.count.astype(np.float64)
        return np.where(column.declared, np.nan, column.standard_error)

    # ------------------------------------------------------------ names

    def objects(self, names: tuple[Text, ...]) -> int:
        mask = 0
        for name in names:
            with pointing(self.text, name.span):
                mask |= 1 << self.index.universe.position_of(name.content)
        return mask

    def owned(self, name: Text) -> int:
        """The objects that somebody owns."""
        objects = self.index.universe.objects
        held = [1 << each.position for each in objects if each.owner == name.content]
        if held:
            return sum(held)
        owners = sorted({each.owner for each in objects if each.owner})
        near = closest(name.content, owners)
        listed = f"The owners are {', '.join(owners[:12])}." if owners else ""
        with pointing(self.text, name.span):
            raise BadQuestion(
                f"No object of this lattice is owned by {name.content!r}.",
                hint=did_you_mean(near) or listed or "No owner is said in this lattice.",
                suggestions=near,
            )

    def set(self, text: Text) -> int:
        with pointing(self.text, text.span):
            return self.index.universe.read(text.content)

    def measure(self, text: Text) -> int:
        with pointing(self.text, text.span):
            return find_measure(text.content, self.index.measures)

    def words(self, mask: int) -> Words:
        """A set as words, shape (W,)."""
        return words_of_masks([mask], self.index.words.shape[1]).reshape(-1)
