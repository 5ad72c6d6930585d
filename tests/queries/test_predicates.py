from __future__ import annotations

import operator
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import (
    Ambiguous,
    BadQuestion,
    BadSpelling,
    LatticeError,
    OutOfTime,
    Unknown,
    UnknownMeasure,
    UnknownObject,
)
from lattice.model import DataObject
from lattice.queries.predicates import parse, select
from tests.queries.stocked import MEASURES, Stock, sign, stocks

Tree = tuple[Any, ...]
SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}
LEAVES = (
    *("contains", "any_of", "contains_any", "subset_of", "superset_of", "between", "owner"),
    *(
        "among",
        "evaluated",
        "declared",
        "better_than",
        "worse_than",
        "compare",
        "compare",
        "compare",
        "compare",
    ),
)
TERMS = ("rank", "cost", "size", "distance", "score", "score", "error", "replicates", "number")
NUMBERS = (-0.5, 0, 0.1, 0.3, 0.5, 0.6, 0.75, 1, 2, 3)

# ------------------------------------------------------------------ trees, texts, plain Python


def random_tree(random: Random, stock: Stock, depth: int = 3) -> Tree:
    """A random predicate about a stock, as nested tuples."""
    word = random.choice([*LEAVES, *["and", "or", "not"] * (4 if depth else 0)])
    measures = list(stock.scores)
    match word:
        case "and" | "or":
            parts = [random_tree(random, stock, depth - 1) for _ in range(random.randint(2, 3))]
            return (word, parts)
        case "not":
            return (word, random_tree(random, stock, depth - 1))
        case "compare":
            rest = [
                (random.choice(list(SIGNS)), random_term(random, stock))
                for _ in range(random.randint(1, 2))
            ]
            return (word, random_term(random, stock), rest)
        case "contains" | "any_of" | "contains_any":
            return (word, [random.choice(stock.objects).name for _ in range(random.randint(1, 3))])
        case "evaluated" | "declared":
            return (word, random.choices(measures, k=random.randint(1, 2)))
        case "owner":
            return (word, "Ada")
        case "among":
            return (word, *(random_set(random, stock) for _ in range(random.randint(1, 4))))
        case "better_than" | "worse_than":
            return (word, random.choice(measures), random.choice(NUMBERS))
    return (word, *(random_set(random, stock) for _ in range(2 if word == "between" else 1)))


def random_term(random: Random, stock: Stock) -> Tree:
    word = random.choice(TERMS)
    match word:
        case "number":
            return (word, random.choice(NUMBERS))
        case "distance":
            return (word, random_set(random, stock))
        case "score" | "error" | "replicates":
            return (word, random.choice(list(stock.scores)))
    return (word,)


def random_set(random: Random, stock: Stock) -> frozenset[int]:
    places = range(len(stock.objects))
    return frozenset(place for place in places if random.random() < 0.5)


def quoted(text: str, mark: str) -> str:
    return mark + text.replace(mark, mark * 2) + mark


def written(tree: Tree, stock: Stock, mark: str, above: int = 0) -> str:
    """A tree as a text, with parentheses only where precedence needs them."""

    def texts(values: Any) -> str:
        return ", ".join(quoted(each, mark) for each in values)

    match tree:
        case ("or" | "and" as word, parts):
            level = 1 if word == "or" else 2
            joined = f" {word} ".join(written(each, stock, mark, level + 1) for each in parts)
            return f"({joined})" if above > level else joined
        case ("not", part):
            return f"not {written(part, stock, mark, 3)}"
        case ("compare", first, rest):
            said = written(first, stock, mark)
            return said + "".join(f" {each} {written(term, stock, mark)}" for each, term in rest)
        case ("number", value):
            return repr(value)
        case ("rank" | "cost" | "size" as word,):
            return str(word)
        case ("better_than" | "worse_than" as word, measure, bound):
            return f"{word}({texts([measure])}, {bound})"
        case ("distance" | "subset_of" | "superset_of" | "between" | "among" as word, *sets):
            return f"{word}({texts(stock.spell(sorted(each)) for each in sets)})"
        case (word, str() as name):
            return f"{word}({texts([name])})"
        case (word, names):
            return f"{word}({texts(names)})"
    raise AssertionError(tree)


