"""Found sets as tables."""

from __future__ import annotations
