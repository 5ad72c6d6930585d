from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lattice
from lattice.deadlines import stop_if_late
from lattice.importing.mapping import Mapping, MetricEntry
from lattice.web.app import create_app

OBJECTS = 13
LONG = "/lattices/large/sets?filter=rank%20%3E%3D%206&sort=accuracy&limit=10"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete lattice of 8,192 sets, on which questions take more than a few milliseconds."""
    folder = tmp_path_factory.mktemp("large")
    masks = (np.arange(1 << OBJECTS)[:, None] >> np.arange(OBJECTS) & 1).astype(np.bool_)
    scores = np.random.default_rng(0).random(len(masks))
    np.savez(folder / "large.npz", masks=masks, scores=scores)
    place = folder / "large.db"
    with lattice.create(str(place)) as database:
        said = Mapping(metrics=(MetricEntry("accuracy", "higher"),))
        database.import_files([folder / "large.npz"], mapping=said)
    return place


@contextmanager
def serving(place: Path, *options: str) -> Iterator[str]:
    """A real server in a process of its own; gives its address."""
    command = [sys.executable, "-m", "lattice.cli", "serve", "--db", str(place), "--port", "0"]
    with subprocess.Popen(
        [*command, "--json", *options], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["address"]
        finally:
            process.terminate()


def ask(address: str, url: str) -> tuple[int, Any, dict[str, str]]:
    try:
        with urllib.request.urlopen(f"{address}api/v1{url}") as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), dict(error.headers)


def test_a_long_question_stops_at_the_deadline_of_the_server(large: Path) -> None:
    with serving(large, "--timeout", "0.001") as address:
        status, problem, headers = ask(address, LONG)
        assert (status, problem["type"]) == (503, "/problems/out-of-time"), problem
        assert problem["title"] == "Out of time"
        assert headers["Content-Type"] == "application/problem+json"
        assert "Stopped at the deadline while" in problem["detail"]
        assert problem["hint"]
    with serving(large) as address:
        status, page, headers = ask(address, LONG)
        assert status == 200
        assert page["total"] == sum(comb(OBJECTS, rank) for rank in range(6, OBJECTS + 1))
        assert headers["Cache-Control"] == "no-cache"


def test_the_next_question_has_its_own_time(large: Path) -> None:
    with lattice.open(str(large)) as database:
        late = create_app(database, request_seconds=0.0).test_client()
        soon = create_app(database, request_seconds=60).test_client()
        for _ in range(2):
            assert late.get(f"/api/v1{LONG}").status_code == 503
            assert soon.get(f"/api/v1{LONG}").status_code == 200
    stop_if_late("testing")  # no deadline is left behind


def test_an_answer_that_took_too_long_is_not_kept_for_later(large: Path) -> None:
    """It may be a part of what there is to say."""
    with lattice.open(str(large)) as database:
        late = create_app(database, request_seconds=0.0).test_client()
        answer = late.get("/api/v1/lattices/large/resolve?set=all")
        assert answer.status_code == 200
        assert "ETag" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("said", ["0", "-1", "never"])
def test_a_server_without_time_does_not_start(said: str, large: Path) -> None:
    command = [sys.executable, "-m", "lattice.cli", "serve", "--db", str(large)]
    done = subprocess.run([*command, "--timeout", said], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--timeout" in done.stderr