def value_of(tree: Tree, stock: Stock, row: int) -> float | None:
    match tree:
        case ("number", value):
            return float(value)
        case ("distance", other):
            return len(frozenset(stock.sets[row]) ^ other)
        case ("score", measure):
            return stock.mean(measure, row)
        case ("error", measure):
            return stock.error(measure, row)
        case ("replicates", measure):
            return len(stock.scores[measure][row])
    return stock.amount(tree[0], row)


def all_of(found: list[bool | None]) -> bool | None:
    return False if False in found else None if None in found else True


def negated(found: bool | None) -> bool | None:
    return None if found is None else not found


def holds(tree: Tree, stock: Stock, row: int) -> bool | None:
    """Whether a predicate is true of one set, false, or neither."""
    here = frozenset(stock.sets[row])
    names = {stock.objects[each].name for each in here}
    match tree:
        case ("and", parts):
            return all_of([holds(each, stock, row) for each in parts])
        case ("or", parts):
            return negated(all_of([negated(holds(each, stock, row)) for each in parts]))
        case ("not", part):
            return negated(holds(part, stock, row))
        case ("compare", first, rest):
            values = [value_of(each, stock, row) for each in (first, *(term for _, term in rest))]
            return all_of(
                [
                    None if left is None or right is None else SIGNS[each](left, right)
                    for (left, right), (each, _) in zip(pairwise(values), rest, strict=True)
                ]
            )
        case ("contains", wanted):
            return set(wanted) <= names
        case ("any_of" | "contains_any", wanted):
            return bool(set(wanted) & names)
        case ("subset_of", other):
            return here.issubset(other)
        case ("superset_of", other):
            return here.issuperset(other)
        case ("between", one, other):
            return here.issuperset(one & other) and here.issubset(one | other)
        case ("among", *listed):
            return here in listed
        case ("owner", owner):
            return any(stock.objects[each].owner == owner for each in here)
        case ("evaluated", measures):
            return all(stock.scores[each][row] for each in measures)
        case ("declared", measures):
            return all_of([stock.is_declared(each, row) for each in measures])
        case (word, measure, bound):
            score = stock.mean(measure, row)
            if score is None:
                return None
            above: float = sign(measure) * (score - bound)
            return above > 0 if word == "better_than" else above < 0
    raise AssertionError(tree)


@given(stocks(), st.integers(0, 2**32), st.sampled_from("\"'"))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_predicates_select_what_plain_python_selects(stock: Stock, seed: int, mark: str) -> None:
    random, index = Random(seed), stock.index()
    for _ in range(40):
        tree = random_tree(random, stock)
        text = written(tree, stock, mark)
        expected = [holds(tree, stock, row) is True for row in range(len(stock.sets))]
        assert select(index, text).tolist() == expected, text
        assert select(index, parse(f"\n( {text}\t)")).tolist() == expected


# ------------------------------------------------------------------ what is decided


@pytest.fixture(scope="module")
def stock() -> Stock:
    objects = tuple(
        DataObject(name, place, cost=cost, owner=owner)
        for place, (name, cost, owner) in enumerate(
            [("A", 0.1, "Ada"), ("B", 0.2, "Bo"), ("C", None, None)]
        )
    )
    sets = ((), (0,), (1,), (0, 1), (0, 2), (0, 1, 2))
    accuracy = ((), (0.5,), (0.6, 0.8), (0.7,), (), (0.9,))
    loss = ((0.9,), (), (0.5,), (0.25,), (0.3,), ())
    declared = frozenset({("loss/en", 0), ("loss/en", 2), ("accuracy/en", 5)})
    return Stock(objects, sets, {"accuracy/en": accuracy, "loss/en": loss}, declared)


