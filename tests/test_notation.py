from __future__ import annotations

import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lattice.errors import Ambiguous, BadSpelling, LatticeError, UnknownObject
from lattice.model import DataObject
from lattice.notation import Universe, cut_sum, quoted

MODERATE = settings(max_examples=150, deadline=None)


def universe(*names: str, **variant_of: str) -> Universe:
    return Universe(
        tuple(
            DataObject(name, position, variant_of=variant_of.get(name))
            for position, name in enumerate(names)
        )
    )


def mask(among: Universe, *names: str) -> int:
    return sum(1 << among.names.index(name) for name in names)


LETTERS = universe("A", "B", "C", "D")
SOURCES = universe("books", "science", "social")

# ------------------------------------------------------------------ every documented spelling


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ABCD", "ABCD"),
        ("BD", "BD"),
        ("DB", "BD"),
        ("C", "C"),
        ("A+C", "AC"),
        ("C + A", "AC"),
        ('"A"+C', "AC"),
        ("empty", ""),
        ("{}", ""),
        ("all", "ABCD"),
        ("^B", "ACD"),
        ("all-B", "ACD"),
        ("^BD", "AC"),
        ("all-B+D", "AC"),
        ("^all", ""),
        ("^empty", "ABCD"),
        ("^{}", "ABCD"),
        ("^~02", "ACD"),
        ("~", ""),
        ("~0f", "ABCD"),
        ("~0F", "ABCD"),
        ("~0d", "ACD"),
        ("  AB \n", "AB"),
    ],
)
def test_a_set_of_letters_is_read_in_every_documented_spelling(text: str, names: str) -> None:
    assert LETTERS.read(text) == mask(LETTERS, *names)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("books", ["books"]),
        ("books+science", ["books", "science"]),
        ("science+books", ["books", "science"]),
        ("books + science", ["books", "science"]),
        ('"books"+"science"', ["books", "science"]),
        ("^books+science", ["social"]),
        ("all-books", ["science", "social"]),
        ("all", ["books", "science", "social"]),
        ("empty", []),
        ("{}", []),
        ("~05", ["books", "social"]),
    ],
)
def test_a_set_of_words_is_read_in_every_documented_spelling(text: str, names: list[str]) -> None:
    assert SOURCES.read(text) == mask(SOURCES, *names)


@pytest.mark.parametrize(
    ("among", "names", "text"),
    [
        (LETTERS, "", "empty"),
        (LETTERS, "ABCD", "ABCD"),
        (LETTERS, "DA", "AD"),
        (SOURCES, ["social", "books"], "books+social"),
        (SOURCES, ["science"], "science"),
        (universe("c++", "java"), ["c++", "java"], '"c++"+java'),
        (universe('say "hi"', "b"), ['say "hi"', "b"], '"say ""hi"""+b'),
        (universe(" a", "b"), [" a"], '" a"'),
        (universe("all", "b"), ["all"], '"all"'),
        (universe("empty", "b"), ["empty", "b"], '"empty"+b'),
        (universe("all-b", "b"), ["all-b"], '"all-b"'),
        (universe("^b", "bb"), ["^b"], '"^b"'),
        (universe("~0f", "bb"), ["~0f"], '"~0f"'),
        (universe("a b", "c-d"), ["a b", "c-d"], "a b+c-d"),
    ],
)
def test_a_set_is_spelled_with_quotes_only_where_a_name_needs_them(
    among: Universe, names: list[str], text: str
) -> None:
    assert among.spell(mask(among, *names)) == text
    assert among.read(text) == mask(among, *names)


def test_letters_are_joined_only_when_every_name_is_one_plain_letter() -> None:
    assert universe("a", "b", "c").spell(0b101) == "ac"
    assert universe("a", "b", "cc").spell(0b011) == "a+b"
    assert universe("a", "b", "-").spell(0b011) == "a+b"
    assert universe("é", "水", "1").spell(0b111) == "é水1"


def test_letters_that_join_to_a_reserved_word_are_spelled_apart() -> None:
    among = universe(*"empty")
    assert among.spell(0b11111) == "e+m+p+t+y"
    assert among.read("e+m+p+t+y") == 0b11111
    assert among.spell(0) == "{}"
    assert among.read("{}") == 0


