"""Runs the real command many times, each time in a process of its own, with limits or until killed.

Starting Python and importing everything takes a second; a process that has done so forks one for
each run instead. `Nursery` starts this file as that process and speaks JSON lines with it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any


@dataclass(frozen=True)
class Done:
    """How a run ended: its exit code (a signal's number, negative), what it said, what it took."""

    code: int
    out: str
    err: str
    peak_megabytes: float
    seconds: float


class Nursery:
    """The process that runs are forked from; use it in a `with` block."""

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "nursery.out", folder / "nursery.err"
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            cwd=Path(__file__).parents[1],
            env={**os.environ, "COLUMNS": "200", "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Nursery:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        kill_after: float = 60.0,
        kill_when_larger: tuple[Path, int] | None = None,
        largest_file: int | None = None,
        most_memory: int | None = None,
    ) -> Done:
        """Run `lattice` with these arguments.

        It is killed after so many seconds, or as soon as a file has more than so many bytes.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {
            "arguments": [str(each) for each in arguments],
            "cwd": str(cwd),
            "out": str(self._out),
            "err": str(self._err),
            "kill_after": kill_after,
            "kill_when_larger": kill_when_larger
            and [str(kill_when_larger[0]), kill_when_larger[1]],
            "limits": {"RLIMIT_FSIZE": largest_file, "RLIMIT_AS": most_memory},
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        out, err = (
            path.read_bytes().decode("utf-8", "backslashreplace") for path in (self._out, self._err)
        )
        return Done(answer["code"], out, err, answer["peak"], answer["seconds"])


# ------------------------------------------------------------------ within the process


def serve() -> None:
    """Fork a run for each line of standard input, and say how it ended."""
    import lattice.cli
    from lattice.facade import create_lattices

    create_lattices(":memory:").close()  # imports what is imported late
    for line in sys.stdin:
        request = json.loads(line)
        begun = time.monotonic()
        child = os.fork()
        if child == 0:
            _run(request, lattice.cli.main)
        answer = _waited(child, begun, request["kill_after"], request["kill_when_larger"])
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _waited(
    child: int, begun: float, kill_after: float, larger: tuple[str, int] | None
) -> dict[str, Any]:
    killed = False
    while True:
        found, status, usage = os.wait4(child, os.WNOHANG)
        now = time.monotonic()
        if found:
            return {
                "code": os.waitstatus_to_exitcode(status),
                "peak": usage.ru_maxrss / 1024,
                "seconds": now - begun,
            }
        if not killed and (now - begun >= kill_after or (larger and _is_larger(*larger))):
            os.kill(child, signal.SIGKILL)
            killed = True
        left = begun + kill_after - now
        time.sleep(0.0002 if larger or left <= 0 else min(0.002, left))


def _is_larger(path: str, size: int) -> bool:
    try:
        return Path(path).stat().st_size > size
    except FileNotFoundError:
        return False


def _run(request: dict[str, Any], main: Any) -> None:
    """Become the command, and end with it."""
    code = 1
    try:
        os.chdir(request["cwd"])
        for name, flags in (("out", 1), ("err", 2)):
            place = os.open(request[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(place, flags)
        os.close(0)
        os.open(os.devnull, os.O_RDONLY)
        for name, most in request["limits"].items():
            if most is not None:
                resource.setrlimit(getattr(resource, name), (most, most))
        sys.argv = ["lattice", *request["arguments"]]
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - shown as Python shows what nobody caught
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    serve()
