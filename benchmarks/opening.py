"""Memory of an index, and how long a new process takes from opening to its first answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator

from benchmarks.harness import Comparison, bar, pairs_wanted, spelled
from benchmarks.lattices import Example
from benchmarks.peers import BULK

_NEIGHBORS = """
import sys, time
import lattice
place, name, source, target = sys.argv[1:]
start = time.perf_counter()
with lattice.open(place) as database:
    assert database[name].neighbors(source).neighbors
    print(time.perf_counter() - start)
"""

_PATH = """
import sys, time
import lattice
place, name, source, target = sys.argv[1:]
start = time.perf_counter()
with lattice.open(place) as database:
    assert database[name].path(source, target, objective="widest").found
    print(time.perf_counter() - start)
"""

_READ = """
import sqlite3, sys, time
place, statement = sys.argv[1:]
start = time.perf_counter()
connection = sqlite3.connect(place)
assert connection.execute(statement).fetchall()
print(time.perf_counter() - start)
"""

_MEMORY = """
import sys
import lattice

def ask(stored, source, target):
    stored.neighbors(source)
    for objective in ("fewest", "widest"):
        assert stored.path(source, target, objective=objective).found

def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) * 1024

small, small_name, one, two, place, name, source, target = sys.argv[1:]
with lattice.open(small) as database:
    ask(database[small_name], one, two)  # loads the code, whose memory is not the index's
with lattice.open(place) as database:
    stored = database[name]
    before = resident()
    stored.index()
    print(stored.index().nbytes, resident() - before)
    ask(stored, source, target)
    print(stored.index().nbytes, resident() - before)
"""


def comparisons(example: Example, small: Example) -> Iterator[object]:
    """Opening against one bulk read of the scores, and memory against the scores' size."""
    opened, read = ends(example), (str(example.place), BULK)
    run(_PATH, *opened)  # the first process keeps the arrays that the next ones find
    pairs = min(10, pairs_wanted(10))
    for name, code in {"neighborhood": _NEIGHBORS, "widest path": _PATH}.items():
        found = [(run(code, *opened)[0], run(_READ, *read)[0]) for _ in range(pairs)]
        ours, theirs = zip(*found, strict=True)
        yield Comparison(
            f"warm open to the first {name}, {example.name}, new processes",
            "one bulk SQL read of its scores",
            ours,
            theirs,
            at_most=0.5,
        )
    for name, code in {"neighborhood": _NEIGHBORS, "widest path": _PATH}.items():
        with tempfile.TemporaryDirectory() as nothing:
            cold, bulk = run(code, *opened, cache=nothing)[0], run(_READ, *read)[0]
        yield Comparison(
            f"cold open to the first {name}, {example.name}, a new process, nothing kept",
            "one bulk SQL read of its scores",
            (cold,),
            (bulk,),
        )
    yield memory(example, small)


def ends(example: Example) -> tuple[str, str, str, str]:
    """Arguments that name the example and two of its sets."""
    size = len(example.index)
    one, two = (example.index.training_set(row).key for row in (size // 3, size // 2))
    return str(example.place), example.name, one, two


def memory(example: Example, small: Example) -> str:
    """Bytes of the index of one measure, told by itself and by the system, as loaded and used."""
    scores = 8 * len(example.index)
    found = run(_MEMORY, *ends(small), *ends(example))
    loaded, grown, used, grown_used = (each / scores for each in found)
    return (
        f"index of one measure, {example.name}: {spelled(loaded)}x its {scores / 1e6:.1f} MB of"
        f" scores as loaded (the process grew by {spelled(grown)}x), {spelled(used)}x after"
        f" questions (the process by {spelled(grown_used)}x){bar(used, 10.0)}"
    )


def run(code: str, *arguments: str, cache: str | None = None) -> list[float]:
    """The numbers that a new process prints."""
    command = [sys.executable, "-c", code, *arguments]
    environment = os.environ | ({} if cache is None else {"LATTICE_CACHE": cache})
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(each) for each in done.stdout.split()]
