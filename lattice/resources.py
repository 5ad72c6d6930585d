"""The only locator of what is bundled: migrations and result sets.

They are found beside their packages, so that a checkout and an installed wheel behave alike.
"""

from __future__ import annotations

from pathlib import Path

import lattice.data
import lattice.migrations

MANIFEST = "manifest.toml"


def migrations_folder() -> Path:
    """The folder of the Alembic scripts."""
    return Path(lattice.migrations.__path__[0])


def bundled_manifests() -> tuple[Path, ...]:
    """The manifests of all bundled result sets, by name."""
    return tuple(sorted(Path(lattice.data.__path__[0]).glob(f"*/{MANIFEST}")))