def test_names_that_a_plus_sign_could_join_are_quoted() -> None:
    among = universe("A", "B", "A+B")
    assert among.spell(0b011) == '"A"+"B"'
    assert among.spell(0b100) == '"A+B"'
    assert among.spell(0b001) == "A"


# ------------------------------------------------------------------ read(spell(S)) == S

AWKWARD = [
    *("+", ",", '"', "^", "~", "{", "}", "{}", "-", " ", "\u2003", "all", "empty", "all-", "all-A"),
    *(
        "^A",
        "~0f",
        "~",
        "A",
        "B",
        "AB",
        "A+B",
        "B+A",
        "A+",
        "+A",
        '"A"',
        "A,B",
        " A",
        "A ",
        "a",
        "l",
    ),
    *("e", "m", "p", "t", "y", "^all", "^empty", '"', '""', "++", "C", "D"),
]
PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=6)
NAMES = st.lists(
    st.one_of(st.sampled_from(AWKWARD), PRINTABLE), min_size=1, max_size=9, unique=True
)
SINGLE_LETTERS = st.lists(
    st.one_of(
        st.sampled_from('+-,^~"{} ABCempty all'), st.characters(exclude_categories=("Cc", "Cs"))
    ),
    min_size=1,
    max_size=9,
    unique=True,
)


@given(st.one_of(NAMES, SINGLE_LETTERS), st.data())
@example(["A", "B", "A+B"], None)
@example(["empty", "{}", "~", "all"], None)
@example(["e", "m", "p", "t", "y"], None)
@example(["a", "l", "\u2003"], None)
@MODERATE
def test_every_set_is_read_back_from_its_spelling(
    names: list[str], data: st.DataObject | None
) -> None:
    among = universe(*names)
    every = range(1 << len(names))
    masks = every if data is None else data.draw(st.lists(st.sampled_from(every), max_size=8))
    for each in [0, every[-1], *masks]:
        spelled = among.spell(each)
        assert among.read(spelled) == each
        assert among.read(f"  {spelled} ") == each


@given(NAMES)
@MODERATE
def test_no_two_sets_have_one_spelling(names: list[str]) -> None:
    among = universe(*names)
    spelled = [among.spell(each) for each in range(1 << len(names))]
    assert len(set(spelled)) == len(spelled)


@given(NAMES)
@MODERATE
def test_every_object_can_be_named_in_double_quotes(names: list[str]) -> None:
    among = universe(*names)
    for position, name in enumerate(names):
        protected = '"' + name.replace('"', '""') + '"'
        assert among.read(protected) == 1 << position
        everything = (1 << len(names)) - 1
        assert among.read(f"^{protected}") == everything ^ 1 << position


def mask_or_refusal(among: Universe, text: str) -> int | LatticeError:
    try:
        return among.read(text)
    except (BadSpelling, UnknownObject, Ambiguous) as refusal:
        return refusal


@given(st.text(max_size=12), st.one_of(NAMES, SINGLE_LETTERS))
@MODERATE
def test_any_text_is_read_or_refused_in_our_words(text: str, names: list[str]) -> None:
    among = universe(*names)
    found = mask_or_refusal(among, text)
    if isinstance(found, LatticeError):
        assert found.message.endswith(".")
        assert found.hint
    else:
        assert 0 <= found < 1 << len(names)


@given(
    st.lists(
        st.sampled_from(["A", "B", "+", '"', "^", "all-", "all", "~", "{}", " ", "0f"]), max_size=8
    )
)
@MODERATE
def test_any_pile_of_signs_is_read_or_refused_in_our_words(pieces: list[str]) -> None:
    found = mask_or_refusal(LETTERS, "".join(pieces))
    if isinstance(found, LatticeError):
        assert found.message.endswith(".")
        assert found.hint
    else:
        assert 0 <= found < 16


# ------------------------------------------------------------------ ambiguity


