from __future__ import annotations

import pytest

from lattice.errors import BadQuestion
from lattice.facade import terms
from lattice.glossary import TERMS


def test_every_word_is_defined_once_and_plainly() -> None:
    names = [name.casefold() for each in TERMS for name in (each.name, *each.also)]
    assert len(set(names)) == len(names)
    for each in TERMS:
        assert each.definition.endswith("."), each.name
        assert len(each.definition) < 320, each.name
        for line in (each.grid, each.graph, each.assumes):
            assert line is None or line.endswith("."), each.name


def test_what_the_explorer_derives_has_a_formula_and_a_place_on_the_graph() -> None:
    for word in ("leave-one-out", "shapley value", "banzhaf value", "pair interaction", "delta"):
        (found,) = terms((word,)).items
        assert found.formula
        assert found.graph
        assert found.grid


def test_words_are_found_by_all_of_their_names() -> None:
    found = terms(("LOO", "strike", "Leave-One-Out"))
    assert [each.name for each in found.items] == ["data strike", "leave-one-out"]
    assert terms().total == len(TERMS)


def test_an_unknown_word_has_a_suggestion() -> None:
    with pytest.raises(BadQuestion, match="'shaply' is not in the glossary") as caught:
        terms(("shaply",))
    assert "Shapley" in str(caught.value.hint) or caught.value.suggestions
