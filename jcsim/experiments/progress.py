"""How far a batch is: weighed by the work of each run, not by their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from jcsim.experiments.task import Task


@dataclass(frozen=True)
class State:
    """A batch at one moment.

    Attributes
    ----------
    runs, ended, failed : runs in all, those that have ended, and those of them that failed
    share : of the work done, 0 to 1 (what an earlier attempt left is not counted as work)
    years : simulated years computed, of all runs
    latest : what was last heard of, in words
    """

    runs: int
    ended: int = 0
    failed: int = 0
    share: float = 0.0
    years: float = 0.0
    latest: str = ""


Watch = Callable[[State], None]


class Tracker:
    """Adds up what is heard of the runs and tells ``watch`` after each piece of news."""

    def __init__(self, tasks: Iterable[Task], runs: int, watch: Watch | None) -> None:
        self.shares = {task.key: 0.0 for task in tasks}
        self.tasks = {task.key: task for task in tasks}
        self.work = sum(task.cost for task in self.tasks.values())
        self.runs, self.ended, self.failed = runs, runs - len(self.tasks), 0
        self.watch = watch

    def running(self, task: Task, share: float) -> None:
        """A run has done ``share`` of its years."""
        self._tell(task, share, str(task))

    def ended_with(self, task: Task, failure: object | None) -> None:
        """A run has ended."""
        self.ended += 1
        self.failed += failure is not None
        self._tell(task, 1.0, f"{task}: {'failed' if failure else 'done'}")

    def _tell(self, task: Task, share: float, latest: str) -> None:
        self.shares[task.key] = share
        if self.watch is None:
            return
        done = sum(self.tasks[key].cost * part for key, part in self.shares.items())
        years = sum((self.tasks[key].until - self.tasks[key].start) * p for key, p in self.shares.items())
        share_of_work = done / self.work if self.work else 1.0
        self.watch(State(self.runs, self.ended, self.failed, share_of_work, years, latest))