@pytest.mark.parametrize(
    ("among", "text", "readings"),
    [
        (universe("A", "B", "A+B"), "A+B", ('"A"+"B"', '"A+B"')),
        (universe("empty", "b"), "empty", ("{}", '"empty"')),
        (universe("all", "bb"), "all", ('"all"', '"all"+"bb"')),
        (universe("^B", "B", "C"), "^B", ('"^B"', '"^B"+"C"')),
        (universe("all-B", "B", "C"), "all-B", ('"all-B"', '"all-B"+"C"')),
        (universe(*"empty"), "empty", ("{}", '"e"+"m"+"p"+"t"+"y"')),
        (universe("a", "~01"), "~01", ('"a"', '"~01"')),
    ],
)
def test_an_ambiguous_text_lists_its_readings_and_each_can_be_written(
    among: Universe, text: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(Ambiguous) as refusal:
        among.read(text)
    assert sorted(refusal.value.suggestions) == sorted(readings)
    assert all(reading in refusal.value.message for reading in readings)
    assert len({among.read(reading) for reading in readings}) == len(readings)


def test_a_quote_inside_a_name_is_doubled_in_the_readings() -> None:
    among = universe('a"', "b", 'a"+b')
    with pytest.raises(Ambiguous) as refusal:
        among.read('a"+b')
    assert sorted(refusal.value.suggestions) == ['"a"""+"b"', '"a""+b"']
    assert sorted(among.read(each) for each in refusal.value.suggestions) == [0b011, 0b100]


def test_a_word_is_a_name_and_not_its_letters() -> None:
    among = universe("A", "B", "AB")
    assert among.read("AB") == 0b100
    assert among.read("A+B") == 0b011


# ------------------------------------------------------------------ mistakes


def test_a_typo_offers_the_closest_names() -> None:
    with pytest.raises(UnknownObject) as refusal:
        SOURCES.read("books+sience")
    assert refusal.value.suggestions[0] == "science"
    assert "sience" in refusal.value.message
    assert "Did you mean science" in refusal.value.hint


def test_a_typo_in_a_complement_offers_the_closest_names() -> None:
    for text in ("^boks", "all-boks"):
        with pytest.raises(UnknownObject) as refusal:
            SOURCES.read(text)
        assert refusal.value.suggestions == ("books",)


def test_case_matters_and_is_offered() -> None:
    with pytest.raises(UnknownObject) as refusal:
        LETTERS.read("aB")
    assert refusal.value.suggestions == ("A",)


def test_a_letter_that_is_no_object_is_named_with_the_objects_there_are() -> None:
    with pytest.raises(UnknownObject) as refusal:
        LETTERS.read("ABX")
    assert "'X'" in refusal.value.message
    assert "A, B, C, D" in refusal.value.hint


def test_the_thirteenth_object_and_later_ones_are_left_out_of_the_hint() -> None:
    among = universe(*(f"chunk{number}" for number in range(20)))
    with pytest.raises(UnknownObject) as refusal:
        among.read("zzz")
    assert "chunk11, ..." in refusal.value.hint
    assert "chunk12" not in refusal.value.hint


@pytest.mark.parametrize("text", ["ABA", "AA", "A+A", "A+B+A", "^AA"])
def test_an_object_named_twice_is_refused(text: str) -> None:
    with pytest.raises(BadSpelling, match="'A' twice"):
        LETTERS.read(text)


def test_a_word_named_twice_is_refused() -> None:
    with pytest.raises(BadSpelling, match="'books' twice"):
        SOURCES.read("books+science+books")
    with pytest.raises(BadSpelling, match="' b' twice"):
        universe(" b", "c").read('" b"+" b"')


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_text_is_no_set_and_says_how_to_write_the_empty_one(text: str) -> None:
    with pytest.raises(BadSpelling, match="`empty`"):
        LETTERS.read(text)


@pytest.mark.parametrize("among", [LETTERS, SOURCES, universe()])
@pytest.mark.parametrize("text", ["^", "all-"])
def test_a_complement_of_nothing_said_is_refused(among: Universe, text: str) -> None:
    with pytest.raises(BadSpelling, match="which objects are left out"):
        among.read(text)


@pytest.mark.parametrize("among", [LETTERS, SOURCES])
@pytest.mark.parametrize("text", ["+", "{}+", "+{}", '""'])
def test_a_plus_sign_without_a_name_beside_it_is_refused(among: Universe, text: str) -> None:
    with pytest.raises(BadSpelling, match="lacks a name"):
        among.read(text)


@pytest.mark.parametrize("text", ['"books', '"books"science', '"books""', '"'])
def test_quotes_that_do_not_pair_up_are_refused(text: str) -> None:
    with pytest.raises(BadSpelling, match="do not pair up"):
        SOURCES.read(text)


def test_letters_in_quotes_are_one_name() -> None:
    with pytest.raises(UnknownObject, match="'AB'"):
        LETTERS.read('"AB"')


def test_a_key_of_another_lattice_is_refused() -> None:
    with pytest.raises(BadSpelling, match="beyond the 4"):
        LETTERS.read("~1f")


@pytest.mark.parametrize("text", ["~0", "~0g", "~ABC"])
def test_a_torn_key_is_refused(text: str) -> None:
    with pytest.raises(BadSpelling, match="no key of a set"):
        LETTERS.read(text)


def test_a_very_long_text_is_refused_quickly() -> None:
    with pytest.raises(BadSpelling, match="100,001 characters"):
        LETTERS.read("A" * 100_001)


@pytest.mark.parametrize("prefix", ["^", "all-"])
def test_a_complement_of_a_complement_is_no_spelling(prefix: str) -> None:
    with pytest.raises((UnknownObject, BadSpelling)):
        LETTERS.read(f"{prefix}{prefix}B")
    with pytest.raises((UnknownObject, BadSpelling)):
        LETTERS.read(prefix * (10 * sys.getrecursionlimit()) + "B")


# ------------------------------------------------------------------ variants

VARIANTS = Universe(
    (
        DataObject("books", 0),
        DataObject("news", 1),
        DataObject("news-noisy", 2, variant_of="news"),
        DataObject("web", 3),
        DataObject("news-half", 4, variant_of="news"),
    )
)


def test_all_and_complements_leave_variants_out() -> None:
    assert VARIANTS.read("all") == 0b01011
    assert VARIANTS.read("^news") == 0b01001
    assert VARIANTS.read("all-web") == 0b00011
    assert VARIANTS.read("^empty") == 0b01011


def test_a_complement_of_a_variant_is_refused() -> None:
    for text in ("^news-noisy", "all-news+news-half"):
        with pytest.raises(BadSpelling, match="only base objects"):
            VARIANTS.read(text)


def test_a_variant_is_named_like_any_object() -> None:
    assert VARIANTS.read("books+news-noisy") == 0b00101
    assert VARIANTS.spell(0b10001) == "books+news-half"


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("news+news-noisy", "news", "news-noisy"),
        ("news-half+news-noisy+books", "news-noisy", "news-half"),
        ("~06", "news", "news-noisy"),
    ],
)
def test_two_variants_of_one_object_in_a_set_are_refused(
    text: str, first: str, second: str
) -> None:
    with pytest.raises(BadSpelling, match=f"'{first}' and '{second}' are variants of one object"):
        VARIANTS.read(text)


# ------------------------------------------------------------------ cutting


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a", [("a", False)]),
        ("a+b", [("a", False), ("b", False)]),
        ('"a+b"+c', [("a+b", True), ("c", False)]),
        ('"say ""hi"""', [('say "hi"', True)]),
        ("a+", [("a", False), ("", False)]),
        ('""', [("", True)]),
        ('a"b', [('a"b', False)]),
        ('"a', None),
        ('"a"b', None),
    ],
)
def test_a_sum_is_cut_at_plus_signs_outside_quotes(
    text: str, pieces: list[tuple[str, bool]] | None
) -> None:
    assert cut_sum(text) == pieces


@given(st.lists(PRINTABLE, min_size=1, max_size=5))
@MODERATE
def test_quoted_names_joined_are_cut_into_the_same_names(names: list[str]) -> None:
    joined = "+".join(quoted(name) for name in names)
    pieces = cut_sum(joined)
    assert pieces is not None
    assert [name for name, _ in pieces] == names
