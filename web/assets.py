"""Finds the built front end through the manifest that its build writes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "dist"
URL = "/static/dist/"
_ENTRY = "src/main.tsx"


@dataclass(frozen=True)
class Assets:
    """URLs of what a page loads first."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def find_assets() -> Assets | None:
    """The entry's script and styles; None when the front end was not built."""
    manifest = FOLDER / ".vite" / "manifest.json"
    if not manifest.is_file():
        return None
    entry = json.loads(manifest.read_text(encoding="utf-8"))[_ENTRY]
    return Assets(
        scripts=(URL + entry["file"],),
        styles=tuple(URL + each for each in entry.get("css", ())),
    )
