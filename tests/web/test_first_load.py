"""What a first visit to a map downloads before the picture, as files compressed by gzip."""

from __future__ import annotations

import gzip
import json

from lattice.web.assets import FOLDER

MOST_BYTES = 60_000
FIRST = ("src/main.tsx", "src/map/index.tsx", "src/controls/index.tsx")


def first_load() -> dict[str, int]:
    """The compressed size of every file that comes before the first picture of a map."""
    manifest = json.loads((FOLDER / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    chunks: set[str] = set()
    waiting = list(FIRST)
    while waiting:
        name = waiting.pop()
        if name not in chunks:
            chunks.add(name)
            waiting += manifest[name].get("imports", [])
    files = {manifest[name]["file"] for name in chunks}
    files |= {style for name in chunks for style in manifest[name].get("css", [])}
    return {file: len(gzip.compress((FOLDER / file).read_bytes(), 9)) for file in files}


def test_the_first_load_of_a_map_stays_small() -> None:
    sizes = first_load()
    assert len(sizes) >= len(FIRST)
    assert sum(sizes.values()) <= MOST_BYTES, sizes
