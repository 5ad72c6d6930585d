"""What mappings say of draws: kept with the result set, and refused where they do not fit."""

from __future__ import annotations

import pytest

from lattice.errors import MappingRefused
from lattice.importing import mapping as mappings


def test_draws_are_read_and_written_back() -> None:
    text = 'design = "chains"\n[draws]\nchains = [["B", "A"], ["A", "B"]]\nantithetic = true\n'
    found = mappings.parse(text, "m")
    assert found.draws.chains == (("B", "A"), ("A", "B"))
    assert found.draws.antithetic
    assert mappings.parse(mappings.to_toml(found), "again") == found
    assert mappings.restored(mappings.canonical(found)) == found
    drawn = mappings.parse('design = "random"\n[draws]\nprobability = 0.5\n', "m")
    assert drawn.draws.probability == 0.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[draws]\nprobability = 0.5", "the design is unknown"),
        ('design = "random"\n[draws]\nprobability = 1.5', "less than 1"),
        ('design = "random"\n[draws]\nchains = [["A"]]', "the design is random"),
        ('design = "chains"\n[draws]\nchains = [["A", "A"]]', "chain 1 names an object twice"),
        (
            'design = "chains"\n[draws]\nantithetic = true\nchains = [["A", "B"], ["A", "B"]]',
            "not pairs of an order and its reverse",
        ),
        (
            'design = "chains"\n[draws]\nantithetic = true\nchains = [["A", "B"]]',
            "not pairs of an order and its reverse",
        ),
    ],
)
def test_draws_that_do_not_fit_are_refused(text: str, said: str) -> None:
    with pytest.raises(MappingRefused, match=said):
        mappings.parse(text, "m")
