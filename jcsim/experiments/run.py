"""Run scenarios: one central run each, or paired replicates with parameter draws."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jcsim.errors import RunFailed
from jcsim.experiments import tables as store
from jcsim.experiments.batch import Means, carry_out
from jcsim.experiments.manifest import describe, now
from jcsim.experiments.plans import Plan, plan_runs
from jcsim.experiments.progress import Watch
from jcsim.experiments.results import Result
from jcsim.experiments.runfile import RunStore
from jcsim.experiments.setup import Setup
from jcsim.experiments.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

Decorate = Callable[[Path, Result], object]


def perform(
    plan: Plan,
    means: Means,
    out: str | Path | None = None,
    *,
    overwrite: bool = False,
    decorate: Decorate | None = None,
) -> Result:
    """Carry a plan out and store its result in ``out`` (nowhere when None).

    Parameters
    ----------
    decorate : adds files for people to the folder before it is finished

    Raises
    ------
    RunFailed
        A run failed. The others are kept beside ``out`` and are not run again next time.
    OSError, InputError
        As ``Workspace`` does.
    """
    started = now()
    if out is None:
        with tempfile.TemporaryDirectory(prefix="jcsim-") as folder:
            return _complete(plan, RunStore(Path(folder)), means, started)
    with Workspace(Path(out), plan.key, overwrite=overwrite) as space:
        if space.done:
            result = Result.load(space.out)
            result.notes.append(f"already finished: {space.out}")
            return result
        try:
            result = _complete(plan, space.runs, means, started)
        except RunFailed as error:
            kept = f"what is finished is kept in {space.folder}"
            raise RunFailed(error.kind, f"{error.message}; {kept}") from error
        result.write_files(space.folder)
        if decorate:
            decorate(space.folder, result)
        result.notes += space.finish(result.manifest, keep_runs=False)
        result.folder = space.out
    return result


def _complete(plan: Plan, runs: RunStore, means: Means, started: str) -> Result:
    """Run what is missing, gather the tables of all runs, write down how."""
    failures = carry_out(plan.tasks, runs, means)
    for key, failure in failures.items():
        name = next(str(task) for task in plan.tasks if task.key == key)
        failure.throw(f"{len(failures)} of {len(plan.tasks)} runs failed; {name}")
    gathered = _gather(plan, runs)
    found = {name: store.arrow(table, store.LAYOUTS[name].with_run()) for name, table in gathered.items()}
    note = plan.setup.parameters.note
    manifest = describe(
        "run",
        plan.name,
        plan.key,
        seed=plan.setup.seed,
        tasks=plan.tasks,
        parts=plan.parts,
        region=plan.setup.region,
        parameters=plan.setup.parameters,
        notes=[note] if note else [],
        started=started,
    )
    hashes = {name: store.row_hash(table) for name, table in found.items()}
    manifest |= {"hashes": hashes, "result_hash": hashes["trajectories"], "ended": now()}
    return Result({name: table.to_pandas() for name, table in found.items()}, manifest)


def _gather(plan: Plan, runs: RunStore) -> dict[str, pd.DataFrame]:
    """The tables of all runs under each other, each row with its scenario and replicate."""
    import pandas as pd

    found: dict[str, list[pd.DataFrame]] = {}
    for task in plan.tasks:
        about = {"scenario": task.scenario.name, "replicate": task.replicate}
        for name, frame in runs.read(task.key).items():
            found.setdefault(name, []).append(frame.assign(**about))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in found.items()}


def run(
    scenarios: Any,
    *,
    scale: float = 1.0,
    replicates: int = 1,
    seed: int = 1,
    until: int | None = None,
    region: str | Path = "jincheng",
    parameters: Any = "posterior",
    workers: int | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    engine: str = "compiled",
    threads: int | None = None,
    settings: Iterable[str] = (),
    progress: Watch | None = None,
) -> Result:
    """Run one scenario or several.

    Parameters
    ----------
    scenarios : name, path, dict or Scenario, or a list of them
    scale : share of the population simulated: 1.0 is one to one, 0.01 is 1:100
    replicates : 1 is one run with the central parameter values (replicate 0); N is parameter draws 1 to N,
        each with a seed derived from ``seed`` and its number, the same in every scenario
    seed : whole number from 0
    until : last year, up to the last of the region's series; the scenario's own where None
    region : name or folder
    parameters : ``prior``, ``posterior``, ``mean``, a file, or a ParameterSet
    workers : processes; None takes as many as there is room for (none for a single run)
    out : results folder to write; None keeps the result in memory
    overwrite : replace what is in ``out``
    engine : ``compiled``, ``agents`` or ``both``
    threads : of each run
    settings : assignments ``path.to.value=value``
    progress : called with a ``jcsim.experiments.progress.State`` at each piece of news

    Raises
    ------
    InputError
        What was asked for is wrong; nothing was run or written.
    RunFailed
        A run ended without a result.
    """
    common = {"seed": seed, "engine": engine, "threads": threads, "settings": tuple(settings)}
    setup = Setup.load(region, parameters, **common)
    plan = plan_runs(scenarios, setup, scale=scale, replicates=replicates, until=until)
    return perform(plan, Means(workers, None, threads, progress), out, overwrite=overwrite)
