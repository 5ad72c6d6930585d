"""Questions that look for sets."""

from __future__ import annotations

from lattice.facade.asking import Asking


class Searching(Asking):
    """Search, levels, fronts."""
