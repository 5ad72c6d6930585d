"""Endpoints that look for sets."""

from __future__ import annotations

from lattice.web.endpoint import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