def found(stock: Stock, text: str) -> list[str]:
    rows = select(stock.index(), text)
    return [stock.spell(each) for each, chosen in zip(stock.sets, rows, strict=True) if chosen]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('score("accuracy") > 0.6', ["B", "AB", "ABC"]),
        ('not score("accuracy") > 0.6', ["A"]),
        ('not not score("accuracy") > 0.6', ["B", "AB", "ABC"]),
        ('score("accuracy") > 0.6 or rank == 0', ["empty", "B", "AB", "ABC"]),
        ('not (score("accuracy") > 0.6 and rank > 1)', ["empty", "A", "B"]),
        ('score("accuracy") == score("accuracy")', ["A", "B", "AB", "ABC"]),
        ('score("accuracy") != 7', ["A", "B", "AB", "ABC"]),
        ('0.5 < score("accuracy") <= 0.7', ["B", "AB"]),
        ('better_than("loss", 0.4)', ["AB", "AC"]),
        ('score("loss") > 0.4', ["empty", "B"]),
        ('worse_than("loss", 0.4)', ["empty", "B"]),
        ('not better_than("loss", 0.3)', ["empty", "B", "AC"]),
        ('error("accuracy") < 1', ["B"]),
        ('not error("accuracy") < 0', ["B"]),
        ('replicates("accuracy") == 0', ["empty", "AC"]),
        ('not evaluated("accuracy")', ["empty", "AC"]),
        ('evaluated("accuracy", "loss")', ["B", "AB"]),
        ('declared("loss")', ["empty", "B"]),
        ('not declared("loss")', ["AB", "AC"]),
        ('evaluated("loss") and not declared("loss")', ["AB", "AC"]),
        ('declared("loss") or not declared("loss")', ["empty", "B", "AB", "AC"]),
        ('declared("loss", "accuracy")', []),
        ('not declared("loss", "accuracy")', ["A", "B", "AB", "AC"]),
        ("cost <= 0.3", ["empty", "A", "B", "AB"]),
        ("not cost <= 0.3", []),
        ("cost == 0.3", ["AB"]),
        ('owner("Bo")', ["B", "AB", "ABC"]),
        ('between("A", "ABC")', ["A", "AB", "AC", "ABC"]),
        ('between("A", "B")', ["empty", "A", "B", "AB"]),
        ('among("AB", "~", "~05", "AB")', ["empty", "AB", "AC"]),
        ('subset_of("^C") and distance("AB") = 1', ["A", "B"]),
        ('RANK >= 2 AND NOT Contains("C")', ["AB"]),
        ("rank > 1 or rank > 2 and rank > 9", ["AB", "AC", "ABC"]),
        ('not contains("A") or contains("B", "C")', ["empty", "B", "ABC"]),
    ],
)
def test_what_a_predicate_selects(stock: Stock, text: str, expected: list[str]) -> None:
    assert found(stock, text) == expected


