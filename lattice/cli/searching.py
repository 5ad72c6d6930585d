"""Commands that look for sets."""

from __future__ import annotations
