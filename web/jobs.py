"""Imports in the background: one at a time, watched and cancelled from outside."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from msgspec import Struct

from lattice.errors import DatabaseBusy, LatticeError, Unknown
from lattice.importing.records import Progress
from lattice.model import ImportReport
from lattice.web.errors import INTERNAL_ERROR, Problem, problem_of

logger = logging.getLogger("lattice.web")

JobStatus = Literal["waiting", "running", "done", "refused", "cancelled"]
Work = Callable[[Progress], ImportReport]

MOST_WAITING = 8
MOST_FINISHED = 20


class UnknownImport(Unknown):
    """No import of this id."""

    slug = "unknown-import"


class TooManyImports(DatabaseBusy):
    """Others are waiting already."""

    slug = "too-many-imports"


class ImportJob(Struct, frozen=True, gc=False):
    """How far an import is, and what came of it.

    `done` of `total` is finished in this `stage`, `rate` of them a second. `report` is there
    when it is done, `problem` when it was refused; nothing was changed then.
    """

    id: str
    dry_run: bool
    files: tuple[str, ...]
    status: JobStatus
    stage: str
    done: int
    total: int
    rate: float | None
    report: ImportReport | None
    problem: Problem | None


class _Cancelled(Exception):
    """Somebody does not want it any more."""


class _Job:
    """One import that is waiting, at work or over; written by one thread, read by others."""

    def __init__(self, files: tuple[str, ...], dry_run: bool) -> None:
        self.id = secrets.token_hex(8)
        self.status: JobStatus = "waiting"
        self.cancelled = threading.Event()
        self._files, self._dry_run = files, dry_run
        self._stage, self._done, self._total = "", 0, 0
        self._began, self._skipped = 0.0, 0
        self._report: ImportReport | None = None
        self._problem: Problem | None = None
        self._lock = threading.Lock()

    def run(self, work: Work) -> None:
        """Do the work; what goes wrong is kept for whoever asks."""
        report: ImportReport | None = None
        problem: Problem | None = None
        status: JobStatus = "refused"
        try:
            self.progress("starting", 0, 0)
            report, status = work(self.progress), "done"
        except _Cancelled:
            status = "cancelled"
        except LatticeError as error:
            problem = problem_of(error)
        except Exception:
            logger.exception("An import failed")
            problem = INTERNAL_ERROR
        with self._lock:
            self.status, self._report, self._problem = status, report, problem

    def progress(self, stage: str, done: int, total: int) -> None:
        """Note how far the work is.

        Raises:
            _Cancelled: it is to end here; the transaction is then undone.
        """
        if self.cancelled.is_set():
            raise _Cancelled
        with self._lock:
            if self.status == "waiting" or stage != self._stage:
                self.status = "running"
                self._began, self._skipped = time.monotonic(), done
            self._stage, self._done, self._total = stage, done, total

    def seen(self) -> ImportJob:
        """How it stands now."""
        with self._lock:
            spent = time.monotonic() - self._began
            known = self.status == "running" and self._done > self._skipped and spent > 0
            return ImportJob(
                id=self.id,
                dry_run=self._dry_run,
                files=self._files,
                status=self.status,
                stage=self._stage,
                done=self._done,
                total=self._total,
                rate=(self._done - self._skipped) / spent if known else None,
                report=self._report,
                problem=self._problem,
            )


class Jobs:
    """The imports of one server: one runs, some wait, the last ones are remembered."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._futures: dict[str, Future[None]] = {}
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="import")

    def start(self, files: tuple[str, ...], dry_run: bool, work: Work) -> ImportJob:
        """Let an import wait for its turn.

        Raises:
            TooManyImports: enough are waiting.
        """
        job = _Job(files, dry_run)
        with self._lock:
            over = [name for name, future in self._futures.items() if future.done()]
            if len(self._futures) - len(over) >= MOST_WAITING:
                raise TooManyImports(
                    f"{MOST_WAITING} imports are waiting already.", hint="Try again later."
                )
            for name in over[: max(0, len(over) - MOST_FINISHED + 1)]:
                del self._futures[name], self._jobs[name]
            self._jobs[job.id] = job
            self._futures[job.id] = self._worker.submit(job.run, work)
        return job.seen()

    def see(self, identifier: str) -> ImportJob:
        """How an import stands.

        Raises:
            UnknownImport: there is none, or none any more.
        """
        return self._find(identifier).seen()

    def cancel(self, identifier: str) -> ImportJob:
        """Ask an import to end; one that is over stays as it is.

        Raises:
            UnknownImport: there is none, or none any more.
        """
        job = self._find(identifier)
        job.cancelled.set()
        return job.seen()

    def close(self) -> None:
        """Cancel everything and wait until the database is left alone."""
        with self._lock:
            for job in self._jobs.values():
                job.cancelled.set()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _find(self, identifier: str) -> _Job:
        with self._lock:
            if identifier not in self._jobs:
                raise UnknownImport(
                    f"There is no import {identifier[:40]!r} any more.",
                    hint="Only the last ones are remembered, until the server ends.",
                )
            return self._jobs[identifier]