def test_a_declared_score_has_no_error_to_compare(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        index = database["california-housing"].index()
    chosen = select(index, 'error("@random_forest") >= 0')
    assert chosen.sum() == 1023
    assert not chosen[0]
    assert select(index, 'evaluated("@random_forest")').all()
    assert np.flatnonzero(select(index, 'declared("@random_forest")')).tolist() == [0]
    assert select(index, 'not declared("@random_forest")').sum() == 1023


def test_objects_beyond_the_first_word_are_found() -> None:
    objects = tuple(DataObject(f"o{place}", place, cost=1.0) for place in range(200))
    stock = Stock(objects, ((5, 70, 199), (5, 6, 70, 130), tuple(range(200))), {})
    index = stock.index()
    assert select(index, 'contains("o70", "o199")').tolist() == [True, False, True]
    assert select(index, 'any_of("o6", "o130")').tolist() == [False, True, True]
    assert select(index, 'subset_of("^o6")').tolist() == [True, False, False]
    assert select(index, 'distance("o5+o70") <= 2').tolist() == [True, True, False]
    assert select(index, "cost == 200").tolist() == [False, False, True]


# ------------------------------------------------------------------ errors point at the character


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", None, "The predicate is an empty text. Say what has to hold"),
        (" \t\n", None, "The predicate is an empty text."),
        ("rank", 0, "a number says nothing alone, it has to be compared. As in rank >= 3."),
        ("0.6", 0, "a number says nothing alone"),
        ('rank > 1 and score("x")', 13, "a number says nothing alone"),
        ("rank => 3", 5, "'=>' means nothing here. Write >=."),
        (
            "rank >= ",
            8,
            "expected a word such as `contains`, `rank` or `score`, or a number, but it",
        ),
        ("rank 3", 0, "a number says nothing alone"),
        ("rank > 3 rank < 9", 9, "expected `and`, `or` or the end, not `rank`"),
        ("rank() > 3", 4, "expected a comparison (`rank` stands alone), not `(`. As in rank >= 3."),
        (
            "score > 0.6",
            6,
            'expected `(` after `score`, not `>`. As in score("accuracy/en") > 0.6.',
        ),
        ("contains(A)", 9, 'expected an object in quotes, not `A`. Names stand in quotes: "A".'),
        ("contains()", 9, 'expected an object in quotes, not `)`. As in contains("books").'),
        ('contains("A"', 12, "expected `)` to close the `(` at character 9, but it ends here"),
        ('contains("A",)', 13, "expected an object in quotes, not `)`"),
        ('contains("A) or rank > 3', 9, "this quote is never closed"),
        ("contains('A\") or rank > 3", 9, "this quote is never closed"),
        ('contians("A")', 0, "`contians` is no word of predicates. Did you mean contains"),
        ("rnak > 3", 0, "Did you mean rank?"),
        ('xyz("A")', 0, "The words are contains, any_of"),
        ('contains("A") > 3', 0, "this holds or does not, and only numbers are compared"),
        ('3 < contains("A")', 4, "this holds or does not, and only numbers are compared"),
        ('"A"', 0, 'Say what of it: contains("A").'),
        ("not", 3, "expected a word such as"),
        ("and rank > 3", 0, "not `and`"),
        ("rank > 3 and", 12, 'but it ends here. As in contains("books") and rank >= 3.'),
        ("rank > not", 7, "not `not`"),
        ("(rank > 3", 9, "expected `)` to close the `(` at character 1, but it ends here"),
        ("rank > 3)", 8, "expected `and`, `or` or the end, not `)`"),
        ("()", 1, "not `)`"),
        ('between("A")', 11, "expected `,` and a set, not `)`. As in between("),
        ('between("A", "B", "C")', 16, "expected `)` to close the `(` at character 8, not `,`"),
        ('better_than("x")', 15, "expected `,` and a number, not `)`"),
        ('better_than("x", "y")', 17, 'expected a number, not `"y"`'),
        ('subset_of("A", "B")', 13, "expected `)`"),
        ('rank > 1 && contains("A")', 9, "'&&' means nothing here. Write and."),
        ("rank > 1 || rank < 0", 9, "Write or."),
        ("!(rank > 1)", 0, "Write not."),
        ("rank <> 1", 5, "Write !=."),
        ("contains(“A”)", 9, "Write straight quotes"),
        ("rank > 3; drop", 8, "';' means nothing here"),
        ("rank > 1.2.3", 10, "expected `and`, `or` or the end, not `.3`"),
        ("rank > 0x10", 8, "not `x10`"),
        ("rank > 1e999", 7, "this number is too large"),
        ("rank > ３", 7, "means nothing here"),
        ("rаnk > 3", 1, "means nothing here"),  # a Cyrillic letter
        ("__import__('os')", 0, "`__import__` is no word"),
        ('contains("A").real', 13, "'.' means nothing here"),
        ('score("accuracy/en")[0] > 1', 20, "'[' means nothing here"),
    ],
)
def test_a_bad_text_is_refused_at_its_character(text: str, at: int | None, says: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        parse(text)
    assert says in str(refused.value)
    assert refused.value.subject == text
    if at is None:
        return
    assert f"at character {at + 1}:" in refused.value.message
    _, shown, carets = refused.value.hint.split("\n")
    place = len(carets) - len(carets.lstrip())
    assert carets[place] == "^"
    assert shown[place : place + 1] == text[at : at + 1]


@pytest.mark.parametrize(
    ("text", "kind", "at", "says"),
    [
        ('rank > 1 and contains("D")', UnknownObject, 22, "'D' is no object"),
        ('contains("A", "a")', UnknownObject, 14, "Did you mean A?"),
        ('score("acuracy/en") > 1', UnknownMeasure, 6, "Did you mean accuracy/en or"),
        ('0 < score("en")', Ambiguous, 10, "accuracy/en, loss/en"),
        ('subset_of("AX")', UnknownObject, 10, "'X' in 'AX' is no object"),
        ('subset_of("")', BadSpelling, 10, "The set is an empty text"),
        ('distance("A+A") < 1', BadSpelling, 9, "names 'A' twice"),
        ('owner("Adda")', BadQuestion, 6, "Did you mean Ada?"),
        ('owner("Zoe")', BadQuestion, 6, "The owners are Ada, Bo."),
        ("rank > 1 and size > 2", BadQuestion, 13, "No object of this lattice has a size"),
    ],
)
def test_a_bad_name_is_refused_at_its_character(
    stock: Stock, text: str, kind: type[LatticeError], at: int, says: str
) -> None:
    with pytest.raises(kind) as refused:
        select(stock.index(), text)
    assert says in str(refused.value)
    assert refused.value.message.endswith(f", at character {at + 1} of the predicate.")
    carets = refused.value.hint.split("\n")[2]
    assert carets.index("^") == at + 2
    assert refused.value.subject == text


def test_where_nobody_owns_anything_that_is_said() -> None:
    index = Stock((DataObject("A", 0),), ((0,),), {}).index()
    with pytest.raises(BadQuestion, match="No owner is said in this lattice"):
        select(index, 'owner("Ada")')


def test_a_long_text_is_shown_around_the_place_only() -> None:
    text = " or ".join(['contains("A")'] * 500) + " or rank ? 3"
    with pytest.raises(BadQuestion) as refused:
        parse(text)
    _, shown, carets = refused.value.hint.split("\n")
    assert len(shown) < 100
    assert shown[carets.index("^")] == "?"


def test_wide_and_invisible_characters_do_not_move_the_carets() -> None:
    with pytest.raises(BadQuestion) as refused:
        parse('contains("東京\t\x00") ? 3')
    _, shown, carets = refused.value.hint.split("\n")
    assert "\t" not in shown
    assert "\x00" not in shown
    assert carets.index("^") == shown.index("?") + 2  # two wide characters before it


# ------------------------------------------------------------------ hostile texts


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.sampled_from(
                ["contains", "rank", "score", "(", ")", ",", '"A"', "and", "or", "not", "<", ">="]
            )
            | st.sampled_from(["==", "0.5", "-3", "between", '"', "'", "\x00"]),
            max_size=30,
        ).map(" ".join),
    )
)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    index = Stock((DataObject("A", 0), DataObject("B", 1)), ((0,), (0, 1)), {}).index()
    try:
        assert select(index, text).shape == (2,)
    except (BadQuestion, BadSpelling, Unknown, Ambiguous) as refused:
        assert str(refused)  # noqa: PT017 - what else it raises fails the test


