import threading
import time
from collections.abc import Iterator

import pytest

from lattice.errors import ImportRefused, LatticeError
from lattice.importing.records import Progress
from lattice.model import ImportReport
from lattice.web.jobs import MOST_FINISHED, MOST_WAITING, ImportJob, Jobs

REPORT = ImportReport(dry_run=False, imported=())


@pytest.fixture
def jobs() -> Iterator[Jobs]:
    made = Jobs()
    yield made
    made.close()


def quick(progress: Progress) -> ImportReport:
    progress("reading", 1, 1)
    return REPORT


def wait(jobs: Jobs, job: ImportJob, *, running: bool = False) -> ImportJob:
    """The job when it is over, or as soon as it is at work."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        seen = jobs.see(job.id)
        if seen.status not in ("waiting", "running") or (running and seen.rate):
            return seen
        time.sleep(0.005)
    raise AssertionError("the job does not end")


class Endless:
    """Works until it is told to stop, and counts how many do so at once."""

    def __init__(self) -> None:
        self.at_work = self.most = 0

    def __call__(self, progress: Progress) -> ImportReport:
        self.at_work += 1
        self.most = max(self.most, self.at_work)
        try:
            for step in range(1, 10_000):
                progress("reading a.csv", step, 10_000)
                time.sleep(0.002)
        finally:
            self.at_work -= 1
        return REPORT


def test_a_job_says_how_far_it_is(jobs: Jobs) -> None:
    job = jobs.start(("a.csv",), False, Endless())
    seen = wait(jobs, job, running=True)
    assert (seen.status, seen.stage, seen.total) == ("running", "reading a.csv", 10_000)
    assert 0 < seen.done < 10_000
    assert seen.rate is not None
    assert 0 < seen.rate < 1_000
    assert wait(jobs, jobs.cancel(job.id)).status == "cancelled"


def test_one_runs_at_a_time_and_the_others_wait(jobs: Jobs) -> None:
    work = Endless()
    first, second = (jobs.start((), False, work) for _ in range(2))
    wait(jobs, first, running=True)
    assert jobs.see(second.id).status == "waiting"
    jobs.cancel(first.id)
    assert wait(jobs, second, running=True).status == "running"
    assert work.most == 1


def test_one_that_waits_can_be_cancelled_before_it_begins(jobs: Jobs) -> None:
    first, second = jobs.start((), False, Endless()), jobs.start((), False, quick)
    jobs.cancel(second.id)
    jobs.cancel(first.id)
    seen = wait(jobs, second)
    assert (seen.status, seen.report) == ("cancelled", None)


def test_only_some_may_wait(jobs: Jobs) -> None:
    for _ in range(MOST_WAITING):
        jobs.start((), False, Endless())
    with pytest.raises(LatticeError, match="waiting already"):
        jobs.start((), False, quick)


def test_only_the_last_ones_are_remembered(jobs: Jobs) -> None:
    started = []
    for _ in range(MOST_FINISHED + 5):
        started.append(jobs.start((), False, quick))
        assert wait(jobs, started[-1]).report == REPORT
    with pytest.raises(LatticeError, match="any more"):
        jobs.see(started[0].id)
    assert jobs.see(started[-MOST_FINISHED].id).status == "done"


def test_what_goes_wrong_is_told_without_a_traceback(jobs: Jobs) -> None:
    def refuse(progress: Progress) -> ImportReport:
        raise ImportRefused("a.csv, line 2: no number.", hint="Write one.")

    def break_down(progress: Progress) -> ImportReport:
        raise ZeroDivisionError("secret")

    refused = wait(jobs, jobs.start((), False, refuse)).problem
    assert refused is not None
    assert (refused.detail, refused.hint) == ("a.csv, line 2: no number.", "Write one.")
    broken = wait(jobs, jobs.start((), False, break_down)).problem
    assert broken is not None
    assert broken.status == 500
    assert "secret" not in repr(broken)


def test_closing_ends_what_is_running() -> None:
    jobs = Jobs()
    job = jobs.start((), False, Endless())
    wait(jobs, job, running=True)
    jobs.close()
    assert jobs.see(job.id).status == "cancelled"
    assert not [each for each in threading.enumerate() if each.name.startswith("import")]
