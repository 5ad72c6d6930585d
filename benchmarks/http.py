"""The server's answers against those of a bare Flask application under the same WSGI server.

Each server is a process of its own, and so is the client: eight connections that are kept alive,
each sending the next request when it has the whole answer to the last.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from benchmarks.harness import OBJECTS, Comparison, duration, pairs_wanted
from benchmarks.lattices import Example, complete, kept_folder

CONNECTIONS = 8
REQUESTS = 2_000
THREADS = 8
_BARE = f"""
import logging
import flask
import waitress.server
logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # as our server does
app = flask.Flask("bare")
app.add_url_rule("/", view_func=lambda: flask.jsonify({{}}))
server = waitress.server.create_server(app, host="127.0.0.1", port=0, threads={THREADS}, ident=None)
print('{{"address": "http://127.0.0.1:%s/"}}' % server.effective_port, flush=True)
server.run()
"""


@dataclass(frozen=True)
class Load:
    """What a client measured: seconds of everything, and of every request."""

    seconds: float
    each: tuple[float, ...]

    @property
    def late(self) -> float:
        """The 99th percentile."""
        return float(np.percentile(self.each, 99))


def comparisons() -> Iterator[object]:
    """The rows of this benchmark."""
    with kept_folder() as folder, complete(folder, OBJECTS) as example:
        yield from over_http(example)


def over_http(example: Example) -> Iterator[object]:
    """Random neighborhoods and paths of a stored lattice, and nothing at all from bare Flask."""
    draw = random.Random(9)
    lattice = f"/api/v1/lattices/{example.name}"

    def key() -> str:
        return example.index.training_set(draw.randrange(len(example.index))).key

    urls: dict[str, Callable[[], str]] = {
        "neighborhood": lambda: f"{lattice}/sets/{key()}/neighborhood",
        "path of fewest moves": lambda: f"{lattice}/paths?from={key()}&to={key()}",
    }
    ours = [sys.executable, "-m", "lattice.cli", "serve", "--port", "0", "--json"]
    bare = [sys.executable, "-c", _BARE]
    with serving([*ours, "--db", str(example.place)]) as our_port, serving(bare) as their_port:
        for what, url in urls.items():
            loads: tuple[list[Load], list[Load]] = ([], [])
            ask(our_port, [url() for _ in range(100)])
            ask(their_port, ["/"] * 100)
            for _ in range(pairs_wanted(5)):
                loads[0].append(ask(our_port, [url() for _ in range(REQUESTS)]))
                loads[1].append(ask(their_port, ["/"] * REQUESTS))
            yield compared(f"HTTP {what}, {example.name} ({example.size})", *loads)


def compared(name: str, ours: Sequence[Load], theirs: Sequence[Load]) -> str:
    """The ratio of the times, and the 99th percentiles of both."""
    ratio = Comparison(
        f"{name}, {REQUESTS:,} random requests over {CONNECTIONS} connections",
        "bare Flask's jsonify({}) under the same waitress",
        tuple(each.seconds for each in ours),
        tuple(each.seconds for each in theirs),
        at_most=2.0,
    )
    rates = [np.median([len(each.each) / each.seconds for each in side]) for side in (ours, theirs)]
    late = [duration(float(np.median([each.late for each in side]))) for side in (ours, theirs)]
    return (
        f"{ratio}; {rates[0]:,.0f} and {rates[1]:,.0f} requests a second, 99th percentiles"
        f" {late[0]} and {late[1]}"
    )


@contextmanager
def serving(command: Sequence[str]) -> Iterator[int]:
    """A server that prints its address as JSON; gives its port."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = json.loads(process.stdout.readline())["address"]
            yield int(address.rstrip("/").rpartition(":")[2])
        finally:
            process.terminate()


def ask(port: int, urls: Sequence[str]) -> Load:
    """Ask all of it, from a process of its own."""
    client = [sys.executable, "-m", "benchmarks.http"]
    given = json.dumps({"port": port, "urls": urls})
    done = subprocess.run(client, input=given, stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    return Load(found["seconds"], tuple(found["each"]))


async def client(port: int, urls: list[str]) -> Load:
    """Ask all of it over some connections at once.

    Raises:
        RuntimeError: an answer is not 200.
    """
    left, each = iter(urls), []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for url in left:
            start = time.perf_counter()
            writer.write(f"GET {url} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            if not head.startswith("http/1.1 200"):
                raise RuntimeError(f"{url}: {head.splitlines()[0]}")
            await reader.readexactly(int(head.partition("content-length:")[2].split()[0]))
            each.append(time.perf_counter() - start)
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    return Load(time.perf_counter() - start, tuple(each))


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    measured = asyncio.run(client(asked["port"], asked["urls"]))
    json.dump({"seconds": measured.seconds, "each": measured.each}, sys.stdout)