@pytest.mark.parametrize(
    "text",
    [
        "rank > 1 or " * 10_000,
        "(" * 19_000,
        "(" * 9_000 + "rank > 1" + ")" * 9_000,
        "not " * 4_900 + "rank > 1",
        "rank > " + "9" * 19_000,
        'contains("' + "A" * 19_000,
        '"' * 19_999,
        "'" * 19_998 + '"',
        'contains("' + '""' * 9_900,
        "\x00" * 1_000,
        "rank > 1\x00",
        'contains("\x00")',
        "1 < " * 4_000 + "rank < ",
        "\ud800",
        'score("' + "+" * 10_000 + '") > 1',
    ],
)
def test_hostile_texts_are_refused(stock: Stock, text: str) -> None:
    with pytest.raises((BadQuestion, Unknown)) as refused:
        select(stock.index(), text)
    assert len(refused.value.hint) < 1_000


def test_a_text_of_a_hundred_thousand_characters_is_refused_for_its_length() -> None:
    with pytest.raises(BadQuestion, match="a text of 100,000 characters") as refused:
        parse("x" * 100_000)
    assert "At most 20,000 are read" in refused.value.hint


def test_fifty_levels_are_read_and_one_more_is_not(stock: Stock) -> None:
    fifty = "not (" * 25 + "rank > 1" + ")" * 25
    assert found(stock, fifty) == ["empty", "A", "B"]
    with pytest.raises(BadQuestion, match="more than 50 parts lie one in another"):
        parse(f"({fifty})")


def test_many_conditions_in_a_row_are_no_depth(stock: Stock) -> None:
    assert found(stock, " or ".join(["rank == 3"] * 1_500)) == ["ABC"]
    assert found(stock, " < ".join(["0", *["rank"] * 1_000])) == []


def test_a_search_ends_at_its_deadline(stock: Stock) -> None:
    with within(0), pytest.raises(OutOfTime, match="a predicate selects"):
        select(stock.index(), "rank > 1")


def test_every_measure_can_be_named_in_full(stock: Stock) -> None:
    for name in stock.scores:
        assert name in MEASURES
        assert found(stock, f'evaluated("{name}")')
