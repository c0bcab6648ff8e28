"""Batches of runs as they are asked for: a list of scenarios, or the main job of a bare call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from jcsim.errors import InputError
from jcsim.experiments.batch import batch_key
from jcsim.experiments.results import ENSEMBLE, FULL, HISTORY
from jcsim.experiments.setup import Setup, whole
from jcsim.experiments.task import COUNTIES, Task, replicate_numbers

MAIN_JOB = "main"
BASELINE, PLAN, HINDCAST = "baseline", "plan", "history"
ENSEMBLE_DRAWS, ENSEMBLE_SCALE, HINDCAST_SCALE = 40, 0.02, 0.1
MOST_REPLICATES = 100_000


@dataclass(frozen=True)
class Plan:
    """A batch to be run: its tasks, and which part of the result each belongs to."""

    name: str
    setup: Setup
    tasks: tuple[Task, ...]
    parts: dict[str, str]

    @property
    def key(self) -> str:
        """Content key of the batch."""
        return batch_key([[task.scenario.name, task.replicate, task.key] for task in self.tasks])

    @property
    def folder_name(self) -> str:
        return f"{self.name}-{self.key[:10]}"


def plan_runs(cases: Any, setup: Setup, *, scale: float = 1.0, replicates: int = 1, until: int | None = None) -> Plan:
    """One batch of scenarios at one scale.

    Raises
    ------
    InputError
        What is asked for is wrong.
    """
    whole(replicates, "replicates", 1, MOST_REPLICATES)
    listed = list(cases) if isinstance(cases, (list, tuple)) else [cases]
    if not listed:
        raise InputError("no scenario", field="scenarios", allowed="at least one")
    numbers = replicate_numbers(replicates)
    tasks = [task for case in listed for task in setup.tasks(case, scale, numbers, until)]
    return Plan(_joined(tasks), setup, tuple(tasks), {task.key: _part(task) for task in tasks})


def plan_main_job(
    setup: Setup, *, scale: float = 1.0, replicates: int = ENSEMBLE_DRAWS, until: int | None = None
) -> Plan:
    """The main job: baseline and plan at ``scale`` with central values, an ensemble of ``replicates``
    paired draws at 1:50 from which intervals come, and the history at 1:10.

    No part is larger than ``scale``. Settings of instruments are made in the plan only, other settings
    of scenarios in both projections, parameters everywhere.
    """
    whole(replicates, "replicates", 1, MOST_REPLICATES)
    with_settings = {
        BASELINE: _only(setup, "instruments", keep=False),
        PLAN: setup,
        HINDCAST: _only(setup, "parameters", keep=True),
    }
    projections = [(case, with_settings[case]) for case in (BASELINE, PLAN)]
    central = [task for case, its in projections for task in its.tasks(case, scale, until=until)]
    draws, small = range(1, replicates + 1), min(scale, ENSEMBLE_SCALE)
    ensemble = [t for case, its in projections for t in its.tasks(case, small, draws, until, COUNTIES)]
    history = with_settings[HINDCAST].tasks(HINDCAST, min(scale, HINDCAST_SCALE))
    tasks = (*central, *ensemble, *history)
    parts = {task.key: _part(task) for task in tasks} | {task.key: ENSEMBLE for task in ensemble}
    return Plan(MAIN_JOB, setup, tasks, parts)


def _only(setup: Setup, root: str, keep: bool) -> Setup:
    """The set-up with only (or without) the settings whose path starts with ``root``."""
    chosen = tuple(text for text in setup.settings if (text.strip().split(".")[0] == root) == keep)
    return replace(setup, settings=chosen)


def _part(task: Task) -> str:
    """Which part of a result a run is, where no ensemble was asked for beside a central run."""
    return HISTORY if task.start < 2020 else FULL


def _joined(tasks: list[Task]) -> str:
    """The name of a batch: its scenarios' names."""
    pairs = [(task.scenario.name, task.replicate) for task in tasks]
    names = list(dict.fromkeys(name for name, _ in pairs))
    if len(set(pairs)) < len(pairs):
        raise InputError("two scenarios of one name", field="scenarios", given=", ".join(names))
    return "-".join(names) if len(names) <= 3 else f"{names[0]}-and-{len(names) - 1}-more"
