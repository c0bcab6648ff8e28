"""Run a designed batch. Killed at any moment, the same call goes on from where it stood."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jcsim.experiments import tables as store
from jcsim.experiments.batch import Means, carry_out
from jcsim.experiments.design import Design, Point, load_design
from jcsim.experiments.failure import Failure
from jcsim.experiments.manifest import describe, now
from jcsim.experiments.progress import Watch
from jcsim.experiments.runfile import RunStore
from jcsim.experiments.sweeps import FAILURE_COLUMNS, Sweep, table_layout
from jcsim.experiments.tables import TEXT
from jcsim.experiments.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

    from jcsim.experiments.task import Task

RESULTS = "results"


def sweep(
    file: str | Path,
    *,
    workers: int | None = None,
    out: str | Path | None = None,
    overwrite: bool = False,
    timeout: float | None = None,
    threads: int | None = None,
    progress: Watch | None = None,
) -> Sweep:
    """Run every point of a sweep file in every replicate.

    Parameters
    ----------
    file : path, or name of a shipped sweep
    workers : processes; None takes as many as there is room for
    out : results folder; None is ``results/NAME-KEY`` below the current folder
    overwrite : replace what is in ``out``
    timeout : seconds a run may take
    threads : of each worker; None is one
    progress : called with a ``jcsim.experiments.progress.State`` at each piece of news

    Returns
    -------
    Sweep
        Where runs failed, its ``failures`` lists them and the folder stays ``NAME-KEY.unfinished``: the
        next call repeats only them.

    Raises
    ------
    InputError
        The file is wrong; nothing was run or written.
    """
    design = load_design(file)
    means = Means(workers, timeout, threads, progress)
    folder = Path(RESULTS) / design.folder_name if out is None else Path(out)
    return perform_sweep(design, means, folder, overwrite=overwrite)


def perform_sweep(design: Design, means: Means, out: Path | None, *, overwrite: bool = False) -> Sweep:
    """Carry a design out and store it in ``out`` (nowhere when None)."""
    started = now()
    if out is None:
        with tempfile.TemporaryDirectory(prefix="jcsim-") as folder:
            return _complete(design, RunStore(Path(folder)), means, started)
    with Workspace(out, design.key, overwrite=overwrite) as space:
        if space.done:
            found = Sweep.load(space.out)
            found.notes.append(f"already finished: {space.out}")
            return found
        found = _complete(design, space.runs, means, started)
        found.write_files(space.folder)
        if found.complete:
            space.runs.keep_only(task.key for task in design.tasks)
            found.notes += space.finish(found.manifest, keep_runs=True)
        found.folder = space.out if found.complete else space.folder
    return found


def _complete(design: Design, runs: RunStore, means: Means, started: str) -> Sweep:
    failures = carry_out(design.tasks, runs, means)
    layout = table_layout(design)
    table = store.arrow(_tabulate(design, runs, failures), layout)
    manifest = describe(
        "sweep",
        design.file.name,
        design.key,
        seed=design.file.seed,
        tasks=design.tasks,
        parts={task.key: "sweep" for task in design.tasks},
        region=design.setup.region,
        parameters=design.setup.parameters,
        notes=[note] if (note := design.setup.parameters.note) else [],
        started=started,
    )
    rows = store.row_hash(table)
    manifest |= {
        "points": len(design.points),
        "design": list(design.points[0].values),
        "outcomes": list(design.file.outcomes),
        "areas": list(design.areas),
        "columns": [list(pair) for pair in layout.columns],
        "file": design.file.model_dump(mode="json"),
        "hashes": {layout.name: rows},
        "result_hash": rows,
        "ended": now(),
    }
    return Sweep(table.to_pandas(), _failed(design, failures), manifest)


def _tabulate(design: Design, runs: RunStore, failures: dict[str, Failure]) -> pd.DataFrame:
    """Rows of every run that succeeded, by point and replicate."""
    import pandas as pd

    names = [name for name, _ in table_layout(design).columns]
    rows = [
        _rows(design, point, task, runs.read(task.key)["trajectories"])
        for point in design.points
        for task in point.tasks
        if task.key not in failures
    ]
    return pd.concat(rows, ignore_index=True)[names] if rows else pd.DataFrame(columns=names)


def _rows(design: Design, point: Point, task: Task, trajectories: pd.DataFrame) -> pd.DataFrame:
    wanted = trajectories["area"].isin(design.areas) & trajectories["indicator"].isin(design.file.outcomes)
    table = trajectories[wanted].pivot(index=["year", "area", "area_name"], columns="indicator", values="value")
    table = table.reindex(columns=list(design.file.outcomes)).reset_index()
    kinds = dict(table_layout(design).columns)
    values = {n: _text(value) if kinds[n] == TEXT else value for n, value in point.values.items()}
    about = {"point": point.number, "scenario": point.scenario, "replicate": task.replicate}
    return table.assign(**about, **values)


def _text(value: object) -> str:
    """A value of a setting as its file writes it: ``true``, not ``True``."""
    return value if isinstance(value, str) else json.dumps(value)


def _failed(design: Design, failures: dict[str, Failure]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (
            point.number,
            point.scenario,
            task.replicate,
            failures[task.key].kind,
            failures[task.key].message,
            task.key,
        )
        for point in design.points
        for task in point.tasks
        if task.key in failures
    ]
    return pd.DataFrame(rows, columns=list(FAILURE_COLUMNS))
