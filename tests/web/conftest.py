from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import lattice
from lattice.web.app import create_app


@pytest.fixture(scope="session")
def database(bundled: Path) -> Iterator[lattice.LatticeDatabase]:
    with lattice.open(str(bundled)) as opened:
        yield opened


@pytest.fixture
def client(database: lattice.LatticeDatabase) -> FlaskClient:
    return create_app(database).test_client()
