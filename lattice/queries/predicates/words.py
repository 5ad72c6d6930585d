"""The words of predicates, and the tree that a text of them becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind = Literal["truth", "number"]
Expected = Literal["object", "set", "measure", "owner"]
Sign = Literal["<", "<=", "==", "!=", ">=", ">"]
Span = tuple[int, int]
"""Where something stands in the text: its first character, and the one after its last."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of predicates: what it is, what it is said of, and how it looks.

    It takes one text per entry of `texts`, of which the last may be repeated with `many`, and a
    number at the end where it is `bounded`.
    """

    kind: Kind
    texts: tuple[Expected, ...]
    example: str
    many: bool = False
    bounded: bool = False


VOCABULARY = {
    "contains": Word("truth", ("object",), 'contains("books")', many=True),
    "any_of": Word("truth", ("object",), 'any_of("books", "news")', many=True),
    "contains_any": Word("truth", ("object",), 'contains_any("books", "news")', many=True),
    "subset_of": Word("truth", ("set",), 'subset_of("books+news")'),
    "superset_of": Word("truth", ("set",), 'superset_of("books")'),
    "between": Word("truth", ("set", "set"), 'between("books", "books+news")'),
    "among": Word("truth", ("set",), 'among("books", "books+news")', many=True),
    "owner": Word("truth", ("owner",), 'owner("Ada")'),
    "evaluated": Word("truth", ("measure",), 'evaluated("accuracy/en")', many=True),
    "declared": Word("truth", ("measure",), 'declared("accuracy/en")', many=True),
    "better_than": Word("truth", ("measure",), 'better_than("accuracy/en", 0.6)', bounded=True),
    "worse_than": Word("truth", ("measure",), 'worse_than("accuracy/en", 0.6)', bounded=True),
    "rank": Word("number", (), "rank >= 3"),
    "cost": Word("number", (), "cost <= 10"),
    "size": Word("number", (), "size < 5000"),
    "distance": Word("number", ("set",), 'distance("books+news") <= 2'),
    "score": Word("number", ("measure",), 'score("accuracy/en") > 0.6'),
    "error": Word("number", ("measure",), 'error("accuracy/en") < 0.01'),
    "replicates": Word("number", ("measure",), 'replicates("accuracy/en") >= 5'),
}


# ------------------------------------------------------------------ the tree


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes: the name of an object, a set, a measure."""

    content: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A word with what it is said of: `contains("books")`, `rank`, `better_than("x", 0.6)`."""

    word: str
    kind: Kind
    texts: tuple[Text, ...]
    bound: float
    span: Span


@dataclass(frozen=True, slots=True)
class Compared:
    """Numbers compared one with the next: `0.4 < score("x") <= 0.6`."""

    terms: tuple[Call | Number, ...]
    signs: tuple[Sign, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Denied:
    """What must not hold."""

    part: Condition
    span: Span


@dataclass(frozen=True, slots=True)
class Joined:
    """Several parts of which all have to hold (`and`), or one (`or`)."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]
    span: Span


Condition: TypeAlias = Call | Compared | Denied | Joined
