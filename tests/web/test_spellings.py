import json
from pathlib import Path

import pytest

from lattice.model import DataObject
from lattice.notation import Universe
from lattice.subsets import mask_of_positions

VECTORS = Path(__file__).parents[2] / "web/frontend/src/subsets/spellings.json"


@pytest.mark.parametrize(
    ("names", "positions", "text"), json.loads(VECTORS.read_text(encoding="utf-8"))
)
def test_server_and_explorer_spell_sets_alike(
    names: list[str], positions: list[int], text: str
) -> None:
    universe = Universe(tuple(DataObject(name, place) for place, name in enumerate(names)))
    mask = mask_of_positions(positions)
    assert universe.spell(mask) == text
    assert universe.read(text) == mask
