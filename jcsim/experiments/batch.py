"""Carrying out a set of tasks: what is stored is not run again, what fails is recorded."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Generator, Iterable
from dataclasses import dataclass

from jcsim.errors import InputError
from jcsim.experiments import executor, machine
from jcsim.experiments.atomic import canonical
from jcsim.experiments.failure import Failure
from jcsim.experiments.progress import Tracker, Watch
from jcsim.experiments.runfile import RunStore
from jcsim.experiments.simulate import SIMULATOR
from jcsim.experiments.task import Task
from jcsim.experiments.worker import resolve, run_task


@dataclass(frozen=True)
class Means:
    """How a batch is carried out. Nothing here can change a result.

    Attributes
    ----------
    workers : processes; None takes as many as the machine has room for, or none for a single run
    timeout : seconds a run may take; None is no limit
    threads : of each run; None takes all processors in a single run and one in each worker
    watch : told of progress
    simulator : ``module:function`` that turns a task into tables
    """

    workers: int | None = None
    timeout: float | None = None
    threads: int | None = None
    watch: Watch | None = None
    simulator: str = SIMULATOR

    def __post_init__(self) -> None:
        for name in ("workers", "threads"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise InputError("wrong value", field=name, given=value, allowed="a whole number from 1")
        if self.timeout is not None and not 0 < self.timeout < float("inf"):
            raise InputError("wrong value", field="timeout", given=self.timeout, allowed="seconds above 0")


def batch_key(parts: object) -> str:
    """Content key of a batch (16 hex digits)."""
    return hashlib.sha256(canonical(parts)).hexdigest()[:16]


def carry_out(tasks: Iterable[Task], store: RunStore, means: Means) -> dict[str, Failure]:
    """Run every task that is not in the store; the failures by key, in the order of the tasks.

    A run recorded as failed by an earlier attempt is tried again.
    """
    by_key = {task.key: task for task in tasks}
    missing = {key: task for key, task in by_key.items() if not store.sound(key)}
    tracker = Tracker(missing.values(), len(by_key), means.watch)
    failures: dict[str, Failure] = {}
    with contextlib.closing(_outcomes(list(missing.values()), store, means, tracker)) as outcomes:
        for outcome in outcomes:
            if outcome.failure is not None:
                failures[outcome.task.key] = outcome.failure
                if not isinstance(outcome.failure.cause, InputError):  # wrong input leaves nothing behind
                    store.keep_failure(outcome.task.key, str(outcome.task), outcome.failure)
            tracker.ended_with(outcome.task, outcome.failure)
    return {key: failures[key] for key in by_key if key in failures}


def _outcomes(tasks: list[Task], store: RunStore, means: Means, tracker: Tracker) -> Generator[executor.Outcome]:
    if len(tasks) == 1 and means.workers is None and means.timeout is None:
        return _here(tasks[0], store, means, tracker)
    workers = means.workers
    if workers is None:
        workers = machine.workers_that_fit(max((t.scale for t in tasks), default=1.0), len(tasks))
    return executor.execute(
        tasks,
        store.folder,
        workers=workers,
        timeout=means.timeout,
        threads=means.threads or 1,
        simulator=means.simulator,
        progress=tracker.running,
    )


def _here(task: Task, store: RunStore, means: Means, tracker: Tracker) -> Generator[executor.Outcome]:
    """One run in this process: all threads, and a debugger can follow it."""
    simulate = resolve(means.simulator)
    failure = run_task(task, simulate, store, lambda share: tracker.running(task, share))
    yield executor.Outcome(task, failure)
